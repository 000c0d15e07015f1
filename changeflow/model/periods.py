"""Keys of a calendar's period, checked on plain data, without pydantic, for `check`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final, NamedTuple

# how long a freeze may last before `check` warns of it, unless the configuration says otherwise
LONGEST_FREEZE: Final = timedelta(days=60)
_MONTHS: Final = 12

# what says when a period is: by itself, or by the hours or holidays that it names
TIMES: Final = (
    "start", "end", "dtstart", "duration", "rrule", "exdates", "rdates", "zone", "timezone",
)  # fmt: skip
PATTERNS: Final = ("during", "outside", "on")
SHAPE: Final = (*TIMES, *PATTERNS)


class PeriodProblem(NamedTuple):
    """What is wrong with the keys of a freeze or window.

    `key` is the one that is wrong, empty where one is missing; `name` is the last word of the code
    of the sentence about it.
    """

    key: str
    name: str


def period_problem(keys: Collection[str]) -> PeriodProblem | None:
    """Return what is wrong with the keys of a freeze or window; None if they fit."""
    patterns = [key for key in PATTERNS if key in keys]
    if patterns:
        return _pattern_problem(patterns, keys)
    return _times_problem(keys)


def _times_problem(keys: Collection[str]) -> PeriodProblem | None:
    if "start" in keys and "dtstart" in keys:
        return PeriodProblem("dtstart", "begins_twice")
    if "end" in keys and "duration" in keys:
        return PeriodProblem("duration", "ends_twice")
    if "dtstart" in keys and "end" in keys:
        return PeriodProblem("end", "end_without_start")
    if not {"start", "dtstart"} & set(keys) or not {"end", "duration"} & set(keys):
        return PeriodProblem("", "incomplete")
    if "zone" in keys and "timezone" in keys:
        return PeriodProblem("timezone", "two_zones")
    return None


def _pattern_problem(patterns: list[str], keys: Collection[str]) -> PeriodProblem | None:
    if len(patterns) > 1:
        return PeriodProblem(patterns[1], "two_patterns")
    for key in TIMES:
        if key in keys:
            return PeriodProblem(key, "pattern_and_times")
    return None


def likely_end(start: datetime, end: datetime) -> datetime | None:
    """Return the end that was likely meant by one before the start: a month or a year later.

    None where neither fits: it comes after the start, and within the time that a freeze may last.
    """
    for later in (_a_month_later(end), _with_year(end, end.year + 1)):
        if later is not None and timedelta() < later - start <= LONGEST_FREEZE:
            return later
    return None


def _a_month_later(moment: datetime) -> datetime | None:
    year, month = divmod(moment.year * _MONTHS + moment.month, _MONTHS)
    try:
        return moment.replace(year=year, month=month + 1)
    except ValueError:
        return None


def _with_year(moment: datetime, year: int) -> datetime | None:
    try:
        return moment.replace(year=year)
    except ValueError:
        return None
