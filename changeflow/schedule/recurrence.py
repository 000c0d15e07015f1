"""Periods of a calendar, once or again and again, as instants.

Weekdays, month days and days are those of the zone.

The first period, as written, always belongs. A start that a clock skips moves forward by the gap,
and one that a clock shows twice is the first of the two (RFC 5545 3.3.5). A day of a length is
nominal, it has 23, 24 or 25 hours; hours are exact (3.3.6).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from changeflow.model.times import END_OF_TIME, NominalDuration
from changeflow.model.zones import time_zone
from changeflow.schedule.expansion import Expansion
from changeflow.schedule.rules import RecurrenceError, RecurrenceRule, parse_rule

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
        """The rule at work, where there is one."""
        return Expansion(self.rule, self.local, self.instant) if self.rule is not None else None

    def instant(self, local: datetime) -> datetime:
        """When the clock of the zone shows a local time.

        Raises:
            OverflowError: in the years 1 and 9999, for what is no time in UTC.
        """
        return local.replace(tzinfo=self.zone).astimezone(UTC)

    def overlapping(self, since: datetime, until: datetime) -> Iterator[Interval]:
        """Periods that overlap [since, until), by the clock on the wall oldest first.

        Raises:
            RecurrenceError: when too many days would have to be looked through.
        """
        for local in self._starts(since, until):
            found = self.first if local == self.local else self._period(local)
            if found is not None and found[0] < until and found[1] > since:
                yield found

    def _starts(self, since: datetime, until: datetime) -> Iterator[datetime]:
        rule = self.expansion
        longest = timedelta(days=self.length.days) + self.length.rest + _SLACK
        yielded = (
            rule.starts(_day(since, -longest), _day(until, _SLACK))
            if rule is not None
            else iter(())
        )
        others = heapq.merge(yielded, sorted(self.more))
        merged = heapq.merge([self.local], (start for start in others if start not in self.without))
        before: datetime | None = None
        for start in merged:
            if start != before:
                yield start
            before = start

    def _period(self, local: datetime) -> Interval | None:
        """The period that starts at a local time; None where it lies beyond the calendar, or in a day that a zone skipped."""
        try:
            start = self.instant(local)
        except OverflowError:
            return None
        end = _end(start, local, self.length, self.zone)
        return (start, end) if end > start else None

    def unused_exdates(self) -> Iterator[datetime]:
        """Exceptions that take nothing away, neither of the rule nor of the further starts, sorted."""
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
    """The periods of a freeze or a window, from what its document says.

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
    place = _zone(zone, start)
    begin = start.astimezone(UTC) if start is not None else _instant(dtstart, place)
    local = dtstart if dtstart is not None else _local(begin, place)
    length = duration if duration is not None else _length(local, _local(_known(end), place))
    return Series(
        first=(
            begin,
            end.astimezone(UTC) if end is not None else _end(begin, local, length, place),
        ),
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
    """Periods of `length` that begin at `start` and are repeated by a rule, as far as they overlap [since, until).

    Raises:
        RecurrenceError: when the zone or the rule cannot be read, or when too many days would have
            to be looked through.
    """
    nominal = NominalDuration(length.days, length - timedelta(days=length.days))
    yield from series(start=start, duration=nominal, rrule=rrule, zone=zone).overlapping(
        since, until
    )


def merged(intervals: list[Interval]) -> list[Interval]:
    """Intervals as one where they overlap or meet, sorted."""
    found: list[Interval] = []
    for start, end in sorted(intervals):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _end(begin: datetime, local: datetime, length: NominalDuration, zone: tzinfo) -> datetime:
    """When a period ends: days later by the clock on the wall, and then an exact time later."""
    try:
        days = (
            (local + timedelta(days=length.days)).replace(tzinfo=zone).astimezone(UTC)
            if length.days
            else begin
        )
        return days + length.rest
    except OverflowError:
        return END_OF_TIME


def _length(start: datetime, end: datetime) -> NominalDuration:
    """How long the clock on the wall says that a period is."""
    span = end - start
    return NominalDuration(
        span.days, timedelta(seconds=span.seconds, microseconds=span.microseconds)
    )


def _known(moment: datetime | None) -> datetime:
    if moment is None:
        raise RecurrenceError("it does not say when it begins and ends", "start")
    return moment


def _instant(local: datetime | None, zone: tzinfo) -> datetime:
    shown = _known(local)
    try:
        return shown.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError as error:
        raise RecurrenceError(
            f"what begins at {shown.isoformat()} begins at no time in UTC", "dtstart"
        ) from error


def _local(start: datetime, zone: tzinfo) -> datetime:
    """The wall clock of a zone at an instant."""
    try:
        return start.astimezone(zone).replace(tzinfo=None, fold=0)
    except OverflowError as error:
        raise RecurrenceError(
            f"what begins at {start.isoformat()} begins at no time in {zone}", "start"
        ) from error


def _zone(name: str | None, start: datetime | None) -> tzinfo:
    """The zone that is named; for a start with an offset that offset; for a local start UTC."""
    if name is not None:
        return _named(name)
    offset = start.utcoffset() if start is not None else None
    return timezone(offset) if offset else UTC


def _named(name: str) -> tzinfo:
    try:
        return time_zone(name)
    except ValueError as error:
        raise RecurrenceError(str(error), "zone") from error


def _day(moment: datetime, distance: timedelta) -> date:
    """The day some time before or after an instant, in UTC, within the calendar."""
    try:
        return (moment.astimezone(UTC) + distance).date()
    except OverflowError:
        return date.min if distance < timedelta() else date.max
