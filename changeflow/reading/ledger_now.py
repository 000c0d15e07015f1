"""The ledger as it is now. Where there is none, nothing that reads one is imported."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from changeflow.reading.state import State
from changeflow.repo.git import Git

if TYPE_CHECKING:
    from changeflow.reading.evidence import Evidence
    from changeflow.reading.ledger_reader import LedgerReader


class _Reader(Protocol):
    def evidence(self, change: str) -> Evidence: ...


class LedgerNow:
    """The ledger as it is now, read for the changes of one answer. It is a `LedgerView`.

    The tip of the branch is read once, so that everything in one answer rests on one state of the
    ledger. Another answer takes another one of these: the branch moves on.

    Args:
        git: the repository.
        together: whether many changes are asked about: all signatures are checked at once then.
        about: these changes, where only some of many are asked about.
    """

    def __init__(
        self, git: Git, *, together: bool = False, about: frozenset[str] = frozenset()
    ) -> None:
        self._git, self._together, self._about = git, together, about
        self._readers: dict[State, _Reader] = {}

    def evidence(self, base: State, change: str) -> Evidence:
        """See `LedgerView.evidence`."""
        if base not in self._readers:
            self._readers[base] = self._reader(base)
        return self._readers[base].evidence(change)

    def _reader(self, base: State) -> _Reader:
        config = base.rulebook.config
        from changeflow.repo.ledger_traces import look

        traces = look(self._git, config.ledger.branch, config.ledger.remote)
        if traces.none:
            return _NoLedger(self._git, base)
        from changeflow.reading.ledger_reader import LedgerReader

        return LedgerReader(self._git, base, traces, together=self._together, about=self._about)


class _NoLedger:
    """The ledger before its first entry: the same evidence, and a reader for appending to it."""

    def __init__(self, git: Git, base: State) -> None:
        self._git, self._base = git, base
        self._found: Evidence | None = None

    @cached_property
    def _reader(self) -> LedgerReader:
        from changeflow.reading.ledger_reader import LedgerReader

        return LedgerReader(self._git, self._base)

    def evidence(self, change: str) -> Evidence:
        """Return what the ledger holds about a change: nothing, as about any other."""
        if self._found is None:
            # one for all, which keeps what it is asked about other changes
            self._found = self._nothing(change)
        return self._found

    def _nothing(self, change: str) -> Evidence:
        from changeflow.model.clock import Newest
        from changeflow.reading.evidence import Evidence

        return Evidence(
            read=tuple,
            problems=(),
            head=None,
            open_ledger=lambda: self._reader.evidence(change).ledger,
            signer=lambda: self._reader.evidence(change).signer(),
            newest=Newest(),
            changes=frozenset,
        )
