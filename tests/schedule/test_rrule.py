"""Recurrence rules are read as RFC 5545 writes them, and what it forbids is said at once."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest

from changeflow.model.times import parse_written_instant as at
from changeflow.schedule.recurrence import RecurrenceError, series
from changeflow.schedule.rrule import parse_rule

FORBIDDEN = [
    ("FREQ=DAILY;INTERVAL=0", "INTERVAL"),
    ("FREQ=DAILY;INTERVAL=0;BYDAY=MO", "INTERVAL"),
    ("FREQ=MONTHLY;INTERVAL=-1", "INTERVAL"),
    ("FREQ=DAILY;INTERVAL=1.5", "INTERVAL"),
    ("FREQ=DAILY;INTERVAL=²", "INTERVAL"),
    ("FREQ=WEEKLY;COUNT=0", "COUNT"),
    ("FREQ=WEEKLY;COUNT=-3", "COUNT"),
    ("FREQ=WEEKLY;COUNT=3;UNTIL=20261220T225900Z", "UNTIL and COUNT"),
    ("FREQ=WEEKLY;UNTIL=20261320T225900Z", "no time of the calendar"),
    ("FREQ=WEEKLY;UNTIL=2026-12-20", "UNTIL"),
    ("FREQ=WEEKLY;UNTIL=20261220T225900+0100", "UNTIL"),
    ("FREQ=WEEKLY;BYDAY=1MO", "BYDAY"),
    ("FREQ=DAILY;BYDAY=-1FR", "BYDAY"),
    ("FREQ=MONTHLY;BYDAY=0MO", "BYDAY"),
    ("FREQ=YEARLY;BYDAY=54MO", "BYDAY"),
    ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO", "BYWEEKNO"),
    ("FREQ=WEEKLY;BYDAY=SUN", "BYDAY"),
    ("FREQ=WEEKLY;BYMONTHDAY=13", "BYMONTHDAY"),
    ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY"),
    ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY"),
    ("FREQ=MONTHLY;BYYEARDAY=100", "BYYEARDAY"),
    ("FREQ=YEARLY;BYYEARDAY=367", "BYYEARDAY"),
    ("FREQ=MONTHLY;BYWEEKNO=20", "BYWEEKNO"),
    ("FREQ=YEARLY;BYMONTH=13", "BYMONTH"),
    ("FREQ=YEARLY;BYMONTH=-1", "BYMONTH"),
    ("FREQ=DAILY;BYHOUR=24", "BYHOUR"),
    ("FREQ=DAILY;BYMINUTE=60", "BYMINUTE"),
    ("FREQ=DAILY;BYSECOND=61", "BYSECOND"),
    ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS"),
    ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "BYSETPOS"),
    ("FREQ=WEEKLY;WKST=XX", "WKST"),
    ("FREQ=WEEKLY;FREQ=DAILY", "twice"),
    ("FREQ=WEEKLY;BYDAY=", "no value"),
    ("FREQ=WEEKLY;", "empty"),
    ("FREQ=WEEKLY;BYEASTER=1", "no part"),
    ("FREQ=WEEKLY; BYDAY=SU", "blanks"),
    ("BYDAY=SU", "FREQ is missing"),
    ("FREQ=HOURLY", "more often than daily"),
    ("FREQ=FORTNIGHTLY", "FREQ is one of"),
    ("RRULE:FREQ=WEEKLY", "rule alone"),
    ("DTSTART=20261101T000000", "rule alone"),
    ("FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))) + ";BYMINUTE=" + ",".join(map(str, range(60))), "times a day"),
    ("", "empty"),
]


@pytest.mark.parametrize(("text", "said"), FORBIDDEN)
def test_what_the_standard_forbids_is_refused_with_its_reason(text: str, said: str) -> None:
    with pytest.raises(RecurrenceError, match=said):
        parse_rule(text)


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=WEEKLY;BYDAY=SU;UNTIL=20261220T225900Z",
        "freq=weekly;byday=su",
        "BYDAY=SU;FREQ=WEEKLY",
        "FREQ=MONTHLY;BYDAY=+1MO,-1FR",
        "FREQ=YEARLY;BYWEEKNO=-1;WKST=SU;BYDAY=MO",
        "FREQ=YEARLY;BYYEARDAY=-366",
        "FREQ=DAILY;BYHOUR=8,12,17;COUNT=1000000000",
        "FREQ=DAILY;INTERVAL=" + "9" * 100,
    ],
)
def test_what_the_standard_allows_is_read(text: str) -> None:
    assert parse_rule(text)


NEVER_AGAIN = [
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MONTHLY;BYMONTH=2,4;BYMONTHDAY=31",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYDAY=6MO",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
    "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6;BYDAY=MO",
    "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1",
    "FREQ=YEARLY;INTERVAL=9999;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=DAILY;INTERVAL=" + "9" * 100,
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;UNTIL=99991231",
]


@pytest.mark.parametrize("rule", NEVER_AGAIN)
@pytest.mark.parametrize("begin", ["1926-01-01T00:00:00Z", "2026-01-01T00:00:00+08:00"])
def test_a_rule_that_yields_nothing_ends_the_search_and_keeps_the_first_period(rule: str, begin: str) -> None:
    found = series(start=at(begin), end=at(begin.replace("-01-01", "-01-02")), rrule=rule)
    before = time.perf_counter()
    assert [start for start, _ in found.overlapping(at("1900-01-01T00:00:00Z"), at("2050-01-01T00:00:00Z"))] == [at(begin)]
    assert time.perf_counter() - before < 5  # looked at day by day, not for ever


def test_a_file_full_of_exceptions_from_the_costliest_rule_is_judged_in_seconds() -> None:
    hours, minutes = ",".join(map(str, range(24))), "0,15,30,45"
    rule = f"FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR={hours};BYMINUTE={minutes};BYSETPOS=366,-1"
    exdates = [datetime.fromisoformat("2026-01-01T00:00:00") + timedelta(days=day) for day in range(200)]
    before = time.perf_counter()
    found = series(start=at("2026-01-01T00:00:00Z"), end=at("2026-01-02T00:00:00Z"), rrule=rule, exdates=exdates)
    assert not found.expansion.yields_first()
    assert len(list(found.unused_exdates())) >= 199
    assert time.perf_counter() - before < 10  # a second on a quiet machine


@pytest.mark.parametrize("rule", ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"])
def test_a_search_through_all_centuries_is_given_up_with_its_reason(rule: str) -> None:
    found = series(start=at("2026-01-01T00:00:00Z"), end=at("2026-01-02T00:00:00Z"), rrule=rule)
    with pytest.raises(RecurrenceError, match="more than"):
        list(found.overlapping(at("2027-01-01T00:00:00Z"), at("9999-12-31T00:00:00Z")))
