"""The ends of the calendar, and rules that would be searched for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from changeflow.schedule.recurrence import RecurrenceError, occurrences

HOUR = timedelta(hours=1)
SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "interval=1; freq = minutely", "FREQ=HOURLY"])
def test_a_rule_finer_than_daily_is_refused_instead_of_searched_for_ever(rule):
    with pytest.raises(RecurrenceError, match="more often than daily"):
        next(occurrences(SINCE, HOUR, rule, None, SINCE, UNTIL), None)


@pytest.mark.parametrize(("zone", "year"), [("America/New_York", 9999), ("Asia/Shanghai", 1)])
def test_occurrences_that_are_no_time_in_utc_are_left_out(zone, year):
    first = datetime(year, 12 if year > 1 else 1, 31 if year > 1 else 2, tzinfo=UTC)
    found = list(occurrences(first, timedelta(days=3), "FREQ=DAILY;COUNT=2", zone, datetime.min.replace(tzinfo=UTC),
                             datetime.max.replace(tzinfo=UTC)))  # fmt: skip
    assert len(found) <= 2
