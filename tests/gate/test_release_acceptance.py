"""A release is accepted on the main branch, by a human of its role who has no part in it."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from changeflow.gate.release_acceptance import Acceptances, AskedAcceptance
from changeflow.model.answers.decision import Decision
from changeflow.model.change import ChangeRequest, material
from changeflow.model.post_implementation import Acceptance
from changeflow.model.release_list import digest_of_list

from .builders import CHANGE, OPEN_AT, case, change, decide, policy, recorded, says

FIRST = "CHG-20261121-first"
MET: dict[str, Any] = {
    "criteria": [{"criterion": "It works", "result": "met"}], "role": "cab", "accepted_by": "carol", "accepted_on": "2026-11-24",
    "accepted_changes": digest_of_list([FIRST]),
}  # fmt: skip


def asks(over: dict[str, Any] | None = None, **facts: Any) -> Acceptances:
    wanted = Acceptance.model_validate({name: said for name, said in (MET | (over or {})).items() if said is not None})
    known: dict[str, Any] = {"release": "november", "merged": True, "changes": (FIRST,), "parties": ("alice", "bob"), "unknown": ()}
    return Acceptances(asked=(AskedAcceptance(wanted=wanted, **known | facts),), unreadable=(), today=date(2026, 11, 25))


def deploy(acceptances: Acceptances, **over: Any) -> Decision:
    told = case(
        reviews=(says("carol"), says("dave")), recorded=recorded(OPEN_AT, "carol", "dave"), acceptances=acceptances, **over,
    )  # fmt: skip
    return decide("deploy", told, OPEN_AT)


def acceptance_codes(decision: Decision) -> list[tuple[str, str, Any]]:
    return [
        (one.outcome, one.reason_code, one.data.get("case")) for one in decision.reasons if one.rule == "changeflow.acceptance"
    ]


def test_a_release_that_was_accepted_lets_its_changes_go() -> None:
    assert acceptance_codes(deploy(asks())) == [("pass", "acceptance.complete", None)]


def test_a_change_of_no_release_needs_no_acceptance() -> None:
    decision = deploy(Acceptances(asked=(), unreadable=(), today=date(2026, 11, 25)))
    assert acceptance_codes(decision) == []


@pytest.mark.parametrize(("over", "facts", "wanted"), [
    ({"accepted_by": None}, {}, ("pending", "acceptance.missing", None)),
    ({"criteria": [{"criterion": "It works"}]}, {}, ("pending", "acceptance.criteria", None)),
    ({"criteria": [{"criterion": "It works", "result": "not-met"}]}, {}, ("fail", "acceptance.criteria", None)),
    ({}, {"merged": False}, ("fail", "acceptance.not_merged", None)),
    ({"accepted_by": "renovate"}, {}, ("fail", "acceptance.does_not_count", "human")),
    ({"accepted_by": "mallory"}, {}, ("fail", "acceptance.does_not_count", "human")),
    ({"accepted_by": "bob"}, {}, ("fail", "acceptance.does_not_count", "role")),
    ({"role": "nobody"}, {}, ("fail", "acceptance.does_not_count", "role")),
    ({}, {"parties": ("carol",)}, ("fail", "acceptance.does_not_count", "party")),
    ({}, {"unknown": ("CHG-20261121-other",)}, ("fail", "acceptance.does_not_count", "unknown")),
    ({"accepted_on": None}, {}, ("fail", "acceptance.does_not_count", "undated")),
    ({"accepted_on": "2026-11-26"}, {}, ("fail", "acceptance.does_not_count", "future")),
    ({"accepted_changes": None}, {}, ("fail", "acceptance.does_not_count", "unbound")),
    ({}, {"changes": (FIRST, "CHG-20261121-second")}, ("fail", "acceptance.does_not_count", "stale")),
    ({"accepted_changes": digest_of_list([FIRST, "CHG-20261121-second"])}, {}, ("fail", "acceptance.does_not_count", "stale")),
])  # fmt: skip
def test_what_is_no_acceptance_shuts_the_gate_and_says_why(over: Any, facts: Any, wanted: Any) -> None:
    decision = deploy(asks(over, **facts))
    assert acceptance_codes(decision) == [wanted]
    assert not decision.open


def test_an_agent_that_holds_the_role_accepts_nothing() -> None:
    from .builders import roster

    agents = roster(roles={"cab": ["carol", "dave", "renovate"]})
    decision = deploy(asks({"accepted_by": "renovate"}), roster=agents)
    assert acceptance_codes(decision) == [("fail", "acceptance.does_not_count", "human")]


def test_a_release_that_cannot_be_read_keeps_the_gate_shut() -> None:
    unreadable = Acceptances(asked=(), unreadable=("releases/x/release.yaml",), today=date(2026, 11, 25))
    decision = deploy(unreadable)
    assert acceptance_codes(decision) == [("error", "acceptance.unreadable", None)]
    assert not decision.open


def test_conditions_see_whether_a_release_was_accepted() -> None:
    rule = {"id": "accepted", "assert": "evidence.acceptance.complete && 'november' in evidence.acceptance.releases", "message": "Accepted"}
    policies = (policy([rule], "deploy"),)
    for acceptances, outcome in ((asks(), "pass"), (asks({"accepted_by": None}), "fail")):
        said = {one.rule.rpartition(".")[2]: one.outcome for one in deploy(acceptances, policies=policies).reasons}
        assert said["accepted"] == outcome


PLANNING: dict[str, Any] = {
    "priority": "urgent",
    "acceptance": ["Orders pass"],
    "transition": {"handover": "The service desk knows the new page"},
    "evidence": [{"name": "Load test", "where": "reports/load.html"}],
    "effects": {"plans": "The standby joins the continuity plan"},
}


@pytest.mark.parametrize(("name", "counts"), [
    ("priority", False), ("evidence", False), ("effects", False), ("acceptance", True), ("transition", True),
])  # fmt: skip
def test_criteria_and_transition_are_approved_and_what_only_explains_is_not(name: str, counts: bool) -> None:
    assert (material(change(**{name: PLANNING[name]})) != material(change())) == counts


def test_content_that_was_approved_before_these_keys_existed_keeps_its_digest() -> None:
    spec = ChangeRequest.model_validate(copy.deepcopy(CHANGE)).material_spec
    assert spec.keys().isdisjoint({"priority", "acceptance", "transition", "evidence"})
