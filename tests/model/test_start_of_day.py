"""When a day begins and ends in a zone: where clocks skip midnight, show it twice, or a zone skips a day."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.insight.period import Period
from changeflow.model.times import END_OF_TIME, end_of_day, format_instant, start_of_day
from tests.examples import examples

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
ZONES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)


def by_definition(day: date, zone: ZoneInfo) -> datetime:
    """Return the first second at which the clock of a zone shows a day or a later one, by looking at each."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=50)
    while moment.astimezone(zone).date() < day:
        moment += MINUTE
    moment -= MINUTE
    while moment.astimezone(zone).date() < day:
        moment += SECOND
    return moment


@st.composite
def days_of_another_offset(draw: st.DrawFn) -> tuple[date, ZoneInfo]:
    """A zone, and a day on which its clocks may have been set; any day where they were not in that year."""
    zone, year = draw(ZONES), draw(st.integers(1884, 2036))
    noons = [datetime(year, 1, 1, 12, tzinfo=zone) + timedelta(days=number) for number in range(364)]
    turned = [b.date() for a, b in pairwise(noons) if a.utcoffset() != b.utcoffset()]
    return draw(st.sampled_from(turned or [noons[0].date()])), zone


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("Asia/Shanghai", "2026-11-28", "2026-11-27T16:00:00Z"),
        # at midnight the clocks go on to one o'clock
        ("America/Havana", "2026-03-08", "2026-03-08T05:00:00Z"),
        ("Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z"),
        ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z"),
        ("America/Asuncion", "2023-10-01", "2023-10-01T04:00:00Z"),
        # half an hour before midnight they go on to half past
        ("America/Toronto", "1919-03-31", "1919-03-31T04:30:00Z"),
        # they show midnight twice: one minute of the day, an hour of the day before, and the day
        ("America/St_Johns", "2010-11-07", "2010-11-07T02:30:00Z"),
        # a day that there was not: the one after it begins at the same time
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"),
        ("Pacific/Kwajalein", "1993-08-21", "1993-08-21T12:00:00Z"),
    ],
)
def test_a_day_begins_when_the_clock_first_shows_it(zone: str, day: str, begins: str) -> None:
    place, named = ZoneInfo(zone), date.fromisoformat(day)
    assert format_instant(start_of_day(named, place)) == begins
    assert by_definition(named, place) == start_of_day(named, place)


@given(days_of_another_offset())
@settings(max_examples=examples(40))
def test_it_is_the_first_second_that_shows_the_day_on_days_on_which_clocks_are_set(one: tuple[date, ZoneInfo]) -> None:
    day, zone = one
    for near in (day, day + timedelta(days=1)):
        assert start_of_day(near, zone) == by_definition(near, zone)


@given(ZONES, st.dates(date(1, 1, 4), date(9999, 12, 28)))
@settings(max_examples=examples(40))
def test_it_is_the_first_second_that_shows_the_day_on_any_day(zone: ZoneInfo, day: date) -> None:
    assert start_of_day(day, zone) == by_definition(day, zone)


@given(ZONES, st.dates())
@settings(max_examples=examples(200))
def test_days_follow_each_other_to_the_ends_of_the_calendar(zone: ZoneInfo, day: date) -> None:
    begin, end = start_of_day(day, zone), end_of_day(day, zone)
    assert begin.tzinfo is end.tzinfo is UTC
    if day == date.max:
        assert end == END_OF_TIME
    else:
        assert begin <= start_of_day(day + timedelta(days=1), zone) <= end + SECOND


def test_the_last_second_is_that_before_the_next_day_where_an_hour_is_shown_twice() -> None:
    """The hour before midnight on 25 March 2023 came twice in Asuncion: a deadline ends with the second one."""
    assert format_instant(end_of_day(date(2023, 3, 25), ZoneInfo("America/Asuncion"))) == "2023-03-26T03:59:59Z"


@pytest.mark.parametrize(
    ("zone", "day"), [("America/Havana", "2026-03-08"), ("Asia/Beirut", "2026-03-29"), ("Pacific/Apia", "2011-12-31")]
)
def test_periods_begin_and_end_on_days_without_midnight(zone: str, day: str) -> None:
    place, first = ZoneInfo(zone), date.fromisoformat(day)
    begin, end = (start_of_day(one, place).astimezone(place) for one in (first, first + timedelta(days=7)))
    assert Period(begin, end, place).days() == 7
    before = Period(begin, end, place).before()
    assert before is not None
    assert before.start == start_of_day(first - timedelta(days=7), place)
    # 30 December 2011 was no day in Apia
    assert before.days() == (6 if zone == "Pacific/Apia" else 7)
    year_before = Period(begin, end, place).year_before()
    assert year_before is not None
    assert year_before.start == start_of_day(first.replace(year=first.year - 1), place)


def test_a_period_of_hours_over_a_change_of_the_clocks_follows_one_of_as_many_hours() -> None:
    place = ZoneInfo("Europe/Amsterdam")
    begin, end = (datetime(2026, 10, 25, hour, 30, tzinfo=place) for hour in (0, 5))
    before = Period(begin, end, place).before()
    assert before is not None
    assert before.start == datetime(2026, 10, 24, 16, 30, tzinfo=UTC), "six hours lie between them"
