"""The starts that a recurrence rule yields on the wall clock, from any day on.

A rule counts in units of its frequency: days, weeks, months or years. Each unit is examined by
itself. So a search begins at the period asked for, however long ago the calendar began. It ends
after a bounded number of days.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator, Sequence
from datetime import MAXYEAR, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.phrases import told
from changeflow.schedule.rrule import RecurrenceError, RecurrenceRule, chosen, times_of_day, within

# days looked at in one search: four centuries
MAX_DAYS: Final = 150_000
_DAYS_OF_A_WEEK: Final = 7
_DECEMBER: Final = 12


@dataclass(frozen=True)
class Expansion:
    """A rule that begins at `first`, a local time.

    `instant` says when the clock of the zone shows a local time.
    """

    rule: RecurrenceRule
    first: datetime
    instant: Callable[[datetime], datetime]

    def starts(self, since: date, until: date) -> Iterator[datetime]:
        """Yield local starts on the days [since, until], oldest first, without the first start.

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
                why = told("recurrence.search", days=MAX_DAYS)
                raise RecurrenceError(why, hint=told("hint.end_search"))
            for start in self.starts_of(unit):
                if start <= self.first or start.date() < since:
                    continue
                if start.date() > until or (last is not None and start > last):
                    return
                if within(self.rule, start, self.instant):
                    yield start

    def yields_first(self) -> bool:
        """Return whether the rule yields the start as it is written."""
        return within(self.rule, self.first, self.instant) and self._falls_on(self.first)

    def yields(self, start: datetime) -> bool:
        """Return whether a local start, other than the first one, is one of the rule's.

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
        """Return whether a start is one of those that its unit yields."""
        moment = (start.hour, start.minute, start.second)
        if moment not in self._times_of_day or not self._selects_day(start.date()):
            return False
        if not self.rule.by_setpos:
            return True
        days = list(filter(self._selects_day, self._days_of_unit(self.unit(start.date()))))
        index = days.index(start.date()) * len(self._times_of_day) + self._times_of_day.index(
            moment
        )
        return index in chosen(self.rule.by_setpos, len(days) * len(self._times_of_day))

    def _last_day(self) -> date:
        """Return a day after which UNTIL allows no start, in any zone."""
        day = self.rule.until
        if day is None:
            return date.max
        if isinstance(day, datetime):
            day = day.date()
        return day + min(timedelta(days=2), date.max - day)

    def beyond_count(self) -> bool:
        """Return whether COUNT is not reached within the days that a gate counts."""
        try:
            return self.rule.count is not None and self._last_counted(date.max) is None
        except RecurrenceError:
            return True

    def _last_counted(self, until: date) -> datetime | None:
        """Return the last start that COUNT allows, or None if it is not reached until a day."""
        if self.rule.count is None:
            return None
        return _kept_count(self.rule, self.first).last(self.unit(until))

    # Units.

    def unit(self, day: date) -> int:
        """Return the number of the day, week, month or year that contains a day."""
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
        """Yield the units in [since, until] that the interval selects."""
        origin, step = self.unit(self.first.date()), self.rule.interval
        begin = origin + -(-max(0, since - origin) // step) * step
        yield from range(begin, until + 1, step)

    def cost(self, unit: int) -> int:
        """Return the largest number of days of a unit that are examined."""
        match self.rule.frequency:
            case "DAILY":
                return 1
            case "WEEKLY":
                return _DAYS_OF_A_WEEK
            case "MONTHLY":
                return 31
            case "YEARLY":
                return 31 * len(self._months_of(unit))

    def _days_of_unit(self, unit: int) -> Iterator[date]:
        """Yield the days of a unit, within the calendar."""
        match self.rule.frequency:
            case "DAILY":
                yield date.fromordinal(unit)
            case "WEEKLY":
                begin = unit * _DAYS_OF_A_WEEK + 1 + self.rule.week_start
                for ordinal in range(begin, begin + _DAYS_OF_A_WEEK):
                    if date.min.toordinal() <= ordinal <= date.max.toordinal():
                        yield date.fromordinal(ordinal)
            case "MONTHLY":
                yield from _days_of_month(unit // _DECEMBER, unit % _DECEMBER + 1)
            case "YEARLY":
                for month in self._months_of(unit):
                    yield from _days_of_month(unit, month)

    def _months_of(self, year: int) -> list[int]:
        """Return the months of a year to examine."""
        if 1 <= year <= MAXYEAR and self._day_filter.by_month:
            return sorted(self._day_filter.by_month)
        return list(range(1, 13))

    # What a unit yields.

    def starts_of(self, unit: int) -> list[datetime]:
        """Return all starts in a unit, sorted, including those before the first."""
        days = [day for day in self._days_of_unit(unit) if self._selects_day(day)]
        times = self._times_of_day
        size = len(days) * len(times)
        starts = []
        for index in self._chosen_of(size):
            day, moment = divmod(index, len(times))
            starts.append(datetime.combine(days[day], time(*times[moment])))
        return starts

    def size(self, unit: int) -> int:
        """Return the number of starts in a unit. Units of one shape have equally many."""
        shape = self._shape_of_unit(unit)
        if shape is None:
            return self._count_starts(unit)
        if shape not in self._sizes_by_shape:
            self._sizes_by_shape[shape] = self._count_starts(unit)
        return self._sizes_by_shape[shape]

    def _count_starts(self, unit: int) -> int:
        size = sum(map(self._selects_day, self._days_of_unit(unit))) * len(self._times_of_day)
        return len(self._chosen_of(size))

    def _chosen_of(self, size: int) -> Sequence[int]:
        """Return the indices of the starts that BYSETPOS keeps of so many; all without it."""
        if not self.rule.by_setpos:
            return range(size)
        return chosen(self.rule.by_setpos, size)

    def _shape_of_unit(self, unit: int) -> tuple[object, ...] | None:
        """Return what determines the size of a unit, or None if counting is as quick."""
        days = self._day_filter
        match self.rule.frequency:
            case "DAILY":
                if days.by_month or days.by_monthday:
                    return None
                return (unit % _DAYS_OF_A_WEEK,)
            case "WEEKLY":
                if days.by_month:
                    return None
                return ()
            case "MONTHLY":
                return unit % _DECEMBER, *_shape_of_year(unit // _DECEMBER)
            case "YEARLY":
                return _shape_of_year(unit)

    @cached_property
    def _sizes_by_shape(self) -> dict[tuple[object, ...], int]:
        return {}

    @cached_property
    def _times_of_day(self) -> tuple[tuple[int, int, int], ...]:
        return times_of_day(self.rule, self.first)

    @cached_property
    def _day_filter(self) -> _Filter:
        return _day_filter(self.rule, self.first)

    def _selects_day(self, day: date) -> bool:
        rule = self._day_filter
        if rule.by_month and day.month not in rule.by_month:
            return False
        if rule.by_monthday and not _is_at_place(
            day.day, calendar.monthrange(day.year, day.month)[1], rule.by_monthday
        ):
            return False
        if (
            rule.weekdays
            and (0, day.weekday()) not in rule.weekdays
            and not self._is_wanted_nth(day)
        ):
            return False
        if rule.by_yearday and not _is_at_place(
            day.timetuple().tm_yday, _days_in(day.year), rule.by_yearday
        ):
            return False
        return not rule.by_weekno or _is_at_place(
            *_week_and_weeks(day, self.rule.week_start), rule.by_weekno
        )

    def _is_wanted_nth(self, day: date) -> bool:
        """Return whether a day is the n-th of its weekday in its month or year, for a wanted n."""
        rule = self._day_filter
        if not rule.numbered:
            return False
        if self.rule.frequency == "MONTHLY" or rule.by_month:
            place, size = day.day, calendar.monthrange(day.year, day.month)[1]
        else:
            place, size = day.timetuple().tm_yday, _days_in(day.year)
        weekday = day.weekday()
        from_the_start = (place - 1) // 7 + 1
        from_the_end = -((size - place) // 7 + 1)
        return (from_the_start, weekday) in rule.weekdays or (
            from_the_end,
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
        """Return the last start that COUNT allows; None if it lies in no unit up to `until`.

        Raises:
            RecurrenceError: when too many days would have to be counted.
        """
        for unit in self._rule.units(self._next, until):
            if self._last is not None:
                break
            self._searched_with(unit)
            self._next = unit + 1
            self._count_unit(unit)
        return self._last

    def _searched_with(self, unit: int) -> None:
        searched = self._searched + self._rule.cost(unit)
        if searched > MAX_DAYS:
            raise RecurrenceError(told("recurrence.count", days=MAX_DAYS))
        self._searched = searched

    def _count_unit(self, unit: int) -> None:
        if unit > self._begin:
            size = self._rule.size(unit)
            if size < self._left:
                self._left -= size
                return
        counted = [one for one in self._rule.starts_of(unit) if one > self._rule.first]
        if len(counted) >= self._left:
            self._last = counted[self._left - 1]
        self._left -= len(counted)


@lru_cache(maxsize=4096)
def _kept_count(rule: RecurrenceRule, first: datetime) -> _Counting:
    """Return the count of a rule so far.

    It is kept, because each gate, change and item uses the same calendars.
    """
    return _Counting(rule, first)


def _no_instant(local: datetime) -> datetime:
    """Raise, because counting needs no zone: COUNT and UNTIL are never in one rule."""
    raise NotImplementedError


@dataclass(frozen=True)
class _Filter:
    """The days that a rule selects; parts that it does not give are those of its first day."""

    by_month: frozenset[int]
    by_monthday: frozenset[int]
    by_yearday: frozenset[int]
    by_weekno: frozenset[int]
    weekdays: frozenset[tuple[int, int]]
    numbered: bool


def _day_filter(rule: RecurrenceRule, first: datetime) -> _Filter:
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
    """Return equal values for years with the same days, weekdays and numbers of weeks.

    The calendar's first and last years are equal to no other.
    """
    if not 1 < year < MAXYEAR - 1:
        return (year,)
    return date(year, 1, 1).weekday(), *map(calendar.isleap, (year - 1, year, year + 1))


def _days_of_month(year: int, month: int) -> Iterator[date]:
    if not 1 <= year <= MAXYEAR:
        return
    begin = date(year, month, 1)
    for day in range(calendar.monthrange(year, month)[1]):
        yield begin + timedelta(days=day)


def _is_at_place(place: int, size: int, wanted: frozenset[int]) -> bool:
    """Return whether a place, counted from the beginning or from the end, is wanted."""
    return place in wanted or place - size - 1 in wanted


def _days_in(year: int) -> int:
    return 366 if calendar.isleap(year) else 365


def _week_and_weeks(day: date, week_start: int) -> tuple[int, int]:
    """Return the number of a day's week, and how many weeks the week's year has.

    A week belongs to the year that has most of its days.
    """
    monday = day.toordinal() - (day.weekday() - week_start) % 7
    middle = min(max(monday + 3, date.min.toordinal()), date.max.toordinal())
    year = date.fromordinal(middle).year
    begin = _first_week(year, week_start)
    number = (monday - begin) // 7 + 1
    return number, (_first_week(year + 1, week_start) - begin) // 7


def _first_week(year: int, week_start: int) -> int:
    """Return the ordinal on which a year's first week with four days of that year begins."""
    if year <= MAXYEAR:
        fourth = date(year, 1, 4).toordinal()
    else:
        fourth = date.max.toordinal() + 4
    weekday = (fourth - 1) % 7
    return fourth - (weekday - week_start) % 7
