"""GitHub's settings around the gate, read as they are or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from changeflow.gate.control import (
    BranchRules,
    Bypass,
    CodeOwners,
    Expected,
    Reach,
    RequiredCheck,
    Unseen,
)
from changeflow.hosts.github import failures
from changeflow.hosts.github.branch_protection import branch_rules, bypass, code_owners, reach
from changeflow.hosts.github.client import Client
from changeflow.hosts.github.control_settings import GitHubSettings
from changeflow.model.config import ConfigSpec
from changeflow.usecases.host.control import control_of
from github.conftest import REPOSITORY
from github.double.server import Double
from github.double.settings import (
    LEDGER,
    as_in_the_guide,
    checks,
    owner_error,
    pull_request,
    rule,
    without,
)
from github.double.world import Environment, World

BOT = Expected("acme/changes", app_id=7_001)
CONFIG = ConfigSpec()


def seen_by(client: Client) -> GitHubSettings:
    return GitHubSettings(client, REPOSITORY, BOT.app_id)

NOT_FOUND = '{"message": "Not Found"}'


@pytest.fixture
def guided(world: World) -> World:
    as_in_the_guide(world)
    return world


@pytest.fixture
def admin(guided: World, connect: Callable[..., Client]) -> Client:
    """An administrator sees who may pass by."""
    return connect(guided.token("dave", dict.fromkeys(("actions", "administration", "contents"), "read")))


def test_settings_as_in_the_guide_are_on_for_whoever_sees_all_of_them(admin: Client) -> None:
    found = control_of(seen_by(admin), CONFIG)
    assert found.control == "on"
    assert [item.id for item in found.items if item.state != "holds"] == ["dismissals"]
    assert {item.level for item in found.items if item.state != "holds"} == {"warn"}
    assert admin.budget.requests == 6


def test_the_rules_of_a_branch_are_those_of_every_ruleset(guided: World, client: Client) -> None:
    guided.rules += [("main", checks({"context": "tests"}, {"context": "changeflow/gate"}, strict=True, ruleset=9)), ("other", rule("update"))]
    found = branch_rules(client, REPOSITORY, "main")
    assert isinstance(found, BranchRules)
    assert found.kinds == {"deletion", "non_fast_forward", "pull_request", "required_status_checks"}
    assert found.gates == (RequiredCheck("changeflow/gate", 7_001, strict=True, ruleset=1), RequiredCheck("changeflow/gate", None, strict=True, ruleset=9))
    assert found.dismissals == ()


def test_a_branch_without_rules_has_none_and_that_is_known(client: Client) -> None:
    assert branch_rules(client, REPOSITORY, "main") == BranchRules()


def test_rules_are_read_to_the_last_page(guided: World, client: Client) -> None:
    guided.rules = [("main", rule("creation")) for _ in range(100)] + guided.rules
    found = branch_rules(client, REPOSITORY, "main")
    assert isinstance(found, BranchRules)
    assert found.gates


@pytest.mark.usefixtures("guided")
def test_the_ledger_s_branch_has_a_name_with_a_slash(double: Double, client: Client) -> None:
    found = branch_rules(client, REPOSITORY, LEDGER)
    assert isinstance(found, BranchRules)
    assert found.kinds == {"creation", "update", "deletion", "non_fast_forward"}
    assert double.requests[-1].path.endswith("/rules/branches/changeflow%2Fledger")


@pytest.mark.parametrize(("enabled", "expected"), [(True, (True,)), (False, (False,))])
def test_who_may_dismiss_is_read_where_it_is_shown(world: World, client: Client, enabled: bool, expected: tuple[bool]) -> None:
    world.rules = [("main", pull_request(dismissal_restriction={"enabled": enabled, "allowed_actors": []}))]
    found = branch_rules(client, REPOSITORY, "main")
    assert isinstance(found, BranchRules)
    assert found.dismissals == expected


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        (Environment(), Reach("every")),
        (Environment("protected"), Reach("protected")),
        (Environment("custom", [("branch", "main"), ("tag", "v*")]), Reach("named", (("branch", "main"), ("tag", "v*")))),
        (Environment("custom"), Reach("named")),
        (Environment(None, [("branch", "main")]), Reach("every")),
    ],
)
def test_who_may_use_an_environment(world: World, client: Client, environment: Environment, expected: Reach) -> None:
    world.environments["changeflow"] = environment
    assert reach(client, REPOSITORY, "changeflow") == expected


def test_errors_of_code_owners_are_told_by_file_line_and_kind(world: World, client: Client) -> None:
    world.owner_errors = [owner_error(3), owner_error(4, "Invalid\npattern")]
    told = (".github/CODEOWNERS line 3: Unknown owner", ".github/CODEOWNERS line 4: Invalid pattern")
    assert code_owners(client, REPOSITORY, "main") == CodeOwners(told)


def test_who_may_pass_by_is_shown_to_few(guided: World, client: Client, admin: Client) -> None:
    guided.bypass[1] = [{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}]
    assert bypass(admin, REPOSITORY, {1}) == Bypass({1: ("RepositoryRole",)})
    assert isinstance(bypass(client, REPOSITORY, {1}), Unseen)


def test_a_ruleset_that_asks_for_anybody_s_check_does_not_close_the_way_around_the_one_that_pins(guided: World, admin: Client) -> None:
    guided.rules.append(("main", checks({"context": "changeflow/gate"}, ruleset=9)))
    guided.bypass[1] = [{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}]
    found = control_of(seen_by(admin), CONFIG)
    assert [item.reason_code for item in found.items if item.id == "bypass"] == ["control.bypass"]


def test_a_ruleset_without_a_number_leaves_unknown_who_may_pass_by_it(guided: World, admin: Client) -> None:
    for _, one in guided.rules:
        del one["ruleset_id"]
    found = control_of(seen_by(admin), CONFIG)
    assert (found.control, [item.state for item in found.items if item.id == "bypass"]) == ("unknown", ["unknown"])


# -- what is not seen, and what cannot be believed ---------------------------------------------------------------------------

READS: dict[str, Callable[[Client], Any]] = {
    "rules/branches/main": lambda client: branch_rules(client, REPOSITORY, "main"),
    "environments/changeflow": lambda client: reach(client, REPOSITORY, "changeflow"),
    "environments/changeflow/deployment-branch-policies": lambda client: reach(client, REPOSITORY, "changeflow"),
    "codeowners/errors": lambda client: code_owners(client, REPOSITORY, "main"),
    "rulesets/1": lambda client: bypass(client, REPOSITORY, {1}),
}


@pytest.mark.usefixtures("guided")
@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("status", [403, 404])
def test_what_may_not_be_seen_is_not_what_is_not_set(double: Double, client: Client, path: str, status: int) -> None:
    double.faults.json(f"GET *{path}", status, NOT_FOUND)
    found = READS[path](client)
    assert isinstance(found, Unseen)
    assert found.why


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("body", ["null", "7", "{", '"x"'])
def test_what_is_no_answer_is_an_error_and_never_a_setting(double: Double, admin: Client, path: str, body: str) -> None:
    double.faults.json(f"GET *{path}", 200, body, times=9)
    with pytest.raises(failures.GitHubFailed):
        READS[path](admin)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("rules/branches/main", "{}"),
        ("rules/branches/main", "[{}]"),
        ("rules/branches/main", "[null]"),
        ("rules/branches/main", '[{"type": "required_status_checks"}]'),
        ("rules/branches/main", '[{"type": "required_status_checks", "parameters": {"required_status_checks": []}}]'),
        (
            "rules/branches/main",
            json.dumps([checks({"context": "changeflow/gate", "integration_id": "7001"})]),
        ),
        ("rules/branches/main", '[{"type": "pull_request", "parameters": {"dismissal_restriction": {"enabled": "yes"}}}]'),
        ("environments/changeflow", "{}"),
        ("environments/changeflow", '{"deployment_branch_policy": []}'),
        ("environments/changeflow", '{"deployment_branch_policy": {"protected_branches": false, "custom_branch_policies": false}}'),
        ("environments/changeflow", '{"deployment_branch_policy": {"protected_branches": 1, "custom_branch_policies": 0}}'),
        ("environments/changeflow/deployment-branch-policies", '{"total_count": 2, "branch_policies": [{"id": 1, "name": "main"}]}'),
        ("environments/changeflow/deployment-branch-policies", '{"total_count": 1, "branch_policies": [{"id": 1}]}'),
        ("codeowners/errors", "{}"),
        ("codeowners/errors", '{"errors": [{"line": 1}]}'),
        ("rulesets/1", '{"bypass_actors": null}'),
        ("rulesets/1", '{"bypass_actors": [{}]}'),
    ],
)
def test_an_answer_of_another_shape_is_not_believed(double: Double, admin: Client, path: str, body: str) -> None:
    double.faults.json(f"GET *{path}", 200, body, times=9)
    with pytest.raises(failures.GitHubFailed):
        READS[path](admin)


def test_a_repository_that_is_not_visible_is_an_error_of_the_token(connect: Callable[..., Client]) -> None:
    with pytest.raises(failures.NotVisible) as caught:
        branch_rules(connect(), replace(REPOSITORY, name="other"), "main")
    assert caught.value.reason_code == "github.invisible"


def test_somebody_patient_takes_trouble_for_unknown(double: Double, client: Client) -> None:
    double.faults.json("GET */rules/branches/main", 200, "null", times=9)
    double.faults.add("GET */codeowners/errors", "answer", status=502, times=9)
    found = control_of(seen_by(client), CONFIG, ("main", "owners"), patient=True)
    assert (found.control, {item.state for item in found.items}) == ("unknown", {"unknown"})


def test_each_job_s_share_takes_at_most_three_requests(guided: World, connect: Callable[..., Client]) -> None:
    for settings in (lambda: None, lambda: without(guided, "required_status_checks"), guided.environments.clear):
        settings()
        guided.owner_errors = None if settings == guided.environments.clear else []
        for parts in (("main", "owners"), ("ledger", "environment")):
            client = connect()
            control_of(seen_by(client), CONFIG, parts, patient=True)  # type: ignore[arg-type]
            assert client.budget.requests <= 3
