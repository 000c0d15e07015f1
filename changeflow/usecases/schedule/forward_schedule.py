"""The forward schedule of change."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from changeflow import errors
from changeflow.cmdb.outages import Outages
from changeflow.gate_cases.planned_requests import planned_requests, read_at_once
from changeflow.gate_cases.schedule_memory import (
    PlannedChanges,
    ScheduleMemory,
    ScheduleRow,
    read_collisions,
    written_collisions,
)
from changeflow.gate_cases.states import States
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
from changeflow.model.change import ChangeRequest, Window
from changeflow.model.watched_time import Holding, hold, unnoted
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
from changeflow.schedule.open_changes import OpenChange, OpenChanges, open_change
from changeflow.schedule.recurrence import Interval, RecurrenceError
from changeflow.schedule.told_conflicts import told_conflict
from changeflow.schedule.windows import environments, periods, timing

# what part of all changes is asked about one by one: one in so many
_FEW = 3
# periods of one freeze on one schedule
MOST_FREEZES = 1_000


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
    if until <= since:
        raise errors.UsageError.of("option.period")
    base = view.base.require_readable()
    try:
        planned = _planned(view, base, since, until, unnoted(now))
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
    return ScheduleAnswer.model_validate(
        {
            "from": since,
            "to": until,
            "changes": (*changes, *_not_over(planned, now)),
            "freezes": tuple(freezes),
            "unknown": tuple(_unknown(base.calendars, begin, end)),
            "outages": _outages(view, base, planned, since, until, now),
            "unreadable": planned.unreadable,
        }
    )


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


def _not_over(planned: PlannedChanges, now: datetime) -> Iterable[UnscheduledChange]:
    """Yield the changes without a window that may still run."""
    for name in planned.unplanned:
        row, during, _ = planned.rows[name]
        hold(now, during)
        if isinstance(row, UnscheduledChange) and row.state not in OVER:
            yield row


def _planned(
    view: View, base: Rulebook, since: datetime, until: datetime, now: datetime
) -> PlannedChanges:
    """Return what is planned, with the rows of a period as they are now.

    Raises:
        RecurrenceError: when a calendar cannot be read.
    """
    memory = ScheduleMemory.of(view)
    known = memory.recall() if memory is not None else None
    wanted = _without_row(known, since, until, now) if known is not None else []
    if known is not None and not wanted:
        return known
    requests = planned_requests(view)
    if known is None:
        levels = base.services is not None
        known = PlannedChanges(
            requests.open, requests.drafts, requests.unplanned, requests.lost, levels, {}
        )
        wanted = _without_row(known, since, until, now)
    made = _Planned(view, base, requests.open, now)
    rows = {**known.rows, **made.rows(wanted)}
    for name in made.not_known:
        # the calendar may know more at any moment
        rows[name] = rows[name]._replace(during=Holding(now, now))
    if memory is not None:
        kept = {name: row for name, row in rows.items() if name not in made.not_known}
        memory.keep(replace(known, rows=kept))
    return replace(known, rows=rows)


def _without_row(
    known: PlannedChanges, since: datetime, until: datetime, now: datetime
) -> list[str]:
    """Return the changes of a period that have no row which holds now."""
    asked = [name for name, one in known.with_window.items() if _is_within(one, since, until)]
    found: list[str] = []
    for name in (*asked, *known.unplanned):
        row = known.rows.get(name)
        if row is None or not row.during.has(now):
            found.append(name)
    return found


def _is_within(change: OpenChange, since: datetime, until: datetime) -> bool:
    return change.start < until and change.end > since


class _Planned:
    """What the rows of one schedule share.

    Args:
        view: the main branch.
        base: the rulebook.
        planned: the changes that have a window.
        now: the time.
    """

    def __init__(
        self, view: View, base: Rulebook, planned: Mapping[str, OpenChange], now: datetime
    ) -> None:
        self._view, self._base, self._now = view, base, now
        self._planned, self._others = planned, OpenChanges(planned.values())
        # changes of which not all freezes are known, so that their rows are not to be kept
        self.not_known: set[str] = set()

    def rows(self, names: Sequence[str]) -> dict[str, ScheduleRow]:
        """Return the rows of some changes.

        Raises:
            RecurrenceError: when a calendar cannot be read.
        """
        planned = [name for name in names if name in self._planned]
        colliding = self._colliding(planned)
        asked = set(names)
        for name in planned:
            asked.update(colliding[name].others)
        few = len(asked) * _FEW < len(self._planned)
        view = self._view.for_some(frozenset(asked)) if few else self._view.for_many()
        read_at_once(self._view.base, asked)
        requests = [self._request(name) for name in self._planned if name in asked]
        requests += [self._request(name) for name in names if name not in self._planned]
        states = States(view, self._base, requests, self._now)
        rows: dict[str, ScheduleRow] = {}
        for name in names:
            change = self._request(name)
            if name in self._planned:
                rows[name] = self._row(change, colliding[name], states)
            elif change.spec.window is not None:
                rows[name] = self._row(change, self._of_draft(change, change.spec.window), states)
            else:
                rows[name] = self._row_without_window(change, states)
        return rows

    def _of_draft(self, change: ChangeRequest, window: Window) -> Conflicting:
        """Return that a draft collides with nothing: its time is not asked for yet."""
        return Conflicting(open_change(change, window), ConflictRules())

    def _row_without_window(self, change: ChangeRequest, states: States) -> ScheduleRow:
        state = states.state(change)
        row = UnscheduledChange(
            change=change.id,
            title=change.metadata.title,
            type=change.spec.type.value,
            items=change.changed,
            environments=environments(change, self._base.items),
            requester=change.metadata.requester,
            implementer=change.spec.implementer,
            state=state.value if state is not None else "",
        )
        return ScheduleRow(row, states.during(change))

    def _request(self, name: str) -> ChangeRequest:
        return self._view.base.change(name).change

    def _row(self, change: ChangeRequest, colliding: Conflicting, states: States) -> ScheduleRow:
        window = change.spec.window
        assert window is not None  # noqa: S101 - the caller looked; this is for the type checker
        state, base = states.state(change), self._base
        during, over, others = states.during(change), set[str](), colliding.others
        for name in others if state not in OVER else ():
            other = self._request(name)
            during = during.both(states.during(other))
            if states.state(other) in OVER:
                over.add(name)
        if state in OVER:
            over.update(others)
        row = ScheduledChange(
            change=change.id,
            title=change.metadata.title,
            type=change.spec.type.value,
            start=window.start,
            end=window.end,
            items=change.changed,
            environments=environments(change, base.items),
            requester=change.metadata.requester,
            implementer=change.spec.implementer,
            state=state.value if state is not None else "",
            conflicts=(),
            conflicts_total=colliding.total(over),
            freezes=tuple(self._freezes(change, window, states)),
        )
        first = colliding.first(MOST_CONFLICTS, over)
        return ScheduleRow(row, during, written_collisions(first))

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
