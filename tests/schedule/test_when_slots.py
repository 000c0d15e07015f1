"""The slots of `when` are the moments at which the gate `deploy` lets a change start, whatever calendars say."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.gate.calendar_part import of_calendar, timed_rules
from changeflow.gate.start_answer import (
    StartAnswer,
    agreeing,
    legal_times,
    start_answer,
    what_is_told,
)
from changeflow.gate.stretches import Stretch, open_until, stretches
from changeflow.model.answers.assessment import Conflict
from changeflow.model.answers.decision import codes_of, shutting
from changeflow.model.calendars import Calendar
from changeflow.model.document_parts import format_instant
from changeflow.model.holds import Hold
from tests.gate.builders import APPROVE, NOW, Told, assessment, case, change, decide, policy, says

# the time is given
pytestmark = pytest.mark.once

OPENS = NOW + timedelta(days=4)
STEP = timedelta(microseconds=1)
ZONES = ("UTC", "Europe/Berlin", "America/St_Johns", "Asia/Shanghai", "Australia/Lord_Howe", "Pacific/Chatham")
RULES = ("FREQ=DAILY", "FREQ=DAILY;INTERVAL=2", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", None)
DEPLOY = [
    {"id": "inside", "assert": "!calendar.outside_windows", "message": "Inside of the windows"},
    {"id": "lead", "assert": "now >= timestamp('2026-11-22T00:00:00Z')", "message": "Not before Sunday"},
]
# what the gate says of time, by its own words
OF_CALENDAR = {"window.not_open", "window.past", "freeze.in_force", "freeze.ahead", "hold.in_force", "conflict.goes_first"}


def period(dice: random.Random, name: str, longest: int) -> dict[str, Any]:
    begins = (NOW + timedelta(days=dice.randrange(0, 5), minutes=dice.randrange(0, 1_440))).replace(tzinfo=None)
    found: dict[str, Any] = {
        "id": name,
        "dtstart": begins.isoformat(),
        "duration": f"PT{dice.randrange(1, longest)}H",
        "zone": dice.choice(ZONES),
    }
    rule = dice.choice(RULES)
    # a rule yields the first period
    return found | ({"rrule": rule} if rule else {})


def calendar(dice: random.Random) -> Calendar:
    spec = {
        "freezes": [period(dice, f"freeze-{number}", 9) for number in range(dice.randrange(3))],
        "windows": [period(dice, f"window-{number}", 24) for number in range(dice.choice([0, 0, 1, 3]))],
    }
    return Calendar.model_validate({"apiVersion": "changeflow/v1", "kind": "Calendar", "metadata": {"id": "c"}, "spec": spec})


def hold(dice: random.Random) -> Hold:
    since = NOW + timedelta(hours=dice.randrange(-5, 120))
    until = since + timedelta(hours=dice.randrange(1, 30)) if dice.random() < 0.8 else None
    return Hold(
        id="hold-1", scope="all", reason="Look first", by="carol", placed=since, since=since, until=until,
        lifted=None, agreed=("carol",), lifting=(), others=(), needed=1,
    )  # fmt: skip


def conflict(dice: random.Random, start: datetime) -> Conflict:
    begins = start + timedelta(hours=dice.randrange(-4, 6))
    return Conflict(
        change="CHG-20261121-other", kind="same-item", hard=dice.random() < 0.7, items=("db",), overlap_start=begins,
        overlap_end=begins + timedelta(hours=dice.randrange(1, 5)), first=dice.random() < 0.8, approved=True, message="both",
    )  # fmt: skip


def told(dice: random.Random, *, approved: bool) -> Told:
    start = OPENS + timedelta(minutes=dice.randrange(-3_000, 3_000))
    end = start + timedelta(minutes=dice.randrange(30, 2_000))
    after = ["CHG-20261120-first"] if dice.random() < 0.3 else []
    asked = change(window={"start": format_instant(start), "end": format_instant(end)}, depends_on=after)
    of = replace(assessment(asked), conflicts=tuple(conflict(dice, start) for _ in range(dice.randrange(3))))
    return case(
        asked,
        assessment=of,
        policies=(policy(APPROVE), policy(DEPLOY, "deploy", "deploying")),
        calendars=(calendar(dice),),
        holds=tuple(hold(dice) for _ in range(dice.choice([0, 0, 1]))),
        dependencies=dict.fromkeys(after, "implemented"),
        reviews=(says("carol"), says("dave")) if approved else (),
    )


def window_of(found: Told) -> tuple[datetime, datetime]:
    window = found.change.spec.window
    assert window is not None
    return window.start, window.end


def answers(found: Told) -> list[Stretch[StartAnswer]]:
    deploy, timed = found.deploy, timed_rules(found.policies)
    given_by = agreeing(deploy, NOW)
    until = window_of(found)[1] + timedelta(hours=1)
    return list(stretches(lambda at: start_answer(deploy, given_by, timed, at), NOW, until, what_is_told))


def moments(dice: random.Random, found: list[Stretch[StartAnswer]]) -> list[datetime]:
    first, last = found[0].start, found[-1].end
    some = [first + (last - first) * dice.random() for _ in range(12)]
    for one in found:
        some += [one.start, one.end - STEP, one.start + (one.end - one.start) / 2]
    return some


def within(slots: list[Stretch[StartAnswer]], at: datetime) -> bool:
    return any(one.start <= at < one.end for one in slots)


@settings(max_examples=15)
@given(st.integers(0, 10**9))
def test_an_approved_change_may_start_in_its_slots_and_at_no_other_time(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    asked = told(dice, approved=True)
    found = answers(asked)
    assert (found[0].start, found[-1].end) == (NOW, window_of(asked)[1] + timedelta(hours=1))
    slots = list(legal_times(found))
    for at in moments(dice, found):
        assert decide("deploy", asked, at).open == within(slots, at), at


@settings(max_examples=12)
@given(st.integers(0, 10**9))
def test_no_slot_of_a_change_without_approvals_is_refused_for_a_reason_of_the_calendar(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    asked = told(dice, approved=False)
    found = answers(asked)
    slots = list(legal_times(found))
    for at in moments(dice, found):
        reasons = shutting(decide("deploy", asked, at).reasons)
        of_time = codes_of(reasons) & OF_CALENDAR or {one.rule for one in reasons} & {"inside", "lead"}
        if within(slots, at):
            assert not of_time, at
        else:
            # a freeze can also keep people from approving
            assert of_time or of_calendar(reasons, timed_rules(asked.policies)), at


@settings(max_examples=25)
@given(st.integers(0, 10**9))
def test_an_open_gate_stays_open_until_the_moment_that_is_told(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    asked = told(dice, approved=True)
    start, end = window_of(asked)
    now = start + (end - start) * dice.random()
    until = open_until(lambda at: decide("deploy", asked, at).open, now, end + timedelta(days=1))
    if not decide("deploy", asked, now).open:
        assert until is None
        return
    assert until is not None
    assert decide("deploy", asked, until - STEP).open
    assert not decide("deploy", asked, until).open


def test_a_rule_that_reads_the_hour_is_asked_each_quarter_of_an_hour() -> None:
    rules = [{"id": "daytime", "assert": "now.getHours() >= 15", "message": "Not before three"}]
    asked = case(policies=(policy(APPROVE), policy(rules, "deploy", "d")), reviews=(says("carol"), says("dave")))
    (slot,) = legal_times(answers(asked))
    assert (slot.start, slot.end) == (datetime(2026, 11, 25, 15, tzinfo=NOW.tzinfo), window_of(asked)[1])


def test_what_comes_after_very_many_changes_is_left_open() -> None:
    found = list(stretches(lambda at: at.minute, NOW, NOW + timedelta(days=400), lambda minute: minute))
    assert found[-1].end < NOW + timedelta(days=400)
    assert found[0].start == NOW
