"""The rows of the forward schedule: how each change stands, what it collides with, what keeps it waiting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import filterfalse
from typing import Final, NamedTuple

from pydantic import ValidationError

from changeflow.cmdb.outages import Outages
from changeflow.gate_cases.planned_requests import read_at_once
from changeflow.gate_cases.schedule_memory import ScheduleRow, written_collisions
from changeflow.gate_cases.states import Standing, States
from changeflow.model.answers.schedule import ScheduledChange, UnscheduledChange
from changeflow.model.change import ChangeRequest, Window
from changeflow.reading.other_changes import OVER
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View
from changeflow.schedule.conflicts import (
    MOST_CONFLICTS,
    Conflicting,
    ConflictRules,
    candidates,
    conflicts_of_all,
)
from changeflow.schedule.open_changes import OpenChange, OpenChanges
from changeflow.schedule.recurrence import RecurrenceError
from changeflow.schedule.windows import environments, timing

# what part of all changes is asked about one by one: one in so many
_FEW: Final = 3


class KnownChange(NamedTuple):
    """What was found of a change before.

    Attributes:
        standing: its state, and how long it has it.
        row: its row on an earlier schedule, of which all but state and conflicts still holds; None where
            there is none.
    """

    standing: Standing
    row: ScheduledChange | UnscheduledChange | None = None


NOTHING_KNOWN: Final[Mapping[str, KnownChange]] = {}


def schedule_row_of_json(text: str) -> ScheduledChange | UnscheduledChange | None:
    """Return a row that was kept as text; None where the text is none."""
    for kind in (ScheduledChange, UnscheduledChange):
        with suppress(ValidationError):
            return kind.model_validate_json(text)
    return None


class ScheduleRows:
    """What the rows of one schedule share.

    Attributes:
        not_known: the changes of which not all freezes are known, so that their rows are not to be
            kept.

    Args:
        view: the main branch.
        base: the rulebook.
        planned: the changes that have a window.
        now: the time.
        known: what was found of changes before.
    """

    def __init__(
        self,
        view: View,
        base: Rulebook,
        planned: Mapping[str, OpenChange],
        now: datetime,
        known: Mapping[str, KnownChange] = NOTHING_KNOWN,
    ) -> None:
        self._view, self._base, self._now, self._known = view, base, now, known
        self._planned, self._others = planned, OpenChanges(planned.values())
        self.not_known: set[str] = set()

    def rows(self, names: Sequence[str]) -> dict[str, ScheduleRow]:
        """Return the rows of some changes.

        Raises:
            RecurrenceError: when a calendar cannot be read.
        """
        planned = [name for name in names if name in self._planned]
        found = self._colliding(planned)
        colliding = {name: found[name] for name in planned}
        states = self._states(names, colliding)
        rows: dict[str, ScheduleRow] = {}
        for name in names:
            row = self._known_row(name) or self._made_row(name, states)
            rows[name] = self._with_state(row, colliding.get(name), states)
        return rows

    def _states(self, names: Sequence[str], colliding: Mapping[str, Conflicting]) -> States:
        """Return the states of changes; only requests of which too little is known are read."""
        asked = set(filterfalse(self._known_row, names))
        for name, mine in colliding.items():
            asked.update({name, *mine.others} - self._known.keys())
        few = len(asked) * _FEW < len(self._planned)
        view = self._view.for_some(frozenset(asked)) if few else self._view.for_many()
        read_at_once(self._view.base, asked)
        ordered = filter(asked.__contains__, dict.fromkeys((*self._planned, *names)))
        requests = [*map(self._request, ordered)]
        standings = {name: one.standing for name, one in self._known.items()}
        return States(view, self._base, requests, self._now, standings)

    def _known_row(self, name: str) -> ScheduledChange | UnscheduledChange | None:
        known = self._known.get(name)
        return known.row if known is not None else None

    def _request(self, name: str) -> ChangeRequest:
        return self._view.base.change(name).change

    def _standing(self, name: str, states: States) -> Standing:
        known = self._known.get(name)
        return states.standing(self._request(name)) if known is None else known.standing

    def _made_row(self, name: str, states: States) -> ScheduledChange | UnscheduledChange:
        """Return the row of a change, but for its state and conflicts."""
        change = self._request(name)
        told = {
            "change": name,
            "title": change.metadata.title,
            "type": change.spec.type.value,
            "items": change.changed,
            "environments": environments(change, self._base.items),
            "requester": change.metadata.requester,
            "implementer": change.spec.implementer,
            "state": "",
        }
        window = change.spec.window
        if window is None:
            return UnscheduledChange.model_validate(told)
        freezes = tuple(self._freezes(change, window, states))
        times = {"start": window.start, "end": window.end}
        none = {"conflicts": (), "conflicts_total": 0}
        return ScheduledChange.model_validate({**told, **times, **none, "freezes": freezes})

    def _with_state(
        self,
        row: ScheduledChange | UnscheduledChange,
        colliding: Conflicting | None,
        states: States,
    ) -> ScheduleRow:
        """Return a row with the state of its change, and the conflicts with changes that are not over."""
        state, during = self._standing(row.change, states)
        told = {"state": "" if state is None else state.value, "conflicts_total": 0}
        if colliding is None:
            # A draft collides with nothing: its time is not asked for yet.
            return ScheduleRow(row.model_copy(update=told), during)
        over, others = set[str](), colliding.others
        for name in others if state not in OVER else ():
            other, other_during = self._standing(name, states)
            during = during.both(other_during)
            if other in OVER:
                over.add(name)
        if state in OVER:
            over.update(others)
        whole = row.model_copy(update={**told, "conflicts_total": colliding.total(over)})
        first = colliding.first(MOST_CONFLICTS, over)
        return ScheduleRow(whole, during, written_collisions(first))

    def _freezes(self, change: ChangeRequest, window: Window, states: States) -> Iterator[str]:
        """Yield the freezes that keep a change waiting; none where they are not known.

        Raises:
            RecurrenceError: when a calendar cannot be read.
        """
        base = self._base
        try:
            times = timing(
                change,
                base.calendars,
                base.items,
                base.roster,
                window.start,
                failing=states.failing(change),
                expand=states.agenda.overlapping,
            )
        except RecurrenceError as error:
            if not error.lacks_holidays:
                raise
            self.not_known.add(change.id)
            return
        for hit in times.freezes:
            if not hit.exempt:
                yield hit.id

    def _colliding(self, names: Sequence[str]) -> Mapping[str, Conflicting]:
        """Return what some changes conflict with, whether the others are over or not."""
        rules = ConflictRules.of(self._base.config.conflicts)
        outages = Outages(self._base.graph, self._base.risk_model.weights, self._base.columns.needs)
        if len(names) * _FEW >= len(self._planned):
            return conflicts_of_all(self._others, outages, rules)
        found: dict[str, Conflicting] = {}
        for mine in self._others.named(names):
            found[mine.id] = Conflicting(mine, rules)
            for other in candidates(mine, self._others):
                found[mine.id].compare(other, outages)
        return found
