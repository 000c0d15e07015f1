"""Periods of a calendar, once or again and again, as instants.

Weekdays, month days and days are those of the zone.

The first period, as written, always belongs. A start that a clock skips moves forward by the gap,
and one that a clock shows twice is the first of the two (RFC 5545 3.3.5). A day of a length is
nominal, it has 23, 24 or 25 hours; hours are exact (3.3.6).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from changeflow.lazy_dataclass import dataclass
from changeflow.model.phrases import told
from changeflow.model.times import END_OF_TIME, NominalDuration
from changeflow.model.zones import time_zone
from changeflow.schedule.expansion import Expansion
from changeflow.schedule.rrule import RecurrenceError, RecurrenceRule, parse_rule

__all__ = ["Interval", "RecurrenceError", "Series", "merged", "occurrences", "series"]

# two zones are never further apart, nor does a clock ever jump further
_SLACK = timedelta(days=2)
Interval = tuple[datetime, datetime]


@dataclass(frozen=True)
class Series:
    """The periods of one freeze or window.

    `first` is the first one, as written; `local` its start on the wall clock of `zone`, from which
    the rule counts. `length` is that of all others.
    """

    first: Interval
    local: datetime
    length: NominalDuration
    zone: tzinfo
    rule: RecurrenceRule | None = None
    more: tuple[datetime, ...] = ()
    without: frozenset[datetime] = frozenset()

    @property
    def expansion(self) -> Expansion | None:
        """Return the rule with its start and zone, or None if there is no rule."""
        if self.rule is None:
            return None
        return Expansion(self.rule, self.local, self.instant)

    def instant(self, local: datetime) -> datetime:
        """Return when the clock of the zone shows a local time.

        Raises:
            OverflowError: in the years 1 and 9999, for what is no time in UTC.
        """
        return local.replace(tzinfo=self.zone).astimezone(UTC)

    def overlapping(self, since: datetime, until: datetime) -> Iterator[Interval]:
        """Yield the periods that overlap [since, until), oldest first on the wall clock.

        Raises:
            RecurrenceError: when too many days would have to be looked through.
        """
        if type(since) is datetime is type(until):
            return self._overlapping(since, until)
        # Only now: most commands watch no time.
        from changeflow.schedule.watched_periods import around

        return around(self._overlapping, since, until)

    def _overlapping(self, since: datetime, until: datetime) -> Iterator[Interval]:
        for local in self._starts_between(since, until):
            found = self.first if local == self.local else self._period_at(local)
            if found is not None and found[0] < until and found[1] > since:
                yield found

    def _starts_between(self, since: datetime, until: datetime) -> Iterator[datetime]:
        yielded: Iterator[datetime] = iter(())
        rule = self.expansion
        if rule is not None:
            longest = timedelta(days=self.length.days) + self.length.rest + _SLACK
            yielded = rule.starts(
                _day_at_distance(since, -longest), _day_at_distance(until, _SLACK)
            )
        others = heapq.merge(yielded, sorted(self.more))
        kept = (start for start in others if start not in self.without)
        before: datetime | None = None
        for start in heapq.merge([self.local], kept):
            if start != before:
                yield start
            before = start

    def _period_at(self, local: datetime) -> Interval | None:
        """Return the period that starts at a local time, or None if there is no such time.

        A zone may have skipped that day, or it lies beyond the calendar.
        """
        try:
            start = self.instant(local)
        except OverflowError:
            return None
        end = _end_of_period(start, local, self.length, self.zone)
        if end <= start:
            return None
        return start, end

    def unused_exdates(self) -> Iterator[datetime]:
        """Yield the exceptions that remove no start of the rule and no further start, sorted."""
        rule = self.expansion
        for local in sorted(self.without.difference(self.more)):
            if rule is None or not rule.yields(local):
                yield local


def series(
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    dtstart: datetime | None = None,
    duration: NominalDuration | None = None,
    rrule: str | None = None,
    exdates: Iterable[datetime] = (),
    rdates: Iterable[datetime] = (),
    zone: str | None = None,
) -> Series:
    """Return the periods of a freeze or a window, from the keys of its document.

    Args:
        start: when the first one begins, in the offset in which it is written.
        end: when the first one ends.
        dtstart: when the first one begins, on the wall clock of the zone.
        duration: how long each of them is.
        rrule: how they are repeated.
        exdates: starts that the rule yields and that are left out, on the wall clock.
        rdates: further starts, on the wall clock.
        zone: whose wall clock; without one the offset of `start`, else UTC.

    Raises:
        RecurrenceError: when the zone or the rule cannot be read.
    """
    place = _zone_of_period(zone, start)
    if start is None:
        begin = _required_instant(dtstart, place)
    else:
        begin = start.astimezone(UTC)
    local = dtstart
    if local is None:
        local = _wall_clock(begin, place)
    if duration is None:
        length = _nominal_length(local, _wall_clock(_required_moment(end), place))
    else:
        length = duration
    if end is None:
        finish = _end_of_period(begin, local, length, place)
    else:
        finish = end.astimezone(UTC)
    return Series(
        first=(begin, finish),
        local=local,
        length=length,
        zone=place,
        rule=parse_rule(rrule) if rrule is not None else None,
        more=tuple(rdates),
        without=frozenset(exdates),
    )


def occurrences(
    start: datetime,
    length: timedelta,
    rrule: str | None,
    zone: str | None,
    since: datetime,
    until: datetime,
) -> Iterator[Interval]:
    """Yield the repeated periods of `length` from `start` on that overlap [since, until).

    Raises:
        RecurrenceError: when the zone or the rule cannot be read, or when too many days would have
            to be looked through.
    """
    nominal = NominalDuration(length.days, length - timedelta(days=length.days))
    yield from series(start=start, duration=nominal, rrule=rrule, zone=zone).overlapping(
        since, until
    )


def merged(intervals: list[Interval]) -> list[Interval]:
    """Return the intervals sorted, with those that overlap or meet joined."""
    found: list[Interval] = []
    for start, end in sorted(intervals):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _end_of_period(
    begin: datetime, local: datetime, length: NominalDuration, zone: tzinfo
) -> datetime:
    """Return when a period ends: days later on the wall clock, and then an exact time later."""
    try:
        if length.days:
            day = local + timedelta(days=length.days)
            begin = day.replace(tzinfo=zone).astimezone(UTC)
        return begin + length.rest
    except OverflowError:
        return END_OF_TIME


def _nominal_length(start: datetime, end: datetime) -> NominalDuration:
    """Return the length of a period on the wall clock."""
    span = end - start
    return NominalDuration(
        span.days, timedelta(seconds=span.seconds, microseconds=span.microseconds)
    )


def _required_moment(moment: datetime | None) -> datetime:
    if moment is None:
        raise RecurrenceError(told("recurrence.no_times"), "start")
    return moment


def _required_instant(local: datetime | None, zone: tzinfo) -> datetime:
    shown = _required_moment(local)
    try:
        return shown.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError as error:
        why = told("recurrence.nowhen", start=shown.isoformat(), zone="UTC")
        raise RecurrenceError(why, "dtstart") from error


def _wall_clock(start: datetime, zone: tzinfo) -> datetime:
    """Return the wall clock of a zone at an instant."""
    try:
        return start.astimezone(zone).replace(tzinfo=None, fold=0)
    except OverflowError as error:
        why = told("recurrence.nowhen", start=start.isoformat(), zone=str(zone))
        raise RecurrenceError(why, "start") from error


def _zone_of_period(name: str | None, start: datetime | None) -> tzinfo:
    """Return the named zone; without a name the offset of a start; otherwise UTC."""
    if name is not None:
        try:
            return time_zone(name)
        except ValueError as error:
            raise RecurrenceError(told("recurrence.zone", zone=name), "zone") from error
    if start is None:
        return UTC
    offset = start.utcoffset()
    if not offset:
        return UTC
    return timezone(offset)


def _day_at_distance(moment: datetime, distance: timedelta) -> date:
    """Return the day some time before or after an instant, in UTC, within the calendar."""
    try:
        return (moment.astimezone(UTC) + distance).date()
    except OverflowError:
        if distance < timedelta():
            return date.min
        return date.max
