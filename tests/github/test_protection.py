"""What protects a branch and an environment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from changeflow.hosts.github import failures
from changeflow.hosts.github.protection import Requirement, answer_deployment, requirement
from changeflow.hosts.github.wire import Wire
from github.conftest import REPOSITORY
from github.double.server import Double
from github.double.world import World


def rule(*checks: dict[str, Any]) -> dict[str, Any]:
    parameters = {"required_status_checks": list(checks), "strict_required_status_checks_policy": True}
    return {"type": "required_status_checks", "parameters": parameters}


GATE = {"context": "changeflow/gate"}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], Requirement(known=True)),
        ([{"type": "deletion"}], Requirement(known=True)),
        ([rule({"context": "tests"})], Requirement(known=True)),
        ([rule({"context": "tests"}, GATE)], Requirement(known=True, required=True)),
        ([rule({**GATE, "integration_id": 7_001})], Requirement(known=True, required=True, app_id=7_001)),
        ([rule({**GATE, "integration_id": 7_001}), rule(GATE)], Requirement(known=True, required=True)),
        ([rule({"context": "Changeflow/Gate"})], Requirement(known=True)),
    ],
)
def test_whether_a_branch_asks_for_the_gate_and_from_which_app(
    world: World, wire: Wire, rules: list[dict[str, Any]], expected: Requirement
) -> None:
    world.rules = [("main", one) for one in rules]
    assert requirement(wire, REPOSITORY, "main") == expected


def test_an_enterprise_server_without_rulesets_leaves_it_unknown(double: Double, wire: Wire) -> None:
    double.faults.json("GET */rules/branches/*", 404, '{"message": "Not Found"}')
    assert requirement(wire, REPOSITORY, "main") == Requirement(known=False)


def test_rules_that_cannot_be_read_are_an_error_and_not_the_absence_of_rules(double: Double, wire: Wire) -> None:
    double.faults.json("GET */rules/branches/*", 200, "null", times=9)
    with pytest.raises(failures.Garbled):
        requirement(wire, REPOSITORY, "main")


def test_a_deployment_that_waits_for_us_is_answered_at_its_own_run(world: World, double: Double, wire: Wire) -> None:
    double.faults.add("POST */deployment_protection_rule", "drop")
    answer_deployment(wire, REPOSITORY, 42, "production", "rejected", "The gate is shut.\n" * 100)
    run, environment, state, comment = world.deployments[-1]
    assert (run, environment, state) == (42, "production", "rejected")
    assert len(comment) <= 1_024
    assert {answered[:3] for answered in world.deployments} == {(42, "production", "rejected")}


def test_a_deployment_that_cannot_be_answered_keeps_waiting(world: World, connect: Callable[..., Wire]) -> None:
    with pytest.raises(failures.NotAllowed):
        answer_deployment(connect(world.token("erin")), REPOSITORY, 42, "production", "approved", "Open")
    assert world.deployments == []
