"""The repository as it was when a decision was made: what judged, and the evidence up to then.

Read from git's objects alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Final, TypeVar

from changeflow.hosts.table import host_named
from changeflow.ledger.chain import CREDIT_RULES
from changeflow.ledger.keyring import KeyRing, key_ring
from changeflow.model.config import ConfigSpec
from changeflow.model.evidence import LedgerEntry
from changeflow.reading.authors import Speakers
from changeflow.reading.binding_entries import Journals
from changeflow.reading.evidence import (
    Evidence,
    EvidenceOf,
    clocks_of,
    for_a_gate,
    newest_of,
    repository_of,
)
from changeflow.reading.rulebook import Rulebook, config_of, governs, load_rulebook
from changeflow.reading.view import View
from changeflow.repo.git import is_oid
from changeflow.repo.ledger import Chain, LedgerBranch
from changeflow.repo.source import Revision
from changeflow.usecases.ledger.log import Opened
from changeflow.usecases.ledger.recorded_decision import Unknowable

# commits, and states of what judges, that are kept in memory: the next decision mostly has them,
# too
_KEPT: Final = 4


K = TypeVar("K")
V = TypeVar("V")


class Then:
    """Earlier states of a repository.

    Args:
        root: the repository, bare or not.
        opened: its ledger and its main branch.
        chain: the ledger as it was read and found sound.
        only: the one change whose decisions are computed again, None for all.
    """

    def __init__(self, root: Path, opened: Opened, chain: Chain, only: str | None = None) -> None:
        self.root, self.git, self.chain = root, opened.git, chain
        self._opened, self._only = opened, only
        self._bases: dict[object, Rulebook] = {}
        self._revisions: dict[str, Revision] = {}
        self._readings: dict[tuple[object, ...], Chain] = {}

    # -- the main branch -----------------------------------------------------------------------

    @cached_property
    def _main(self) -> frozenset[str]:
        """Commits the main branch stood at: its own line, not what was merged into it."""
        return frozenset(self._log(self._opened.main.commit, "--first-parent"))

    @cached_property
    def _merged_by_hand(self) -> bool:
        return not host_named(config_of(self._opened.main).host).takes_reviews

    def _log(self, tip: str | None, *extra: str) -> list[str]:
        return (
            [line.strip() for line in self.git.log(tip, format_="%H", extra=extra)] if tip else []
        )

    def of_main(self, commit: str, what: str) -> Revision:
        """A commit that main once stood at.

        Where people merge by hand, any commit main contains will do: its line is not kept.

        Raises:
            Unknowable: when main does not contain it. A branch must not choose its own judge.
        """
        found = self.commit(commit, what)
        tip = self._opened.main.commit
        if commit not in self._main and not (
            self._merged_by_hand and tip and self.git.is_ancestor(commit, tip)
        ):
            raise Unknowable(
                f"{what} {commit[:12]} is none that the main branch stood at (it is at "
                f"{(tip or 'nothing')[:12]} here)",
                "fetch the main branch; if it has everything, somebody judged by something else",
            )
        return found

    def commit(self, oid: object, what: str) -> Revision:
        """A commit by its full name.

        Raises:
            Unknowable: when it is not here, or no such name.
        """
        if not isinstance(oid, str) or not is_oid(oid):
            raise Unknowable(f"the entry names no commit for {what}")
        if oid not in self._revisions:
            if self.git.resolve(oid) is None:
                raise Unknowable(
                    f"{what} {oid[:12]} is not in this clone", f"fetch it: `git fetch origin {oid}`"
                )
            self._revisions[oid] = Revision(self.git, oid)
        return _used(self._revisions, oid)

    def base(self, source: Revision) -> Rulebook:
        """What judged there. Commits between which the files that judge did not change share it."""
        key = tuple(
            (one.path, one.mode, one.oid) for one in source.entries().values() if governs(one.path)
        )
        if key not in self._bases:
            self._bases[key] = load_rulebook(source)
        return replace(_used(self._bases, key), label=source.label, commit=source.commit)

    # -- the ledger ----------------------------------------------------------------------------

    @cached_property
    def states(self) -> tuple[str, ...]:
        """Commits of the ledger, oldest first: entry n was appended by number n."""
        return tuple(reversed(self._log(self.chain.head)))

    def position(self, commit: object) -> int:
        """How many entries there were at a state of the ledger; None stands for an empty one.

        Raises:
            Unknowable: when the ledger never was in that state.
        """
        if commit is None:
            return 0
        if not isinstance(commit, str) or commit not in self._positions:
            raise Unknowable(
                f"the ledger was never in the state that this was decided on: {str(commit)[:12]}"
            )
        return self._positions[commit]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {commit: number for number, commit in enumerate(self.states, 1)}

    def evidence(self, position: int) -> EvidenceOf:
        """The evidence as it was with so many entries, heard with the keys that the base lists."""

        def read(_view: View, argument: str, base: Rulebook | None) -> Evidence:
            assert base is not None  # noqa: S101 - whoever computes again reads the base first
            config, ring = base.config, key_ring(base.roster.spec.people)
            only = (
                argument if self._only is not None else None
            )  # other changes that it runs into are asked about, too
            chain = self._heard(ring, config, only)
            upto = replace(chain, entries=chain.entries[:position])
            journals = Journals(self._opened.ledger, base.commit, config, base.roster.spec.people)
            entries = journals.weighed(upto, only)
            paths = {entry.path for entry in upto.entries}
            problems = [
                one for one in chain.problems if one.rule not in CREDIT_RULES and one.path in paths
            ]
            head = self.states[position - 1] if position else None
            speakers = Speakers(self.git, self._opened.main.commit, base.roster.spec.people, config)
            heard = for_a_gate(speakers.heard(entries, self._only), config)
            return Evidence(
                heard,
                tuple(problems),
                head,
                self._opened.ledger,
                lambda: None,
                newest_of(upto.entries, config),
            )

        return read

    def _heard(self, ring: KeyRing, config: ConfigSpec, only: str | None) -> Chain:
        """The ledger with signatures checked against a ring; rosters mostly list the same keys for long."""
        required, clocks = config.require_signatures, clocks_of(config)
        keys = sorted((keyid, held.person) for keyid, held in ring.keys.items())
        key = (only, required, config.repository, clocks, *keys)
        if key not in self._readings:
            here = self._opened.ledger
            ledger = LedgerBranch(
                self.git,
                here.branch,
                here.remote,
                ring=ring,
                require_signatures=required,
                repository=repository_of(self.git, config, self._opened.main.commit),
                clocks=clocks,
            )
            self._readings[key] = ledger.read(only=only)
        return self._readings[key]

    def before(self, entry: LedgerEntry) -> Sequence[LedgerEntry]:
        """Entries before this one."""
        return self.chain.entries[: entry.seq - 1]


def _used(kept: dict[K, V], key: K) -> V:
    """A kept value, as the one used last; the one that was not used for longest goes."""
    kept[key] = kept.pop(key)
    if len(kept) > _KEPT:
        del kept[next(iter(kept))]
    return kept[key]
