"""The starts that a recurrence rule yields, by the clock on the wall, from any day on.

A rule counts in units of its frequency: days, weeks, months or years. Each unit is looked at by
itself, so a search begins at the period asked for, however long ago the calendar began, and ends
after a bounded number of days.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Final

from changeflow.schedule.rules import RecurrenceError, RecurrenceRule, chosen, times_of_day, within

# days looked at in one search: four centuries
MAX_DAYS: Final = 150_000
_DAYS_OF_A_WEEK: Final = 7
_DECEMBER: Final = 12
_SEARCH_HINT: Final = (
    "an UNTIL in its rule, a shorter duration or a shorter window of the change ends the search"
)


@dataclass(frozen=True)
class Expansion:
    """A rule that begins at `first`, a local time.

    `instant` says when the clock of the zone shows a local time.
    """

    rule: RecurrenceRule
    first: datetime
    instant: Callable[[datetime], datetime]

    def starts(self, since: date, until: date) -> Iterator[datetime]:
        """Local starts on the days [since, until], oldest first, the first one not among them.

        Raises:
            RecurrenceError: when too many days would have to be looked at.
        """
        until = min(until, self._last_day())
        last = self._last_counted(until)
        begin = max(since, self.first.date())
        searched = 0
        for unit in self.units(self.unit(begin), self.unit(until)):
            searched += self.cost(unit)
            if searched > MAX_DAYS:
                raise RecurrenceError(
                    f"more than {MAX_DAYS} days would have to be looked through", hint=_SEARCH_HINT
                )
            for start in self.starts_of(unit):
                if start <= self.first or start.date() < since:
                    continue
                if start.date() > until or (last is not None and start > last):
                    return
                if within(self.rule, start, self.instant):
                    yield start

    def yields_first(self) -> bool:
        """Whether the rule yields the start as it is written."""
        return within(self.rule, self.first, self.instant) and self._falls_on(self.first)

    def yields(self, start: datetime) -> bool:
        """Whether a local start is one of the rule's, the first one aside.

        Cheap also for the 50,000th of them.

        Raises:
            RecurrenceError: when too many days would have to be counted.
        """
        day = start.date()
        if (
            start <= self.first
            or (self.unit(day) - self.unit(self.first.date())) % self.rule.interval
        ):
            return False
        if not (within(self.rule, start, self.instant) and self._falls_on(start)):
            return False
        last = self._last_counted(day)
        return last is None or start <= last

    def _falls_on(self, start: datetime) -> bool:
        """Whether a start is one of those that its unit yields."""
        moment = (start.hour, start.minute, start.second)
        if moment not in self._times or not self._matches(start.date()):
            return False
        if not self.rule.by_setpos:
            return True
        days = [day for day in self._days(self.unit(start.date())) if self._matches(day)]
        index = days.index(start.date()) * len(self._times) + self._times.index(moment)
        return index in chosen(self.rule.by_setpos, len(days) * len(self._times))

    def _last_day(self) -> date:
        """A day after which UNTIL lets nothing begin, in any zone."""
        until = self.rule.until
        day = until.date() if isinstance(until, datetime) else until
        return date.max if day is None else day + min(timedelta(days=2), date.max - day)

    def beyond_count(self) -> bool:
        """Whether COUNT is reached only after more days than a gate counts, or never."""
        try:
            return self.rule.count is not None and self._last_counted(date.max) is None
        except RecurrenceError:
            return True

    def _last_counted(self, until: date) -> datetime | None:
        """The last start that COUNT allows; None while it is not reached before the end of a day."""
        if self.rule.count is None:
            return None
        return _counting(self.rule, self.first).last(self.unit(until))

    # Units.

    def unit(self, day: date) -> int:
        """The number of the day, week, month or year that a day lies in."""
        match self.rule.frequency:
            case "DAILY":
                return day.toordinal()
            case "WEEKLY":
                return (day.toordinal() - 1 - self.rule.week_start) // _DAYS_OF_A_WEEK
            case "MONTHLY":
                return day.year * _DECEMBER + day.month - 1
            case "YEARLY":
                return day.year

    def units(self, since: int, until: int) -> Iterator[int]:
        """The units in [since, until] that the interval reaches."""
        origin, step = self.unit(self.first.date()), self.rule.interval
        begin = origin + -(-max(0, since - origin) // step) * step
        yield from range(begin, until + 1, step)

    def cost(self, unit: int) -> int:
        """How many days of a unit are looked at, at most."""
        match self.rule.frequency:
            case "DAILY":
                return 1
            case "WEEKLY":
                return _DAYS_OF_A_WEEK
            case "MONTHLY":
                return 31
            case "YEARLY":
                return 31 * len(self._months_of(unit))

    def _days(self, unit: int) -> Iterator[date]:
        """The days of a unit that the calendar has."""
        match self.rule.frequency:
            case "DAILY":
                yield date.fromordinal(unit)
            case "WEEKLY":
                begin = unit * _DAYS_OF_A_WEEK + 1 + self.rule.week_start
                for ordinal in range(begin, begin + _DAYS_OF_A_WEEK):
                    if date.min.toordinal() <= ordinal <= date.max.toordinal():
                        yield date.fromordinal(ordinal)
            case "MONTHLY":
                yield from _month(unit // _DECEMBER, unit % _DECEMBER + 1)
            case "YEARLY":
                for month in self._months_of(unit):
                    yield from _month(unit, month)

    def _months_of(self, year: int) -> list[int]:
        """The months of a year that have to be looked at."""
        return (
            sorted(self._filter.by_month)
            if 1 <= year <= MAXYEAR and self._filter.by_month
            else list(range(1, 13))
        )

    # What a unit yields.

    def starts_of(self, unit: int) -> list[datetime]:
        """All starts in a unit, sorted, those before the first included."""
        days = [day for day in self._days(unit) if self._matches(day)]
        times = self._times
        size = len(days) * len(times)
        wanted = chosen(self.rule.by_setpos, size) if self.rule.by_setpos else range(size)
        pairs = [divmod(index, len(times)) for index in wanted]
        return [datetime.combine(days[day], time(*times[moment])) for day, moment in pairs]

    def size(self, unit: int) -> int:
        """How many starts a unit has. Units of one shape have equally many."""
        shape = self._shape(unit)
        if shape is None:
            return self._counted(unit)
        if shape not in self._sizes:
            self._sizes[shape] = self._counted(unit)
        return self._sizes[shape]

    def _counted(self, unit: int) -> int:
        size = sum(map(self._matches, self._days(unit))) * len(self._times)
        return len(chosen(self.rule.by_setpos, size)) if self.rule.by_setpos else size

    def _shape(self, unit: int) -> tuple[object, ...] | None:
        """What decides how many starts a unit has; None where counting them is as quick."""
        days = self._filter
        match self.rule.frequency:
            case "DAILY":
                return None if days.by_month or days.by_monthday else (unit % _DAYS_OF_A_WEEK,)
            case "WEEKLY":
                return None if days.by_month else ()
            case "MONTHLY":
                return unit % _DECEMBER, *_shape_of_year(unit // _DECEMBER)
            case "YEARLY":
                return _shape_of_year(unit)

    @cached_property
    def _sizes(self) -> dict[tuple[object, ...], int]:
        return {}

    @cached_property
    def _times(self) -> tuple[tuple[int, int, int], ...]:
        return times_of_day(self.rule, self.first)

    @cached_property
    def _filter(self) -> _Filter:
        return _filter(self.rule, self.first)

    def _matches(self, day: date) -> bool:
        rule = self._filter
        if rule.by_month and day.month not in rule.by_month:
            return False
        if rule.by_monthday and not _either(
            day.day, calendar.monthrange(day.year, day.month)[1], rule.by_monthday
        ):
            return False
        if rule.weekdays and (0, day.weekday()) not in rule.weekdays and not self._nth(day):
            return False
        if rule.by_yearday and not _either(
            day.timetuple().tm_yday, _days_in(day.year), rule.by_yearday
        ):
            return False
        return not rule.by_weekno or _either(*_week(day, self.rule.week_start), rule.by_weekno)

    def _nth(self, day: date) -> bool:
        """Whether a day is the first, second, last … of its weekday, in its month or in its year."""
        rule = self._filter
        if not rule.numbered:
            return False
        if self.rule.frequency == "MONTHLY" or rule.by_month:
            place, size = day.day, calendar.monthrange(day.year, day.month)[1]
        else:
            place, size = day.timetuple().tm_yday, _days_in(day.year)
        weekday = day.weekday()
        return ((place - 1) // 7 + 1, weekday) in rule.weekdays or (
            -((size - place) // 7 + 1),
            weekday,
        ) in rule.weekdays


class _Counting:
    """The starts of a rule with COUNT, counted from its beginning.

    A later question goes on where the last one ended.
    """

    def __init__(self, rule: RecurrenceRule, first: datetime) -> None:
        self._rule = Expansion(rule, first, _no_instant)
        self._begin = self._rule.unit(first.date())
        self._next = self._begin
        self._left = (rule.count or 0) - 1
        self._searched = 0
        self._last = first if self._left == 0 else None

    def last(self, until: int) -> datetime | None:
        """The last start that COUNT allows; None while it is not reached in the units up to `until`.

        Raises:
            RecurrenceError: when too many days would have to be counted.
        """
        for unit in self._rule.units(self._next, until):
            if self._last is not None:
                break
            self._searched_with(unit)
            self._next = unit + 1
            self._count(unit)
        return self._last

    def _searched_with(self, unit: int) -> None:
        searched = self._searched + self._rule.cost(unit)
        if searched > MAX_DAYS:
            raise RecurrenceError(f"more than {MAX_DAYS} days would have to be counted")
        self._searched = searched

    def _count(self, unit: int) -> None:
        size = self._rule.size(unit) if unit > self._begin else None
        if size is not None and size < self._left:
            self._left -= size
            return
        counted = [one for one in self._rule.starts_of(unit) if one > self._rule.first]
        if len(counted) >= self._left:
            self._last = counted[self._left - 1]
        self._left -= len(counted)


@lru_cache(maxsize=4096)
def _counting(rule: RecurrenceRule, first: datetime) -> _Counting:
    """What was counted of a rule so far: every gate, change and item asks the same calendars."""
    return _Counting(rule, first)


def _no_instant(local: datetime) -> datetime:
    """Counting asks no zone: COUNT and UNTIL never stand together."""
    raise NotImplementedError


@dataclass(frozen=True)
class _Filter:
    """Which days a rule takes, with what it leaves out taken from its first day."""

    by_month: frozenset[int]
    by_monthday: frozenset[int]
    by_yearday: frozenset[int]
    by_weekno: frozenset[int]
    weekdays: frozenset[tuple[int, int]]
    numbered: bool


def _filter(rule: RecurrenceRule, first: datetime) -> _Filter:
    months, days, weekdays = rule.by_month, rule.by_monthday, rule.by_day
    says_day = bool(days or weekdays or rule.by_yearday)
    if rule.frequency == "WEEKLY" and not weekdays:
        weekdays = frozenset({(0, first.weekday())})
    elif rule.frequency == "MONTHLY" and not says_day:
        days = frozenset({first.day})
    elif rule.frequency == "YEARLY" and not says_day:
        if rule.by_weekno:
            weekdays = frozenset({(0, first.weekday())})
        else:
            days = frozenset({first.day})
            months = months or frozenset({first.month})
    numbered = any(ordinal for ordinal, _ in weekdays)
    return _Filter(months, days, rule.by_yearday, rule.by_weekno, weekdays, numbered)


def _shape_of_year(year: int) -> tuple[object, ...]:
    """Which years have the same days, weekdays and numbers of weeks.

    The calendar's first and last years stand for themselves.
    """
    if not 1 < year < MAXYEAR - 1:
        return (year,)
    return date(year, 1, 1).weekday(), *map(calendar.isleap, (year - 1, year, year + 1))


def _month(year: int, month: int) -> Iterator[date]:
    if not 1 <= year <= MAXYEAR:
        return
    begin = date(year, month, 1)
    yield from (begin + timedelta(days=day) for day in range(calendar.monthrange(year, month)[1]))


def _either(place: int, size: int, wanted: frozenset[int]) -> bool:
    """Whether a place, counted from the beginning or from the end, is among those wanted."""
    return place in wanted or place - size - 1 in wanted


def _days_in(year: int) -> int:
    return 366 if calendar.isleap(year) else 365


def _week(day: date, week_start: int) -> tuple[int, int]:
    """The number of a day's week, and how many weeks the year has to which it belongs: the one with most of its days."""
    monday = day.toordinal() - (day.weekday() - week_start) % 7
    middle = min(max(monday + 3, date.min.toordinal()), date.max.toordinal())
    year = date.fromordinal(middle).year
    begin = _first_week(year, week_start)
    number = (monday - begin) // 7 + 1
    return number, (_first_week(year + 1, week_start) - begin) // 7


def _first_week(year: int, week_start: int) -> int:
    """The ordinal of the day on which the first week with four days of a year begins."""
    fourth = date(year, 1, 4).toordinal() if year <= MAXYEAR else date.max.toordinal() + 4
    weekday = (fourth - 1) % 7
    return fourth - (weekday - week_start) % 7
