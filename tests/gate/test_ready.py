"""What may not be reviewed may not be approved, and the warnings of `submit` are seen by those who approve."""

from __future__ import annotations

from typing import Any

import pytest

from changeflow.model.answers.decision import Decision
from tests.gate.builders import NOW, approved_since, case, decide, later, policy, says

ONE = policy([{"id": "cab", "require": [{"role": "cab", "count": 1}], "message": "One of the CAB"}])
GO = policy([{"id": "go", "assert": "true", "message": "Go"}], "deploy")


def submit(level: str = "deny", condition: str = "false", **more: Any) -> Any:
    return policy([{"id": "ready", "assert": condition, "message": "Ready", "level": level, **more}], "submit")


def found(decision: Decision) -> list[tuple[str, str, str]]:
    return [(item.rule, item.outcome, item.reason_code) for item in decision.reasons if item.rule == "ready"]


def judged(*policies: Any, gate: str = "approve") -> Decision:
    return decide(gate, case(policies=(ONE, GO, *policies), reviews=(says("carol"),)), NOW)


@pytest.mark.parametrize(
    ("rule", "open_", "expected"),
    [
        (submit(condition="true"), True, []),
        (submit(), False, [("ready", "fail", "rule.violated")]),
        (submit("warn"), True, [("ready", "pass", "rule.warning")]),
        (submit(when="false"), True, []),
    ],
    ids=["holds", "denied", "warned", "not asked"],
)
def test_the_approve_gate_says_what_the_submit_gate_says_against_a_request(
    rule: Any, open_: bool, expected: list[tuple[str, str, str]]
) -> None:
    decision = judged(rule)
    assert (decision.open, found(decision)) == (open_, expected)


def test_a_submit_rule_that_cannot_be_evaluated_keeps_the_approve_gate_shut() -> None:
    decision = judged(submit(condition="change.nothing == 1"))
    assert not decision.open
    assert [item[1] for item in found(decision)] == ["error"]


def test_rules_of_submit_open_no_approve_gate() -> None:
    decision = decide("approve", case(policies=(submit(condition="true"),), reviews=(says("carol"),)), NOW)
    assert not decision.open
    assert "policy.none" in {item.reason_code for item in decision.reasons}


def test_without_rules_of_submit_nothing_is_missing() -> None:
    assert judged().open


def test_what_submit_denies_is_not_approved_for_a_release_either() -> None:
    of = case(policies=(ONE, GO, submit()), reviews=(says("carol"),))
    assert approved_since(of, later(60))[0] is None
    assert approved_since(of.model_copy(update={"policies": (ONE, GO)}), later(60))[0] == NOW


@pytest.mark.parametrize("gate", ["deploy", "close"])
def test_other_gates_do_not_repeat_it(gate: str) -> None:
    assert found(judged(submit(), gate=gate)) == []
