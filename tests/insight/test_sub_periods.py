"""Days, weeks, months and quarters of a period: whole ones, in its zone, each in one period only."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from changeflow.insight.period import Period
from changeflow.insight.sub_periods import SubPeriodUnit, fitting_unit, name_of_period, sub_periods

SHANGHAI = ZoneInfo("Asia/Shanghai")
LATER = datetime(2040, 1, 1, tzinfo=SHANGHAI)
LONG_AGO = datetime(2000, 1, 1, tzinfo=SHANGHAI)


def day(year: int, month: int, number: int) -> datetime:
    return datetime(year, month, number, tzinfo=SHANGHAI)


def period(start: tuple[int, int, int], end: tuple[int, int, int]) -> Period:
    return Period(day(*start), day(*end), SHANGHAI)


QUARTER = period((2026, 10, 1), (2027, 1, 1))


def test_a_year_of_53_weeks_names_them_as_the_calendar_does() -> None:
    found = sub_periods(period((2026, 1, 1), (2027, 1, 4)), "week", LONG_AGO, LATER)
    assert found[-1].name == "2026-W53"
    # the week over the end of a year belongs to the period in which it ends
    assert next(one.name for one in found if one.is_asked) == "2026-W01"
    assert found[0].start == day(2025, 12, 29)


def test_a_week_over_the_end_of_a_quarter_is_looked_at_once() -> None:
    after = period((2027, 1, 1), (2027, 4, 1))
    names: list[str] = []
    for one in (QUARTER, after):
        names += [part.name for part in sub_periods(one, "week", LONG_AGO, LATER) if part.is_asked]
    assert len(names) == len(set(names))
    assert names[0] == "2026-W40"
    assert names[12:14] == ["2026-W52", "2026-W53"]


@pytest.mark.parametrize(
    ("unit", "last", "days"),
    [("day", "2026-12-31", 1), ("week", "2026-W52", 7), ("month", "2026-12", 31), ("quarter", "2026-Q4", 92)],
)
def test_sub_periods_follow_each_other_and_reach_back_far_enough(unit: SubPeriodUnit, last: str, days: int) -> None:
    found = sub_periods(QUARTER, unit, LONG_AGO, LATER)
    assert (found[-1].name, found[-1].days) == (last, days)
    assert len(found) >= 24
    for before, after in pairwise(found):
        assert before.end == after.start
        assert before.start.astimezone(SHANGHAI).hour == 0


def test_what_is_not_over_or_began_before_the_first_record_is_no_point() -> None:
    found = sub_periods(QUARTER, "week", day(2026, 11, 4), datetime(2026, 12, 9, tzinfo=SHANGHAI))
    assert [one.name for one in found] == ["2026-W46", "2026-W47", "2026-W48", "2026-W49"]


def test_a_period_is_cut_so_that_a_chart_is_neither_coarse_nor_crowded() -> None:
    assert fitting_unit(period((2026, 11, 2), (2026, 11, 9))) == "day"
    assert fitting_unit(period((2026, 11, 1), (2026, 12, 1))) == "week"
    assert fitting_unit(QUARTER) == "week"
    assert fitting_unit(period((2026, 1, 1), (2027, 1, 1))) == "month"
    assert fitting_unit(period((2016, 1, 1), (2027, 1, 1))) == "quarter"


def test_at_the_ends_of_the_calendar_there_are_only_whole_parts() -> None:
    first = Period(datetime(1, 1, 1, tzinfo=SHANGHAI), datetime(1, 2, 1, tzinfo=SHANGHAI), SHANGHAI)
    assert len(sub_periods(first, "month", datetime(1, 1, 1, tzinfo=SHANGHAI), LATER)) <= 1
    last = Period(day(9999, 12, 1), datetime.max.replace(tzinfo=SHANGHAI), SHANGHAI)
    assert sub_periods(last, "month", LONG_AGO, LATER) == ()


def test_a_period_has_the_name_that_people_give_it() -> None:
    assert name_of_period(QUARTER) == "2026-Q4"
    assert name_of_period(period((2026, 11, 1), (2026, 12, 1))) == "2026-11"
    assert name_of_period(period((2026, 1, 1), (2027, 1, 1))) == "2026"
    assert name_of_period(period((2026, 10, 2), (2026, 10, 16))) == "2026-10-02-to-2026-10-15"
    assert name_of_period(Period(None, None, SHANGHAI)) is None


def test_the_same_period_a_year_earlier_follows_the_calendar() -> None:
    assert QUARTER.year_before() == period((2025, 10, 1), (2026, 1, 1))
    assert period((2028, 2, 29), (2028, 3, 1)).year_before() == period((2027, 2, 28), (2027, 3, 1))
    assert Period(None, day(2026, 1, 1), SHANGHAI).year_before() is None
