"""Budgets of service levels: calendar periods, exact sums, and what is not stated is named."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.model.cmdb import ServiceLevel
from changeflow.model.zones import time_zone
from changeflow.schedule.service_budget import PlannedOutage, budgets, periods_of

DAY = date(2026, 11, 25)
START = datetime(2026, 11, 25, 14, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BEYOND = timedelta(days=500)
PERIODS = ("week", "month", "quarter", "year")


def level(target: str = "99.9", period: str = "month") -> ServiceLevel:
    return ServiceLevel.model_validate({"target": target, "period": period})


def outage(change: str, *minutes: int | None, start: datetime = START, released: bool = False) -> PlannedOutage:
    """A change that takes the services `s0`, `s1`, ... away for so many minutes."""
    taken = {f"s{number}": timedelta(minutes=one) if one is not None else None for number, one in enumerate(minutes)}
    return PlannedOutage(change, start, start + timedelta(hours=1), taken, released)


@pytest.mark.parametrize(
    ("name", "day", "begins", "ends"),
    [
        ("week", date(2026, 11, 25), "2026-11-23", "2026-11-30"),
        ("week", date(2026, 11, 23), "2026-11-23", "2026-11-30"),
        ("week", date(2027, 1, 1), "2026-12-28", "2027-01-04"),
        ("month", date(2026, 12, 31), "2026-12-01", "2027-01-01"),
        ("month", date(2028, 2, 29), "2028-02-01", "2028-03-01"),
        ("quarter", date(2026, 3, 31), "2026-01-01", "2026-04-01"),
        ("quarter", date(2026, 12, 1), "2026-10-01", "2027-01-01"),
        ("year", date(2026, 1, 1), "2026-01-01", "2027-01-01"),
    ],
)
def test_a_period_is_the_one_of_the_calendar(name: str, day: date, begins: str, ends: str) -> None:
    (found,) = periods_of(name, day, day, UTC)
    assert (found.start.date().isoformat(), found.end.date().isoformat()) == (begins, ends)


def test_days_begin_in_the_zone_and_last_as_long_as_they_do_there() -> None:
    berlin = time_zone("Europe/Berlin")
    # clocks went back on the 25th, so that this month has an hour more than 31 days
    (october,) = periods_of("month", date(2026, 10, 3), date(2026, 10, 3), berlin)
    assert october.start == datetime(2026, 9, 30, 22, tzinfo=UTC)
    assert october.end - october.start == timedelta(days=31, hours=1)


@given(st.sampled_from(PERIODS), st.dates(), st.integers(0, 800), st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York"]))
def test_periods_follow_each_other_and_hold_every_day(name: str, first: date, days: int, zone: str) -> None:
    last = first + timedelta(days=min(days, (date.max - first).days))
    found = list(periods_of(name, first, last, time_zone(zone)))
    assert found
    assert all(one.start < one.end for one in found)
    assert all(one.end == other.start for one, other in pairwise(found))


def test_a_month_of_thirty_days_at_99_9_percent_has_43_2_minutes() -> None:
    (row,) = budgets(outage("mine", 10), (DAY, DAY), {"s0": level()}, (), UTC)
    assert (row.budget, row.used, row.planned, row.outage, row.left) == (43.2, 0.0, 10.0, 10.0, 33.2)
    assert (row.over, row.unknown, row.changes) == (False, (), ())


@pytest.mark.parametrize(("seconds", "over"), [(2591, False), (2592, False), (2593, True)])
def test_a_budget_is_exceeded_to_the_second(seconds: int, over: bool) -> None:
    mine = PlannedOutage("mine", START, START + timedelta(hours=1), {"s0": timedelta(seconds=seconds)})
    (row,) = budgets(mine, (DAY, DAY), {"s0": level()}, (), UTC)
    assert row.over is over


def test_released_changes_use_the_budget_and_approved_ones_plan_with_it() -> None:
    others = (
        outage("done", 20, released=True),
        outage("approved", 15),
        outage("elsewhere", 15, start=START + timedelta(days=30)),
    )
    (row,) = budgets(outage("mine", 10), (DAY, DAY), {"s0": level()}, others, UTC)
    assert (row.used, row.planned, row.left, row.over) == (20.0, 25.0, -1.8, True)
    assert row.changes == ("approved", "done")


def test_what_is_not_stated_is_named_and_lowers_nothing() -> None:
    others = (outage("silent", None, released=True), outage("loud", 60))
    (row,) = budgets(outage("mine", None), (DAY, DAY), {"s0": level()}, others, UTC)
    assert row.unknown == ("mine", "silent")
    assert (row.planned, row.over) == (60.0, True)


def test_a_window_over_the_turn_of_a_month_counts_in_both() -> None:
    rows = budgets(outage("mine", 30), (DAY, date(2026, 12, 1)), {"s0": level()}, (), UTC)
    assert [(row.start.month, row.planned) for row in rows] == [(11, 30.0), (12, 30.0)]


def test_a_service_without_a_level_has_no_budget() -> None:
    assert budgets(outage("mine", 1, 2), (DAY, DAY), {"s1": level()}, (), UTC)[0].ci == "s1"


minutes = st.one_of(st.none(), st.integers(0, 500))
other_changes = st.lists(
    st.tuples(st.lists(minutes, min_size=2, max_size=2), st.booleans(), st.integers(-400, 400)), max_size=8
)


@given(
    own=st.lists(minutes, min_size=2, max_size=2),
    others=other_changes,
    target=st.decimals("0.001", "100", places=3, allow_nan=False),
    period=st.sampled_from(PERIODS),
)
def test_every_row_adds_up_as_by_hand(
    own: list[int | None], others: list[tuple[list[int | None], bool, int]], target: Decimal, period: str
) -> None:
    planned = [
        outage(f"o{number}", *taken, start=START + timedelta(days=days), released=released)
        for number, (taken, released, days) in enumerate(others)
    ]
    levels = {"s0": level(str(target), period), "s1": level(str(target), period)}
    for number, row in enumerate(budgets(outage("mine", *own), (DAY, DAY), levels, planned, UTC)):
        length = (row.end - row.start) // MINUTE
        budget = Fraction(length) * (100 - Fraction(target)) / 100
        used, plan, unknown = 0, own[number] or 0, {"mine"} if own[number] is None else set()
        for which, (taken, released, days) in enumerate(others):
            begin = START + timedelta(days=days)
            if begin >= row.end or begin + timedelta(hours=1) <= row.start:
                continue
            if taken[number] is None:
                unknown.add(f"o{which}")
            elif released:
                used += taken[number] or 0
            else:
                plan += taken[number] or 0
        assert (row.used, row.planned) == (used, plan)
        assert set(row.unknown) == unknown
        assert row.over == (used + plan > budget)
        assert row.left == pytest.approx(float(budget - used - plan), abs=1e-5)
