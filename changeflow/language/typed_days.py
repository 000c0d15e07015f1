"""Days as people type them: `monday`, `tomorrow`, `1 dec`, `13.12.2026`.

What is not surely meant is refused. See docs/decisions/dates-people-type.md.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from changeflow.language.reader import MACHINE
from changeflow.language.sentences import said_of
from changeflow.model.phrases import told
from changeflow.model.times import parse_date

# of the names of weekdays and months: `mon`, `dec`
_SHORTEST: Final = 3
_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

# a day of the calendar that is not spelt as in ISO 8601: the parts, and the words that may stand in it
_CALENDAR: Final = re.compile(r"[a-z0-9 ,./-]+", re.ASCII)
_PARTS: Final = re.compile(r"[a-z]+")
_BETWEEN: Final = frozenset({"st", "nd", "rd", "th", "of"})
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
# two leap years that agree in neither year, month nor day
_DEFAULTS: Final = (datetime(2000, 1, 1), datetime(2004, 2, 2))  # noqa: DTZ001 - only their days count

_DAYS: Final = {
    "today": 0, "tomorrow": 1, "yesterday": -1,
    "今天": 0, "明天": 1, "后天": 2, "昨天": -1, "前天": -2,
}  # fmt: skip
_NAMES: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CHINESE_WEEKS: Final = {
    "": "",
    "下": "next week",
    "上": "last week",
    "本": "this week",
    "这": "this week",
}
_CHINESE_DAY: Final = re.compile(
    r"(?:(?P<year>[0-9]{4}) ?年)? ?(?P<month>[0-9]{1,2}) ?月 ?(?P<day>[0-9]{1,2}) ?[日号]"
)
_CHINESE: Final = re.compile(r"(下|上|本|这)?(?:周|星期|礼拜)([一二三四五六日天])")


class UnclearTimeError(ValueError):
    """A text that is no moment, or may be several.

    Attributes:
        told: the sentence as data; its hint says what to type instead.
    """

    def __init__(self, code: str, /, **data: Any) -> None:
        super().__init__(code)
        self.told = told(code, **data)

    @property
    def hint(self) -> str:
        """Return what to type instead, in English."""
        return said_of(self.told, MACHINE).hint

    def __str__(self) -> str:
        """Return what is wrong, in English."""
        return said_of(self.told, MACHINE).text


def typed_day(words: str, today: date) -> tuple[date, bool]:
    """Return the day that is meant, and whether it was written as a date.

    Raises:
        UnclearTimeError: when the words mean no day, or may mean several.
    """
    if not words:
        return today, False
    if words in _DAYS:
        return today + timedelta(days=_DAYS[words]), False
    weekday = _of_week(words)
    if weekday is not None:
        return _on_weekday(*weekday, today), False
    named, rest = _without_weekday(words)
    if _ISO_DAY.fullmatch(rest):
        try:
            day = parse_date(rest)
        except ValueError as error:
            # it has the shape of one
            raise UnclearTimeError("typed.no_day", text=rest) from error
        return _checked(words, day, named), True
    chinese = _CHINESE_DAY.fullmatch(rest)
    if chinese is not None:
        return _checked(words, _of_chinese(chinese, today), named), False
    return _checked(words, _of_calendar(words, rest, today), named), False


def _of_week(words: str) -> tuple[str, int] | None:
    """Return `next`, `last` or nothing before a weekday, and the weekday's number."""
    chinese = _CHINESE.fullmatch(words)
    if chinese is not None:
        return _CHINESE_WEEKS[chinese[1] or ""], _chinese_weekday(chinese)
    which, _, name = words.rpartition(" ")
    number = _weekday(name)
    if number is None or which not in ("", "on", "this", "next", "last"):
        return None
    return which, number


def _chinese_weekday(found: re.Match[str]) -> int:
    return 6 if found[2] in "日天" else "一二三四五六".index(found[2])


def _weekday(name: str) -> int | None:
    """Return the number of a weekday, also of one that is cut off, such as `mon` or `thurs`."""
    for number, whole in enumerate(_NAMES):
        if len(name) >= _SHORTEST and whole.startswith(name):
            return number
    return None


def _on_weekday(which: str, weekday: int, today: date) -> date:
    """Return the first such day from today on; after today with `next`, before it with `last`."""
    ahead = (weekday - today.weekday()) % 7
    if which == "next":
        ahead = ahead or 7
    elif which == "last":
        ahead -= 7
    elif which.endswith(" week"):
        weeks = {"last week": -7, "this week": 0, "next week": 7}
        ahead = weekday - today.weekday() + weeks[which]
    return today + timedelta(days=ahead)


def _without_weekday(words: str) -> tuple[int | None, str]:
    """Return the weekday that stands beside a date, and the date."""
    parts = words.replace(",", " ").split()
    for part in parts:
        chinese = _CHINESE.fullmatch(part)
        number = _chinese_weekday(chinese) if chinese else _weekday(part)
        if number is not None:
            return number, " ".join(other for other in parts if other != part)
    return None, words


def _checked(words: str, day: date, weekday: int | None) -> date:
    """Return the day, if it is on the weekday that was written beside it."""
    if weekday is not None and day.weekday() != weekday:
        raise UnclearTimeError("typed.weekday", text=words, day=day.isoformat())
    return day


# -- a day in another spelling ---------------------------------------------------------------------


def _of_calendar(words: str, rest: str, today: date) -> date:
    """Return a day such as `1 dec`, `dec 1, 2026` or `13.12.2026`, if only one can be meant."""
    found = _readings(rest, today) if _is_calendar(rest) else set()
    if not found:
        raise UnclearTimeError("typed.unknown_day", text=words)
    if len(found) > 1:
        days = [day.isoformat() for day in sorted(found)]
        raise UnclearTimeError("typed.several_days", text=words, days=days)
    return found.pop()


def _of_chinese(found: re.Match[str], today: date) -> date:
    """Return a day such as `2026年12月1日`; `12月1日` is the next such day."""
    # 2000 is a leap year
    year = int(found["year"] or 2000)
    try:
        day = date(year, int(found["month"]), int(found["day"]))
    except ValueError as error:
        raise UnclearTimeError("typed.no_day", text=found.group()) from error
    return day if found["year"] else _next(day, today)


def _is_calendar(rest: str) -> bool:
    """Return whether a text has numbers and names of months alone: the library skips others."""
    if not _CALENDAR.fullmatch(rest):
        return False
    return all(month_of(part) or part in _BETWEEN for part in _PARTS.findall(rest))


def month_of(name: str) -> int | None:
    """Return the number of a month, also of one that is cut off, such as `oct` or `sept`."""
    for number, whole in enumerate(_MONTHS, start=1):
        if len(name) >= _SHORTEST and whole.startswith(name):
            return number
    return None


def _readings(rest: str, today: date) -> set[date]:
    """Return the days that a text may mean.

    python-dateutil guesses the order of numbers, so it is asked for every order. It takes what is
    missing from a default, so it is asked with two: only the year may be missing.
    """
    from dateutil.parser import ParserError, parse

    found = set()
    for day_first, year_first in ((False, False), (False, True), (True, False), (True, True)):
        try:
            one, other = (
                parse(rest, default=default, dayfirst=day_first, yearfirst=year_first)
                for default in _DEFAULTS
            )
        except (ParserError, OverflowError):
            continue
        same = (one.month, one.day, one.time()) == (other.month, other.day, other.time())
        if not same or one.time() != time():
            continue
        found.add(one.date() if one.year == other.year else _next(one.date(), today))
    return found


def _next(day: date, today: date) -> date:
    """Return the first day from today on that has the month and the day of another one."""
    for year in range(today.year, today.year + 9):
        try:
            found = day.replace(year=year)
        except ValueError:
            # 29 February
            continue
        if found >= today:
            return found
    return day
