"""Was the control working? Read GitHub's settings around the gate, and judge them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, TypeVar

from changeflow.gate.control import BranchRules, Expected, Facts, Unseen, judge
from changeflow.hosts.github import failures, rules
from changeflow.hosts.github.client import Client
from changeflow.hosts.github.repository import Repository
from changeflow.model.answers import ControlAnswer

T = TypeVar("T")
Part = Literal["main", "owners", "ledger", "environment", "bypass"]

EVERYTHING: Final[tuple[Part, ...]] = ("main", "owners", "ledger", "environment", "bypass")


def control_of(
    client: Client,
    repository: Repository,
    expected: Expected,
    parts: tuple[Part, ...] = EVERYTHING,
    *,
    patient: bool = False,
) -> ControlAnswer:
    """The state of the control, as far as `parts` go.

    Costs one request for `main`, `owners` and `ledger` each, at most two for `environment`, and for
    `bypass` one for each ruleset that asks for the gate.

    Args:
        client: to GitHub.
        repository: which one.
        expected: what it should be.
        parts: what to look at.
        patient: take what cannot be read for unknown, instead of raising.

    Raises:
        failures.GitHubFailed: when GitHub fails and nobody is patient.
    """
    attempt = _patiently if patient else _once
    main = (
        attempt(lambda: rules.branch_rules(client, repository, expected.main))
        if {"main", "bypass"} & set(parts)
        else None
    )
    around = (
        main.carriers(expected.app_id)
        if isinstance(main, BranchRules) and "bypass" in parts
        else frozenset()
    )
    facts = Facts(
        main=main,
        bypass=attempt(lambda: rules.bypass(client, repository, around)) if around else None,
        ledger=attempt(lambda: rules.branch_rules(client, repository, expected.ledger))
        if "ledger" in parts
        else None,
        environment=attempt(lambda: rules.reach(client, repository, expected.environment))
        if "environment" in parts
        else None,
        owners=attempt(lambda: rules.code_owners(client, repository, expected.main))
        if "owners" in parts
        else None,
    )
    return judge(expected, facts)


def _once(read: Callable[[], T]) -> T:
    return read()


def _patiently(read: Callable[[], T]) -> T | Unseen:
    try:
        return read()
    except failures.GitHubFailed as failure:
        return Unseen(failure.message)
