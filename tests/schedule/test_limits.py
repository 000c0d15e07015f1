"""The ends of the calendar, and rules that would be searched for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from changeflow.schedule.expansion import Expansion
from changeflow.schedule.recurrence import RecurrenceError, occurrences
from changeflow.schedule.rrule import parse_rule
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


COUNTED = [
    "FREQ=DAILY;COUNT=140000",
    "FREQ=DAILY;BYMONTH=2,3;BYMONTHDAY=-1,1;COUNT=1200",
    "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,SU;COUNT=6500",
    "FREQ=WEEKLY;BYMONTH=1;BYDAY=TU;COUNT=1700",
    "FREQ=MONTHLY;BYDAY=5FR,-1MO;BYSETPOS=1;COUNT=4500",
    "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=2600",
    "FREQ=YEARLY;BYYEARDAY=366,-366;COUNT=90",
    "FREQ=YEARLY;BYWEEKNO=53,-53;BYDAY=MO,SU;COUNT=130",
    "FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO;WKST=SU;COUNT=380",
]


@pytest.mark.parametrize("rule", COUNTED)
def test_counting_over_centuries_ends_where_counting_one_by_one_ends(rule):
    first = datetime.fromisoformat("1621-01-04T10:00:00")
    expansion = Expansion(parse_rule(rule), first, lambda local: local.replace(tzinfo=UTC))
    uncounted = replace(expansion, rule=replace(expansion.rule, count=None))
    within = [first, *uncounted.starts(first.date(), date(2020, 1, 1))]
    last = within[expansion.rule.count - 1]
    assert last.year > 1800
    around = (last.date() - timedelta(days=800), last.date() + timedelta(days=800))
    assert list(expansion.starts(*around)) == [one for one in within if around[0] <= one.date() and one <= last]
    assert not expansion.beyond_count()


def test_what_was_counted_is_counted_once_for_every_change_and_item(monkeypatch):
    sizes = []
    size = Expansion.size
    monkeypatch.setattr(Expansion, "size", lambda self, unit: sizes.append(unit) or size(self, unit))
    for _ in range(50):
        assert list(occurrences(datetime(1789, 7, 14, tzinfo=UTC), HOUR, "FREQ=DAILY;COUNT=3000", None, SINCE, UNTIL)) == []
    assert len(sizes) < 3000


def test_an_early_question_does_not_spoil_the_count_for_a_late_one():
    def starts(year):
        since, until = datetime(year, 3, 1, tzinfo=UTC), datetime(year, 3, 8, tzinfo=UTC)
        return len(list(occurrences(datetime(2001, 1, 1, tzinfo=UTC), HOUR, "FREQ=WEEKLY;COUNT=1350", None, since, until)))

    assert [starts(year) for year in (2003, 2002, 2026, 2027, 2004)] == [1, 1, 1, 0, 1]


@pytest.mark.parametrize("rule", ["FREQ=DAILY;COUNT=150001", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2"])
def test_a_count_that_no_gate_reaches_is_told(rule):
    expansion = Expansion(parse_rule(rule), datetime.fromisoformat("2026-01-01T00:00:00"), lambda local: local.replace(tzinfo=UTC))
    assert expansion.beyond_count()
