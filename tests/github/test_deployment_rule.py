"""Answers to deployments that wait for us."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from changeflow.hosts.github import failures
from changeflow.hosts.github.client import Client
from changeflow.hosts.github.deployment_rule import answer_deployment
from github.conftest import REPOSITORY
from github.double.server import Double
from github.double.world import World


def test_a_deployment_that_waits_for_us_is_answered_at_its_own_run(world: World, double: Double, client: Client) -> None:
    double.faults.add("POST */deployment_protection_rule", "drop")
    answer_deployment(client, REPOSITORY, 42, "production", "rejected", "The gate is shut.\n" * 100)
    run, environment, state, comment = world.deployments[-1]
    assert (run, environment, state) == (42, "production", "rejected")
    assert len(comment) <= 1_024
    assert {answered[:3] for answered in world.deployments} == {(42, "production", "rejected")}


def test_a_deployment_that_cannot_be_answered_keeps_waiting(world: World, connect: Callable[..., Client]) -> None:
    with pytest.raises(failures.NotAllowed):
        answer_deployment(connect(world.token("erin")), REPOSITORY, 42, "production", "approved", "Open")
    assert world.deployments == []
