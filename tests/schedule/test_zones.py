"""Windows in fifty zones, minute by minute, against a clock on the wall that is only looked at.

The other side of the comparison takes the same release of the IANA database and knows no offsets: it looks at the clock of a zone at every minute, notes when it first shows
each local time, and where it jumps over some. Days, rules and lengths follow from their definitions. `make zones` tries all of
them (`ARGS="40"`: as many windows in each zone); the suite a fixed few.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property

import pytest

from changeflow.model.calendars import MaintenanceWindow
from changeflow.model.zones import time_zone
from changeflow.schedule.windows import overlapping

# the time is given
pytestmark = pytest.mark.once

# of every kind: no change, an hour, half an hour, at midnight, in the south, a day left out, and the odd minutes
ZONES = (
    "UTC", "Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Moscow", "Europe/Istanbul", "Europe/Chisinau",
    "Atlantic/Azores", "America/New_York", "America/Chicago", "America/Los_Angeles", "America/St_Johns", "America/Sao_Paulo",
    "America/Santiago", "America/Asuncion", "America/Havana", "America/Nuuk", "America/Scoresbysund", "America/Caracas",
    "America/Miquelon", "America/Phoenix", "America/Mexico_City", "America/Bogota", "Africa/Cairo", "Africa/Casablanca",
    "Africa/El_Aaiun", "Africa/Johannesburg", "Africa/Juba", "Asia/Shanghai", "Asia/Tokyo", "Asia/Kolkata", "Asia/Kathmandu",
    "Asia/Tehran", "Asia/Beirut", "Asia/Gaza", "Asia/Jerusalem", "Asia/Amman", "Asia/Pyongyang", "Asia/Dubai", "Asia/Singapore",
    "Australia/Sydney", "Australia/Lord_Howe", "Australia/Adelaide", "Australia/Perth", "Australia/Eucla", "Pacific/Auckland",
    "Pacific/Chatham", "Pacific/Apia", "Pacific/Kiritimati", "Antarctica/Troll",
)  # fmt: skip
IN_THE_SUITE = ("Europe/Berlin", "America/St_Johns", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Beirut", "Africa/Casablanca")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
# days before and after a change of the clock
_BEFORE, _AFTER = 12, 16


class WallClock:
    """What a clock on the wall shows from one moment on."""

    def __init__(self, zone: str, since: datetime, days: int) -> None:
        self.first: dict[datetime, datetime] = {}
        place, before = time_zone(zone), None
        for number in range(days * 24 * 60):
            moment = since + number * _MINUTE
            shown = moment.astimezone(place).replace(tzinfo=None, fold=0)
            # seconds of old offsets: the minute that the clock shows
            shown = shown.replace(second=0, microsecond=0)
            if before is not None and before + _MINUTE < shown:
                self._skipped(before + _MINUTE, shown, moment)
            self.first.setdefault(shown, moment)
            before = shown

    def _skipped(self, since: datetime, until: datetime, moment: datetime) -> None:
        """Note that what the clock jumps over is as much later as it jumps."""
        for number in range((until - since) // _MINUTE):
            self.first.setdefault(since + number * _MINUTE, moment + number * _MINUTE)

    def when(self, local: datetime) -> datetime:
        return self.first[local]


@dataclass(frozen=True)
class Written:
    """A window as it is written, and what it means by the definitions."""

    zone: str
    start: datetime
    days: int
    minutes: int
    rule: str
    falls_on: Callable[[date], bool]
    until: date | datetime | None
    count: int | None
    exdates: tuple[datetime, ...]
    rdates: tuple[datetime, ...]

    @cached_property
    def record(self) -> MaintenanceWindow:
        rule = self.rule
        if isinstance(self.until, datetime):
            rule += f";UNTIL={self.until:%Y%m%dT%H%M%S}{'Z' if self.until.tzinfo else ''}"
        elif self.until is not None:
            rule += f";UNTIL={self.until:%Y%m%d}"
        if self.count is not None:
            rule += f";COUNT={self.count}"
        length = f"P{self.days}D" if self.days else "P"
        return MaintenanceWindow.model_validate(
            {
                "id": "window",
                "dtstart": self.start.isoformat(),
                "duration": f"{length}T{self.minutes}M" if self.minutes else length,
                "rrule": rule,
                "exdates": [one.isoformat() for one in self.exdates],
                "rdates": [one.isoformat() for one in self.rdates],
                "zone": self.zone,
            }
        )

    def starts(self, clock: WallClock, last: date) -> Iterator[datetime]:
        """Local starts by the definitions: the rule's days at the time of the first, what is added, without what is left out."""
        found, day = [], self.start.date()
        while day <= last and (self.count is None or len(found) < self.count):
            local = datetime.combine(day, self.start.time())
            if local == self.start or (self.falls_on(day) and self._before_the_end(local, clock)):
                found.append(local)
            day += _DAY
        for local in {*found, *self.rdates}:
            if local == self.start or local not in self.exdates:
                yield local

    def _before_the_end(self, local: datetime, clock: WallClock) -> bool:
        match self.until:
            case None:
                return True
            case datetime() if self.until.tzinfo is not None:
                return clock.when(local) <= self.until
            case datetime():
                return local <= self.until
            case _:
                return local.date() <= self.until

    def minutes_inside(self, clock: WallClock, since: datetime, until: datetime) -> set[datetime]:
        inside: set[datetime] = set()
        for local in self.starts(clock, (until + 2 * _DAY).date()):
            begin = clock.when(local)
            end = (clock.when(local + self.days * _DAY) if self.days else begin) + self.minutes * _MINUTE
            moment = max(begin, since)
            while moment < min(end, until):
                inside.add(moment)
                moment += _MINUTE
        return inside


@cache
def changes_of_the_clock(zone: str) -> tuple[datetime, ...]:
    """Days on which the offset of a zone is another one than the day before, found by looking at each."""
    place, found = time_zone(zone), []
    day = datetime(2009, 1, 1, tzinfo=UTC)
    while day.year < 2031:
        if day.astimezone(place).utcoffset() != (day + _DAY).astimezone(place).utcoffset():
            found.append(day)
        day += _DAY
    return tuple(found) or (datetime(2026, 3, 29, tzinfo=UTC),)


@cache
def minute_of_change(zone: str, day: datetime) -> datetime:
    """The minute of the day that follows at which the offset becomes another one; its beginning where none does."""
    place = time_zone(zone)
    for number in range(1, 24 * 60 + 1):
        if (day + number * _MINUTE).astimezone(place).utcoffset() != day.astimezone(place).utcoffset():
            return day + number * _MINUTE
    return day


def some_window(dice: random.Random, zone: str) -> tuple[Written, datetime]:
    """A window that begins before a change of the clock, most often at a time near to that of the change."""
    change = dice.choice(changes_of_the_clock(zone))
    day = (change - dice.randrange(1, 9) * _DAY).date()
    clock = time(dice.randrange(24), dice.choice((0, 15, 30, 59)))
    if dice.random() < 0.7:
        # what the clock shows within an hour of its change: skipped, or shown twice
        moment = minute_of_change(zone, change) + dice.randrange(-60, 60) * _MINUTE
        clock = moment.astimezone(time_zone(zone)).time().replace(second=0, fold=0)
    start = datetime.combine(day, clock)
    rule, falls_on = _rule(dice, day)
    until: date | datetime | None = None
    count = None
    end = start + dice.randrange(3, 14) * _DAY
    match dice.randrange(6):
        case 0:
            until = end.date()
        case 1:
            until = end
        case 2:
            until = (end + dice.randrange(-90, 90) * _MINUTE).replace(tzinfo=UTC)
        case 3:
            count = dice.randrange(1, 9)
    others = [start + number * _DAY for number in range(1, 14)]
    exdates = tuple(dice.sample(others, dice.randrange(3)))
    rdates = tuple(one + dice.choice((0, 45)) * _MINUTE for one in dice.sample(others, dice.randrange(3)))
    days = dice.choice((0, 0, 1, 2))
    minutes = dice.choice((30, 60, 150, 25 * 60)) if days == 0 else dice.choice((0, 30))
    return Written(zone, start, days, minutes, rule, falls_on, until, count, exdates, rdates), change


def _rule(dice: random.Random, first: date) -> tuple[str, Callable[[date], bool]]:
    step = dice.choice((1, 1, 1, 2, 3))
    if dice.random() < 0.6:
        return f"FREQ=DAILY;INTERVAL={step}", lambda day: (day - first).days % step == 0
    if dice.random() < 0.7:
        days = {first.weekday(), *dice.sample(range(7), dice.randrange(4))}
        monday = first - first.weekday() * _DAY

        def of_week(day: date) -> bool:
            return day.weekday() in days and (day - monday).days // 7 % step == 0

        return f"FREQ=WEEKLY;INTERVAL={step};BYDAY={','.join(WEEKDAYS[one] for one in sorted(days))}", of_week
    numbers = {first.day, dice.choice((1, 15, 28))}
    return f"FREQ=MONTHLY;BYMONTHDAY={','.join(map(str, sorted(numbers)))}", lambda day: day.day in numbers


def compare(zone: str, number: int) -> str | None:
    """Return what differs for one window of a zone; None where nothing does."""
    dice = random.Random(f"{zone} {number}")  # noqa: S311 - no secret
    written, change = some_window(dice, zone)
    since, until = change - _BEFORE * _DAY, change + _AFTER * _DAY
    clock = WallClock(zone, since - 4 * _DAY, _BEFORE + _AFTER + 12)
    expected = written.minutes_inside(clock, since, until)
    found: set[datetime] = set()
    for begin, end in overlapping(written.record, since, until):
        moment = max(begin, since)
        while moment < min(end, until):
            found.add(moment)
            moment += _MINUTE
    if found == expected:
        return None
    return f"{zone} {number}: {written.record!r}: first at {min(found ^ expected)}, {len(found ^ expected)} minutes"


@pytest.mark.parametrize("zone", IN_THE_SUITE)
def test_every_minute_is_inside_as_the_clock_on_the_wall_says(zone: str) -> None:
    assert [one for one in (compare(zone, number) for number in range(4)) if one] == []


def test_there_are_fifty_zones() -> None:
    assert len(set(ZONES)) == 50
    assert set(IN_THE_SUITE) < set(ZONES)


if __name__ == "__main__":
    windows = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    different = []
    for name in ZONES:
        different += [one for one in (compare(name, number) for number in range(windows)) if one]
    minutes = len(ZONES) * windows * (_BEFORE + _AFTER) * 24 * 60
    told = f"{len(ZONES)} zones, {windows} windows in each, {minutes:,} minutes compared: {len(different)} windows differ"
    sys.stdout.write("\n".join([told, *different[:20]]) + "\n")
    sys.exit(bool(different))
