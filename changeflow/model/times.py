"""Dates, instants and durations as documents spell them.

No pydantic here: `check` reads times without paying for it.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final, NamedTuple

from changeflow.model.phrases import WrongTextError

# `$(?!\n)` because `$` alone also matches before a trailing line break in some engines (Python's
# among them).
DATE_PATTERN: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)"
DATE_TIME_PATTERN: Final = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})$(?!\n)"
)
LOCAL_TIME_PATTERN: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$(?!\n)"
DURATION_PATTERN: Final = (
    r"^P(?=[0-9T])([0-9]{1,5}W|([0-9]{1,5}D)?"
    r"(T(?=[0-9])([0-9]{1,6}H)?([0-9]{1,7}M)?([0-9]{1,8}S)?)?)$(?!\n)"
)

# nothing earlier, and nothing later can be said
BEGINNING_OF_TIME: Final = datetime.min.replace(tzinfo=UTC)
END_OF_TIME: Final = datetime.max.replace(tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
# where a day begins first
_EAST: Final = timezone(timedelta(hours=14))

_DURATION = re.compile(
    r"P(?:(?P<weeks>[0-9]{1,5})W|(?:(?P<days>[0-9]{1,5})D)?"
    r"(?:T(?:(?P<hours>[0-9]{1,6})H)?(?:(?P<minutes>[0-9]{1,7})M)?(?:(?P<seconds>[0-9]{1,8})S)?)?)",
    re.ASCII,
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_LOCAL_TIME = re.compile(LOCAL_TIME_PATTERN.removesuffix(r"(?!\n)").strip("^$"), re.ASCII)
_DATE_TIME = re.compile(DATE_TIME_PATTERN.removesuffix(r"(?!\n)").strip("^$"), re.ASCII)


class NominalDuration(NamedTuple):
    """A duration on a wall clock: days of 23, 24 or 25 hours, then an exact rest."""

    days: int
    rest: timedelta


@lru_cache(maxsize=1_024)
def parse_duration(text: str) -> timedelta:
    """Return the duration in an ISO 8601 text of weeks, days, hours, minutes and seconds.

    Years and months are refused: their length depends on the day they start. Only ASCII digits
    count.

    Raises:
        ValueError: when the text is no such duration.
    """
    return timedelta(**_duration_parts(text))


def parse_nominal_duration(text: str) -> NominalDuration:
    """Return a duration with its days apart from the rest (RFC 5545 3.3.6).

    `P1D` is a day, `PT24H` are 24 hours.

    Raises:
        ValueError: when the text is no such duration.
    """
    parts = _duration_parts(text)
    days = 7 * parts.pop("weeks", 0) + parts.pop("days", 0)
    return NominalDuration(days, timedelta(**parts))


def _duration_parts(text: str) -> dict[str, int]:
    found = _DURATION.fullmatch(text)
    parts: dict[str, int] = {}
    if found is not None:
        parts = {name: int(value) for name, value in found.groupdict().items() if value}
    if not parts or text.endswith("T"):
        raise WrongTextError(
            f"`{text}` is not an ISO 8601 duration such as PT30M, PT2H or P1D",
            "written.duration",
            text,
        )
    return parts


def format_nominal_duration(value: NominalDuration) -> str:
    """Return the ISO 8601 text that keeps days and hours apart, e.g. `P1D` or `PT24H`."""
    return _duration_text(value.days, int(value.rest.total_seconds()))


def format_duration(value: timedelta) -> str:
    """Return the shortest ISO 8601 text of a whole number of seconds, e.g. `PT1H30M`."""
    return _duration_text(*divmod(int(value.total_seconds()), 86_400))


def _duration_text(days: int, seconds: int) -> str:
    """Return the ISO 8601 text of days and seconds, without the units of which there are none."""
    hours, seconds = divmod(seconds, 3_600)
    minutes, seconds = divmod(seconds, 60)
    time = ""
    for amount, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")):
        if amount:
            time += f"{amount}{unit}"
    text = "P"
    if days:
        text += f"{days}D"
    if time or not days:
        text += f"T{time or '0S'}"
    return text


def days_later(day: date, days: int) -> date:
    """Return the day so many days later, at most the last day of the calendar."""
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))


def later_by_the_clock(value: datetime, length: NominalDuration, zone: tzinfo) -> datetime:
    """Return the time when the clock of a zone has gone on by so many days, and an exact rest.

    It is at most the end of time. A time that the clock skips moves forward by the gap, and one that
    it shows twice is the first of the two (RFC 5545 3.3.5).
    """
    try:
        local = value.astimezone(zone).replace(tzinfo=None) + timedelta(days=length.days)
        return local.replace(tzinfo=zone, fold=0).astimezone(UTC) + length.rest
    except OverflowError:
        return END_OF_TIME


def parse_date(text: str) -> date:
    """Return a calendar date `YYYY-MM-DD` that exists.

    Raises:
        ValueError: when the text is no such date.
    """
    if _DATE.fullmatch(text) is None:
        raise WrongTextError(f"`{text}` is not a date such as 2026-11-21", "written.date", text)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongTextError(
            f"`{text}` is not a day of the calendar", "written.no_day", text
        ) from error


def parse_instant(text: str) -> datetime:
    """Return an RFC 3339 time with an offset, as an instant in UTC.

    Raises:
        ValueError: without an offset, or when no such instant exists.
    """
    return parse_written_instant(text).astimezone(UTC)


def parse_written_instant(text: str) -> datetime:
    """Return an RFC 3339 time in the offset in which it is written.

    Raises:
        ValueError: without an offset, or when no such instant exists.
    """
    if _DATE_TIME.fullmatch(text) is None:
        raise WrongTextError(
            f"`{text}` is not a time with an offset such as 2026-11-25T22:00:00+08:00",
            "written.instant",
            text,
        )
    try:
        found = datetime.fromisoformat(text.upper())
        found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise WrongTextError(
            f"`{text}` is not a time that exists", "written.no_time", text
        ) from error
    return found


def parse_local_time(text: str) -> datetime:
    """Return a wall-clock time without an offset.

    Raises:
        ValueError: with an offset, or when the calendar has no such time.
    """
    if _LOCAL_TIME.fullmatch(text) is None:
        raise WrongTextError(
            f"`{text}` is not a local time without an offset such as 2026-10-02T20:00:00",
            "written.local_time",
            text,
        )
    try:
        # no zone: whose clock it is, the period says
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise WrongTextError(
            f"`{text}` is not a time that exists", "written.no_time", text
        ) from error


def format_written_instant(value: datetime) -> str:
    """Return an instant as RFC 3339 text in its own offset."""
    return value.isoformat().replace("+00:00", "Z")


def format_instant(value: datetime) -> str:
    """Return an instant as RFC 3339 text in UTC, with microseconds only if there are any."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def local_day(value: datetime, zone: tzinfo) -> date:
    """Return the day in a zone at an instant, limited to the days of the calendar."""
    try:
        if type(value) is not datetime:
            from changeflow.model.watched_time import WatchedTime, watched_day

            if isinstance(value, WatchedTime):
                return watched_day(value, zone)
        return value.astimezone(zone).date()
    except OverflowError:
        if value.year > 1:
            return date.max
        return date.min


def start_of_day(day: date, zone: tzinfo) -> datetime:
    """Return the instant at which a day begins in a zone, in UTC, limited to those of the calendar.

    It is the first instant at which the clock there shows that day or a later one. Where the clock
    skips midnight, it is the moment at which it is put forward; where it shows midnight twice, the
    first of the two. A day that a zone skips begins when the next one does.
    """
    try:
        # PEP 495: of a time that is skipped, `fold=0` is the later instant, and of one that is
        # shown twice the earlier
        first = datetime.combine(day, time(), zone).astimezone(UTC)
        other = datetime.combine(day, time(fold=1), zone).astimezone(UTC)
    except OverflowError:
        return BEGINNING_OF_TIME if day.year == 1 else END_OF_TIME
    return first if other >= first else _put_forward(other, first, day, zone)


def _put_forward(before: datetime, after: datetime, day: date, zone: tzinfo) -> datetime:
    """Return the second between two instants at which a zone's clock is put forward to a day."""
    while after - before > _SECOND:
        middle = before + (after - before) // 2 // _SECOND * _SECOND
        if middle.astimezone(zone).date() < day:
            before = middle
        else:
            after = middle
    return after


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """Return the last second of a day in a zone, in UTC, limited to those of the calendar."""
    if day == date.max:
        return END_OF_TIME
    return max(start_of_day(days_later(day, 1), zone) - _SECOND, BEGINNING_OF_TIME)


def lies_ahead(day: date, now: datetime) -> bool:
    """Return whether a day has not begun anywhere in the world."""
    return day > local_day(now, _EAST)


def rough(span: timedelta) -> str:
    """Return a length of time rounded to its largest unit, such as `4 days`, without a sign."""
    seconds = abs(span).total_seconds()
    size, unit = 1, "second"
    for larger, name in ((60, "minute"), (3_600, "hour"), (86_400, "day")):
        if seconds >= larger * 0.99:
            size, unit = larger, name
    count = round(seconds / size)
    return f"{count} {unit}" + ("" if count == 1 else "s")


def commit_time(seconds: str, latest: datetime) -> datetime:
    """Return the time that a commit states (git's `%ct`), but at most `latest`.

    A time that no calendar has counts as `latest`, too.
    """
    try:
        return min(datetime.fromtimestamp(int(seconds), UTC), latest)
    except (ValueError, OverflowError, OSError):
        return latest
