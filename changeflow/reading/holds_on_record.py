"""The holds on record, with the roster of the time for words that do not count today."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property

from changeflow import errors
from changeflow.model.config import ConfigSpec
from changeflow.model.document_paths import CONFIG
from changeflow.model.evidence import LedgerEntry
from changeflow.model.holds import Hold
from changeflow.model.people import Roster
from changeflow.model.times import END_OF_TIME, commit_time
from changeflow.reading.repository_store import Store
from changeflow.reading.role_history import roster_at
from changeflow.reading.rulebook import Rulebook
from changeflow.schedule.holds import holds

# what a commit's time is exact to
_SECOND = timedelta(seconds=1)


def holds_on_record(
    store: Store, base: Rulebook, entries: Sequence[LedgerEntry]
) -> tuple[Hold, ...]:
    """Return the holds on record, oldest first.

    Args:
        store: the repository.
        base: the rulebook.
        entries: those about no change that count, in order.

    Raises:
        errors.HostFailed: when git fails.
    """
    return holds(entries, base.roster, base.config, _Past(store, base.commit).around)


class _Past:
    """What the main branch said of people and settings, read when it is first needed."""

    def __init__(self, store: Store, tip: str | None) -> None:
        self._store, self._tip = store, tip
        self._known: dict[str, tuple[Roster, ConfigSpec] | None] = {}

    def around(self, moment: datetime) -> Sequence[tuple[Roster, ConfigSpec]] | None:
        """Return the states at a moment; two if one ended within that second. None: it is not known."""
        if self._tip is None or self._store.git.facts.shallow:
            return None
        since, commits = self._landings
        first, last = bisect_right(since, moment - _SECOND) - 1, bisect_right(since, moment) - 1
        found = [self._state(commit) for commit in commits[max(first, 0) : last + 1]]
        return [state for state in found if state is not None]

    @cached_property
    def _landings(self) -> tuple[list[datetime], list[str]]:
        """Return when the main branch changed what governs, and the commits that did."""
        since, commits = list[datetime](), list[str]()
        extra = ["--first-parent"]
        lines = self._store.git.log(
            str(self._tip), format_="%H %ct", paths=["policies", CONFIG], extra=extra
        )
        for line in reversed(lines):
            commit, seconds = line.split()
            # one whose date was set back counts as dated like the one before it
            since.append(max([commit_time(seconds, END_OF_TIME), *since[-1:]]))
            commits.append(commit)
        return since, commits

    def _state(self, commit: str) -> tuple[Roster, ConfigSpec] | None:
        """Return what one commit says; None where there is no roster, or no settings can be read."""
        if commit not in self._known:
            state = self._store.at(commit)
            roster = roster_at(state)
            try:
                self._known[commit] = None if roster is None else (roster, state.config)
            except errors.Unreadable:
                self._known[commit] = None
        return self._known[commit]
