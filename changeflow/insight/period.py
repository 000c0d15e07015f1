"""Periods of a report: half-open, in a time zone, and the period before."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from changeflow.model.times import END_OF_TIME, local_day, start_of_day

_MONTHS = 12
_INSTANT = timedelta.resolution


class Period(NamedTuple):
    """A period.

    Attributes:
        start: the first instant that belongs to it; None: from the first record on.
        end: the first instant after it; None: to the last record.
        zone: where its days and months begin.
    """

    start: datetime | None
    end: datetime | None
    zone: ZoneInfo

    def has(self, moment: datetime) -> bool:
        """Return whether a moment belongs to it."""
        after_start = self.start is None or moment >= self.start
        return after_start and (self.end is None or moment < self.end)

    def days(self) -> int:
        """Return the number of calendar days that it touches; 0 where it has no end."""
        if self.start is None or self.end is None:
            return 0
        if self.end <= self.start:
            return 0
        last_moment = self.end.astimezone(UTC) - _INSTANT
        return (local_day(last_moment, self.zone) - local_day(self.start, self.zone)).days + 1

    def before(self) -> Period | None:
        """Return the period of the same kind before: months, days, or as much time.

        A period from the first of a month to the first of another one follows as many months. None
        where it has no start or no end, or where the calendar has no time before.
        """
        if self.start is None or self.end is None:
            return None
        try:
            return self._before(self.start, self.end)
        except (OverflowError, ValueError):
            return None

    def year_before(self) -> Period | None:
        """Return the same period of the year before; None where it is open, or there is none."""
        if self.start is None or self.end is None:
            return None
        try:
            first = _year_earlier(self.start, self.zone)
            last = _year_earlier(self.end, self.zone)
        except (OverflowError, ValueError):
            return None
        return Period(first, last, self.zone)

    def _before(self, start: datetime, end: datetime) -> Period:
        first, last = _day_that_begins(start, self.zone), _day_that_begins(end, self.zone)
        if first is None or last is None:
            # exact time: a difference of two times of one zone is one of their clocks
            length = end.astimezone(UTC) - start.astimezone(UTC)
            before = (start.astimezone(UTC) - length).astimezone(self.zone)
            return Period(before, start, self.zone)
        if first.day == last.day == 1:
            months = (last.year - first.year) * _MONTHS + last.month - first.month
            day = _months_earlier(first, months)
        else:
            day = first - (last - first)
        return Period(start_of_day(day, self.zone).astimezone(self.zone), start, self.zone)


def _day_that_begins(moment: datetime, zone: ZoneInfo) -> date | None:
    """Return the day that begins at a moment; None in the middle of one."""
    moment = moment.astimezone(UTC)
    day = local_day(moment, zone)
    return day if start_of_day(day, zone) == moment else None


def _months_earlier(day: date, months: int) -> date:
    number = day.year * _MONTHS + day.month - 1 - months
    return day.replace(year=number // _MONTHS, month=number % _MONTHS + 1)


def _year_earlier(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the same local time a year earlier; on 28 February for a leap day."""
    day = _day_that_begins(moment, zone)
    if day is not None:
        return start_of_day(_day_a_year_earlier(day), zone).astimezone(zone)
    local = moment.astimezone(UTC).astimezone(zone)
    earlier = datetime.combine(_day_a_year_earlier(local.date()), local.time(), zone)
    return earlier.astimezone(UTC).astimezone(zone)


def _day_a_year_earlier(day: date) -> date:
    last = monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, last))


def midnight_before(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the beginning of the local day of a moment; the moment where the calendar begins."""
    try:
        return start_of_day(moment.astimezone(zone).date(), zone).astimezone(zone)
    except OverflowError:
        return moment


def midnight_after(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the end of the local day of a moment; the last instant where the calendar ends."""
    try:
        after = moment.astimezone(zone).date() + timedelta(days=1)
        return start_of_day(after, zone).astimezone(zone)
    except OverflowError:
        return END_OF_TIME
