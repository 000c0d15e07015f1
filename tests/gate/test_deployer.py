"""Who starts a deployment: known by number, held against what else they have to do with the change."""

from __future__ import annotations

from typing import Any

import pytest

from changeflow import errors
from changeflow.model.config import ConfigSpec
from changeflow.model.deployer import Deployer
from changeflow.model.opinions import Contributors
from changeflow.usecases.gate.deployer import deployer
from tests.gate.builders import (
    APPROVE,
    OPEN_AT,
    case,
    decide,
    later,
    policy,
    recorded,
    roster,
    says,
)

PEOPLE = roster(
    people={"bob": {"github_id": 2}, "carol": {"github_id": 3, "accounts": [{"github_id": 33}]}, "renovate": {"github_id": 9}}
)
GITHUB = ConfigSpec(host="github")
JOB = {
    "GITHUB_ACTIONS": "true", "GITHUB_RUN_ATTEMPT": "1", "GITHUB_ACTOR": "bob-gh", "GITHUB_ACTOR_ID": "2",
    "GITHUB_TRIGGERING_ACTOR": "bob-gh",
}  # fmt: skip


def asked(condition: str, starting: Deployer, **over: Any) -> Any:
    """The deploy gate with one condition, of a change that carol and dave approved."""
    rules = policy([{"id": "who", "assert": condition, "message": "who"}], gate="deploy", name="deploy")
    reviews = (says("carol"), says("dave", at=later(1)), says("erin", at=later(2)), says("bob", at=later(3)))
    facts = {"policies": (policy(APPROVE), rules), "reviews": reviews, "roster": PEOPLE, "deployer": starting} | over
    return decide("deploy", case(**facts), OPEN_AT)


def outcome(decision: Any, rule: str = "who") -> str:
    return next(item.outcome for item in decision.reasons if item.rule == rule)


def on_github(account: int | None, login: str = "somebody") -> Deployer:
    return Deployer(source="github", account=account, login=login)


@pytest.mark.parametrize(
    ("starting", "condition"),
    [
        (on_github(2), "d.known && d.proven && d.id == 'bob' && d.is_implementer && !d.is_approver && !d.is_requester"),
        (on_github(3), "d.id == 'carol' && d.is_approver && !d.is_implementer && d.account == 3"),
        (on_github(33), "d.id == 'carol' && d.is_approver && d.account == 33"),
        (on_github(9), "d.known && d.kind == 'agent' && !d.is_approver"),
        (on_github(4), "!d.known && !d.proven && d.id == '' && d.account == 4 && d.kind == ''"),
        (on_github(None), "d.source == 'github' && !d.known && d.account == 0"),
        (Deployer(source="github", account=4, person="bob"), "!d.known && d.id == ''"),
        (Deployer(source="stated", person="alice"), "d.known && !d.proven && d.is_requester"),
        (Deployer(source="signed", person="erin"), "d.proven && d.is_approver"),
        (Deployer(source="stated", person="zoe"), "!d.known && d.id == ''"),
        (Deployer(), "d.source == '' && !d.known && !d.proven && !d.is_requester && !d.is_approver && !d.is_implementer"),
    ],
)  # fmt: skip
def test_conditions_see_who_starts_it(starting: Deployer, condition: str) -> None:
    assert outcome(asked(condition.replace("d.", "evidence.deployer."), starting)) == "pass"


def test_who_wrote_part_of_it_is_told_apart() -> None:
    wrote = asked("evidence.deployer.is_contributor", on_github(2), contributors=Contributors(people=("bob",), unknown=()))
    did_not = asked("evidence.deployer.is_contributor", on_github(2))
    assert (outcome(wrote), outcome(did_not)) == ("pass", "fail")


def test_an_account_under_two_people_is_nobody() -> None:
    both = roster(people={"bob": {"github_id": 2}, "carol": {"accounts": [{"github_id": 2}]}})
    assert outcome(asked("evidence.deployer.known", on_github(2), roster=both)) == "fail"


def test_approvers_are_those_the_sealed_decision_counted() -> None:
    sealed = {"reviews": (), "recorded": recorded(later(5), "carol")}
    assert outcome(asked("evidence.deployer.is_approver", on_github(3), **sealed)) == "pass"
    assert outcome(asked("evidence.deployer.is_approver", on_github(2), **sealed)) == "fail"


def test_who_approved_something_else_is_no_approver_and_who_came_late_is_one() -> None:
    reviews = (says("dave"), says("erin"), says("carol", digest="sha256:" + "c" * 64))
    assert outcome(asked("evidence.deployer.is_approver", on_github(3), reviews=reviews)) == "fail"
    assert outcome(asked("evidence.deployer.is_approver", on_github(3), reviews=(*reviews, says("carol", at=later(1))))) == "pass"


def test_the_decision_carries_who_started_it_and_nothing_at_other_gates() -> None:
    starting = {"source": "github", "person": "carol", "account": 33, "login": "somebody"}
    assert asked("true", on_github(33)).inputs["deployer"] == starting
    assert asked("true", Deployer.model_validate(starting)) == asked("true", on_github(33))
    assert "deployer" not in decide("approve", case(deployer=on_github(33), reviews=(says("carol"),)), later(9)).inputs


@pytest.mark.parametrize(
    ("starting", "code", "words"),
    [
        (on_github(2), "deployer.known", "bob (GitHub account 2) starts it: implementer"),
        (on_github(9), "deployer.known", "no part in the change"),
        (Deployer(source="stated", person="carol"), "deployer.known", "carol starts it: approver; stated and not proven"),
        (on_github(4, "mallory"), "deployer.unknown", "GitHub account 4, `mallory`"),
        (on_github(None, "mallory"), "deployer.unknown", "does not tell the number"),
        (Deployer(source="stated", person="zoe"), "deployer.unknown", "`zoe`"),
        (Deployer(source="stated", login="bob"), "deployer.unknown", "`bob` is named as who starts it, and neither a key nor"),
    ],
)
def test_the_decision_says_who_starts_it(starting: Deployer, code: str, words: str) -> None:
    (reason,) = (item for item in asked("true", starting).reasons if item.rule == "changeflow.deployer")
    assert (reason.reason_code, reason.outcome) == (code, "pass")
    assert words in reason.message


def test_where_nobody_was_named_nothing_is_said() -> None:
    assert not [item for item in asked("true", Deployer()).reasons if item.rule == "changeflow.deployer"]


@pytest.mark.parametrize(
    ("variables", "account", "person"),
    [
        ({}, 2, "bob"),
        ({"GITHUB_TRIGGERING_ACTOR": "BOB-gh", "GITHUB_RUN_ATTEMPT": "4"}, 2, "bob"),
        ({"GITHUB_TRIGGERING_ACTOR": "carol"}, None, None),
        ({"GITHUB_TRIGGERING_ACTOR": ""}, 2, "bob"),
        ({"GITHUB_TRIGGERING_ACTOR": "", "GITHUB_RUN_ATTEMPT": "2"}, None, None),
        ({"GITHUB_ACTOR_ID": ""}, None, None),
        ({"GITHUB_ACTOR_ID": "2x"}, None, None),
        ({"GITHUB_ACTOR_ID": "٢"}, None, None),
        ({"GITHUB_ACTOR_ID": "7"}, 7, None),
        ({"GITHUB_ACTOR": "carol", "GITHUB_TRIGGERING_ACTOR": "carol"}, 2, "bob"),
    ],
)
def test_in_a_job_the_number_of_the_account_says_who_it_is(
    variables: dict[str, str], account: int | None, person: str | None
) -> None:
    found = deployer(GITHUB, PEOPLE, None, signed=False, variables=JOB | variables)
    assert (found.source, found.account, found.person) == ("github", account, person)


def test_a_job_s_variables_count_where_github_is_the_host_and_the_job_is_one() -> None:
    stated, elsewhere = Deployer(source="stated", login="alice"), JOB | {"GITHUB_ACTIONS": "false"}
    assert deployer(ConfigSpec(), PEOPLE, "alice", signed=False, variables=JOB) == stated
    assert deployer(GITHUB, PEOPLE, "alice", signed=False, variables=elsewhere) == stated
    committed = deployer(GITHUB, PEOPLE, "alice", signed=False, committed=True, variables=elsewhere)
    assert committed == Deployer(source="stated", person="alice")
    assert deployer(GITHUB, PEOPLE, None, signed=False, variables={}) == Deployer()
    assert deployer(GITHUB, PEOPLE, "alice", signed=True, variables={}).source == "signed"


def test_the_command_line_cannot_name_somebody_else_than_github_does() -> None:
    assert deployer(GITHUB, PEOPLE, "bob", signed=True, variables=JOB).source == "github"
    with pytest.raises(errors.Refused, match="started by bob"):
        deployer(GITHUB, PEOPLE, "carol", signed=True, variables=JOB)
    with pytest.raises(errors.Refused, match="`bob-gh`"):
        deployer(GITHUB, PEOPLE, "bob", signed=True, variables=JOB | {"GITHUB_ACTOR_ID": "8"})
