"""Opinions along time: vetoes count whatever their date, approvals from their moment, and what was taken back counts nowhere."""

from __future__ import annotations

from datetime import timedelta

import pytest

from changeflow.model.answers.decision import Decision
from tests.gate.builders import (
    NOW,
    approved_since,
    case,
    change,
    decide,
    later,
    pir,
    policy,
    recorded,
    release,
    says,
    state,
)

ONE = policy([{"id": "cab", "require": [{"role": "cab", "count": 1}], "message": "One of the CAB"}])
GO = policy([{"id": "go", "assert": "true", "message": "Go"}], "deploy")
AT = later(10_000)


def codes(decision: Decision) -> set[str]:
    return {item.reason_code for item in decision.reasons if item.outcome != "pass"}


@pytest.mark.parametrize("ahead", [1, 60, 500_000])
def test_a_rejection_that_precedes_the_decision_counts_whatever_its_date(ahead: int) -> None:
    decision = decide("approve", case(policies=(ONE,), reviews=(says("dave"), says("carol", "reject", at=later(ahead)))), NOW)
    assert not decision.open
    assert "review.rejected" in codes(decision)


def test_a_withdrawal_dated_ahead_takes_the_approval_away_all_the_same() -> None:
    reviews = (says("carol"), says("carol", "withdraw", at=later(90)))
    decision = decide("approve", case(policies=(ONE,), reviews=reviews), NOW)
    assert not decision.open
    assert [item.reason_code for item in decision.ignored] == ["approval.superseded", "approval.withdrawn"]


def test_a_requester_withdraws_the_change_whatever_the_clock() -> None:
    reviews = (says("carol"), says("alice", "withdraw", at=later(90)))
    assert "change.withdrawn" in codes(decide("approve", case(policies=(ONE,), reviews=reviews), NOW))


@pytest.mark.parametrize(("minutes", "counts"), [(0, True), (5, True), (6, False), (600, False)])
def test_an_approval_counts_when_it_is_dated_no_later_than_clocks_may_differ(minutes: int, counts: bool) -> None:
    decision = decide("approve", case(policies=(ONE,), reviews=(says("carol", at=later(minutes)),)), NOW)
    assert decision.open is counts
    assert all(item.at <= NOW for item in decision.approvals)


@pytest.mark.parametrize("gate", ["submit", "approve", "deploy", "close"])
@pytest.mark.parametrize(("behind", "error"), [(0, False), (5, False), (6, True), (5760, True)])
def test_a_decision_dated_before_its_evidence_is_an_error(gate: str, behind: int, error: bool) -> None:
    decision = decide(gate, case(newest=later(behind)), NOW)
    found = [item for item in decision.reasons if item.reason_code == "time.before_evidence"]
    assert [item.outcome for item in found] == (["error"] if error else [])
    if error:
        assert not decision.open


def test_setting_the_clock_right_is_enough() -> None:
    decision = decide("approve", case(policies=(ONE,), reviews=(says("carol"),), newest=later(60)), NOW)
    assert (decision.open, decision.satisfiable) == (False, True)


def test_looking_at_a_state_decides_nothing() -> None:
    of = case(policies=(ONE,), reviews=(says("carol"),), newest=later(60))
    assert state(of, NOW) == state(of.model_copy(update={"newest": None}), NOW)


# -- when approvals were complete ------------------------------------------------------------------------------------------


def since(*reviews: object, count: int = 1) -> object:
    rule = {"id": "cab", "require": [{"role": "cab", "count": count}], "message": "The CAB"}
    return approved_since(case(policies=(policy([rule]), GO), reviews=reviews), AT)[0]


def test_the_approval_that_stands_is_the_one_that_was_complete() -> None:
    assert since(says("carol", at=later(10)), says("dave", at=later(20))) == later(10)
    assert since(says("carol", at=later(10)), says("dave", at=later(20)), says("carol", "withdraw", at=later(30))) == later(20)


def test_the_same_approval_given_twice_counts_from_the_first_time() -> None:
    assert since(says("carol", at=later(10)), says("carol", at=later(50))) == later(10)


def test_an_approval_that_was_taken_back_between_counts_from_the_second_time() -> None:
    again = (says("carol", at=later(10)), says("carol", "withdraw", at=later(20)), says("carol", at=later(50)))
    assert since(*again) == later(50)


def test_a_gate_that_a_rejection_kept_shut_opened_when_it_was_withdrawn() -> None:
    objected = (says("dave", "reject", at=later(5)), says("carol", at=later(10)), says("dave", "withdraw", at=later(40)))
    assert since(*objected) == later(40)


def test_two_seats_are_complete_with_the_second() -> None:
    assert since(says("carol", at=later(10)), says("dave", at=later(20)), says("erin", at=later(30)), count=2) == later(20)


def test_an_approval_after_the_opening_is_named_as_what_it_is() -> None:
    reviews = (says("carol", at=later(10)), says("dave", at=later(2000)), says("alice", at=later(2100)))
    _, decision = approved_since(case(policies=(ONE, GO), reviews=reviews), AT)
    assert {item.by: item.reason_code for item in decision.ignored} == {
        "alice": "approver.is_requester",
        "dave": "approval.after_opening",
    }
    assert [(item.by, item.at) for item in decision.approvals] == [("carol", later(10))]


@pytest.mark.parametrize("objection", ["reject", "withdraw"])
def test_what_the_code_host_recorded_does_not_silence_a_later_objection(objection: str) -> None:
    who = "carol" if objection == "reject" else "alice"
    sealed = case(policies=(ONE, GO), reviews=(says(who, objection, at=later(20)),), recorded=recorded(later(10)))
    assert approved_since(sealed, AT)[0] is None
    assert approved_since(sealed.model_copy(update={"reviews": ()}), AT)[0] == later(10)


# -- what conditions see ---------------------------------------------------------------------------------------------------

ENDED = later(0)
CLOSE = policy(
    [
        {"id": "both", "require": [{"role": "ecab", "count": 1}, {"role": "cab", "count": 1}], "message": "Both"},
        {
            "id": "in-time",
            "assert": '(evidence.approved_at == "" ? now : timestamp(evidence.approved_at)) - timestamp(evidence.release.ended)'
            ' <= duration("120h")',
            "message": "Within five days",
            "level": "warn",
        },
        {
            "id": "review-in-time",
            "assert": '(evidence.review.at == "" ? now : timestamp(evidence.review.at)) - timestamp(evidence.release.ended)'
            ' <= duration("120h")',
            "message": "Within five days",
            "level": "warn",
        },
    ],
    "close",
)
HOURS = 60


def closing(*reviews: object, given: int | None = None, asked: int) -> dict[str, str]:
    of = case(
        change(type="emergency", emergency={"incident": "INC-1", "justification": "Down"}),
        policies=(CLOSE,),
        reviews=reviews,
        release=release("implemented", started=ENDED, ended=ENDED),
        review=pir(reviewer="carol", given=None if given is None else later(given * HOURS)),
    )
    decision = decide("close", of, ENDED + timedelta(hours=asked))
    return {item.rule: item.reason_code for item in decision.reasons if item.rule.endswith("in-time")}


@pytest.mark.parametrize("asked", [49, 121, 5000])
def test_an_approval_and_a_review_in_time_are_in_time_whenever_the_gate_is_asked(asked: int) -> None:
    said = closing(says("carol", at=later(0)), says("dave", at=later(48 * HOURS)), given=47, asked=asked)
    assert said == {"in-time": "rule.satisfied", "review-in-time": "rule.satisfied"}


@pytest.mark.parametrize(("asked", "code"), [(100, "rule.satisfied"), (121, "rule.warning")])
def test_what_is_not_there_yet_is_judged_by_the_clock(asked: int, code: str) -> None:
    assert closing(says("carol", at=later(0)), asked=asked) == {"in-time": code, "review-in-time": code}


def test_what_came_late_stays_late() -> None:
    said = closing(says("carol", at=later(0)), says("dave", at=later(121 * HOURS)), given=122, asked=5000)
    assert said == {"in-time": "rule.warning", "review-in-time": "rule.warning"}


@pytest.mark.parametrize(
    ("words", "said"),
    [("", "dave rejected the change"), ("Never\n  tried ", "dave rejected the change: Never tried"), ("长" * 400, "…")],
)
def test_a_rejection_is_shown_with_its_words_in_one_line(words: str, said: str) -> None:
    decision = decide("approve", case(policies=(ONE,), reviews=(says("dave", "reject", words=words),)), NOW)
    (told,) = (item.message for item in decision.reasons if item.reason_code == "review.rejected")
    assert told.endswith(said)
    assert len(told) < 400
