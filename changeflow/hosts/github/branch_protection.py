"""GitHub's settings around the gate.

What is active for a branch, who may use an environment, what is wrong with CODEOWNERS.

A setting that the token may not see, or that is not there (403 and 404), is `Unseen`: never "not
set", and no error of the run. Any other trouble is one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar
from urllib.parse import quote

from changeflow.gate.control import BranchRules, Bypass, CodeOwners, Reach, RequiredCheck, Unseen
from changeflow.hosts.github import failures
from changeflow.hosts.github.client import Client
from changeflow.hosts.github.http_answers import clip
from changeflow.hosts.github.json_node import JsonNode
from changeflow.hosts.github.paging import every
from changeflow.hosts.github.repository import Repository

T = TypeVar("T")


def branch_rules(client: Client, repository: Repository, branch: str) -> BranchRules | Unseen:
    """Return the rules that are active for a branch, from rulesets of the repository and above it.

    Needs metadata: read.

    Protection of the older kind is not among them, and not looked at. A ruleset that is disabled or
    only evaluated is not either.

    Raises:
        failures.GitHubFailed: when the rules cannot be read.
    """
    path = f"{repository.path}/rules/branches/{quote(branch, safe='')}"
    return _seen(lambda: _rules(every(client, "branch rules", path)))


def _rules(rules: list[JsonNode]) -> BranchRules:
    kinds: set[str] = set()
    checks: list[RequiredCheck] = []
    dismissals: list[bool] = []
    for rule in rules:
        kind = rule.text("type")
        kinds.add(kind)
        if kind == "required_status_checks":
            checks += _checks(rule)
        elif kind == "pull_request":
            dismissals += _dismissals(rule)
    return BranchRules(kinds=frozenset(kinds), checks=tuple(checks), dismissals=tuple(dismissals))


def _checks(rule: JsonNode) -> list[RequiredCheck]:
    asked = rule.at("parameters")
    strict = asked.flag("strict_required_status_checks_policy")
    ruleset = _optional(rule, "ruleset_id")
    checks = []
    for item in asked.items("required_status_checks"):
        app = _optional(item, "integration_id")
        checks.append(RequiredCheck(item.text("context"), app, strict, ruleset))
    return checks


def _dismissals(rule: JsonNode) -> list[bool]:
    """Tell whether few may dismiss reviews, where this GitHub says so."""
    if "parameters" not in rule.value:
        return []
    asked = rule.at("parameters")
    if not asked.value.get("dismissal_restriction"):
        return []
    return [asked.at("dismissal_restriction").flag("enabled")]


def _optional(node: JsonNode, key: str) -> int | None:
    if key not in node.value:
        return None
    return node.maybe_number(key)


def reach(client: Client, repository: Repository, environment: str) -> Reach | Unseen:
    """Tell which branches may use an environment.

    Needs actions: read; a second request where they are named.

    Raises:
        failures.GitHubFailed: when it cannot be read.
    """
    path = f"{repository.path}/environments/{quote(environment, safe='')}"
    return _seen(lambda: _reach(client, path))


def _reach(client: Client, path: str) -> Reach:
    policy = client.get("environment", path, lambda found: found.maybe("deployment_branch_policy"))
    if policy is None:
        return Reach("every")
    protected, named = policy.flag("protected_branches"), policy.flag("custom_branch_policies")
    if protected == named:
        raise policy.fail("protected branches or named ones")
    if protected:
        return Reach("protected")
    found = every(
        client, "environment branches", f"{path}/deployment-branch-policies", key="branch_policies"
    )
    return Reach("named", tuple((_kind(item), item.text("name")) for item in found))


def _kind(item: JsonNode) -> str:
    """Return `branch` or `tag`; before there were tags, servers said neither."""
    if "type" not in item.value:
        return "branch"
    return item.text("type")


def code_owners(client: Client, repository: Repository, branch: str) -> CodeOwners | Unseen:
    """Tell what GitHub finds wrong in the file CODEOWNERS of a branch. Needs contents: read.

    Raises:
        failures.GitHubFailed: when it cannot be read.
    """
    path, query = f"{repository.path}/codeowners/errors", {"ref": branch}
    return _seen(lambda: client.get("code owners", path, _errors, query=query))


def _errors(found: JsonNode) -> CodeOwners:
    told = []
    for item in found.items("errors"):
        path, line, kind = item.text("path"), item.number("line"), item.text("kind")
        told.append(f"{clip(path)} line {line}: {clip(kind)}")
    return CodeOwners(tuple(told))


def bypass(
    client: Client, repository: Repository, rulesets: Collection[int | None]
) -> Bypass | Unseen:
    """Tell who may pass by rulesets; one request for each.

    GitHub shows it only to those who may change them.

    Raises:
        failures.GitHubFailed: when it cannot be read.
    """
    return _seen(lambda: _bypasses(client, repository, rulesets))


def _bypasses(
    client: Client, repository: Repository, rulesets: Collection[int | None]
) -> Bypass | Unseen:
    numbers = [number for number in rulesets if number is not None]
    if len(numbers) < len(rulesets):
        return Unseen("GitHub does not say which ruleset it is")
    found: dict[int, tuple[str, ...]] = {}
    for number in sorted(numbers):
        ruleset = client.get("ruleset", f"{repository.path}/rulesets/{number}", lambda node: node)
        if "bypass_actors" not in ruleset.value:
            return Unseen("GitHub shows the bypass list only to those who may change it")
        actors = ruleset.items("bypass_actors")
        found[number] = tuple(clip(actor.text("actor_type")) for actor in actors)
    return Bypass(found)


def _seen(read: Callable[[], T]) -> T | Unseen:
    try:
        return read()
    except (failures.NotVisible, failures.NotAllowed) as failure:
        if failure.reason_code in ("github.unauthorised", "github.invisible"):
            # not this setting: nothing can be read with this token
            raise
        return Unseen(failure.message)
