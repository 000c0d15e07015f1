"""The newest entry of the ledger that was seen here, kept where no push can change it.

A branch that was cut short is consistent in itself; only a process that saw more can find that.
Every successful reading and appending leaves the number, digest and commit of the newest entry in
`<git folder>/changeflow/`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from changeflow.lazy_dataclass import dataclass
from changeflow.model.findings import Finding

# Whether there is a ledger at all is asked before anything of one is imported.
if TYPE_CHECKING:
    from changeflow.model.evidence import LedgerEntry

Expectation = Callable[["Sequence[LedgerEntry]"], tuple[Finding, ...]]


def nothing_seen(entries: Sequence[LedgerEntry]) -> tuple[Finding, ...]:  # noqa: ARG001
    """Miss nothing: no entry was seen here before. It is an `Expectation`."""
    return ()


@dataclass(frozen=True)
class AnchoredEntry:
    """The newest entry of an earlier reading."""

    seq: int
    digest: str
    commit: str


class LedgerAnchor:
    """The anchor of one ledger branch.

    Args:
        common_dir: the git folder that all work trees share.
        branch: the ledger branch.
    """

    def __init__(self, common_dir: Path, branch: str) -> None:
        self.branch = branch
        self.path = common_dir / "changeflow" / f"seen-{branch.replace('/', '%2F')}.json"

    def read(self) -> AnchoredEntry | None:
        """Return the anchored entry, or None before the first reading.

        Raises:
            ValueError: when the file is damaged.
        """
        try:
            plain = json.loads(self.path.read_bytes())
            seen = AnchoredEntry(**plain)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (TypeError, OSError) as error:
            raise ValueError(str(error)) from error
        if not (
            isinstance(seen.seq, int)
            and isinstance(seen.digest, str)
            and isinstance(seen.commit, str)
        ):
            raise ValueError("of another shape")
        return seen

    def expect(self) -> Expectation:
        """Return a check for the entries that are read after this call.

        The order matters. An anchor is written after the branch has moved, so one that is read
        first asks for nothing that a later reading would not find. Read afterwards, every
        concurrent append would look like a rewind.
        """
        try:
            seen = self.read()
        except ValueError as error:
            # most anchors can be read
            from changeflow.ledger.chain_rules import found_in_ledger

            damage = found_in_ledger("ledger-anchor", file=str(self.path), why=str(error))
            return lambda _: (damage,)
        if seen is None:
            return nothing_seen
        return lambda entries: self._missing(seen, entries)

    def _missing(self, seen: AnchoredEntry, entries: Sequence[LedgerEntry]) -> tuple[Finding, ...]:
        rule = "ledger-truncated"
        for entry in entries:
            if entry.seq == seen.seq:
                if entry.digest == seen.digest:
                    return ()
                rule = "ledger-rewritten"
                break
        from changeflow.ledger.chain_rules import found_in_ledger

        return (found_in_ledger(rule, seq=seen.seq, branch=self.branch, commit=seen.commit),)

    def note(self, entry: LedgerEntry, commit: str) -> None:
        """Remember an entry, unless a newer one is remembered already.

        Durable before it returns.
        """
        try:
            known = self.read()
        except ValueError:
            return
        if known is not None and known.seq >= entry.seq:
            return
        try:
            self._write(AnchoredEntry(entry.seq, entry.digest, commit))
        except OSError:
            # An auditor's read-only clone has no place for an anchor; the reading itself is as good
            # as ever.
            return

    def _write(self, seen: AnchoredEntry) -> None:
        """Replace the file durably: after a power cut it is the old or the new one."""
        import tempfile

        self.path.parent.mkdir(exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=self.path.parent, prefix=".seen-")
        try:
            # other users who read here compare with it, too
            os.fchmod(descriptor, 0o644)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                json.dump(asdict(seen), file, sort_keys=True)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.path)
        except BaseException:
            # even an interruption leaves no half file; it goes on as it was
            Path(name).unlink(missing_ok=True)
            raise
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
