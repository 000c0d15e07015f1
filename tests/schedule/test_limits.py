"""The ends of the calendar, and rules that would be searched for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from changeflow.schedule.recurrence import RecurrenceError, occurrences
from changeflow.schedule.windows import timing
from tests.gate.builders import change, roster

HOUR = timedelta(hours=1)
SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "interval=1;freq=minutely", "FREQ=HOURLY"])
def test_a_rule_finer_than_daily_is_refused_instead_of_searched_for_ever(rule):
    with pytest.raises(RecurrenceError, match="more often than daily"):
        next(occurrences(SINCE, HOUR, rule, None, SINCE, UNTIL), None)


@pytest.mark.parametrize(("zone", "year"), [("America/New_York", 9999), ("Asia/Shanghai", 1)])
def test_occurrences_that_are_no_time_in_utc_are_left_out(zone, year):
    first = datetime(year, 12 if year > 1 else 1, 31 if year > 1 else 2, tzinfo=UTC)
    found = list(occurrences(first, timedelta(days=3), "FREQ=DAILY;COUNT=2", zone, datetime.min.replace(tzinfo=UTC),
                             datetime.max.replace(tzinfo=UTC)))  # fmt: skip
    assert len(found) <= 2


LAST = datetime.max.replace(tzinfo=UTC)


def test_what_lasts_beyond_the_end_of_the_calendar_ends_with_it():
    start = LAST - timedelta(minutes=5)
    assert list(occurrences(start, HOUR, None, None, SINCE, LAST)) == [(start, LAST)]


@pytest.mark.parametrize(("start", "zone"), [(LAST, "Asia/Shanghai"), (datetime.min.replace(tzinfo=UTC), "America/New_York")])
def test_a_start_that_is_no_time_in_its_zone_is_said_and_no_bug(start, zone):
    with pytest.raises(RecurrenceError, match=f"at no time in {zone}"):
        next(occurrences(start, HOUR, "FREQ=DAILY", zone, SINCE, UNTIL), None)


def test_a_change_without_a_window_can_be_asked_about_at_the_last_moment():
    made = change()
    anytime = made.model_copy(update={"spec": made.spec.model_copy(update={"window": None})})
    assert timing(anytime, [], {}, roster(), LAST - timedelta(microseconds=1)).freezes == ()
