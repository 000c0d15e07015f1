"""Periods that follow days: business hours, the time outside of them, and holidays.

Each day begins on the clock of a zone. A time that it skips moves forward by the gap, and one that
it shows twice is the first of the two, as in recurrences.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, Literal, TypeVar

from changeflow.lazy_dataclass import dataclass
from changeflow.model.business_hours import BusinessHours, HolidayCalendar
from changeflow.model.calendars import Calendar, CalendarPeriod
from changeflow.model.phrases import Told, told
from changeflow.model.times import BEGINNING_OF_TIME, END_OF_TIME, start_of_day
from changeflow.model.zones import time_zone
from changeflow.schedule.rrule import WEEKDAYS, RecurrenceError

Interval = tuple[datetime, datetime]
P = TypeVar("P", bound=CalendarPeriod)
_DAY: Final = timedelta(days=1)
_MICROSECOND: Final = timedelta.resolution
# days that are looked at in one search
_MOST_DAYS: Final = 150_000
# days for which a period is followed beyond the time that is asked about
_FOLLOWED: Final = 31
_END_OF_DAY: Final = "24:00"
# where neither the calendar nor the team names a zone
_NO_ZONE: Final = "UTC"


@dataclass(frozen=True)
class Holidays:
    """Holidays of a place and of an organisation.

    Attributes:
        written: as the calendar has them.
        zone: whose days these are.
    """

    written: HolidayCalendar
    zone: tzinfo

    def has(self, day: date) -> bool:
        """Return whether a day is a holiday.

        Raises:
            RecurrenceError: when that is not known.
            errors.UsageError: when the library is not installed.
        """
        one = self.written
        if day in one.days:
            return True
        if one.country is None:
            return False
        from changeflow.schedule.public_holidays import holiday_year

        year = holiday_year(one.country, one.region, one.categories, day.year)
        if day in year.unsure:
            data = {"day": day.isoformat(), "holidays": one.id}
            raise RecurrenceError(told("recurrence.holidays_unsure", **data), "holidays")
        return day in year.holidays

    def is_worked(self, day: date) -> bool:
        """Return whether a day that is free by its weekday is worked instead of another."""
        one = self.written
        if one.country is None or day in one.days:
            return False
        from changeflow.schedule.public_holidays import holiday_year

        return day in holiday_year(one.country, one.region, one.categories, day.year).worked


class DayPattern:
    """Periods that a subclass yields for times that are not watched."""

    def overlapping(self, since: datetime, until: datetime) -> Iterator[Interval]:
        """Yield the periods that overlap [since, until), oldest first.

        Raises:
            RecurrenceError: when they cannot be told.
            errors.UsageError: when a library for them is not installed.
        """
        if type(since) is datetime is type(until):
            return self.between(since, until)
        # Only now: most commands watch no time.
        from changeflow.schedule.watched_periods import around

        return around(self.between, since, until)

    def between(self, since: datetime, until: datetime) -> Iterator[Interval]:
        """Yield the periods that overlap [since, until); see `overlapping`."""
        raise NotImplementedError


@dataclass(frozen=True)
class HolidayPattern(DayPattern):
    """Holidays as periods: days that follow each other are one."""

    holidays: Holidays

    def between(self, since: datetime, until: datetime) -> Iterator[Interval]:
        """See `DayPattern.between`."""
        zone, after = self.holidays.zone, date.min
        for day in _days(since, until, zone):
            if day < after or not self.holidays.has(day):
                continue
            first, after = self._end(day, -_DAY), self._end(day, _DAY) + _DAY
            yield _instant(first, time(), zone), _instant(after, time(), zone)

    def _end(self, day: date, step: timedelta) -> date:
        """Return the last holiday on one side of a day, as far as days are known."""
        for _ in range(_FOLLOWED):
            try:
                if not self.holidays.has(day + step):
                    return day
            except (RecurrenceError, OverflowError):
                return day
            day += step
        return day


@dataclass(frozen=True)
class HoursPattern(DayPattern):
    """Business hours as periods.

    Attributes:
        written: as the calendar has them.
        zone: whose clock is meant.
        holidays: on which there are none; None: the weekday alone counts.
    """

    written: BusinessHours
    zone: tzinfo
    holidays: Holidays | None

    def between(self, since: datetime, until: datetime) -> Iterator[Interval]:
        """See `DayPattern.between`."""
        begin = since - _DAY if self._over_midnight else since
        for day in _days(begin, until, self.zone):
            found = self.of_day(day)
            if found is not None and found[0] < until and found[1] > since:
                yield found

    @property
    def _over_midnight(self) -> bool:
        return self.written.to <= self.written.from_

    def of_day(self, day: date) -> Interval | None:
        """Return the hours that begin on a day; None where there are none.

        Raises RecurrenceError and errors.UsageError as `overlapping` does.
        """
        if not self._is_open(day):
            return None
        last = day + _DAY if self._over_midnight or self.written.to == _END_OF_DAY else day
        begin = _instant(day, time.fromisoformat(self.written.from_), self.zone)
        if self.written.to == _END_OF_DAY:
            end = start_of_day(last, self.zone)
        else:
            end = _instant(last, time.fromisoformat(self.written.to), self.zone)
        # a gap of the clock may swallow them
        return (begin, end) if end > begin else None

    def _is_open(self, day: date) -> bool:
        if self.holidays is not None:
            if self.holidays.has(day):
                return False
            if self.holidays.is_worked(day):
                return True
        return WEEKDAYS[day.weekday()] in self.written.days


@dataclass(frozen=True)
class OutsidePattern(DayPattern):
    """The time outside of business hours, as periods."""

    hours: HoursPattern

    def between(self, since: datetime, until: datetime) -> Iterator[Interval]:
        """See `DayPattern.between`."""
        begin = self._end_before(since)
        for opens, closes in self.hours.between(since, until):
            if opens > begin and opens > since:
                yield begin, opens
            begin = max(begin, closes)
        if begin < until:
            yield begin, self._begin_after(until)

    def _end_before(self, moment: datetime) -> datetime:
        """Return when the last hours before a moment ended, as far as days are known."""
        day = moment.astimezone(self.hours.zone).date()
        for back in range(_FOLLOWED):
            found = self._known(day, -back)
            if found is not None and found[1] <= moment:
                return found[1]
        return moment - min(_FOLLOWED * _DAY, moment - BEGINNING_OF_TIME)

    def _begin_after(self, moment: datetime) -> datetime:
        """Return when the next hours after a moment begin, as far as days are known."""
        day = moment.astimezone(self.hours.zone).date()
        for ahead in range(_FOLLOWED):
            found = self._known(day, ahead)
            if found is not None and found[0] >= moment:
                return found[0]
        return moment + min(_FOLLOWED * _DAY, END_OF_TIME - moment)

    def _known(self, day: date, days: int) -> Interval | None:
        try:
            return self.hours.of_day(day + timedelta(days=days))
        except (RecurrenceError, OverflowError):
            return None


@dataclass(frozen=True)
class Unresolved(DayPattern):
    """What names hours or holidays that are not there: its time cannot be told."""

    why: Told

    def between(self, since: datetime, until: datetime) -> Iterator[Interval]:  # noqa: ARG002
        """Raise the reason. See `DayPattern.between`."""
        raise RecurrenceError(self.why)


def _days(since: datetime, until: datetime, zone: tzinfo) -> Iterator[date]:
    """Yield the days of a zone that [since, until) touches.

    Raises:
        RecurrenceError: when there are too many.
    """
    first = _day_in(since, zone)
    last = _day_in(until - _MICROSECOND if until > since else until, zone)
    if (last - first).days >= _MOST_DAYS:
        raise RecurrenceError(told("recurrence.search", days=_MOST_DAYS))
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _day_in(moment: datetime, zone: tzinfo) -> date:
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        return moment.date()


def _instant(day: date, clock: time, zone: tzinfo) -> datetime:
    """Return when the clock of a zone shows a time of a day; the ends of the calendar are kept."""
    shown = datetime.combine(day, clock)
    try:
        return shown.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return shown.replace(tzinfo=UTC)


# -- what periods name ---------------------------------------------------------------------------


def with_day_patterns(calendars: Iterable[Calendar], zone: str) -> tuple[Calendar, ...]:
    """Return calendars whose periods know the hours and holidays that they name.

    Args:
        calendars: all of them: what one names may stand in another.
        zone: of the team, where hours and holidays name none.
    """
    listed = tuple(calendars)
    if not any(one.spec.hours or one.spec.holidays or one.follows_days for one in listed):
        return listed
    known = _Known(listed, zone)
    found = []
    for calendar in listed:
        spec = calendar.spec
        resolved = spec.model_copy(
            update={
                "freezes": tuple(known.resolved(one) for one in spec.freezes),
                "windows": tuple(known.resolved(one) for one in spec.windows),
            }
        )
        found.append(calendar.model_copy(update={"spec": resolved}))
    return tuple(found)


def hours_touched(calendars: Iterable[Calendar], since: datetime, until: datetime) -> list[str]:
    """Return the ids of the business hours that overlap [since, until), sorted.

    Args:
        calendars: all of them, in the zone of the team (`Calendar.in_zone`).
        since: the beginning.
        until: the end; later than `since`.

    Raises:
        RecurrenceError: when that is not known for one of them.
        errors.UsageError: when the library for their holidays is not installed.
    """
    return sorted(_Known(calendars, _NO_ZONE).touched_hours(since, until))


def holidays_touched(calendars: Iterable[Calendar], since: datetime, until: datetime) -> list[str]:
    """Return the ids of the calendars of holidays with a day in [since, until), sorted.

    Arguments and errors are those of `hours_touched`.
    """
    return sorted(_Known(calendars, _NO_ZONE).touched_holidays(since, until))


class _Known:
    """Hours and holidays of all calendars, by id; those that two have are none."""

    def __init__(self, calendars: Iterable[Calendar], zone: str) -> None:
        self._zone = zone
        hours: list[BusinessHours] = []
        holidays: list[HolidayCalendar] = []
        for calendar in calendars:
            hours += calendar.spec.hours
            holidays += calendar.spec.holidays
        self._hours = _by_id(hours)
        self._holidays = _by_id(holidays)

    def touched_hours(self, since: datetime, until: datetime) -> Iterator[str]:
        """Yield the ids of the hours that overlap [since, until)."""
        for name in self._hours:
            if any(True for _ in self._hours_of(name).overlapping(since, until)):
                yield name

    def touched_holidays(self, since: datetime, until: datetime) -> Iterator[str]:
        """Yield the ids of the holidays that overlap [since, until)."""
        for name in self._holidays:
            pattern = HolidayPattern(self._holidays_of(name))
            if any(True for _ in pattern.overlapping(since, until)):
                yield name

    def resolved(self, period: P) -> P:
        """Return a period with its pattern, if it has one."""
        if not period.follows:
            return period
        return period.model_copy(update={"pattern": self._pattern(period)})

    def _pattern(self, period: CalendarPeriod) -> DayPattern:
        try:
            if period.on is not None:
                return HolidayPattern(self._holidays_of(period.on))
            hours = self._hours_of(period.during or period.outside or "")
        except RecurrenceError as error:
            return Unresolved(error.why)
        return hours if period.during is not None else OutsidePattern(hours)

    def _hours_of(self, name: str) -> HoursPattern:
        one = self._hours.get(name)
        if one is None:
            raise _nothing("hours", name)
        holidays = self._holidays_of(one.holidays) if one.holidays is not None else None
        return HoursPattern(one, _zone(one.zone or self._zone), holidays)

    def _holidays_of(self, name: str) -> Holidays:
        one = self._holidays.get(name)
        if one is None:
            raise _nothing("holidays", name)
        return Holidays(one, _zone(one.zone or self._zone))


H = TypeVar("H", BusinessHours, HolidayCalendar)


def _by_id(listed: Iterable[H]) -> Mapping[str, H | None]:
    found: dict[str, H | None] = {}
    for one in listed:
        found[one.id] = None if one.id in found else one
    return found


def _nothing(what: Literal["hours", "holidays"], name: str) -> RecurrenceError:
    return RecurrenceError(told("recurrence.unknown_days", case=what, name=name), what)


def _zone(name: str) -> tzinfo:
    try:
        return time_zone(name)
    except ValueError as error:
        raise RecurrenceError(told("recurrence.zone", zone=name), "zone") from error
