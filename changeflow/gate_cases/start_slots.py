"""Slots in which a change may start, those of the least risk first, and what ends before they do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Final

from changeflow.cmdb.outages import Outages
from changeflow.gate.calendar_part import of_calendar
from changeflow.gate.gates.deploy import DEPLOY
from changeflow.gate.start_answer import StartAnswer, legal_times
from changeflow.gate.stretches import Stretch
from changeflow.gate_cases.start_times import HORIZON, StartTimes, model_ends
from changeflow.gate_cases.told_changes import services_of
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.assessment import Conflict
from changeflow.model.answers.decision import Reason, shutting
from changeflow.model.answers.when import Slot, SlotEnding
from changeflow.model.calendars import CalendarPeriod
from changeflow.model.change import Window
from changeflow.model.times import END_OF_TIME
from changeflow.schedule.coverage import covered
from changeflow.schedule.recurrence import RecurrenceError
from changeflow.schedule.windows import periods

# slots, and other windows, that an answer lists
MOST_SLOTS: Final = 20
MOST_ALTERNATIVES: Final = 5
# other windows that are compared before the best are listed, and starts that are tried
_COMPARED: Final = 12
_TRIED: Final = 200
# how long a change without a window is supposed to take
_UNKNOWN_LENGTH: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
# days at whose same hour another window is tried
_DAYS: Final = 14


@dataclass(frozen=True)
class FreeTime:
    """A time in which calendars let a change start.

    Attributes:
        start: its beginning.
        end: its end, excluded.
        answer: what the gate says at its beginning.
        conflicts: those that are not over then.
    """

    start: datetime
    end: datetime
    answer: StartAnswer
    conflicts: tuple[Conflict, ...]


class StartSlots:
    """The slots of a change.

    Args:
        times: when it may start.
    """

    def __init__(self, times: StartTimes) -> None:
        self._times = times
        base = times.inputs.base
        self._outages = Outages(base.graph, base.risk_model.weights, base.columns.needs)

    def within_window(self) -> list[FreeTime]:
        """Return when it may start with the window that it has, in order of time."""
        found: list[FreeTime] = []
        for one in legal_times(self._times.stretches):
            found += self._by_conflicts(one)
        return found

    def slots(self) -> tuple[Slot, ...]:
        """Return these times as slots, the best first."""
        return self._ranked(self.within_window(), MOST_SLOTS)

    def alternatives(self) -> tuple[Slot, ...]:
        """Return times for another window of the same length, the best first."""
        found: list[FreeTime] = []
        for one in self.other_windows(self._times.now):
            found.append(one)
            if len(found) >= _COMPARED:
                break
        return self._ranked(found, MOST_ALTERNATIVES)

    def other_windows(
        self, earliest: datetime, more: Iterable[datetime] = ()
    ) -> Iterator[FreeTime]:
        """Yield times to which the window could be moved, in order: without hard conflicts.

        Args:
            earliest: none starts before.
            more: further moments at which something becomes possible.
        """
        length, window = self.length, self._times.change.spec.window
        if any(one.answer.is_over for one in self._times.stretches[:1]):
            return
        starts = {_next_hour(earliest), *self._edges(earliest), *more}
        for start in sorted(one for one in starts if one >= earliest)[:_TRIED]:
            if END_OF_TIME - start <= length or (window is not None and start == window.start):
                continue
            moved = Window(start=start, end=start + length)
            answer, conflicts = self._times.moved_to(moved)
            if answer.is_legal and not any(one.hard for one in conflicts):
                yield FreeTime(start, moved.end, answer, conflicts)

    @property
    def length(self) -> timedelta:
        """Return how long the window is."""
        window = self._times.change.spec.window
        return _UNKNOWN_LENGTH if window is None else window.end - window.start

    def _edges(self, earliest: datetime) -> Iterator[datetime]:
        """Yield moments at which something begins or ends that may stand in the way."""
        times = self._times
        change, base = times.change, times.inputs.base
        horizon = min(HORIZON, END_OF_TIME - times.now)
        until = times.now + horizon
        for calendar in base.calendars:
            for period in (*calendar.spec.freezes, *calendar.spec.windows):
                if covered(period, change, (), base.items):
                    yield from _known_edges(period, earliest, until)
        for hold in times.case.common.holds:
            if hold.until is not None:
                yield hold.until
        others = times.inputs.evidence.open_changes(times.inputs.view.base)
        for other in (*others.changing(change.changed), *others.named(change.spec.depends_on)):
            yield from (other.end, other.over)
        if change.spec.window is not None:
            zone = base.config.zone
            at = change.spec.window.start.astimezone(zone).timetz()
            for number in range(_DAYS):
                day = (earliest + min(number * _DAY, END_OF_TIME - earliest)).astimezone(zone)
                yield datetime.combine(day.date(), at).astimezone(earliest.tzinfo)

    def _by_conflicts(self, one: Stretch[StartAnswer]) -> Iterator[FreeTime]:
        """Yield the parts of a stretch in which the same conflicts are ahead."""
        conflicts = self._times.conflicts
        turns = {two.overlap_end for two in conflicts if one.start < two.overlap_end < one.end}
        edges = [one.start, *sorted(turns), one.end]
        for start, end in pairwise(edges):
            ahead = tuple(two for two in conflicts if two.overlap_end > start)
            yield FreeTime(start, end, one.answer, ahead)

    def _ranked(self, found: Iterable[FreeTime], most: int) -> tuple[Slot, ...]:
        slots = [self._slot(one) for one in found]
        slots.sort(key=_risk)
        best = [one.model_copy(update={"best": True}) for one in slots[:1]]
        return (*best, *slots[1:most])

    def _slot(self, one: FreeTime) -> Slot:
        risk = self._times.case.common.assessment.risk
        return Slot(
            start=one.start,
            end=one.end,
            best=False,
            overlaps=tuple(dict.fromkeys(two.change for two in one.conflicts)),
            hard=any(two.hard for two in one.conflicts),
            maintenance=one.answer.maintenance,
            services=self._services(one.conflicts),
            risk=risk.level,
            score=risk.score,
            needs=tuple(self._needs(one.answer)),
            ending=tuple(self._endings(one.end)),
        )

    def _needs(self, answer: StartAnswer) -> Iterator[Reason]:
        """Yield what keeps the gate shut and is no matter of time."""
        for reason in shutting(answer.decision.reasons):
            alone = reason.model_copy(update={"parts": ()})
            if not of_calendar([alone], self._times.timed):
                yield alone

    @cached_property
    def _own_services(self) -> tuple[str, ...]:
        impact = self._times.case.common.assessment.impact
        return services_of(self._times.inputs.base, impact)

    def _services(self, conflicts: Iterable[Conflict]) -> tuple[str, ...]:
        """Return the services that fail with what the change and those beside it change."""
        inputs = self._times.inputs
        open_ones = inputs.evidence.open_changes(inputs.view.base)
        found = set(self._own_services)
        types, items, ids = inputs.base.config.service_types, inputs.base.items, inputs.base.graph.ids
        for other in open_ones.named(dict.fromkeys(one.change for one in conflicts)):
            for number in self._outages.of(other.items).failing:
                if items[ids[number]].spec.type in types:
                    found.add(ids[number])
        return tuple(sorted(found))

    def _endings(self, end: datetime) -> Iterator[SlotEnding]:
        """Yield what ends before a slot does, by time."""
        now = self._times.now
        found = [one for one in self._every_ending() if now < one.at < end]
        yield from sorted(found, key=lambda one: (one.at, one.what, one.id))

    def _every_ending(self) -> Iterator[SlotEnding]:
        times = self._times
        case, base = times.case, times.inputs.base
        longest = DEPLOY.validity(case)
        approvals = times.stretches[0].answer.decision.approvals
        for one in approvals if longest is not None else ():
            if longest is not None and END_OF_TIME - one.at > longest:
                yield SlotEnding(what="approval", id=one.by, at=one.at + longest)
        acting = {one.by for one in approvals} | {one.by for one in times.agreeing}
        for delegation in base.roster.spec.delegations:
            if delegation.to in acting:
                yield SlotEnding(what="delegation", id=delegation.to, at=delegation.end)
        model = base.models.get(times.change.spec.model or "")
        if model is not None and END_OF_TIME.date() - model.spec.expires > _DAY:
            ends = model_ends(model.spec.expires, base.config.zone)
            yield SlotEnding(what="model", id=model.metadata.id, at=ends)
        for name, end in {(one.id, one.end) for one in base.exceptions if one.change == times.change.id}:
            yield SlotEnding(what="exception", id=name, at=end)
        for hold in case.common.holds:
            if hold.until is not None and hold.lifted is None:
                yield SlotEnding(what="hold", id=hold.id, at=hold.until)


def _known_edges(
    period: CalendarPeriod, since: datetime, until: datetime
) -> Iterator[datetime]:
    """Yield when a period begins and ends; nothing where that is unknown: the gate is shut then."""
    try:
        for start, end in periods(period, since, until):
            yield from (start, end)
    except RecurrenceError:
        return


def _risk(slot: Slot) -> tuple[object, ...]:
    """Return what makes one slot better than another."""
    return (
        slot.hard,
        len(slot.overlaps),
        not slot.maintenance,
        len(slot.services),
        slot.start,
    )


def _next_hour(at: datetime) -> datetime:
    whole = at.replace(minute=0, second=0, microsecond=0)
    if whole == at:
        return at
    return whole + min(_HOUR, END_OF_TIME - whole)
