"""Moments as people type them: `monday`, `tomorrow 22:00`, `+2w`, `1 dec`, `2026-12-01 22:00`.

What is not surely meant is refused. See docs/decisions/dates-people-type.md.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final, NamedTuple

from changeflow.language.typed_days import UnclearTimeError, typed_day
from changeflow.model.times import parse_written_instant, start_of_day

_LONGEST: Final = 60
_CLOCK: Final = re.compile(
    r"(?:at )?(?:(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?(?: ?(?P<half>am|pm))?"
    r"|(?P<whole>[0-9]{1,2}) ?(?P<part>am|pm)|(?P<noon>noon|midday|中午))"
    r"(?: ?(?P<offset>[+-][0-9]{2}:[0-9]{2}|z|utc)(?= |$))?"
)
# `晚上10点半`, `20点`, `下午3:30`; at night, `夜里`, may be either side of midnight
_CHINESE_CLOCK: Final = re.compile(
    r"(?P<part>凌晨|早上|早晨|清晨|上午|中午|下午|傍晚|晚上)? ?(?P<hour>[0-9]{1,2})"
    r"(?: ?(?P<unit>[点时])(?:(?P<half>半)|整| ?(?P<minute>[0-9]{1,2}) ?分?(?![0-9点时]))?"
    r"|(?<=[0-9]):(?P<shown>[0-9]{2})(?![0-9:]))"
)
_EVENINGS: Final = {"今晚": "今天晚上", "明晚": "明天晚上", "昨晚": "昨天晚上"}
# the hours that are meant by those that people say, by the part of the day
_MORNING: Final = dict(zip(range(12), range(12), strict=True))
_EVENING: Final = dict(zip((*range(1, 12), *range(13, 24)), 2 * (*range(13, 24),), strict=True))
# `3点` may be of the morning or of the afternoon; `03点` and `15点` are of a clock of 24 hours
_EITHER_HALF: Final = frozenset(map(str, range(1, 12)))
_HOURS: Final[dict[str, dict[int, int]]] = {
    "凌晨": _MORNING, "早上": _MORNING, "早晨": _MORNING, "清晨": _MORNING, "上午": _MORNING,
    "中午": {11: 11, 12: 12, 1: 13, 2: 14, 13: 13, 14: 14},
    "下午": _EVENING | {12: 12}, "傍晚": _EVENING, "晚上": _EVENING,
}  # fmt: skip
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
        return TypedTime(start_of_day(day, zone).astimezone(zone), exact)
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
    for evening, spelt in _EVENINGS.items():
        plain = plain.replace(evening, spelt)
    plain = _CHINESE_CLOCK.sub(_in_digits, plain)
    found = [one for one in _CLOCK.finditer(plain) if _stands_alone(plain, one)]
    if len(found) > 1:
        raise UnclearTimeError("typed.two_times", text=plain)
    if not found:
        return plain, None, None
    before, after = plain[: found[0].start()], plain[found[0].end() :]
    return f"{before} {after}".strip(" ,"), _clock(found[0]), _offset(found[0]["offset"])


def _in_digits(found: re.Match[str]) -> str:
    """Return a Chinese time of the day as a clock of 24 hours shows it.

    Twelve in the evening or before dawn may be of this day or the next one, and is refused.
    """
    part, said = found["part"], int(found["hour"])
    if part is None and found["shown"] is not None:
        return found.group()
    minute = ("30" if found["half"] else found["minute"] or found["shown"] or "").zfill(2)
    if part is None and found["unit"] == "点" and found["hour"] in _EITHER_HALF:
        times = [f"{said}:{minute}", f"{said + 12}:{minute}"]
        raise UnclearTimeError("typed.several_times", text=found.group().strip(), times=times)
    hour = said if part is None else _HOURS[part].get(said)
    if hour is None:
        raise UnclearTimeError("typed.no_time", text=found.group())
    return f" {hour}:{minute} "


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
