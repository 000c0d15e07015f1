"""The default pack passes its own cases, and conditions fail the way they should."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from changeflow.documents.loader import load
from changeflow.documents.records import record
from changeflow.model.policy import Policy, PolicyCase, PolicyTest
from changeflow.policy.cel import ConditionError, compile_condition, compile_problems, condition_for
from changeflow.policy.engine import evaluate
from changeflow.policy.testing import DEFAULTS, laid_over, run_case
from changeflow.resources import folder

PACK = folder("policies")
FACTS = {**DEFAULTS, "now": datetime(2026, 11, 21, tzinfo=UTC)}


def documents(where: Path, kind: type[Any]) -> list[Any]:
    found = [record(load(path.read_bytes(), path.name).documents[0]) for path in sorted(where.glob("*.yaml"))]
    return [item for item in found if isinstance(item, kind)]


POLICIES = {policy.metadata.id: policy for policy in documents(PACK, Policy)}
CASES = [(test.spec.policy, case) for test in documents(PACK / "tests", PolicyTest) for case in test.spec.cases]


@pytest.mark.parametrize(("policy", "case"), CASES, ids=[f"{name}: {case.name}" for name, case in CASES])
def test_the_default_pack_does_what_its_cases_say(policy: str, case: PolicyCase) -> None:
    assert run_case(POLICIES[policy], case).differences == ()


def test_every_rule_of_the_default_pack_has_a_case_in_which_it_does_not_simply_pass() -> None:
    bitten = {
        (policy, rule) for policy, case in CASES for rule, outcome in case.expect.items() if outcome == "fail" or case.seats
    }
    rules = {(name, rule.id) for name, policy in POLICIES.items() for rule in policy.spec.rules}
    assert rules - bitten == set()


def test_every_deny_rule_of_the_default_pack_names_a_clause() -> None:
    missing = [rule.id for policy in POLICIES.values() for rule in policy.spec.rules if not rule.clause]
    assert missing == []


def test_a_case_that_expects_the_wrong_thing_fails() -> None:
    wrong = PolicyCase.model_validate({"name": "wrong", "expect": {"freeze": "fail", "ghost": "pass"}, "seats": {"cab": 9}})
    assert len(run_case(POLICIES["approvals"], wrong).differences) == 3


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("chnge.type == 'x'", r"^there is no `chnge`; did you mean `change`\?$"),
        ("true &&\n  rsik.score > 1 && chnge.type == 'x'", r"^there is no `rsik`; did you mean `risk`\?$"),
        ("weather.rain", "^there is no `weather`$"),
        ("'a' + 1 == 'b'", "no matching overload"),
        ("change.type ==", r"^Syntax error: [^\n]* \(line 1, column 15\)$"),
        ("foo(1)", r"^there is no function `foo` \(line 1, column 4\)$"),
        ("true" + " && true" * 2_000, "characters"),
    ],
)
def test_a_mistake_in_a_condition_is_found_when_it_is_compiled(source: str, words: str) -> None:
    with pytest.raises(ConditionError, match=words):
        compile_condition(source)


@pytest.mark.parametrize("source", ["change.nope == 1", "change.type", "timestamp('x') < now", "1 / 0 == 1"])
def test_a_condition_that_cannot_be_decided_is_an_error_never_false(source: str) -> None:
    with pytest.raises(ConditionError):
        compile_condition(source).truth(FACTS)


def test_an_expensive_condition_is_stopped() -> None:
    facts = laid_over(FACTS, {"conflicts": [{"n": number} for number in range(300)]})
    nested = "conflicts.all(a, conflicts.all(b, conflicts.all(c, a.n + b.n + c.n >= 0)))"
    with pytest.raises(ConditionError, match=r"budget|limit|exceeded"):
        compile_condition(nested).truth(facts)


def test_compile_problems_name_the_place() -> None:
    policy = Policy.model_validate(
        {
            "apiVersion": "changeflow/v1",
            "kind": "Policy",
            "metadata": {"id": "p"},
            "spec": {
                "gate": "approve",
                "rules": [{"id": "r", "when": "chnge.x", "require": [{"each": "impct.owners"}], "message": "m"}],
            },
        }
    )
    assert [route for route, _ in compile_problems(policy)] == [
        ("spec", "rules", 0, "when"),
        ("spec", "rules", 0, "require", 0, "each"),
    ]


def test_an_error_after_a_deciding_operand_still_shuts() -> None:
    rule = {"id": "r", "when": "true", "assert": "change.nope == 1", "message": "m"}
    policy = Policy.model_validate(
        {"apiVersion": "changeflow/v1", "kind": "Policy", "metadata": {"id": "p"}, "spec": {"gate": "approve", "rules": [rule]}}
    )
    (result,) = evaluate([policy], "approve", FACTS)
    assert result.outcome == "error"
    assert result.asked


@pytest.mark.parametrize(
    ("key", "source"), [("assert", "'1'"), ("when", "[1]"), ("assert", "now"), ("each", "1 == 1"), ("each", "'cab'")]
)
def test_a_condition_that_can_never_yield_what_it_must_is_found_when_it_is_compiled(key: str, source: str) -> None:
    with pytest.raises(ConditionError, match=f"`{key}` takes"):
        condition_for(key, source)


@pytest.mark.parametrize(
    ("key", "source"), [("assert", "change.draft"), ("when", "true"), ("each", "impact.owners"), ("each", "['cab']")]
)
def test_what_may_yield_it_is_left_to_the_gate(key: str, source: str) -> None:
    assert condition_for(key, source).source == source
