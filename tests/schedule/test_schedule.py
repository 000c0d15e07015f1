"""Recurrence in local time, freezes, maintenance windows and conflicts."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from changeflow.model.document_parts import parse_instant
from changeflow.schedule.recurrence import RecurrenceError, occurrences
from changeflow.schedule.windows import timing
from tests.gate.builders import NOW, change, roster
from tests.gate.test_decide import freeze

HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return parse_instant(text)


def test_a_single_period_is_found_when_it_overlaps_and_only_then() -> None:
    start = at("2026-11-25T10:00:00Z")
    assert list(occurrences(start, HOUR, None, None, start - HOUR, start + HOUR)) == [(start, start + HOUR)]
    assert list(occurrences(start, HOUR, None, None, start + HOUR, start + 2 * HOUR)) == []
    assert list(occurrences(start, HOUR, None, None, start - HOUR, start)) == []


def test_a_weekly_rule_keeps_its_local_time_over_the_end_of_summer_time() -> None:
    first = at("2026-10-18T22:00:00+02:00")
    found = list(
        occurrences(first, HOUR, "FREQ=WEEKLY", "Europe/Amsterdam", at("2026-10-18T00:00:00Z"), at("2026-11-02T00:00:00Z"))
    )
    assert [start for start, _ in found] == [at("2026-10-18T20:00:00Z"), at("2026-10-25T21:00:00Z"), at("2026-11-01T21:00:00Z")]


@pytest.mark.parametrize("rule", ["FREQ=SOMETIMES", "", "DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY", "FREQ=DAILY;COUNT=x"])
def test_a_rule_that_cannot_be_read_is_an_error_not_an_empty_calendar(rule: str) -> None:
    with pytest.raises(RecurrenceError):
        list(occurrences(NOW, HOUR, rule, None, NOW, NOW + HOUR))


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "/etc/localtime"])
def test_a_zone_that_does_not_exist_is_an_error(zone: str) -> None:
    with pytest.raises(RecurrenceError):
        list(occurrences(NOW, HOUR, "FREQ=DAILY", zone, NOW, NOW + HOUR))


def test_a_yearly_freeze_returns_every_year() -> None:
    yearly = freeze(start="2020-11-25T00:00:00Z", end="2020-11-26T00:00:00Z", rrule="FREQ=YEARLY")
    assert [hit.start for hit in timing(change(), [yearly], {}, roster(), NOW).freezes] == [at("2026-11-25T00:00:00Z")]


def test_a_freeze_of_another_environment_does_not_cover_the_change() -> None:
    from tests.cmdb_items import item

    items = {"db": item("db", environment="test")}
    assert timing(change(), [freeze(environments=["production"])], items, roster(), NOW).freezes == ()
    assert len(timing(change(), [freeze(environments=["test"])], items, roster(), NOW).freezes) == 1


def test_an_item_without_an_environment_may_be_in_the_frozen_one() -> None:
    assert len(timing(change(), [freeze(environments=["production"])], {}, roster(), NOW).freezes) == 1


def test_lead_time_and_window_are_measured_from_now() -> None:
    found = timing(change(), [], {}, roster(), at("2026-11-24T14:00:00Z"))
    assert found.lead == timedelta(days=1)
    assert found.length == timedelta(minutes=90)
    assert not found.in_window
    assert not found.window_past
