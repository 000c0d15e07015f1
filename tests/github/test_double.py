"""The double is held to GitHub's descriptions, and behaves as they say: a double that cannot be wrong proves nothing."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from github.double.contract import Contract
from github.double.server import Double
from github.double.story import play
from github.double.world import World

CHECKS = "/repos/acme/changes/check-runs"
OID = "0" * 40
BODY = {"name": "x", "head_sha": OID}


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("POST", CHECKS, {}, {"name": "x"}),
        ("POST", CHECKS, {}, {**BODY, "conclusion": "fine", "status": "completed"}),
        ("POST", CHECKS, {}, {**BODY, "head_shaa": OID}),
        ("POST", CHECKS, {}, {**BODY, "output": {"title": "x", "summary": "y", "annotations": [{}]}}),
        ("POST", CHECKS, {}, {**BODY, "output": {"title": "x", "summary": "y" * 65_536}}),
        ("POST", CHECKS, {}, None),
        ("POST", CHECKS + "s", {}, BODY),
        ("PUT", CHECKS, {}, BODY),
        ("GET", f"/repos/acme/changes/commits/{OID}/check-runs", {"filter": "newest"}, None),
        ("GET", f"/repos/acme/changes/commits/{OID}/check-runs", {"name": "x"}, None),
        ("POST", f"/repos/acme/changes/statuses/{OID}", {}, {"state": "neutral"}),
        ("DELETE", "/repos/acme/changes/issues/1/labels/x", {}, {"surprise": 1}),
    ],
)
def test_a_request_github_would_not_know_is_a_problem(
    description: Contract, method: str, path: str, query: Any, body: Any
) -> None:
    assert list(description.request_problems(method, path, query, body))


def test_a_request_as_github_describes_it_is_none(description: Contract) -> None:
    output = {"title": "x", "summary": "y", "annotations": []}
    body = {**BODY, "status": "completed", "conclusion": "success", "output": output}
    assert list(description.request_problems("POST", CHECKS, {}, body)) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda answer: answer.pop("id"),
        lambda answer: answer.update(status="done"),
        lambda answer: answer.update(started_at="yesterday"),
        lambda answer: answer["output"].update(annotations_count="3"),
    ],
)
def test_an_answer_github_would_not_give_is_a_problem(description: Contract, change: Callable[[Any], Any]) -> None:
    answer = description.fill("check-run", {})
    assert list(description.answer_problems("POST", CHECKS, 201, answer)) == []
    change(answer)
    assert list(description.answer_problems("POST", CHECKS, 201, answer))


def test_null_is_allowed_where_github_says_so_and_nowhere_else(description: Contract) -> None:
    comment = description.fill("issue-comment", {"user": None, "body": "x"})
    path = "/repos/acme/changes/issues/1/comments"
    assert list(description.answer_problems("POST", path, 201, comment)) == []
    assert list(description.answer_problems("POST", path, 201, {**comment, "body": None}))


def call(double: Double, token: str, path: str, body: Any = None) -> Any:
    headers = {"Authorization": f"token {token}", "X-GitHub-Api-Version": "2022-11-28"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(double.origin + path, data, headers)) as answer:  # noqa: S310 - loopback
        return json.load(answer)


def test_both_prefixes_of_the_api_are_served(world: World, double: Double) -> None:
    token = world.token("erin")
    for path in ("/repos/acme/changes", "/api/v3/repos/acme/changes"):
        assert call(double, token, path)["full_name"] == "acme/changes"
    query = {"query": "{viewer{login}}"}
    for path in ("/graphql", "/api/graphql"):
        assert call(double, token, path, query) == {"data": {"viewer": {"login": "erin"}}}


def test_a_graphql_question_github_would_not_understand_is_a_problem(world: World, double: Double) -> None:
    answer = call(double, world.token("erin"), "/graphql", {"query": "{viewer{shoeSize}}"})
    assert "Cannot query field 'shoeSize'" in answer["errors"][0]["message"]
    assert double.problems.pop().startswith("GraphQL: Cannot query field")


def test_graphql_pages_are_at_most_a_hundred(world: World, double: Double) -> None:
    world.open_pull("change", {"f": "1"})
    query = '{repository(owner:"acme",name:"changes"){pullRequest(number:1){reviews(first:101){totalCount}}}}'
    assert "between 1 and 100" in call(double, world.token("erin"), "/graphql", {"query": query})["errors"][0]["message"]


def test_without_a_token_nothing_is_said(double: Double) -> None:
    with pytest.raises(urllib.error.HTTPError) as raised:
        call(double, "nonsense", "/repos/acme/changes")
    with raised.value as answer:
        assert answer.code == 401


def test_commits_are_real_git_and_pull_refs_outlive_their_branch(world: World) -> None:
    pull = world.open_pull("change", {"a/b.txt": "1\n", "README.md": None})
    world.store.move("refs/heads/change", None)
    assert world.store.tip(f"refs/pull/{pull.number}/head") == pull.head_oid
    assert world.store.git("ls-tree", "-r", "--name-only", pull.head_oid).split() == ["a/b.txt", "policies/approvals.yaml"]


def test_a_merge_that_conflicts_has_no_test_merge(world: World) -> None:
    pull = world.open_pull("change", {"README.md": "one\n"})
    assert world.test_merge(pull) is not None
    world.commit("main", {"README.md": "two\n"})
    assert world.test_merge(pull) is None


STORY = [
    {"do": "commit", "branch": "main", "files": {"base.txt": "1"}, "by": "alice", "as": "base"},
    {"do": "open_pull", "as": "pr", "branch": "change", "files": {"a.txt": "1", "link": {"link": "/etc/passwd"}}, "by": "alice"},
    {"do": "review", "as": "first", "pull": "pr", "by": "bob", "state": "changes_requested", "at": "2026-11-02T08:00:00Z"},
    {"do": "dismiss", "pull": "pr", "review": "first", "by": "alice"},
    {"do": "push", "pull": "pr", "files": {"a.txt": "2"}, "by": ["Stranger", "s@example.com"], "as": "pushed"},
    {"do": "review", "pull": "pr", "by": "carol", "state": "approved", "commit": "@base"},
    {"do": "force_push", "pull": "pr", "to": "@pushed"},
    {"do": "rename_user", "who": "bob", "login": "robert"},
    {"do": "check", "sha": "@pr", "name": "tests", "conclusion": "success"},
]


def test_a_story_told_as_data_happens(world: World) -> None:
    made = play(world, STORY)
    pull = made["pr"]
    assert pull.head_oid == made["pushed"]
    assert [(review.state, review.commit) for review in pull.reviews][1] == ("APPROVED", made["base"])
    assert [event.kind for event in pull.events] == ["ReviewDismissedEvent", "HeadRefForcePushedEvent"]
    assert pull.reviews[0].author is not None
    assert pull.reviews[0].author.login == "robert"
    assert world.checks[0].sha == pull.head_oid
    assert world.store.git("ls-tree", pull.head_oid, "link").startswith("120000")


@pytest.mark.parametrize(
    "step", [{"do": "explode"}, {"do": "review", "pull": "nobody", "by": "bob", "state": "approved"}, {"do": "close"}]
)
def test_a_step_that_makes_no_sense_stops_the_story(world: World, step: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        play(world, [step])
