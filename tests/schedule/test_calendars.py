"""What freezes and windows say about a change: whom they cover, when they count, and what they are called."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.impact import blast_radius
from changeflow.model.answers.decision import Reason
from changeflow.model.calendars import Calendar
from changeflow.model.document_parts import parse_instant as at
from changeflow.model.impact_weights import ImpactWeights
from changeflow.schedule.recurrence import RecurrenceError
from changeflow.schedule.windows import Timing, timing
from tests.cmdb_items import item
from tests.gate.builders import (
    APPROVE,
    NOW,
    OPEN_AT,
    assessment,
    case,
    change,
    decide,
    policy,
    roster,
    says,
)

# The window of the builders' change: 25 November 2026, 14:00 to 15:30 in UTC. Its item is `db`.
LONG = {"start": "2026-11-25T00:00:00Z", "end": "2026-11-26T00:00:00Z"}
ITEMS = {
    "db": item("db", environment="production", criticality="tier2"),
    "api": item("api", environment="shop", criticality="tier1"),
}
APPROVED = (says("carol"), says("dave"))
DEPLOY = policy([{"id": "any", "assert": "true", "message": "Any"}], gate="deploy", name="deploy")


def calendar(*freezes: dict[str, Any], windows: tuple[dict[str, Any], ...] = ()) -> Calendar:
    def named(kind: str, listed: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
        return [{"id": f"{kind}-{index}"} | one for index, one in enumerate(listed)]

    spec = {"freezes": named("freeze", freezes), "windows": named("window", windows)}
    return Calendar.model_validate(
        {"apiVersion": "changeflow/v1", "kind": "Calendar", "metadata": {"id": "calendar"}, "spec": spec}
    )


def asked(*calendars: Calendar, now: datetime = NOW, **over: Any) -> Timing:
    return timing(change(**over.pop("change", {})), calendars, ITEMS, roster(), now, **over)


def frozen(freeze: dict[str, Any], **over: Any) -> bool:
    return any(not hit.exempt for hit in asked(calendar(LONG | freeze), **over).freezes)


@pytest.mark.parametrize(
    ("freeze", "covers"),
    [
        ({}, True),
        ({"items": ["db"]}, True),
        ({"items": ["api"]}, False),
        ({"scope": {"items": ["db"]}}, True),
        ({"environments": ["production"]}, True),
        ({"scope": {"environments": ["shop"]}}, False),
        ({"items": ["api"], "environments": ["production"]}, True),
        ({"scope": {"criticality": ["tier2"]}}, True),
        ({"scope": {"criticality": ["tier1"]}}, False),
        ({"environments": ["production"], "scope": {"criticality": ["tier1"]}}, False),
        ({"scope": {"types": ["normal"]}}, True),
        ({"scope": {"types": ["standard"]}}, False),
        ({"allow": ["normal"]}, False),
        ({"allow": []}, True),
        ({"items": ["api"], "covers": "affected"}, True),
        ({"scope": {"criticality": ["tier1"]}, "covers": "affected"}, True),
        ({"items": ["api"], "covers": "changed"}, False),
        ({"items": ["web"], "covers": "affected"}, False),
    ],
)
def test_a_freeze_covers_what_its_scope_says(freeze: dict[str, Any], covers: bool) -> None:
    assert frozen(freeze, failing=["api"]) is covers


@pytest.mark.parametrize("freeze", [{"environments": ["production"]}, {"scope": {"criticality": ["tier4"]}}])
def test_what_is_not_known_of_an_item_may_be_what_is_frozen(freeze: dict[str, Any]) -> None:
    assert frozen(freeze, change={"items": [{"ci": "unheard-of"}]})


def test_a_freeze_without_a_name_is_called_by_its_id() -> None:
    assert [hit.name for hit in asked(calendar(LONG)).freezes] == ["freeze-0"]


def test_many_periods_of_one_freeze_are_an_answer_that_ends() -> None:
    long = {"window": {"start": "2026-11-25T00:00:00Z", "end": "9999-12-30T00:00:00Z"}}
    daily = {"start": "2020-01-01T00:00:00Z", "end": "2020-01-01T01:00:00Z", "rrule": "FREQ=DAILY"}
    assert 0 < len(asked(calendar(daily), change=long).freezes) < 100


def test_a_search_that_finds_nothing_in_its_time_names_the_freeze() -> None:
    long = {"window": {"start": "2026-11-25T00:00:00Z", "end": "9999-12-30T00:00:00Z"}}
    never = {"start": "2020-01-01T00:00:00Z", "end": "2020-01-01T01:00:00Z", "rrule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}
    with pytest.raises(RecurrenceError, match="the freeze `freeze-0`"):
        asked(calendar(never), change=long)


# At the gates.


def reasons(gate: str, calendars: Calendar, now: datetime, **over: Any) -> list[Reason]:
    judged = case(policies=(policy(APPROVE), DEPLOY), reviews=APPROVED, calendars=(calendars,), items=ITEMS, **over)
    return [one for one in decide(gate, judged, now).reasons if one.rule in ("changeflow.freeze", "changeflow.windows")]


@pytest.mark.parametrize(
    ("gate", "freeze", "now", "code"),
    [
        ("approve", ("2026-11-25T15:00:00Z", "2026-11-27T00:00:00Z"), "2026-11-21T10:00:00Z", "freeze.ahead"),
        ("approve", ("2026-11-20T00:00:00Z", "2026-11-25T14:30:00Z"), "2026-11-21T10:00:00Z", "freeze.in_force"),
        ("approve", ("2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"), "2026-11-21T10:00:00Z", None),  # not over the window
        ("approve", ("2026-11-25T15:30:00Z", "2026-11-27T00:00:00Z"), "2026-11-21T10:00:00Z", None),
        ("deploy", ("2026-11-25T14:00:00Z", "2026-11-25T14:20:00Z"), "2026-11-25T14:10:00Z", "freeze.in_force"),
        ("deploy", ("2026-11-25T14:00:00Z", "2026-11-25T14:10:00Z"), "2026-11-25T14:10:00Z", None),  # over
        ("deploy", ("2026-11-25T15:00:00Z", "2026-11-27T00:00:00Z"), "2026-11-25T14:10:00Z", "freeze.ahead"),
        ("deploy", ("2026-11-25T15:30:00Z", "2026-11-27T00:00:00Z"), "2026-11-25T14:10:00Z", None),
        ("deploy", ("2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"), "2026-11-21T10:00:00Z", "freeze.in_force"),
    ],
)
def test_a_verdict_names_the_freeze_and_whether_it_is_ahead(gate: str, freeze: tuple[str, str], now: str, code: str | None) -> None:
    found = reasons(gate, calendar({"name": "Year end", "start": freeze[0], "end": freeze[1]}), at(now))
    wanted = {"id": "freeze-0", "name": "Year end", "start": freeze[0], "end": freeze[1]}
    assert [(one.outcome, one.reason_code, one.data) for one in found] == ([("fail", code, wanted)] if code else [])
    assert all("Year end" in one.message for one in found)


def test_a_freeze_of_what_fails_with_the_change_shuts_its_gates() -> None:
    graph = Graph.of([item("db"), item("api", "db", criticality="tier1")])
    hurt = blast_radius(("db",), graph, ImpactWeights())
    judged = replace(assessment(change()), impact=hurt)
    for gate, now in (("approve", NOW), ("deploy", OPEN_AT)):
        found = reasons(gate, calendar(LONG | {"items": ["api"], "covers": "affected"}), now, assessment=judged)
        assert [one.reason_code for one in found] in (["freeze.ahead"], ["freeze.in_force"])
        assert reasons(gate, calendar(LONG | {"items": ["api"]}), now, assessment=judged) == []


# Windows.

EVENING = {"start": "2026-11-25T12:00:00Z", "duration": "PT2H30M", "environments": ["production"]}
NIGHT = {"start": "2026-11-25T14:30:00Z", "duration": "PT4H", "environments": ["production"]}
OTHER = {"start": "2026-11-25T12:00:00Z", "duration": "PT6H", "environments": ["shop"]}
TUESDAYS = {"dtstart": "2026-11-24T00:00:00", "duration": "P1D", "rrule": "FREQ=WEEKLY", "items": ["db"]}


@pytest.mark.parametrize(
    ("windows", "maintenance", "outside"),
    [
        ((), False, False),
        ((OTHER,), False, False),  # nothing covers the item
        ((EVENING,), False, True),
        ((NIGHT,), False, True),
        ((EVENING, NIGHT), True, False),  # they meet
        ((EVENING, NIGHT, OTHER), True, False),
        ((TUESDAYS,), False, True),
        ((TUESDAYS | {"allow": ["normal"]},), False, False),
        ((TUESDAYS | {"scope": {"types": ["standard"]}},), False, False),
        ((TUESDAYS, EVENING, NIGHT), True, False),
        ((OTHER | {"covers": "affected"},), False, False),
        ((TUESDAYS | {"items": ["api"], "covers": "affected"},), False, True),
    ],
)
def test_windows_that_cover_an_item_are_when_it_is_changed(windows: tuple[dict[str, Any], ...], maintenance: bool, outside: bool) -> None:
    found = asked(calendar(windows=windows), failing=["api"])
    assert (found.maintenance, found.outside) == (maintenance, outside)


def test_two_items_are_each_inside_the_windows_of_their_own() -> None:
    both = {"items": [{"ci": "db"}, {"ci": "api"}]}
    assert asked(calendar(windows=(EVENING, NIGHT)), change=both).outside is False  # nothing covers the other
    later = OTHER | {"start": "2026-11-25T15:00:00Z"}
    assert asked(calendar(windows=(EVENING, NIGHT, later)), change=both).outside is True


def test_a_window_that_lies_elsewhere_is_a_warning_at_approval() -> None:
    [found] = reasons("approve", calendar(windows=(TUESDAYS,)), NOW)
    assert (found.outcome, found.level, found.reason_code) == ("pass", "warn", "calendar.outside_windows")
    assert decide("approve", case(reviews=APPROVED, calendars=(calendar(windows=(TUESDAYS,)),), items=ITEMS), NOW).open


def test_the_default_policy_starts_nothing_outside_of_windows() -> None:
    rule = {"id": "w", "assert": "!calendar.outside_windows", "message": "m", "code": "calendar.outside_windows"}
    held = case(
        policies=(policy(APPROVE), policy([rule], gate="deploy", name="deploy")),
        reviews=APPROVED,
        calendars=(calendar(windows=(TUESDAYS,)),),
        items=ITEMS,
    )
    shut = decide("deploy", held, OPEN_AT)
    assert ("fail", "calendar.outside_windows") in {(one.outcome, one.reason_code) for one in shut.reasons}
    free = held.model_copy(update={"calendars": (calendar(windows=(EVENING, NIGHT)),)})
    assert decide("deploy", free, OPEN_AT).open


def test_a_local_start_is_in_the_zone_of_the_team_unless_it_names_one() -> None:
    local = {"dtstart": "2026-11-25T22:00:00", "duration": "PT1H"}
    team = calendar(local, local | {"zone": "UTC"}, local | {"timezone": "Europe/Berlin"}).in_zone("Asia/Shanghai")
    assert [period.zone or period.timezone for period in team.spec.freezes] == ["Asia/Shanghai", "UTC", "Europe/Berlin"]
    assert [hit.start for hit in asked(team).freezes] == [at("2026-11-25T14:00:00Z")]


@pytest.mark.parametrize(
    ("periods", "whole"),
    [
        ([{"dtstart": "2026-11-23T00:00:00", "duration": "P1D", "rrule": "FREQ=DAILY"}], True),
        ([{"dtstart": "2026-11-23T00:00:00", "duration": "PT23H59M", "rrule": "FREQ=DAILY"}], False),
        ([{"dtstart": "2026-11-23T00:00:00", "duration": "PT12H", "rrule": "FREQ=DAILY;BYHOUR=0,12"}], True),
    ],
)
def test_days_on_end_are_one_window(periods: list[dict[str, Any]], whole: bool) -> None:
    start = at("2026-11-24T20:00:00Z")
    weekend = {"window": {"start": "2026-11-24T20:00:00Z", "end": "2026-11-26T04:00:00Z"}}
    listed = tuple(one | {"items": ["db"], "zone": "America/St_Johns"} for one in periods)
    found = asked(calendar(windows=listed), now=start - timedelta(days=1), change=weekend)
    assert found.outside is not whole
