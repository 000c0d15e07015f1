"""A role must have been held for a while by whoever approves in it, where a policy asks for that; fresh approvers are shown."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from changeflow.model.answers.decision import Decision
from changeflow.model.people import RoleHistory
from changeflow.policy.engine import asks
from tests.gate.builders import NOW, case, decide, later, policy, roster, says

WEEK = {"role": "cab", "tenure": "P7D"}


def history(**since: datetime) -> RoleHistory:
    """Everybody has been in the CAB for thirty days, but those who are named."""
    return RoleHistory(known_from=NOW - timedelta(days=30), since={"cab": since})


def decided(*reviews: Any, asked: list[dict[str, Any]] | None = None, gate: str = "approve", **over: Any) -> Decision:
    rules = [{"id": f"rule-{index}", "require": [one], "message": "The CAB"} for index, one in enumerate(asked or [WEEK])]
    facts = {"policies": (policy(rules, gate=gate),), "reviews": reviews, "role_history": history()} | over
    return decide(gate, case(**facts), later(30))


def codes(decision: Decision) -> dict[str, str]:
    return {item.rule.removeprefix("changeflow."): item.reason_code for item in decision.reasons}


def test_who_has_held_the_role_long_enough_approves() -> None:
    assert decided(says("carol")).open


@pytest.mark.parametrize(("days", "open_"), [(6.999, False), (7, True), (8, True)])
def test_the_tenure_is_counted_up_to_the_approval(days: float, open_: bool) -> None:
    decision = decided(says("carol", at=later(10)), role_history=history(carol=later(10) - timedelta(days=days)))
    assert decision.open is open_
    assert [item.reason_code for item in decision.ignored] == ([] if open_ else ["approver.too_new"])


def test_waiting_after_the_approval_does_not_help() -> None:
    early = case(
        policies=(policy([{"id": "r", "require": [{"role": "cab", "tenure": "P2D"}], "message": "m"}]),),
        reviews=(says("carol"),),
        role_history=history(carol=NOW),
    )
    assert not decide("approve", early, NOW + timedelta(days=3)).open
    again = early.model_copy(update={"reviews": (says("carol"), says("carol", at=NOW + timedelta(hours=50)))})
    assert decide("approve", again, NOW + timedelta(days=3)).open


def test_without_a_history_the_gate_is_shut_and_says_why() -> None:
    decision = decided(says("carol"), role_history=None)
    assert not decision.open
    assert codes(decision)["rule-0"] == "tenure.unknown"
    assert next(item.outcome for item in decision.reasons if item.rule == "rule-0") == "error"


def test_a_history_that_does_not_reach_back_far_enough_is_no_tenure() -> None:
    short = RoleHistory(known_from=NOW - timedelta(days=6))
    assert not decided(says("carol"), role_history=short).open
    assert decided(says("carol"), role_history=short, asked=[{"role": "cab", "tenure": "P5D"}]).open


def test_where_no_tenure_is_asked_for_no_history_is_needed() -> None:
    assert decided(says("carol"), asked=[{"role": "cab"}], role_history=None).open


def test_the_strictest_rule_about_a_role_holds_for_all_its_seats() -> None:
    fresh = history(carol=NOW - timedelta(days=3))
    assert decided(says("carol"), asked=[{"role": "cab", "tenure": "P2D"}], role_history=fresh).open
    assert not decided(says("carol"), asked=[{"role": "cab", "tenure": "P2D"}, WEEK], role_history=fresh).open


def test_a_tenure_in_one_role_is_none_in_another() -> None:
    fresh = RoleHistory(known_from=NOW - timedelta(days=30), since={"ecab": {"carol": NOW}})
    assert decided(says("carol"), role_history=fresh).open
    assert not decided(says("carol"), role_history=fresh, asked=[{"role": "ecab", "tenure": "P1D"}]).open


def test_names_that_a_condition_yields_are_held_to_it_too() -> None:
    asked = [{"each": "['dave']", "tenure": "P7D"}]
    assert decided(says("dave"), asked=asked).open
    fresh = RoleHistory(known_from=NOW - timedelta(days=30), since={"dave": {"dave": NOW}})
    assert not decided(says("dave"), asked=asked, role_history=fresh).open


def test_who_is_too_new_to_approve_is_nobody_to_wait_for_and_may_still_object() -> None:
    new = {"carol": NOW, "dave": NOW}
    waiting = decided(role_history=history(**new))
    assert [seat.eligible for seat in waiting.missing] == [("erin",)]
    assert waiting.witness == ("erin",)
    nobody = decided(role_history=history(**new, erin=NOW))
    assert (nobody.satisfiable, codes(nobody)["rule-0"]) == (False, "approvals.impossible")
    vetoed = decided(says("erin"), says("carol", "reject"), role_history=history(**new))
    assert codes(vetoed)["rejection"] == "review.rejected"


@pytest.mark.parametrize(("new", "open_"), [({}, True), ({"bob": NOW}, False), ({"carol": NOW}, False), ({"dave": NOW}, True)])
def test_a_deputy_needs_the_tenure_and_so_does_whom_they_stand_in_for(new: dict[str, datetime], open_: bool) -> None:
    delegation = {"from": "carol", "to": "bob", "roles": ["cab"], "start": "2026-11-01T00:00:00Z", "end": "2026-12-01T00:00:00Z"}
    people = roster(delegations=[delegation])
    assert decided(says("bob"), roster=people, role_history=history(**new), change=_by_dave()).open is open_


def _by_dave() -> Any:
    from tests.gate.builders import change

    return change(implementer="dave")


def test_the_close_gate_asks_in_the_same_way() -> None:
    fresh = decided(says("carol"), gate="close", role_history=history(carol=NOW))
    assert [item.reason_code for item in fresh.ignored] == ["approver.too_new"]


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(minutes=10), "carol approved 10 minutes after coming to the role `cab`"),
        (timedelta(minutes=1), "1 minute after"),
        (timedelta(), "0 minutes after"),
        (timedelta(hours=25), "1 day after"),
        (timedelta(days=6, hours=23), "6 days after"),
        (timedelta(minutes=-3), "before"),
        (timedelta(days=7), None),
        (None, None),
    ],
)
def test_an_approval_soon_after_coming_to_the_role_is_shown_and_shuts_nothing(ago: timedelta | None, words: str | None) -> None:
    known = history() if ago is None else history(carol=later(5) - ago)
    decision = decided(says("carol", at=later(5)), asked=[{"role": "cab"}], role_history=known)
    shown = [item.message for item in decision.reasons if item.reason_code == "approver.new_in_role"]
    assert decision.open
    assert bool(shown) is (words is not None)
    assert all(words in message for message in shown if words is not None)


def test_only_approvals_that_are_counted_are_shown() -> None:
    decision = decided(says("carol"), says("dave", at=later(1)), asked=[{"role": "cab"}], role_history=history(dave=NOW))
    assert "roles" not in codes(decision)


def test_a_rule_is_explained_with_its_tenure() -> None:
    (rule,) = policy([{"id": "r", "require": [WEEK, {"each": "['x']", "tenure": "PT12H"}], "message": "m"}]).spec.rules
    assert asks(rule) == (
        "1 approval(s) by `cab` who have been that for P7D or longer and "
        "1 approval(s) by each of ['x'] who have been that for PT12H or longer"
    )
