"""Periods: the one before, and the days of a period, also across changes of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.insight.period import Period, midnight_after, midnight_before

AMSTERDAM, SHANGHAI = ZoneInfo("Europe/Amsterdam"), ZoneInfo("Asia/Shanghai")


def local(zone: ZoneInfo, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "end", "before"),
    [
        ((2026, 11, 1), (2026, 12, 1), (2026, 10, 1)),
        ((2026, 1, 1), (2026, 4, 1), (2025, 10, 1)),
        ((2026, 1, 1), (2027, 1, 1), (2025, 1, 1)),
        ((2026, 3, 1), (2026, 4, 1), (2026, 2, 1)),
        # the first week of a year of 53 weeks, and the one after it
        ((2027, 1, 4), (2027, 1, 11), (2026, 12, 28)),
        # the clocks change on 25 October
        ((2026, 10, 25), (2026, 10, 26), (2026, 10, 24)),
    ],
)
def test_the_period_before_is_of_the_same_kind(
    start: tuple[int, ...], end: tuple[int, ...], before: tuple[int, ...]
) -> None:
    for zone in (AMSTERDAM, SHANGHAI):
        found = Period(local(zone, *start), local(zone, *end), zone).before()
        assert found is not None
        assert found.start == local(zone, *before)
        assert found.end == local(zone, *start)


def test_a_period_of_hours_follows_one_of_as_many_hours() -> None:
    start = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    found = Period(start, start + timedelta(hours=5), AMSTERDAM).before()
    assert found is not None
    assert found.start == start - timedelta(hours=5)


def test_an_open_period_has_none_before() -> None:
    assert Period(None, local(SHANGHAI, 2026, 1, 1), SHANGHAI).before() is None
    assert Period(None, None, SHANGHAI).days() == 0


@given(st.integers(0, 2_000), st.integers(1, 800))
def test_days_are_those_of_the_calendar(first: int, count: int) -> None:
    start = datetime(2024, 1, 1, tzinfo=AMSTERDAM)
    begin = start.replace(tzinfo=None) + timedelta(days=first)
    end = begin + timedelta(days=count)
    period = Period(begin.replace(tzinfo=AMSTERDAM), end.replace(tzinfo=AMSTERDAM), AMSTERDAM)
    assert period.days() == count


@given(st.integers(1_577_836_800, 1_893_456_000))
def test_a_day_holds_its_moments(seconds: int) -> None:
    instant = datetime.fromtimestamp(seconds, UTC)
    begin, end = midnight_before(instant, AMSTERDAM), midnight_after(instant, AMSTERDAM)
    assert begin.astimezone(UTC) <= instant < end.astimezone(UTC)
    assert timedelta(hours=23) <= end.astimezone(UTC) - begin.astimezone(UTC) <= timedelta(hours=25)


@pytest.mark.parametrize(
    ("start", "end"),
    [("0001-01-01", "0002-01-01"), ("0001-01-01", "9999-12-31"), ("0001-01-05", "0001-02-20")],
)
def test_a_period_at_the_begin_of_the_calendar_has_none_before(start: str, end: str) -> None:
    zone = ZoneInfo("UTC")
    first, last = (datetime.fromisoformat(one).replace(tzinfo=zone) for one in (start, end))
    assert Period(first, last, zone).before() is None


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "UTC"])
def test_the_ends_of_the_calendar_have_a_day_in_every_zone(zone: str) -> None:
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert midnight_before(first, ZoneInfo(zone)).year == 1
    assert midnight_after(last, ZoneInfo(zone)).year == 9999
