"""Recurrence in local time, freezes, maintenance windows and conflicts."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from changeflow.model.document_parts import parse_instant
from changeflow.schedule.conflicts import OpenChange, conflicts
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


def other(**over: object) -> OpenChange:
    return OpenChange.model_validate(
        {"id": "CHG-20261120-other", "start": "2026-11-25T15:00:00Z", "end": "2026-11-25T16:00:00Z", "items": ("db",)} | over
    )


def test_two_changes_of_one_item_in_overlapping_windows_conflict() -> None:
    (found,) = conflicts(change(), (), [other()])
    assert (found.change, found.kind, found.items) == ("CHG-20261120-other", "item", ("db",))
    assert (found.overlap_start, found.overlap_end) == (at("2026-11-25T15:00:00Z"), at("2026-11-25T15:30:00Z"))


def test_windows_that_only_touch_do_not_conflict() -> None:
    assert conflicts(change(), (), [other(start="2026-11-25T15:30:00Z")]) == ()


def test_a_change_of_what_this_one_can_make_fail_is_a_conflict_of_its_own_kind() -> None:
    (found,) = conflicts(change(), {"api"}, [other(items=("api", "web"))])
    assert (found.kind, found.items) == ("dependency", ("api",))


def test_changes_of_which_one_waits_for_the_other_do_not_conflict() -> None:
    assert conflicts(change(depends_on=["CHG-20261120-other"]), (), [other()]) == ()
    assert conflicts(change(), (), [other(depends_on=("CHG-20261121-db",))]) == ()
    assert conflicts(change(depends_on=["CHG-20261120-else"]), (), [other()]) != ()


def test_a_change_does_not_conflict_with_itself() -> None:
    assert conflicts(change(), (), [other(id="CHG-20261121-db")]) == ()


@pytest.mark.parametrize(
    ("over", "first"),
    [
        ({"start": "2026-11-25T13:59:00Z"}, True),
        ({"start": "2026-11-25T14:01:00Z"}, False),
        ({"start": "2026-11-25T14:00:00Z", "id": "CHG-20261120-other"}, True),
        ({"start": "2026-11-25T14:00:00Z", "id": "CHG-20261122-other"}, False),
    ],
)
def test_of_two_that_collide_exactly_one_goes_first(over: dict[str, str], first: bool) -> None:
    (found,) = conflicts(change(), (), [other(**over)])
    assert found.first is first
