"""Moments as people type them: `monday`, `tomorrow 22:00`, `+2w`, `1 dec`, `2026-12-01 22:00`.

What is not surely meant is refused. See docs/decisions/dates-people-type.md.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final, NamedTuple

from changeflow.language.typed_days import UnclearTimeError, typed_day
from changeflow.model.times import parse_written_instant

_LONGEST: Final = 60
_CLOCK: Final = re.compile(
    r"(?:at )?(?:(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?(?: ?(?P<half>am|pm))?"
    r"|(?P<whole>[0-9]{1,2}) ?(?P<part>am|pm)|(?P<noon>noon|midday|中午))"
    r"(?: ?(?P<offset>[+-][0-9]{2}:[0-9]{2}|z|utc)(?= |$))?"
)
_SPAN: Final = re.compile(
    r"(?:(?P<sign>[+-])|(?P<ahead>in ))?(?P<count>[0-9]{1,5}) ?(?P<unit>[a-z]+|分钟|小时|天|周|个月|年)(?P<ago> ago|前|后)?"
)
_UNITS: Final = {
    "min": "minutes", "mins": "minutes", "minute": "minutes", "minutes": "minutes", "分钟": "minutes",
    "h": "hours", "hour": "hours", "hours": "hours", "小时": "hours",
    "d": "days", "day": "days", "days": "days", "天": "days",
    "w": "weeks", "week": "weeks", "weeks": "weeks", "周": "weeks",
    "mo": "months", "month": "months", "months": "months", "个月": "months",
    "y": "years", "year": "years", "years": "years", "年": "years",
}  # fmt: skip


class TypedTime(NamedTuple):
    """A moment that was typed.

    Attributes:
        moment: with the offset of the zone, or the one that was typed.
        exact: whether it was typed as a date or a time of the calendar, and not in words.
    """

    moment: datetime
    exact: bool


def typed_time(text: str, now: datetime, zone: tzinfo, since: datetime | None = None) -> TypedTime:
    """Return the moment that a text means. A day is the moment at which it begins in the zone.

    Args:
        text: what was typed.
        now: the time of the command.
        zone: whose clocks and days are meant where the text has no offset.
        since: what `+2w` counts from; None: from now.

    Raises:
        UnclearTimeError: when the text means no moment, or may mean several.
    """
    # full-width digits and punctuation are those of a Chinese keyboard
    plain = " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
    try:
        return TypedTime(parse_written_instant(plain.upper().replace(" ", "T", 1)), exact=True)
    except ValueError:
        pass
    if not plain or len(plain) > _LONGEST:
        raise UnclearTimeError("typed.unknown")
    try:
        typed = _in_words(plain, now.astimezone(zone), zone, since)
        typed.moment.astimezone(UTC)
    except OverflowError as error:
        raise UnclearTimeError("typed.calendar", text=text) from error
    return typed


def _in_words(plain: str, here: datetime, zone: tzinfo, since: datetime | None) -> TypedTime:
    if plain in ("now", "现在"):
        return TypedTime(here, exact=False)
    span = _SPAN.fullmatch(plain)
    if span is not None and any(span.group("sign", "ahead", "ago")):
        return TypedTime(_after(span, (since or here).astimezone(zone), zone), exact=False)
    words, clock, offset = _apart(plain)
    day, exact = typed_day(words, here.date())
    if clock is None:
        return TypedTime(_shown(datetime.combine(day, time()), zone), exact)
    if offset is not None:
        return TypedTime(datetime.combine(day, clock, offset), exact)
    return TypedTime(_on_the_wall(datetime.combine(day, clock), zone), exact)


# -- a span of time --------------------------------------------------------------------------------


def _after(span: re.Match[str], start: datetime, zone: tzinfo) -> datetime:
    """Return the moment so much later, or earlier: days and longer by the clock on the wall."""
    unit = _UNITS.get(span["unit"])
    if unit is None:
        if span["unit"] == "m":
            raise UnclearTimeError("typed.minutes_or_months", text=span.group())
        raise UnclearTimeError("typed.unit", text=span["unit"])
    count = int(span["count"])
    if span["sign"] == "-" or span["ago"] in (" ago", "前"):
        count = -count
    if unit in ("minutes", "hours"):
        return (start.astimezone(UTC) + timedelta(**{unit: count})).astimezone(zone)
    wall = start.replace(tzinfo=None, fold=0)
    if unit in ("days", "weeks"):
        return _shown(wall + timedelta(**{unit: count}), zone)
    from dateutil.relativedelta import relativedelta

    months = count * (12 if unit == "years" else 1)
    try:
        later = wall + relativedelta(months=months)
    except ValueError as error:
        raise OverflowError from error
    return _shown(later, zone)


# -- a day, and a time of the day ------------------------------------------------------------------


def _apart(plain: str) -> tuple[str, time | None, tzinfo | None]:
    """Return the words for the day, and the time on the clock with its offset where given."""
    # `2026-12-01t22:00`
    plain = re.sub(r"(?<=[0-9])t(?=[0-9])", " ", plain)
    found = [one for one in _CLOCK.finditer(plain) if _stands_alone(plain, one)]
    if len(found) > 1:
        raise UnclearTimeError("typed.two_times", text=plain)
    if not found:
        return plain, None, None
    before, after = plain[: found[0].start()], plain[found[0].end() :]
    return f"{before} {after}".strip(" ,"), _clock(found[0]), _offset(found[0]["offset"])


def _stands_alone(plain: str, found: re.Match[str]) -> bool:
    """Return whether a time of the day is no part of a word. Chinese has no spaces."""
    before, after = plain[: found.start()][-1:], plain[found.end() :][:1]
    return (not before.isascii() or before in " ,") and after in " ,"


def _clock(found: re.Match[str]) -> time:
    if found["noon"]:
        return time(12)
    hour = int(found["hour"] or found["whole"])
    half = found["half"] or found["part"]
    if half is not None and not 1 <= hour <= 12:  # noqa: PLR2004 - the hours of half a day
        raise UnclearTimeError("typed.no_time", text=found.group())
    if half is not None:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, int(found["minute"] or 0), int(found["second"] or 0))
    except ValueError as error:
        raise UnclearTimeError("typed.no_time", text=found.group()) from error


def _offset(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text in ("z", "utc"):
        return UTC
    return datetime.strptime(text, "%z").tzinfo


# -- clocks that are put forward and back ----------------------------------------------------------


def _on_the_wall(local: datetime, zone: tzinfo) -> datetime:
    """Return the moment at which the clocks of a zone show a time.

    Raises:
        UnclearTimeError: when they show it twice, or never.
    """
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    shown = f"{local:%Y-%m-%d %H:%M}"
    times = [one.astimezone(UTC).astimezone(zone).isoformat() for one in (first, second)]
    if _shown(local, zone).replace(tzinfo=None) == local:
        raise UnclearTimeError("typed.clock_twice", zone=str(zone), shown=shown, times=times)
    times.reverse()
    raise UnclearTimeError("typed.clock_never", zone=str(zone), shown=shown, times=times)


def _shown(local: datetime, zone: tzinfo) -> datetime:
    """Return the moment of a time on the wall; the first of two, the next one where there is none."""
    return local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
