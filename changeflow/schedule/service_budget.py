"""What planned outages leave of the service levels of services (docs/concepts/risk.md).

The budget of a period is what its target leaves: a month of 30 days at 99.9 % has 43.2 minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.impact import ServiceBudget
from changeflow.model.cmdb import ServiceLevel
from changeflow.model.times import END_OF_TIME, start_of_day

# figures are reported to this many decimals of a minute; what is compared is exact
_DIGITS: Final = 6
_HUNDRED: Final = Decimal(100)
_MINUTE: Final = Decimal(60)
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class PlannedOutage:
    """How long a change takes services away.

    Attributes:
        change: the change.
        start: when it begins.
        end: when it is over; the outage lies between the two.
        outages: for each service that fails with its items the sum of their outages; None where one
            of them is not stated. After the release those that the review measured count.
        released: whether its release has begun and ended, so that the outage is used up.
        proposed: whether it waits for approval.
    """

    change: str
    start: datetime
    end: datetime
    outages: Mapping[str, timedelta | None]
    released: bool = False
    proposed: bool = False


@dataclass(frozen=True)
class Period:
    """A calendar period: from `start` on, and before `end`."""

    start: datetime
    end: datetime

    def touches(self, start: datetime, end: datetime) -> bool:
        """Return whether something between two moments may lie in it."""
        return start < self.end and (end > self.start or start >= self.start)


def outage_of(stated: Mapping[str, timedelta | None], causes: Iterable[str]) -> timedelta | None:
    """Return the sum of the outages of items; None where one of them is not stated."""
    total = timedelta()
    for ci in causes:
        outage = stated.get(ci)
        if outage is None:
            return None
        total += outage
    return total


def periods_of(name: str, first: date, last: date, zone: tzinfo) -> Iterator[Period]:
    """Yield the calendar periods of two days and all between them.

    Args:
        name: week, month, quarter or year.
        first: a day of the first period.
        last: a day of the last period.
        zone: where days begin.
    """
    begin: date | None = _first_day(name, first)
    while begin is not None and begin <= last:
        after = _next_period(name, begin)
        end = END_OF_TIME if after is None else start_of_day(after, zone)
        yield Period(start_of_day(begin, zone), end)
        begin = after


def _first_day(name: str, day: date) -> date:
    if name == "week":
        return day - timedelta(days=min(day.weekday(), (day - date.min).days))
    months = _MONTHS[name]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def _next_period(name: str, begin: date) -> date | None:
    """Return the first day of the next period; None beyond the calendar."""
    try:
        if name == "week":
            return begin - timedelta(days=begin.weekday()) + timedelta(days=7)
        months = begin.year * 12 + begin.month - 1 + _MONTHS[name]
        return date(months // 12, months % 12 + 1, 1)
    except (OverflowError, ValueError):
        return None


def budgets(
    own: PlannedOutage,
    days: tuple[date, date],
    levels: Mapping[str, ServiceLevel],
    others: Sequence[PlannedOutage],
    zone: tzinfo,
) -> tuple[ServiceBudget, ...]:
    """Return what a change and others leave of the budgets of the services that it takes away.

    Each period that the change touches has a row of its own, because the outage may lie in any.
    The outage of another change counts in each period that it touches, for the same reason.

    Args:
        own: the change.
        days: the first and the last day of its window, in the zone.
        levels: what services promise; those without one have no budget.
        others: released changes, and approved ones.
        zone: where days begin.
    """
    found: list[ServiceBudget] = []
    for ci in sorted(own.outages.keys() & levels.keys()):
        for period in periods_of(levels[ci].period, *days, zone):
            found.append(_row(ci, levels[ci], period, own, others))
    return tuple(found)


def budgets_of(
    levels: Mapping[str, ServiceLevel],
    days: tuple[date, date],
    outages: Sequence[PlannedOutage],
    zone: tzinfo,
) -> tuple[ServiceBudget, ...]:
    """Return what outages leave of every budget, also of those from which nothing is taken.

    Args:
        levels: what services promise.
        days: the first and the last day that are looked at.
        outages: of released changes, and approved ones.
        zone: where days begin.
    """
    found: list[ServiceBudget] = []
    for ci, level in sorted(levels.items()):
        for period in periods_of(level.period, *days, zone):
            found.append(_row(ci, level, period, None, outages))
    return tuple(found)


def _row(
    ci: str,
    level: ServiceLevel,
    period: Period,
    own: PlannedOutage | None,
    others: Sequence[PlannedOutage],
) -> ServiceBudget:
    """Return a budget and what is taken from it.

    Args:
        ci: the service.
        level: what it promises.
        period: that of the budget.
        own: the change in question; None: the others are all there is.
        others: that touch it or not.
    """
    counted = [one for one in others if ci in one.outages and period.touches(one.start, one.end)]
    used = _sum(one.outages[ci] for one in counted if one.released)
    asking = [] if own is None else [own]
    outage = _sum(one.outages[ci] for one in asking)
    planned = outage + _sum(one.outages[ci] for one in counted if not one.released)
    budget = _seconds(period.end - period.start) * (_HUNDRED - level.target) / _HUNDRED
    unknown = [one.change for one in (*asking, *counted) if one.outages[ci] is None]
    left = budget - used - planned
    return ServiceBudget(
        ci=ci,
        target=float(level.target),
        period=level.period,
        start=period.start,
        end=period.end,
        budget=_minutes(budget),
        used=_minutes(used),
        planned=_minutes(planned),
        outage=_minutes(outage),
        left=_minutes(left),
        over=left < 0,
        unknown=tuple(sorted(set(unknown))),
        changes=tuple(sorted({one.change for one in counted})),
    )


def _sum(outages: Iterable[timedelta | None]) -> Decimal:
    return sum(map(_seconds, outages), start=Decimal(0))


def _seconds(span: timedelta | None) -> Decimal:
    """Return a length in seconds; 0 for one that is not stated, which the row names."""
    if span is None:
        return Decimal(0)
    return Decimal(span.days * 86_400 + span.seconds) + Decimal(span.microseconds) / 1_000_000


def _minutes(seconds: Decimal) -> float:
    return float(round(seconds / _MINUTE, _DIGITS))
