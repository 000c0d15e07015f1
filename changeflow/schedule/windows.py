"""When a change may be made: its own window, freezes and maintenance windows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from changeflow.model.base import Record
from changeflow.model.calendars import Calendar, CalendarPeriod, Freeze, MaintenanceWindow
from changeflow.model.change import ChangeRequest
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.people import Roster
from changeflow.model.times import END_OF_TIME
from changeflow.schedule.coverage import covered, covers, environments, touched
from changeflow.schedule.recurrence import Interval, RecurrenceError, Series, merged, series

__all__ = ["FreezeHit", "Timing", "environments", "periods", "series_of", "timing"]

# of one freeze in one answer; more of them say no more
MOST_HITS: Final = 50
# of one period that together last as long as a change; three decades of days
MOST_WINDOWS: Final = 10_000
_MOMENT: Final = timedelta(seconds=1)


class FreezeHit(Record):
    """A freeze that overlaps the time asked for and covers something the change touches."""

    id: str
    name: str
    calendar: str
    start: datetime
    end: datetime
    exempt: bool
    because: str = ""


class Timing(Record):
    """What calendars say about a change. `lead` is window start minus now; None without a window.

    `maintenance`: windows cover all it changes, for the whole time. `outside`: windows cover
    something it touches, and not for the whole time.
    """

    in_window: bool
    window_past: bool
    lead: timedelta | None
    length: timedelta | None
    freezes: tuple[FreezeHit, ...]
    maintenance: bool
    outside: bool = False


@dataclass(frozen=True)
class _Asked:
    """A change, and the time for which calendars are asked."""

    change: ChangeRequest
    items: Mapping[str, ConfigurationItem]
    failing: Collection[str]
    roster: Roster
    since: datetime
    until: datetime


def timing(
    change: ChangeRequest,
    calendars: Iterable[Calendar],
    items: Mapping[str, ConfigurationItem],
    roster: Roster,
    now: datetime,
    *,
    failing: Collection[str] = (),
    starting: bool = False,
) -> Timing:
    """What calendars say about a change at `now`. What is over by then no longer counts.

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

    Raises:
        RecurrenceError: when a calendar cannot be read; the gate stays shut then.
    """
    window = change.spec.window
    begin = now if window is None or starting else max(now, window.start)
    least = begin + min(_MOMENT, END_OF_TIME - begin)
    until = max(window.end, least) if window is not None else least
    over = window is not None and not starting and now >= window.end
    asked = _Asked(change, items, failing, roster, begin, until)
    listed = list(calendars)
    windows = [period for calendar in listed for period in calendar.spec.windows]
    return Timing(
        in_window=window is None or window.start <= now < window.end,
        window_past=window is not None and now >= window.end,
        lead=window.start - now if window else None,
        length=window.end - window.start if window else None,
        freezes=() if over else tuple(_freezes(listed, asked)),
        maintenance=window is not None and bool(change.changed) and _maintained(windows, asked),
        outside=_outside(windows, asked),
    )


def series_of(period: CalendarPeriod) -> Series:
    """The periods of a freeze or a window.

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


def periods(
    period: CalendarPeriod, since: datetime, until: datetime, most: int = MOST_HITS
) -> Iterator[Interval]:
    """The first periods of a freeze or window that overlap [since, until).

    Raises:
        RecurrenceError: when it cannot be read, or no period is found in the time that a search may
            take; with its name.
    """
    found = 0
    try:
        for one in islice(series_of(period).overlapping(since, until), most):
            found += 1
            yield one
    except RecurrenceError as error:
        if not found:
            raise _named(period, error) from error


def _named(period: CalendarPeriod, error: RecurrenceError) -> RecurrenceError:
    kind = "freeze" if isinstance(period, Freeze) else "window"
    return RecurrenceError(f"the {kind} `{period.id}`: {error}", error.key, error.hint)


def _freezes(calendars: Sequence[Calendar], asked: _Asked) -> Iterator[FreezeHit]:
    for calendar in calendars:
        for freeze in calendar.spec.freezes:
            if covered(freeze, asked.change, asked.failing, asked.items):
                yield from _hits(freeze, calendar, asked)


def _hits(freeze: Freeze, calendar: Calendar, asked: _Asked) -> Iterator[FreezeHit]:
    exempt, because = _exemption(freeze, asked.change, asked.roster)
    for start, end in periods(freeze, asked.since, asked.until):
        yield FreezeHit(
            id=freeze.id,
            name=freeze.title,
            calendar=calendar.metadata.id,
            start=start,
            end=end,
            exempt=exempt,
            because=because,
        )


def _exemption(freeze: Freeze, change: ChangeRequest, roster: Roster) -> tuple[bool, str]:
    if change.spec.type in freeze.allow:
        return True, f"the freeze allows {change.spec.type} changes"
    own = (change.metadata.requester, change.spec.implementer)
    for exception in (
        exception for exception in freeze.exceptions if exception.change == change.id
    ):
        if roster.is_human(exception.granted_by) and exception.granted_by not in own:
            return True, f"exception granted by {exception.granted_by}: {exception.reason}"
    return False, ""


def _maintained(windows: Sequence[MaintenanceWindow], asked: _Asked) -> bool:
    """Whether every changed item is known to be covered by windows that together last the whole time."""
    for ci in asked.change.changed:
        sure = [period for period in windows if covers(period.covered, ci, asked.items) == "yes"]
        if not _lasting(sure, asked):
            return False
    return True


def _outside(windows: Sequence[MaintenanceWindow], asked: _Asked) -> bool:
    """Whether an item is covered by windows that together do not last the whole time.

    What no window covers may be changed at any time.
    """
    heeded = [period for period in windows if _heeds(period, asked)]
    for ci in sorted(
        {ci for period in heeded for ci in touched(period, asked.change, asked.failing)}
    ):
        about = [period for period in heeded if _about(period, ci, asked)]
        if about and not _lasting(about, asked):
            return True
    return False


def _heeds(period: MaintenanceWindow, asked: _Asked) -> bool:
    types = period.covered.types
    return asked.change.spec.type not in period.allow and (
        not types or asked.change.spec.type in types
    )


def _about(period: MaintenanceWindow, ci: str, asked: _Asked) -> bool:
    mine = ci in touched(period, asked.change, asked.failing)
    return mine and covers(period.covered, ci, asked.items) != "no"


def _lasting(windows: Iterable[MaintenanceWindow], asked: _Asked) -> bool:
    """Whether windows, taken together, last from the beginning to the end of the time asked for."""
    found: list[Interval] = []
    for period in windows:
        try:
            found += islice(series_of(period).overlapping(asked.since, asked.until), MOST_WINDOWS)
        except RecurrenceError as error:
            raise _named(period, error) from error
    return any(start <= asked.since and asked.until <= end for start, end in merged(found))
