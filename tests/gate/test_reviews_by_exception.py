"""The policy says which changes need a review; what it does not say, and what is not known, needs one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from changeflow.gate.case import NO_REVIEW
from changeflow.gate.change_states import LifecycleState
from changeflow.gate.owed_review import owed_review, review_due
from changeflow.model.answers.decision import Reason

from .builders import NOW, Told, case, decide, pir, policy, release, state

WENT_WELL = release("implemented", started=NOW, ended=NOW, outcome="successful", class_="standard")
EXCEPTION = 'evidence.review.complete || (evidence.release.class == "standard" && evidence.release.outcome == "successful")'


def rule(name: str = "reviewed", **words: Any) -> dict[str, Any]:
    return {"id": name, "message": "Reviewed", **words}


def closing(*rules: dict[str, Any], **facts: Any) -> Told:
    return case(policies=(policy(list(rules), "close"),), **({"release": WENT_WELL} | facts))


BY_EXCEPTION = rule(**{"assert": EXCEPTION})
NOT_FOR_STANDARD = rule(when='evidence.release.class != "standard"', **{"assert": "evidence.review.complete"})
RELEASED = rule("released", **{"assert": 'evidence.release.state != ""'})


def about_review(told: Told) -> Reason:
    return next(one for one in decide("close", told, NOW).reasons if one.rule == "changeflow.review")


@pytest.mark.parametrize("rules", [(BY_EXCEPTION,), (NOT_FOR_STANDARD, RELEASED)], ids=["in the assert", "in the when"])
def test_a_change_of_which_no_review_is_asked_closes_by_itself_and_the_gate_says_why(rules: tuple[dict[str, Any], ...]) -> None:
    told = closing(*rules)
    assert decide("close", told, NOW).open
    assert state(told, NOW) is LifecycleState.CLOSED
    assert owed_review(told.at("close"), NOW) is None
    why = about_review(told)
    assert (why.outcome, why.reason_code) == ("pass", "review.not_demanded")
    assert "`successful`" in why.message
    assert "`reviewed`" in why.message


@pytest.mark.parametrize(
    "went",
    [
        {"class_": "minor"},
        {"class_": ""},
        {"outcome": "successful-with-issues"},
        {"state": "rolled_back", "outcome": "rolled-back"},
        {"outcome": ""},
    ],
    ids=str,
)
def test_anything_else_is_not_closed_before_it_was_reviewed(went: dict[str, str]) -> None:
    told = closing(BY_EXCEPTION, release=WENT_WELL.model_copy(update=went))
    assert not decide("close", told, NOW).open
    assert state(told, NOW).value == told.release.state
    owed = owed_review(told.at("close"), NOW)
    assert owed is not None
    assert owed.why.reason_code == "review.missing"
    reviewed = told.model_copy(update={"review": pir(reviewer="erin")})
    assert decide("close", reviewed, NOW).open
    assert owed_review(reviewed.at("close"), NOW) is None


@pytest.mark.parametrize(
    "rules",
    [
        (RELEASED,),
        (rule(level="warn", when="false", **{"assert": "evidence.review.complete"}), RELEASED),
        (rule(when="evidence.review.present", **{"assert": "evidence.review.complete"}), RELEASED),
        (rule(**{"assert": 'evidence.review.at == "" || true'}), RELEASED),
        (rule(when="change.effects.nothing == 1", **{"assert": "evidence.review.complete"}), RELEASED),
    ],
    ids=["no rule", "only a warning", "only about a review that is there", "only about its time", "a rule that errs"],
)
def test_where_no_rule_does_without_a_review_it_is_asked_for(rules: tuple[dict[str, Any], ...]) -> None:
    told = closing(*rules)
    assert about_review(told).reason_code == "review.missing"
    assert not decide("close", told, NOW).open


def test_an_outcome_that_is_not_known_needs_a_review_whatever_the_policy_says() -> None:
    told = closing(NOT_FOR_STANDARD, RELEASED, release=WENT_WELL.model_copy(update={"outcome": ""}))
    assert about_review(told).reason_code == "review.missing"


def test_one_rule_of_several_that_asks_is_enough() -> None:
    told = closing(BY_EXCEPTION, rule("strict", **{"assert": "evidence.review.complete"}))
    assert about_review(told).reason_code == "review.missing"


def test_a_review_that_was_begun_is_finished() -> None:
    told = closing(BY_EXCEPTION, review=pir(problems=("empty",)))
    assert about_review(told).reason_code == "review.incomplete"
    assert state(told, NOW) is LifecycleState.IN_REVIEW
    owed = owed_review(told.at("close"), NOW)
    assert owed is not None
    assert owed.why.reason_code == "review.incomplete"


@pytest.mark.parametrize("before", ["", "implementing"])
def test_nothing_is_owed_before_the_release_is_over(before: str) -> None:
    assert owed_review(closing(BY_EXCEPTION, release=release(before)).at("close"), NOW) is None


IN_TIME = rule(
    "in-time",
    level="warn",
    when='evidence.release.ended != ""',
    **{
        "assert": '(evidence.review.at == "" ? now : timestamp(evidence.review.at)) - timestamp(evidence.release.ended)'
        ' <= duration("720h")'
    },
)


def test_a_review_that_is_owed_is_due_when_the_rule_about_its_time_says() -> None:
    told = closing(rule(**{"assert": "evidence.review.complete"}), IN_TIME)
    month = timedelta(days=30)
    for later, overdue in ((timedelta(), False), (month, False), (month + timedelta(seconds=2), True)):
        owed = owed_review(told.at("close"), NOW + later)
        assert owed is not None
        assert owed.due is not None
        assert abs(owed.due - (NOW + month)) <= timedelta(seconds=1)
        assert owed.overdue is overdue


def test_a_policy_without_a_rule_about_time_sets_no_day() -> None:
    owed = owed_review(closing(rule(**{"assert": "evidence.review.complete"})).at("close"), NOW)
    assert owed is not None
    assert (owed.due, owed.overdue) == (None, False)


def test_an_incident_that_is_found_later_opens_the_change_again() -> None:
    without = "evidence.review.complete || size(evidence.incidents) == 0"
    told = closing(rule(**{"assert": without}))
    assert state(told, NOW) is LifecycleState.CLOSED
    caused = told.model_copy(update={"incidents": ("INC-4711",)})
    assert state(caused, NOW) is LifecycleState.IMPLEMENTED
    assert owed_review(caused.at("close"), NOW) is not None


TABLE = rule(
    "review-in-time",
    level="warn",
    when='evidence.review.due != ""',
    **{"assert": '(evidence.review.at == "" ? now : timestamp(evidence.review.at)) <= timestamp(evidence.review.due)'},
)


@pytest.mark.parametrize("by", [IN_TIME, TABLE], ids=["by a rule alone", "by the table of the policy"])
@pytest.mark.parametrize("after", [3, 50], ids=["in time", "late"])
def test_a_review_that_was_given_keeps_the_day_on_which_it_was_due(by: dict[str, Any], after: int) -> None:
    month = timedelta(days=30)
    due = NOW + month if by is TABLE else None
    awaited = closing(rule(**{"assert": "evidence.review.complete"}), by, review=NO_REVIEW.model_copy(update={"due": due}))
    given = awaited.model_copy(update={"review": pir(reviewer="erin", given=NOW + timedelta(days=after), due=due)})
    found = {review_due(told.at("close"), NOW + 2 * month) for told in (awaited, given)}
    assert len(found) == 1
    assert found == {due} or {one and abs(one - NOW - month) <= timedelta(seconds=1) for one in found} == {True}


def test_without_a_rule_about_time_a_review_is_due_when_the_table_says() -> None:
    told = closing(rule(**{"assert": "evidence.review.complete"}), review=NO_REVIEW.model_copy(update={"due": NOW}))
    assert review_due(told.at("close"), NOW) == NOW
