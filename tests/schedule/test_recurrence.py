"""Periods against two judges: a clock that is read minute by minute, and python-dateutil, which is not ours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.model.times import format_nominal_duration, parse_local_time, parse_nominal_duration
from changeflow.model.times import parse_written_instant as at
from changeflow.model.zones import time_zone
from changeflow.schedule.recurrence import Interval, merged, series
from tests.examples import examples

ZONES = ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Shanghai", "Etc/GMT-8", "UTC"]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# Days around which each of these zones moves its clock, and a day on which none does.
DAYS = [date(2026, 10, 25), date(2026, 3, 29), date(2026, 3, 8), date(2026, 11, 1), date(2026, 4, 5), date(2026, 10, 4),
        date(2026, 2, 15), date(2026, 3, 22), date(2026, 7, 1)]  # fmt: skip
WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def listed(found: Iterable[Interval], most: int = 1_000) -> list[Interval]:
    return list(islice(found, most))


def test_a_weekday_is_that_of_the_offset_in_which_the_start_is_written() -> None:
    sundays = series(start=at("2026-11-29T00:00:00+08:00"), end=at("2026-11-30T00:00:00+08:00"), rrule="FREQ=WEEKLY;BYDAY=SU")
    found = listed(sundays.overlapping(at("2026-11-29T00:00:00+08:00"), at("2026-12-08T00:00:00+08:00")))
    assert found == [
        (at("2026-11-29T00:00:00+08:00"), at("2026-11-30T00:00:00+08:00")),
        (at("2026-12-06T00:00:00+08:00"), at("2026-12-07T00:00:00+08:00")),
    ]


def test_a_zone_that_is_named_says_more_than_the_offset() -> None:
    nights = series(start=at("2026-10-24T20:00:00Z"), duration=parse_nominal_duration("PT1H"), rrule="FREQ=DAILY", zone="Europe/Berlin")
    found = listed(nights.overlapping(at("2026-10-24T00:00:00Z"), at("2026-10-26T00:00:00Z")))
    assert [start for start, _ in found] == [at("2026-10-24T22:00:00+02:00"), at("2026-10-25T22:00:00+01:00")]


def test_the_first_period_belongs_as_it_is_written_also_when_the_rule_has_other_days() -> None:
    year_end = series(
        start=at("2026-12-18T00:00:00+01:00"),
        end=at("2027-01-04T00:00:00+01:00"),
        rrule="FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=20",
        zone="Europe/Berlin",
    )
    found = listed(year_end.overlapping(at("2026-12-01T00:00:00Z"), at("2028-01-01T00:00:00Z")))
    assert [start for start, _ in found] == [
        at("2026-12-18T00:00:00+01:00"),
        at("2026-12-20T00:00:00+01:00"),
        at("2027-12-20T00:00:00+01:00"),
    ]
    assert not year_end.expansion.yields_first()


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20261129T225959Z", "2026-11-29"),  # a second before Monday in Berlin
        ("20261129T230000Z", "2026-11-30"),
        ("20261130T000000", "2026-11-30"),
        ("20261129T235959", "2026-11-29"),
        ("20261129", "2026-11-29"),
        ("20261130", "2026-11-30"),
    ],
)
def test_until_is_an_instant_with_z_local_time_without_and_a_date_is_that_whole_day(until: str, last: str) -> None:
    daily = series(
        dtstart=parse_local_time("2026-11-27T00:00:00"),
        duration=parse_nominal_duration("PT1H"),
        rrule=f"FREQ=DAILY;UNTIL={until}",
        zone="Europe/Berlin",
    )
    found = listed(daily.overlapping(at("2026-11-01T00:00:00Z"), at("2026-12-31T00:00:00Z")))
    assert found[-1][0] == at(f"{last}T00:00:00+01:00")


def test_a_date_in_until_includes_a_late_period_of_that_day() -> None:
    late = series(
        dtstart=parse_local_time("2026-11-27T23:30:00"),
        duration=parse_nominal_duration("PT1H"),
        rrule="FREQ=DAILY;UNTIL=20261129",
        zone="America/St_Johns",
    )
    assert len(listed(late.overlapping(at("2026-11-01T00:00:00Z"), at("2026-12-31T00:00:00Z")))) == 3


@pytest.mark.parametrize(("length", "hours"), [("P1D", (23, 25)), ("PT24H", (24, 24)), ("P1W", (167, 169)), ("P1DT2H", (25, 27))])
def test_a_day_is_as_long_as_the_zone_makes_it_and_an_hour_is_an_hour(length: str, hours: tuple[int, int]) -> None:
    for day, wanted in zip(("2026-03-29", "2026-10-25"), hours, strict=True):
        once = series(dtstart=parse_local_time(f"{day}T00:00:00"), duration=parse_nominal_duration(length), zone="Europe/Berlin")
        [(start, end)] = listed(once.overlapping(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")))
        assert end - start == wanted * HOUR


@pytest.mark.parametrize(
    ("zone", "local", "instant"),
    [
        ("Europe/Berlin", "2026-03-29T02:30:00", "2026-03-29T03:30:00+02:00"),  # a gap: forward by it
        ("Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T02:30:00+02:00"),  # twice: the first of the two
        ("Australia/Lord_Howe", "2026-10-04T02:15:00", "2026-10-04T02:45:00+11:00"),  # half an hour
        ("Africa/Casablanca", "2026-02-15T02:30:00", "2026-02-15T02:30:00+01:00"),  # Ramadan, backwards
    ],
)
def test_gaps_and_folds_are_read_as_the_standard_says(zone: str, local: str, instant: str) -> None:
    once = series(dtstart=parse_local_time(local), duration=parse_nominal_duration("PT1H"), zone=zone)
    [(start, _)] = listed(once.overlapping(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")))
    assert start == at(instant)


def test_exceptions_are_left_out_and_additions_put_in() -> None:
    mondays = series(
        dtstart=parse_local_time("2026-11-02T20:00:00"),
        duration=parse_nominal_duration("PT1H"),
        rrule="FREQ=WEEKLY;COUNT=3",
        exdates=[parse_local_time("2026-11-09T20:00:00")],
        rdates=[parse_local_time("2026-11-11T20:00:00"), parse_local_time("2026-11-16T20:00:00")],
        zone="Asia/Shanghai",
    )
    found = listed(mondays.overlapping(at("2026-11-01T00:00:00Z"), at("2026-12-31T00:00:00Z")))
    assert [start.day for start, _ in found] == [2, 11, 16]


def test_an_exception_takes_a_further_start_away_too() -> None:
    further = [parse_local_time("2026-12-25T00:00:00"), parse_local_time("2026-12-26T00:00:00")]
    holidays = series(
        dtstart=parse_local_time("2026-12-05T00:00:00"),
        duration=parse_nominal_duration("P1D"),
        rdates=further,
        exdates=further[1:],
        zone="Asia/Shanghai",
    )
    found = listed(holidays.overlapping(at("2026-12-01T00:00:00Z"), at("2027-01-31T00:00:00Z")))
    assert [start.day for start, _ in found] == [4, 24]
    assert list(holidays.unused_exdates()) == []


@pytest.mark.parametrize("rule", ["FREQ=DAILY;BYHOUR=8,12,17", "FREQ=DAILY;BYHOUR=8,12,17;COUNT=100000", "FREQ=DAILY;INTERVAL=7;BYHOUR=8,12,17"])
def test_a_calendar_does_not_die_of_age(rule: str) -> None:
    old = series(start=at("1989-02-01T08:00:00Z"), end=at("1989-02-01T09:00:00Z"), rrule=rule)
    day = datetime(1989, 2, 1, tzinfo=UTC) + 7 * DAY * 3_000
    found = listed(old.overlapping(day, day + DAY))
    assert [start.hour for start, _ in found] == [8, 12, 17]


def test_intervals_that_meet_are_one() -> None:
    a, b, c = (datetime(2026, 1, 1, hour, tzinfo=UTC) for hour in (1, 2, 3))
    assert merged([(b, c), (a, b)]) == [(a, c)]
    assert merged([(a, b), (b + MINUTE, c)]) == [(a, b), (b + MINUTE, c)]


# A clock, read minute by minute.


def by_the_minute(zone: str, weekday: int, begin: timedelta, length: timedelta, days: list[date]) -> set[datetime]:
    """Minutes in UTC in which a weekly period lasts: found on the days by their weekday, and on the wall by its first showing."""
    found: set[datetime] = set()
    place = time_zone(zone)
    for day in (day for day in days if day.weekday() == weekday):
        minute = datetime.combine(day, datetime.min.time()).replace(tzinfo=UTC) - DAY
        wanted = datetime.combine(day, datetime.min.time()) + begin
        while minute.astimezone(place).replace(tzinfo=None) != wanted:  # the first minute that shows it
            minute += MINUTE
            if minute > wanted.replace(tzinfo=UTC) + 2 * DAY:
                return set()  # a gap: for other tests
        nominal, rest = divmod(length, DAY)
        last = minute + rest
        if nominal:
            last = minute
            while last.astimezone(place).replace(tzinfo=None) != wanted + nominal * DAY:
                last += MINUTE
            last += rest
        while minute < last:
            found.add(minute)
            minute += MINUTE
    return found


@settings(max_examples=examples(40))
@given(
    zone=st.sampled_from(ZONES),
    day=st.sampled_from(DAYS),
    hour=st.sampled_from([0, 4, 9, 20, 23]),
    length=st.sampled_from([timedelta(minutes=90), 6 * HOUR, DAY, DAY + 2 * HOUR, 2 * DAY]),
    weekday=st.integers(0, 6),
)
def test_every_minute_is_inside_or_outside_as_the_clock_on_the_wall_says(
    zone: str, day: date, hour: int, length: timedelta, weekday: int
) -> None:
    days = [day + timedelta(days=offset) for offset in range(-9, 4)]
    first = next(one for one in days if one.weekday() == weekday)
    duration = parse_nominal_duration(format_nominal_duration(parse_nominal_duration("P1D")._replace(days=length.days, rest=length % DAY)))
    weekly = series(
        dtstart=datetime.combine(first, datetime.min.time()) + hour * HOUR,
        duration=duration,
        rrule=f"FREQ=WEEKLY;BYDAY={WEEKDAYS[weekday]}",
        zone=zone,
    )
    wanted = by_the_minute(zone, weekday, hour * HOUR, length, days)
    since = datetime.combine(day, datetime.min.time(), UTC) - 2 * DAY
    until = since + 4 * DAY
    found = merged(list(weekly.overlapping(since, until)))
    minute = since
    while minute < until:
        inside = any(start <= minute < end for start, end in found)
        assert inside == (minute in wanted), minute
        minute += MINUTE * 5


# Another implementation.


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Rules that yield something every few years: the other implementation looks for the next one without an end."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    interval = draw(st.sampled_from([1, 5] if frequency == "MONTHLY" else [1, 2, 3, 4, 5]))  # it reaches every month
    text = [f"FREQ={frequency}", f"INTERVAL={interval}", f"WKST={draw(st.sampled_from(WEEKDAYS))}"]
    # Weekdays with numbers beside some without are an intersection there, and a union in the standard.
    numbered = frequency in ("MONTHLY", "YEARLY") and draw(st.booleans())
    ordinals = st.sampled_from(["1", "2", "-1", "-3"] if numbered else [""])
    weekdays = st.tuples(ordinals, st.sampled_from(WEEKDAYS)).map("".join)
    days: dict[str, st.SearchStrategy[Any]] = {"BYDAY": weekdays}
    if frequency != "WEEKLY":
        days["BYMONTHDAY"] = st.sampled_from([1, 2, 15, 28, -1, -2, -28])
    if frequency == "YEARLY":
        days["BYYEARDAY"] = st.sampled_from([1, 60, 100, 365, -1, -365])
    name = draw(st.sampled_from(["", *sorted(days)]))
    if name:
        text.append(f"{name}={','.join(map(str, draw(st.lists(days[name], min_size=1, max_size=3, unique=True))))}")
    if name in ("BYDAY", "BYMONTHDAY") and frequency != "DAILY" and draw(st.booleans()):
        text.append(f"BYMONTH={','.join(map(str, draw(st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True))))}")
    hours = draw(st.lists(st.integers(0, 23), max_size=3, unique=True))
    text += [f"BYHOUR={','.join(map(str, hours))}"] if hours else []
    # The other implementation cuts the first week off before it counts positions in it.
    if (name or hours) and frequency != "WEEKLY" and draw(st.booleans()):
        text.append(f"BYSETPOS={draw(st.sampled_from([1, -1]))}")
    return ";".join([*text, f"COUNT={draw(st.integers(1, 40))}"] if draw(st.booleans()) else text)


@settings(max_examples=examples(100))
@given(rule=rules(), day=st.dates(date(2000, 1, 1), date(2028, 12, 31)), hour=st.integers(0, 23), skip=st.integers(0, 1_500))
def test_a_search_that_begins_late_finds_what_another_implementation_finds_from_the_start(rule: str, day: date, hour: int, skip: int) -> None:
    first = datetime.combine(day, datetime.min.time()) + hour * HOUR
    once = series(dtstart=first, duration=parse_nominal_duration("PT30M"), rrule=rule)
    rule_there = rule
    if "COUNT" in rule and not once.expansion.yields_first():
        count = int(rule.rpartition("COUNT=")[2])  # the first one counts, wherever it stands
        rule_there = rule.replace(f"COUNT={count}", f"COUNT={count - 1}")
    since = first + skip * DAY
    until = since + 400 * DAY
    there = rrulestr(rule_there, dtstart=first).between(since, until, inc=True) if "COUNT=0" not in rule_there else []
    wanted = sorted({*there, *([first] if since <= first else [])})
    found = [start.replace(tzinfo=None) for start, _ in once.overlapping(since.replace(tzinfo=UTC), until.replace(tzinfo=UTC))]
    assert [start for start in found if since <= start < until] == [start for start in wanted if start < until]
    for start in [*found[:20], *(start + DAY for start in found[:20])]:  # asked one by one, it is the same
        assert once.expansion.yields(start) == (start in found and start != first) or start >= until
