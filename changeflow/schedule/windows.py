"""The time in which a change may be made: its own window, freezes and maintenance windows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final, Literal, NamedTuple

from changeflow.lazy_dataclass import dataclass
from changeflow.model.calendars import Calendar, CalendarPeriod, Freeze, MaintenanceWindow
from changeflow.model.change import ChangeRequest
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.people import Roster
from changeflow.model.phrases import told
from changeflow.model.times import END_OF_TIME
from changeflow.model.watched_time import Holding, noted
from changeflow.schedule.coverage import covered, covers, environments, touched, touches
from changeflow.schedule.exceptions import GrantedException, exceptions_for
from changeflow.schedule.recurrence import Interval, RecurrenceError, Series, merged, series

__all__ = [
    "FreezeHit",
    "Timing",
    "environments",
    "overlapping",
    "periods",
    "series_of",
    "time_asked",
    "timing",
]

# of one freeze in one answer; more of them would add nothing
MOST_HITS: Final = 50
# of one period that together last as long as a change; three decades of days
MOST_WINDOWS: Final = 10_000
_MOMENT: Final = timedelta(seconds=1)

# what finds the periods of a freeze or a window that overlap a time
Expand = Callable[[CalendarPeriod, datetime, datetime], Iterator[Interval]]


@dataclass(frozen=True)
class FreezeHit:
    """A freeze that overlaps the time asked for and covers something the change touches.

    `exempt` says that the change need not heed it, `because` why. `exception` is the one that lets
    it go on; or one that does not, for the reason `refusal`.
    """

    id: str
    name: str
    calendar: str
    start: datetime
    end: datetime
    exempt: bool
    because: str = ""
    exception: GrantedException | None = None
    refusal: Literal["approvers", "ended"] | None = None


@dataclass(frozen=True)
class Timing:
    """The answer of the calendars about a change.

    `lead` is the start of the window minus now; None without a window.

    `maintenance`: windows cover all it changes, for the whole time. `outside`: windows cover
    something it touches, and not for the whole time. `windows_hold`: how long these two are so, where
    the time is watched.
    """

    in_window: bool
    window_past: bool
    lead: timedelta | None
    length: timedelta | None
    freezes: tuple[FreezeHit, ...]
    maintenance: bool
    outside: bool = False
    windows_hold: Holding = Holding()


class _Asked(NamedTuple):
    """A change, and the time for which calendars are asked."""

    change: ChangeRequest
    items: Mapping[str, ConfigurationItem]
    failing: Collection[str]
    roster: Roster
    since: datetime
    until: datetime
    expand: Expand


def time_asked(
    change: ChangeRequest, now: datetime, *, starting: bool
) -> tuple[datetime, datetime]:
    """Return the time for which calendars are asked about a change; see `timing`."""
    window = change.spec.window
    begin = now if window is None or starting else max(now, window.start)
    until = begin + min(_MOMENT, END_OF_TIME - begin)
    return begin, until if window is None else max(window.end, until)


def timing(
    change: ChangeRequest,
    calendars: Iterable[Calendar],
    items: Mapping[str, ConfigurationItem],
    roster: Roster,
    now: datetime,
    *,
    failing: Collection[str] = (),
    starting: bool = False,
    expand: Expand | None = None,
) -> Timing:
    """Return the answer of the calendars about a change at `now`, without past periods.

    Args:
        change: the change.
        calendars: freezes and maintenance windows.
        items: the CMDB by id.
        roster: who may have granted an exception: a human who neither requests nor implements the
            change.
        now: the time.
        failing: items that fail with those it changes, for periods that cover these too.
        starting: whether it is about to start. Calendars are then asked about the time from now to
            the end of its window, and otherwise about its window; about the moment `now` where it
            has none.
        expand: how periods of calendars are found, where they are kept (`schedule.agenda`).

    Raises:
        RecurrenceError: when a calendar cannot be read; the gate stays shut then.
    """
    window = change.spec.window
    begin, until = time_asked(change, now, starting=starting)
    in_window, past = True, False
    lead = length = None
    if window is not None:
        in_window, past = window.start <= now < window.end, now >= window.end
        lead, length = window.start - now, window.end - window.start
    asked = _Asked(change, items, failing, roster, begin, until, expand or overlapping)
    listed = list(calendars)
    windows: list[MaintenanceWindow] = []
    for calendar in listed:
        windows += calendar.spec.windows
    freezes: tuple[FreezeHit, ...] = ()
    if starting or not past:
        freezes = tuple(_hits_of_freezes(listed, asked))
    # Few ask about the windows, which open and close every week: not yet noted with a watched time.
    (maintenance, outside), windows_hold = noted(now, lambda: _answer_of(windows, asked))
    return Timing(
        in_window=in_window,
        window_past=past,
        lead=lead,
        length=length,
        freezes=freezes,
        maintenance=window is not None and maintenance,
        outside=outside,
        windows_hold=windows_hold,
    )


def _answer_of(windows: Sequence[MaintenanceWindow], asked: _Asked) -> tuple[bool, bool]:
    """Return whether windows cover all that is changed, and whether it lies outside of any."""
    maintained = bool(asked.change.changed) and _is_maintained(windows, asked)
    return maintained, _is_outside(windows, asked)


def series_of(period: CalendarPeriod) -> Series:
    """Return the periods of a freeze or a window.

    Raises:
        RecurrenceError: when its zone or its rule cannot be read.
    """
    return series(
        start=period.start,
        end=period.end,
        dtstart=period.dtstart,
        duration=period.duration,
        rrule=period.rrule,
        exdates=period.exdates,
        rdates=period.rdates,
        zone=period.zone or period.timezone,
    )


def overlapping(period: CalendarPeriod, since: datetime, until: datetime) -> Iterator[Interval]:
    """Return the periods of a freeze or a window that overlap [since, until).

    Raises:
        RecurrenceError: when its zone or its rule cannot be read, when too many days would have
            to be looked through, or when hours or holidays that it names are unknown.
        errors.UsageError: when the library for its holidays is not installed.
    """
    if period.pattern is not None:
        found: Iterator[Interval] = period.pattern.overlapping(since, until)
        return found
    return series_of(period).overlapping(since, until)


def periods(
    period: CalendarPeriod,
    since: datetime,
    until: datetime,
    most: int = MOST_HITS,
    expand: Expand = overlapping,
) -> Iterator[Interval]:
    """Yield the first periods of a freeze or window that overlap [since, until).

    Raises:
        RecurrenceError: when it cannot be read, when holidays are not known for all of the time, or
            no period is found in the time that a search may take; with its name.
    """
    found = 0
    try:
        for one in islice(expand(period, since, until), most):
            found += 1
            yield one
    except RecurrenceError as error:
        if not found or error.lacks_holidays:
            raise _with_name_of(period, error) from error


def _with_name_of(period: CalendarPeriod, error: RecurrenceError) -> RecurrenceError:
    kind = "freeze" if isinstance(period, Freeze) else "window"
    why = told("recurrence.of_period", case=kind, id=period.id, why=[error.why])
    return RecurrenceError(why, error.key, error.hint)


def _hits_of_freezes(calendars: Sequence[Calendar], asked: _Asked) -> Iterator[FreezeHit]:
    for calendar in calendars:
        for freeze in calendar.spec.freezes:
            if covered(freeze, asked.change, asked.failing, asked.items):
                yield from _hits_of_freeze(freeze, calendar, asked)


def _hits_of_freeze(freeze: Freeze, calendar: Calendar, asked: _Asked) -> Iterator[FreezeHit]:
    exempt, because = _why_exempt(freeze, asked.change, asked.roster)
    granted = () if exempt else exceptions_for(freeze, asked.change.id)
    for start, end in periods(freeze, asked.since, asked.until, expand=asked.expand):
        exception, refusal = _excepted(granted, asked.change, min(end, asked.until))
        yield FreezeHit(
            id=freeze.id,
            name=freeze.title,
            calendar=calendar.metadata.id,
            start=start,
            end=end,
            exempt=exempt or (exception is not None and refusal is None),
            because=because,
            exception=exception,
            refusal=refusal,
        )


def _excepted(
    granted: Sequence[GrantedException], change: ChangeRequest, until: datetime
) -> tuple[GrantedException | None, Literal["approvers", "ended"] | None]:
    """Return the exception that lets a change go on, else the last to end and why it does not."""
    for one in granted:
        if one.refusal(change, until) is None:
            return one, None
    if not granted:
        return None, None
    return granted[0], granted[0].refusal(change, until)


def _why_exempt(freeze: Freeze, change: ChangeRequest, roster: Roster) -> tuple[bool, str]:
    if change.spec.type in freeze.allow:
        return True, f"the freeze allows {change.spec.type} changes"
    own = (change.metadata.requester, change.spec.implementer)
    for exception in freeze.exceptions:
        granter = exception.granted_by
        if exception.change == change.id and roster.is_human(granter) and granter not in own:
            return True, f"exception granted by {granter}: {exception.reason}"
    return False, ""


def _is_maintained(windows: Sequence[MaintenanceWindow], asked: _Asked) -> bool:
    """Return whether windows are known to cover each changed item for the whole time."""
    for ci in asked.change.changed:
        sure: list[MaintenanceWindow] = []
        for period in windows:
            if covers(period.covered, ci, asked.items) == "yes":
                sure.append(period)
        if not _last_whole_time(sure, asked):
            return False
    return True


def _is_outside(windows: Sequence[MaintenanceWindow], asked: _Asked) -> bool:
    """Return whether windows cover an item, and do not last the whole time.

    What no window covers may be changed at any time.
    """
    heeded = [period for period in windows if _applies_to_type(period, asked)]
    if not heeded:
        return False
    for ci in sorted(set(touched(heeded, asked.change, asked.failing))):
        about = [period for period in heeded if _covers_item(period, ci, asked)]
        if about and not _last_whole_time(about, asked):
            return True
    return False


def _applies_to_type(period: MaintenanceWindow, asked: _Asked) -> bool:
    kind, types = asked.change.spec.type, period.covered.types
    return kind not in period.allow and (not types or kind in types)


def _covers_item(period: MaintenanceWindow, ci: str, asked: _Asked) -> bool:
    mine = touches(period, ci, asked.change, asked.failing)
    return mine and covers(period.covered, ci, asked.items) != "no"


def _last_whole_time(windows: Iterable[MaintenanceWindow], asked: _Asked) -> bool:
    """Return whether windows, taken together, last for the whole time asked for."""
    found: list[Interval] = []
    for period in windows:
        try:
            found += islice(asked.expand(period, asked.since, asked.until), MOST_WINDOWS)
        except RecurrenceError as error:
            raise _with_name_of(period, error) from error
    return any(start <= asked.since and asked.until <= end for start, end in merged(found))
