"""Recurring periods: RFC 5545 rules through python-dateutil, expanded in the local time of their zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from changeflow.model.times import END_OF_TIME

# A rule that yields more occurrences than this before the period asked for is not a calendar but a mistake or an attack.
MAX_OCCURRENCES: Final = 20_000
# A finer rule is searched second by second, up to the year 9999 where it matches nothing: every gate would wait for ever.
_TOO_FINE: Final = ("SECONDLY", "MINUTELY", "HOURLY")


class RecurrenceError(ValueError):
    """A recurrence rule or time zone that cannot be used."""


def occurrences(
    start: datetime, length: timedelta, rrule: str | None, timezone: str | None, since: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Periods of `length` that overlap [since, until), as instants in UTC, oldest first.

    With a zone, occurrences keep their local wall-clock start across daylight-saving changes; a start that falls into a gap
    moves forward by the gap (RFC 5545 3.3.5).

    Raises:
        RecurrenceError: for a rule or zone that cannot be read, or one with too many occurrences.
    """
    if rrule is None:
        end = start + min(length, END_OF_TIME - start)
        if start < until and end > since:
            yield start, end
        return
    zone = _zone(timezone)
    for count, begin in enumerate(_starts(_local(start, zone), rrule)):
        if count >= MAX_OCCURRENCES:
            raise RecurrenceError(f"`{rrule}` has more than {MAX_OCCURRENCES} occurrences before the period asked for")
        try:
            instant = begin.replace(tzinfo=zone).astimezone(UTC)
            end = instant + length
        except OverflowError:  # the years 1 and 9999: what is not a time in UTC happens at no time that can be asked for
            continue
        if instant >= until:
            return
        if end > since:
            yield instant, end


def _starts(first: datetime, rrule: str) -> Iterator[datetime]:
    from dateutil.rrule import rrulestr

    if "\n" in rrule or "DTSTART" in rrule.upper():
        raise RecurrenceError("`rrule` is one RFC 5545 rule without DTSTART, e.g. FREQ=WEEKLY;BYDAY=SU")
    if any(f"FREQ={freq}" in rrule.upper().replace(" ", "") for freq in _TOO_FINE):
        raise RecurrenceError(f"`{rrule}` repeats more often than daily, which no freeze or maintenance window does")
    try:
        yield from rrulestr(rrule, dtstart=first)
    except (ValueError, TypeError, KeyError) as error:
        raise RecurrenceError(f"`{rrule}` is no RFC 5545 rule: {error}") from error


def _local(start: datetime, zone: ZoneInfo) -> datetime:
    """The wall clock of a zone at an instant."""
    try:
        return start.astimezone(zone).replace(tzinfo=None)
    except OverflowError as error:
        raise RecurrenceError(f"what begins at {start.isoformat()} begins at no time in {zone.key}") from error


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise RecurrenceError(f"`{name}` is no IANA time zone") from error
