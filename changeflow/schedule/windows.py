"""When a change may be made: its own window, freezes and maintenance windows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from changeflow.model.base import Record
from changeflow.model.calendars import Calendar, Freeze, MaintenanceWindow
from changeflow.model.change import ChangeRequest, Window
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.people import Roster
from changeflow.model.times import END_OF_TIME
from changeflow.schedule.recurrence import occurrences


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
    """What calendars say about a change. `lead` is window start minus now; None without a window."""

    in_window: bool
    window_past: bool
    lead: timedelta | None
    length: timedelta | None
    freezes: tuple[FreezeHit, ...]
    maintenance: bool


def timing(
    change: ChangeRequest,
    calendars: Iterable[Calendar],
    items: Mapping[str, ConfigurationItem],
    roster: Roster,
    now: datetime,
) -> Timing:
    """What calendars say about a change at `now`.

    Freezes are looked up over the change's window, and over the moment `now` where there is no window. An exception from a freeze
    is granted by a human of the roster who neither requests nor implements the change.

    Raises:
        recurrence.RecurrenceError: when a calendar cannot be read; the gate stays shut then.
    """
    window = change.spec.window
    since, until = (window.start, window.end) if window else (now, now + min(timedelta(seconds=1), END_OF_TIME - now))
    places = environments(change, items)
    listed = list(calendars)
    return Timing(
        in_window=window is None or window.start <= now < window.end,
        window_past=window is not None and now >= window.end,
        lead=window.start - now if window else None,
        length=window.end - window.start if window else None,
        freezes=tuple(
            hit
            for calendar in listed
            for freeze in calendar.spec.freezes
            for hit in _hits(freeze, calendar, change, places, roster, since, until)
        ),
        maintenance=window is not None and all(_maintained(place, listed, window) for place in places) and bool(places),
    )


def environments(change: ChangeRequest, items: Mapping[str, ConfigurationItem]) -> tuple[str, ...]:
    """Environments of the changed items, sorted. An item without one is in the environment `unknown`."""
    found = {(items[ci].spec.environment or "unknown") if ci in items else "unknown" for ci in change.changed}
    return tuple(sorted(found))


def _hits(
    freeze: Freeze,
    calendar: Calendar,
    change: ChangeRequest,
    places: tuple[str, ...],
    roster: Roster,
    since: datetime,
    until: datetime,
) -> Iterable[FreezeHit]:
    if not _covers(freeze, change, places):
        return
    exempt, because = _exemption(freeze, change, roster)
    for start, end in occurrences(freeze.start, freeze.end - freeze.start, freeze.rrule, freeze.timezone, since, until):
        yield FreezeHit(
            id=freeze.id, name=freeze.name, calendar=calendar.metadata.id, start=start, end=end, exempt=exempt, because=because
        )


def _covers(freeze: Freeze, change: ChangeRequest, places: tuple[str, ...]) -> bool:
    if not freeze.environments and not freeze.items:
        return True
    # An unknown environment may be the frozen one: silence is not consent.
    in_place = bool(set(freeze.environments) & set(places)) or bool(freeze.environments and "unknown" in places)
    return in_place or bool(set(freeze.items) & set(change.changed))


def _exemption(freeze: Freeze, change: ChangeRequest, roster: Roster) -> tuple[bool, str]:
    if change.spec.type in freeze.allow:
        return True, f"the freeze allows {change.spec.type} changes"
    own = (change.metadata.requester, change.spec.implementer)
    for exception in (exception for exception in freeze.exceptions if exception.change == change.id):
        if roster.is_human(exception.granted_by) and exception.granted_by not in own:
            return True, f"exception granted by {exception.granted_by}: {exception.reason}"
    return False, ""


def _maintained(place: str, calendars: Iterable[Calendar], window: Window) -> bool:
    return any(
        start <= window.start and window.end <= end
        for calendar in calendars
        for slot in calendar.spec.windows
        if place in slot.environments
        for start, end in _slots(slot, window)
    )


def _slots(slot: MaintenanceWindow, window: Window) -> Iterable[tuple[datetime, datetime]]:
    return occurrences(slot.start, slot.duration, slot.rrule, slot.timezone, window.start, window.end)
