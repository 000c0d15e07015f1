"""The evidence of the ledger that counts, and the way to add to it: what a reading comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final, Protocol

from changeflow.lazy_dataclass import dataclass
from changeflow.model.clock import Newest
from changeflow.model.findings import Finding
from changeflow.reading.other_changes import Past, history_of, open_changes

# Many answers rest on no evidence at all, and what reads a ledger takes long to import.
if TYPE_CHECKING:
    from changeflow.model.evidence import LedgerEntry
    from changeflow.reading.state import State
    from changeflow.release.ending import ReleaseTimes
    from changeflow.repo.ledger_branch import LedgerBranch, Signer
    from changeflow.schedule.open_changes import OpenChanges

# changes whose entries are read again one by one, beyond which all of the ledger is read
_MOST_READ_AGAIN: Final = 500


@dataclass(frozen=True)
class Remembered:
    """What is known of a ledger that was read before: the entries about some changes, read again.

    `standing` are those about no change, without notices: there may be thousands of notices, and
    few answers ask for one.

    `finished` maps changes to the state in which their release ended, as far as that is proven,
    `times` to when it started and ended. `more` reads the entries about another change again; it
    returns None where they are not as they were, and all of the ledger is to be read. `having`
    returns the changes that have an entry of a kind, told by the names of files.
    """

    entries: Mapping[str, tuple[LedgerEntry, ...]]
    standing: tuple[LedgerEntry, ...]
    finished: Mapping[str, str]
    times: Callable[[], Mapping[str, ReleaseTimes]]
    more: Callable[[str], tuple[LedgerEntry, ...] | None]
    having: Callable[[str], frozenset[str]]


@dataclass(frozen=True)
class Evidence:
    """The ledger as one reading found it.

    Attributes:
        read: returns `entries`. Where an earlier reading is remembered, most answers need no other.
        problems: errors in the chain; any of them shuts every gate.
        head: the commit it was read from.
        open_ledger: returns the branch to append to.
        signer: looks for the signer of appended entries; returns None if there is no key.
        newest: the latest moments of the chain, with which a decision's own time is compared.
        changes: returns `about`.
        remembered: what is known of the entries without reading all of them.
    """

    read: Callable[[], tuple[LedgerEntry, ...]]
    problems: tuple[Finding, ...]
    head: str | None
    open_ledger: Callable[[], LedgerBranch]
    signer: Callable[[], Signer | None]
    newest: Newest
    changes: Callable[[], frozenset[str]]
    remembered: Remembered | None = None

    @cached_property
    def entries(self) -> tuple[LedgerEntry, ...]:
        """Return the entries of all changes that count, in order, and every opinion.

        `gate.ledger_opinions` says which opinions count.
        """
        return self.read()

    @cached_property
    def about(self) -> frozenset[str]:
        """Return the changes that the chain says anything about, whether it counts or not."""
        return self.changes()

    @cached_property
    def _by_change(self) -> Mapping[str, tuple[LedgerEntry, ...]]:
        found: dict[str, list[LedgerEntry]] = {}
        for entry in self.entries:
            found.setdefault(entry.change, []).append(entry)
        return {name: tuple(entries) for name, entries in found.items()}

    def of_change(self, change: str) -> tuple[LedgerEntry, ...]:
        """Return the entries about one change, in order."""
        known = self.remembered
        if known is not None and change in known.entries:
            return known.entries[change]
        others = self._read_again
        if known is not None and change not in others and len(others) < _MOST_READ_AGAIN:
            others[change] = known.more(change)
        found = others.get(change)
        return self._by_change.get(change, ()) if found is None else found

    def changes_with(self, kind: str) -> frozenset[str]:
        """Return the changes about which there is an entry of a kind, such as `review`."""
        if self.remembered is not None:
            return self.remembered.having(kind)
        found = set[str]()
        for entry in self.entries:
            if entry.kind == kind:
                found.add(entry.change)
        return frozenset(found)

    @property
    def standing(self) -> tuple[LedgerEntry, ...]:
        """Return the entries about no change but notices, in order: holds and baselines."""
        if self.remembered is not None:
            return self.remembered.standing
        if not self.entries:
            return ()
        from changeflow.model.evidence import NO_CHANGE, NOTICE

        found = self._by_change.get(NO_CHANGE, ())
        return tuple(entry for entry in found if entry.kind != NOTICE)

    @cached_property
    def _read_again(self) -> dict[str, tuple[LedgerEntry, ...] | None]:
        return {}

    @cached_property
    def finished(self) -> Mapping[str, str]:
        """Return change -> state in which its release ended, as far as that is proven."""
        if self.remembered is not None:
            return self.remembered.finished
        if not self.entries:
            return {}
        # most repositories have no ledger
        from changeflow.release.ending import finished_changes

        return finished_changes(self.entries)

    @cached_property
    def times(self) -> Mapping[str, ReleaseTimes]:
        """Return when the releases of changes started and ended."""
        if self.remembered is not None:
            return self.remembered.times()
        if not self.entries:
            return {}
        from changeflow.release.ending import release_times

        return release_times(self.entries)

    def past(self, base: State) -> Past:
        """Return how earlier changes ended, told by the requests on the base."""
        # What earlier changes were does not depend on the rules.
        files = base.files
        if files not in self._pasts:
            self._pasts[files] = history_of(files, self.finished)
        return self._pasts[files]

    def open_changes(self, base: State) -> OpenChanges:
        """Return the requests on the base that are not over."""
        files = base.files
        if files not in self._open:
            self._open[files] = open_changes(files, self.finished)
        return self._open[files]

    @cached_property
    def _open(self) -> dict[State, OpenChanges]:
        return {}

    @cached_property
    def _pasts(self) -> dict[State, Past]:
        return {}

    @cached_property
    def ledger(self) -> LedgerBranch:
        """Return the branch to append to."""
        return self.open_ledger()


class LedgerView(Protocol):
    """The ledger as a decision sees it: as it is now, or as it was when a decision was made."""

    def evidence(self, base: State, change: str) -> Evidence:
        """Return what the ledger holds for a decision about one change.

        Args:
            base: the state with the rulebook; configuration and roster say what counts.
            change: the change; only its signatures are checked, unless signatures are required
                everywhere.

        Raises:
            errors.HostFailed: when git fails.
        """
