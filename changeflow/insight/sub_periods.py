"""The days, weeks, months or quarters in which a measure is looked at over time.

They are those of the calendar, in the zone of the period. One belongs to the period in which it
ends, so that a week over the end of a quarter is looked at once. Only whole ones count: one that is
not over, or that begins before the first record, would show less than happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import Final, Literal, NamedTuple

from changeflow.insight.period import Period
from changeflow.model.times import local_day, start_of_day

SubPeriodUnit = Literal["day", "week", "month", "quarter"]

# from the shortest to the longest
LONGER: Final[tuple[SubPeriodUnit, ...]] = ("day", "week", "month", "quarter")
# Points of a chart, where records reach back so far; and the most that are drawn.
ENOUGH: Final = 24
MOST: Final = 120
# The most days of a period that is looked at by the day, by the week, by the month.
_BY_DAY, _BY_WEEK, _BY_MONTH = 10, 100, 4 * 366
_WEEK: Final = timedelta(days=7)
_INSTANT: Final = timedelta.resolution
_MONTHS: Final = 12
_MONTHS_OF: Final = {"month": 1, "quarter": 3}


class SubPeriod(NamedTuple):
    """A day, week, month or quarter.

    Attributes:
        name: `2026-11-03`, `2026-W45`, `2026-11` or `2026-Q4`.
        start: its first instant.
        end: the first instant after it.
        days: how many it has.
        is_asked: whether it ends in the period that is asked about.
    """

    name: str
    start: datetime
    end: datetime
    days: int
    is_asked: bool


def fitting_unit(period: Period) -> SubPeriodUnit:
    """Return how a period is cut so that a chart of it is neither coarse nor crowded."""
    days = period.days()
    if days <= _BY_DAY:
        return "day"
    if days <= _BY_WEEK:
        return "week"
    return "month" if days <= _BY_MONTH else "quarter"


def sub_periods(
    period: Period, unit: SubPeriodUnit, first: datetime, now: datetime
) -> tuple[SubPeriod, ...]:
    """Return the sub-periods of a period, and as many before it as make enough for a chart.

    Args:
        period: with a start and an end.
        unit: what they are.
        first: the first record: earlier ones are left out.
        now: those that are not over are left out.
    """
    if period.start is None or period.end is None:
        return ()
    found: list[SubPeriod] = []
    for one in takewhile(lambda one: one.start >= first, _backwards(period, unit)):
        if one.end > now or one.end > period.end:
            continue
        if len(found) >= (MOST if one.is_asked else ENOUGH):
            break
        found.append(one)
    return tuple(reversed(found))


def _backwards(period: Period, unit: SubPeriodUnit) -> Iterator[SubPeriod]:
    """Yield sub-periods from the one in which a period ends to the beginning of the calendar."""
    assert period.start is not None  # noqa: S101 - for the type checker
    assert period.end is not None  # noqa: S101
    try:
        start = _first_day(period.end.astimezone(period.zone).date(), unit)
        while True:
            end = _next(start, unit)
            instant = start_of_day(end, period.zone)
            yield SubPeriod(
                _name(start, unit),
                start_of_day(start, period.zone),
                instant,
                (end - start).days,
                instant > period.start,
            )
            start = _first_day(start - timedelta(days=1), unit)
    except (OverflowError, ValueError):
        # the ends of the calendar
        return


def _first_day(day: date, unit: SubPeriodUnit) -> date:
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    months = _MONTHS_OF[unit]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def _next(start: date, unit: SubPeriodUnit) -> date:
    if unit == "day":
        return start + timedelta(days=1)
    if unit == "week":
        return start + _WEEK
    number = start.year * _MONTHS + start.month - 1 + _MONTHS_OF[unit]
    return start.replace(year=number // _MONTHS, month=number % _MONTHS + 1)


def _name(start: date, unit: SubPeriodUnit) -> str:
    if unit == "week":
        year, week, _ = start.isocalendar()
        return f"{year:04}-W{week:02}"
    if unit == "quarter":
        return f"{start.year:04}-Q{(start.month - 1) // _MONTHS_OF['quarter'] + 1}"
    written = start.isoformat()
    return written if unit == "day" else written[: len("2026-11")]


def name_of_period(period: Period) -> str | None:
    """Return what a period is called: `2026-11`, `2026-Q4`, `2026`, or from day to day.

    None where it has no start or no end.
    """
    if period.start is None or period.end is None:
        return None
    first = period.start.astimezone(period.zone).date()
    last = local_day(period.end.astimezone(UTC) - _INSTANT, period.zone)
    units: tuple[SubPeriodUnit, ...] = ("month", "quarter")
    for unit in units:
        if first == _first_day(first, unit) and _next(first, unit) == last + timedelta(days=1):
            return _name(first, unit)
    if (first.month, first.day, last) == (1, 1, first.replace(month=12, day=31)):
        return f"{first.year:04}"
    return f"{first.isoformat()}-to-{last.isoformat()}"
