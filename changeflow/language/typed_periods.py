"""Periods as people type them: `2026-Q4`, `2026-10`, `2026`, `2026-W48`, `last quarter`, `2026年10月`.

A text that is the name of no period is None here: it is for `typed_times` to read.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from changeflow.language.typed_days import UnclearTimeError, month_of
from changeflow.model.times import start_of_day

_YEAR: Final = r"(?P<year>[0-9]{4})"
_QUARTER: Final = r"q(?P<quarter>[0-9]{1,2})"
_WEEK: Final = r"w(?P<week>[0-9]{1,2})"
_SHAPES: Final = tuple(
    re.compile(shape)
    for shape in (
        _YEAR,
        rf"{_YEAR}[-/](?P<month>[0-9]{{1,2}})",
        rf"(?P<month>[0-9]{{1,2}})/{_YEAR}",
        rf"{_YEAR}[-/ ]?{_QUARTER}",
        rf"{_QUARTER}[-/ ]?{_YEAR}",
        rf"{_YEAR}[-/ ]?{_WEEK}",
        rf"{_WEEK}[-/ ]?{_YEAR}",
        rf"(?P<name>[a-z]{{3,9}})[- ,]{{1,2}}{_YEAR}",
        rf"{_YEAR}[- ](?P<name>[a-z]{{3,9}})",
        rf"{_YEAR} ?年(?:度|全年)?",
        rf"{_YEAR} ?年 ?(?P<month>[0-9]{{1,2}}) ?月(?:份)?",
        rf"{_YEAR} ?年 ?第? ?(?P<quarter>[0-9]{{1,2}}|[一二三四]) ?季度?",
        rf"{_YEAR} ?年 ?第 ?(?P<week>[0-9]{{1,2}}) ?周",
    )
)
_SAID: Final = re.compile(r"(?P<which>this|last|next) (?P<unit>week|month|quarter|year)")
_SAID_IN_CHINESE: Final = {
    "本周": (0, "week"), "这周": (0, "week"), "上周": (-1, "week"), "下周": (1, "week"),
    "本月": (0, "month"), "这个月": (0, "month"), "上月": (-1, "month"), "上个月": (-1, "month"),
    "下月": (1, "month"), "下个月": (1, "month"),
    "本季度": (0, "quarter"), "上季度": (-1, "quarter"), "下季度": (1, "quarter"),
    "上个季度": (-1, "quarter"), "下个季度": (1, "quarter"),
    "今年": (0, "year"), "本年": (0, "year"), "本年度": (0, "year"), "去年": (-1, "year"),
    "上年度": (-1, "year"), "明年": (1, "year"),
}  # fmt: skip
_AWAY: Final = {"this": 0, "last": -1, "next": 1}
_MONTHS_OF: Final = {"month": 1, "quarter": 3, "year": 12}
_MONTHS_OF_YEAR: Final = 12


class TypedPeriod(NamedTuple):
    """A period that was typed, half-open.

    Attributes:
        start: the moment at which its first day begins in the zone.
        end: the moment at which the day after its last one begins.
    """

    start: datetime
    end: datetime


def typed_period(text: str, now: datetime, zone: tzinfo) -> TypedPeriod | None:
    """Return the week, month, quarter or year that a text names; None when it names none.

    Args:
        text: what was typed. Weeks are those of ISO 8601: they begin on Monday.
        now: the time of the command, for `last quarter`.
        zone: where days begin.

    Raises:
        UnclearTimeError: when it has the form of such a name and the calendar has no such period.
    """
    # full-width digits and punctuation are those of a Chinese keyboard
    plain = " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
    try:
        days = _said(plain, now.astimezone(zone).date()) or _written(plain)
        if days is None:
            return None
        return TypedPeriod(*(start_of_day(day, zone).astimezone(zone) for day in days))
    except (ValueError, OverflowError) as error:
        if isinstance(error, UnclearTimeError):
            raise
        raise UnclearTimeError("typed.no_period", text=text) from error


def _written(plain: str) -> tuple[date, date] | None:
    """Return the first day of a period that is written with its year, and the day after it."""
    for shape in _SHAPES:
        found = shape.fullmatch(plain)
        if found is None:
            continue
        parts = found.groupdict()
        name = parts.get("name")
        if name is not None and month_of(name) is None:
            continue
        year = int(parts["year"])
        if parts.get("week") is not None:
            first = date.fromisocalendar(year, int(parts["week"]), 1)
            return first, first + timedelta(days=7)
        if parts.get("quarter") is not None:
            quarter = "一二三四".find(parts["quarter"]) + 1 or int(parts["quarter"])
            return _months(year, quarter * 3 - 2, 3)
        month = month_of(name) if name is not None else parts.get("month")
        return _months(year, int(month), 1) if month is not None else _months(year, 1, 12)
    return None


def _said(plain: str, today: date) -> tuple[date, date] | None:
    """Return the first day of `last quarter`, and the day after it."""
    found = _SAID.fullmatch(plain)
    if found is not None:
        away, unit = _AWAY[found["which"]], found["unit"]
    elif plain in _SAID_IN_CHINESE:
        away, unit = _SAID_IN_CHINESE[plain]
    else:
        return None
    if unit == "week":
        first = today + timedelta(days=7 * away - today.weekday())
        return first, first + timedelta(days=7)
    length = _MONTHS_OF[unit]
    index = (today.year * _MONTHS_OF_YEAR + today.month - 1) // length * length + away * length
    return _months(index // _MONTHS_OF_YEAR, index % _MONTHS_OF_YEAR + 1, length)


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    """Return the first day of so many months, and the day after them.

    Raises:
        ValueError: when the calendar has no such months.
    """
    first = date(year, month, 1)
    index = year * _MONTHS_OF_YEAR + month - 1 + count
    return first, date(index // _MONTHS_OF_YEAR, index % _MONTHS_OF_YEAR + 1, 1)
