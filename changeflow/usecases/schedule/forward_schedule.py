"""The forward schedule of change."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from changeflow import errors
from changeflow.gate_cases.planned_requests import planned_requests
from changeflow.gate_cases.schedule_memory import (
    PlannedChanges,
    ScheduleMemory,
    ScheduleRow,
    read_collisions,
)
from changeflow.gate_cases.schedule_rows import NOTHING_KNOWN, KnownChange, ScheduleRows
from changeflow.model.answers.assessment import Conflict
from changeflow.model.answers.schedule import (
    ProjectedOutage,
    ScheduleAnswer,
    ScheduledChange,
    ScheduledFreeze,
    UnknownPeriod,
    UnscheduledChange,
)
from changeflow.model.calendars import Calendar, Freeze
from changeflow.model.watched_time import Holding, hold, unnoted
from changeflow.reading.other_changes import OVER
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View
from changeflow.schedule.conflicts import MOST_CONFLICTS
from changeflow.schedule.open_changes import OpenChange
from changeflow.schedule.recurrence import Interval, RecurrenceError
from changeflow.schedule.told_conflicts import told_conflict
from changeflow.schedule.windows import periods

# periods of one freeze on one schedule
MOST_FREEZES = 1_000


class Schedule(NamedTuple):
    """The forward schedule, with what a later one may take from it.

    Attributes:
        answer: as `schedule` returns it.
        rows: of changes by id, those alone of which all freezes are known.
    """

    answer: ScheduleAnswer
    rows: Mapping[str, ScheduledChange | UnscheduledChange]


def schedule(
    view: View, since: datetime, until: datetime, now: datetime, most: int = MOST_CONFLICTS
) -> ScheduleAnswer:
    """Return the changes on the base whose window overlaps [since, until).

    They have their states at `now`, conflicts and freezes. Changes without a window that are not over
    come after them.

    Args:
        view: the main branch.
        since: the beginning.
        until: the end.
        now: the time; a watched one notes how long the answer holds.
        most: conflicts of a change that are put into words, up to 20 of them.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.UsageError: when the period is empty.
    """
    return schedule_by(view, since, until, now, NOTHING_KNOWN, most).answer


def schedule_by(
    view: View,
    since: datetime,
    until: datetime,
    now: datetime,
    known: Mapping[str, KnownChange],
    most: int = MOST_CONFLICTS,
) -> Schedule:
    """Return the schedule by what is known of changes already.

    Args:
        view: the main branch.
        since: the beginning.
        until: the end.
        now: the time; a watched one notes how long the answer holds.
        known: what was found of changes; all others are looked at.
        most: conflicts of a change that are put into words, up to 20 of them.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.UsageError: when the period is empty.
    """
    if until <= since:
        raise errors.UsageError.of("option.period")
    base = view.base.require_readable()
    try:
        planned = _planned(view, base, since, until, unnoted(now), known)
        freezes = list(_freezes(base.calendars, since, until))
    except RecurrenceError as error:
        raise errors.Unreadable.of("file.calendar", why=error.why, hint=error.hint) from error
    hard = base.config.conflicts.hard
    changes: list[ScheduledChange] = []
    begin, end = since, until
    for change in planned.with_window.values():
        if _is_within(change, since, until):
            changes.append(_with_conflicts(planned, change, hard, most))
            hold(now, planned.rows[change.id].during)
            begin, end = min(begin, change.start), max(end, change.end)
    changes.sort(key=lambda one: (one.start, one.change))
    freezes.sort(key=lambda one: (one.start, one.id))
    answer = ScheduleAnswer.model_validate(
        {
            "from": since,
            "to": until,
            "changes": (*changes, *_not_over(planned, now, known)),
            "freezes": tuple(freezes),
            "unknown": tuple(_unknown(base.calendars, begin, end)),
            "outages": _outages(view, base, planned, since, until, now),
            "unreadable": planned.unreadable,
        }
    )
    rows = {name: one.row for name, one in planned.rows.items() if not _is_momentary(one)}
    return Schedule(answer, rows)


def _is_momentary(one: ScheduleRow) -> bool:
    return one.during.since == one.during.until


def _outages(
    view: View,
    base: Rulebook,
    planned: PlannedChanges,
    since: datetime,
    until: datetime,
    now: datetime,
) -> tuple[ProjectedOutage, ...]:
    """Return what is taken from service levels; nothing is read for it where no service has one."""
    if not planned.levels:
        return ()
    from changeflow.gate_cases.projected_outages import projected_outages

    known = {name: one.row.state for name, one in planned.rows.items() if one.during.has(now)}
    return tuple(projected_outages(view, base, known, since, until, now))


def _with_conflicts(
    planned: PlannedChanges, mine: OpenChange, hard: Collection[str], most: int
) -> ScheduledChange:
    """Return the row of a change with a window, with its first conflicts in words."""
    kept, open_changes = planned.rows[mine.id], planned.open
    row = kept.row
    assert isinstance(row, ScheduledChange)  # noqa: S101 - it has a window
    told: list[Conflict] = []
    for other, one in read_collisions(kept.collisions, most):
        told.append(told_conflict(mine, open_changes[other], one, hard))
    return row.model_copy(update={"conflicts": tuple(told)})


def _not_over(
    planned: PlannedChanges, now: datetime, known: Mapping[str, KnownChange]
) -> Iterable[UnscheduledChange]:
    """Yield the changes without a window that may still run."""
    for name in planned.unplanned:
        if _is_over(name, known):
            hold(now, known[name].standing.during)
            continue
        row, during, _ = planned.rows[name]
        hold(now, during)
        if isinstance(row, UnscheduledChange) and row.state not in OVER:
            yield row


def _is_over(name: str, known: Mapping[str, KnownChange]) -> bool:
    return name in known and known[name].standing.state in OVER


def _planned(
    view: View,
    base: Rulebook,
    since: datetime,
    until: datetime,
    now: datetime,
    told: Mapping[str, KnownChange],
) -> PlannedChanges:
    """Return what is planned, with the rows of a period as they are now.

    Raises:
        RecurrenceError: when a calendar cannot be read.
    """
    # Who knows of changes already has more than the repository to go by.
    memory = None if told else ScheduleMemory.of(view)
    known = memory.recall() if memory is not None else None
    wanted = _without_row(known, since, until, now, told) if known is not None else []
    if known is not None and not wanted:
        return known
    requests = planned_requests(view)
    if known is None:
        levels = base.services is not None
        known = PlannedChanges(
            requests.open, requests.drafts, requests.unplanned, requests.lost, levels, {}
        )
        wanted = _without_row(known, since, until, now, told)
    made = ScheduleRows(view, base, requests.open, now, told)
    rows = {**known.rows, **made.rows(wanted)}
    for name in made.not_known:
        # the calendar may know more at any moment
        rows[name] = rows[name]._replace(during=Holding(now, now))
    if memory is not None:
        kept = {name: row for name, row in rows.items() if name not in made.not_known}
        memory.keep(replace(known, rows=kept))
    return replace(known, rows=rows)


def _without_row(
    known: PlannedChanges,
    since: datetime,
    until: datetime,
    now: datetime,
    told: Mapping[str, KnownChange],
) -> list[str]:
    """Return the changes of a period that have no row which holds now."""
    asked = [name for name, one in known.with_window.items() if _is_within(one, since, until)]
    asked += [name for name in known.unplanned if not _is_over(name, told)]
    found: list[str] = []
    for name in asked:
        row = known.rows.get(name)
        if row is None or not row.during.has(now):
            found.append(name)
    return found


def _is_within(change: OpenChange, since: datetime, until: datetime) -> bool:
    return change.start < until and change.end > since


def _freezes(
    calendars: Iterable[Calendar], since: datetime, until: datetime
) -> Iterable[ScheduledFreeze]:
    """Yield the periods of freezes, as far as they are known."""
    for calendar in calendars:
        for freeze in calendar.spec.freezes:
            for start, end in _known_periods(freeze, since, until):
                yield ScheduledFreeze(
                    id=freeze.id,
                    name=freeze.title,
                    calendar=calendar.metadata.id,
                    start=start,
                    end=end,
                    environments=freeze.covered.environments,
                )


def _known_periods(freeze: Freeze, since: datetime, until: datetime) -> Iterator[Interval]:
    """Yield the periods of a freeze until a year of which the holidays are not known.

    Raises:
        RecurrenceError: when it cannot be read.
    """
    try:
        yield from periods(freeze, since, until, MOST_FREEZES)
    except RecurrenceError as error:
        if not error.lacks_holidays:
            raise


def _unknown(
    calendars: Iterable[Calendar], since: datetime, until: datetime
) -> Iterator[UnknownPeriod]:
    """Yield the freezes and windows that name holidays of a year that is not known."""
    for calendar in calendars:
        for period in (*calendar.spec.freezes, *calendar.spec.windows):
            if period.pattern is None:
                continue
            try:
                deque(periods(period, since, until, MOST_FREEZES), maxlen=0)
            except RecurrenceError as error:
                yield UnknownPeriod(
                    calendar=calendar.metadata.id,
                    id=period.id,
                    name=period.title,
                    why=str(error),
                    data=error.why,
                )
