"""Periods of a report: half-open, in a time zone, and the period before."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

_MONTHS = 12


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
        first, last = self._local()
        return (last.date() - first.date()).days + (last.time() > time())

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
            first, last = (_year_earlier(one) for one in self._local())
        except (OverflowError, ValueError):
            return None
        return Period(first.replace(tzinfo=self.zone), last.replace(tzinfo=self.zone), self.zone)

    def _before(self, start: datetime, end: datetime) -> Period:
        first, last = self._local()
        if first.time() != time() or last.time() != time():
            return Period(start - (end - start), start, self.zone)
        if first.day == last.day == 1:
            months = (last.year - first.year) * _MONTHS + last.month - first.month
            before = _months_earlier(first, months)
        else:
            before = first.replace(tzinfo=None) - (last.date() - first.date())
        return Period(before.replace(tzinfo=self.zone), start, self.zone)

    def _local(self) -> tuple[datetime, datetime]:
        assert self.start is not None  # noqa: S101 - for the type checker
        assert self.end is not None  # noqa: S101
        return self.start.astimezone(self.zone), self.end.astimezone(self.zone)


def _months_earlier(day: datetime, months: int) -> datetime:
    number = day.year * _MONTHS + day.month - 1 - months
    return day.replace(year=number // _MONTHS, month=number % _MONTHS + 1, tzinfo=None)


def _year_earlier(local: datetime) -> datetime:
    """Return the same time a year earlier; on 28 February for a leap day."""
    day = min(local.day, monthrange(local.year - 1, local.month)[1])
    return local.replace(year=local.year - 1, day=day, tzinfo=None)


def midnight_before(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the beginning of the local day of a moment; the moment where the calendar begins."""
    try:
        return datetime.combine(moment.astimezone(zone).date(), time(), zone)
    except OverflowError:
        return moment


def midnight_after(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the end of the local day of a moment; the last instant where the calendar ends."""
    try:
        local = moment.astimezone(zone)
        return datetime.combine(local.date() + timedelta(days=1), time(), zone)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)
