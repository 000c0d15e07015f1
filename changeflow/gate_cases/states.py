"""The states of many changes on the base, each by the shortest way that tells it for sure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from changeflow.cmdb.impact import affected_items
from changeflow.gate.change_states import LifecycleState
from changeflow.gate_cases.other_changes_states import standings_of_head
from changeflow.gate_cases.unmentioned_changes import Unanswered
from changeflow.model.change import ChangeRequest, Window
from changeflow.model.times import END_OF_TIME
from changeflow.model.watched_time import ALWAYS, Holding, Watch
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View
from changeflow.schedule.agenda import Agenda

# Most changes of a long schedule need no gate, and gates take long to import.
if TYPE_CHECKING:
    from changeflow.gate.lifecycle import LifeCase


class _Known(NamedTuple):
    """All that the state of a change depends on, its state, and how long it has it.

    The first two are None where they cannot be read.
    """

    case: LifeCase | None
    state: LifecycleState | None
    during: Holding


class Standing(NamedTuple):
    """The state of a change, None where it cannot be told, and how long it has it."""

    state: LifecycleState | None
    during: Holding


NOTHING_KNOWN: Final[Mapping[str, Standing]] = {}


class States:
    """The states of changes on the base at a time.

    Args:
        view: where the base and the ledger are.
        base: policies, roster, CMDB and settings there.
        requests: the changes that may be asked about.
        now: the time.
        known: states that were found before.
    """

    def __init__(
        self,
        view: View,
        base: Rulebook,
        requests: Iterable[ChangeRequest],
        now: datetime,
        known: Mapping[str, Standing] = NOTHING_KNOWN,
    ) -> None:
        found = tuple(requests)
        self._base, self._now, self._told = base, now, known
        self._windows = tuple(one.spec.window for one in found if one.spec.window is not None)
        self._unanswered = Unanswered(view, base, [one.id for one in found], now)
        # One view for all of them keeps what the rules see beside a request.
        self._there = view.of_base()
        self._known: dict[str, _Known] = {}

    @cached_property
    def agenda(self) -> Agenda:
        """Return the calendars, expanded once over all windows and the time."""
        moments = [self._now, self._now + min(timedelta(seconds=1), END_OF_TIME - self._now)]
        for window in self._windows:
            moments += _ends(window)
        return Agenda(self._base.calendars, min(moments), max(moments))

    def standing(self, change: ChangeRequest) -> Standing:
        """Return how a change stands, and how long it does if nothing happens but that time goes by.

        Its state is None where what a gate asks about it cannot be read.
        """
        told = self._told.get(change.id)
        if told is not None:
            return told
        if self.is_surely_submitted(change):
            return Standing(LifecycleState.SUBMITTED, ALWAYS)
        found = self._looked_at(change.id)
        return Standing(found.state, found.during)

    def failing(self, change: ChangeRequest) -> Collection[str]:
        """Return the items that fail with those a change changes; none where it cannot be read."""
        told = self._told.get(change.id)
        is_readable = told is not None and told.state is not None
        if is_readable or self.is_surely_submitted(change):
            return self._unanswered.failing(change)
        case = self._looked_at(change.id).case
        return affected_items(case.common.assessment.impact).failing if case is not None else ()

    def _looked_at(self, name: str) -> _Known:
        if name not in self._known:
            watch = Watch(self._now)
            standing = standings_of_head(self._there, watch.now)
            self._known[name] = _Known(standing.case(name), standing.state(name), watch.holding)
        return self._known[name]

    def is_surely_submitted(self, change: ChangeRequest) -> bool:
        """Return whether the ledger is silent about a change that waits for approval.

        Where a calendar cannot be expanded, nothing is sure.
        """
        return self.agenda.complete and self._unanswered.surely_submitted(change)


def _ends(window: Window) -> tuple[datetime, datetime]:
    return window.start, window.end
