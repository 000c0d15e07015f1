"""What GitHub says was delivered: every page, or nothing; and what a paper makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from changeflow.hosts.github.client import Client
from changeflow.hosts.github.delivered import GitHubRecords
from changeflow.model.answers.completeness import Completeness
from changeflow.reading.view import locate
from changeflow.usecases.report.completeness import completeness
from github.conftest import REPOSITORY
from github.double.server import Double
from github.double.world import World, stamp
from tests.report.depot import ALWAYS, NOW, Clock, Depot

SHA = "ab" * 20


def deployed(world: World, count: int, sha: str = SHA) -> None:
    alice = world.accounts[1_001]
    for number in range(count):
        world.deployed.insert(0, (number + 1, sha, "production", alice, world.now + timedelta(minutes=number)))


def push(world: World, before: str, after: str, at: str, kind: str = "push") -> None:
    told = {"id": len(world.pushes) + 1, "before": before, "after": after, "ref": "refs/heads/main", "timestamp": at, "activity_type": kind}
    world.pushes.insert(0, told)


def release(world: World, tag: str, at: str | None, *, draft: bool = False) -> None:
    told = {"id": len(world.releases) + 1, "tag_name": tag, "target_commitish": "main", "name": tag, "draft": draft, "published_at": at}
    world.releases.insert(0, told | {"created_at": "2026-11-26T00:00:00Z"})


def test_every_page_is_read_and_the_oldest_comes_first(world: World, client: Client) -> None:
    deployed(world, 230)
    for number in range(130):
        push(world, SHA, f"{number + 1:040x}", stamp(world.now + timedelta(minutes=number)))
    found = GitHubRecords(client, REPOSITORY).read("main")
    assert found.deployments is not None
    assert found.pushes is not None
    assert [one.name for one in found.deployments] == [str(number + 1) for number in range(230)]
    assert [one.after for one in found.pushes] == [f"{number + 1:040x}" for number in range(130)]
    assert (found.deployments[0].by, found.why) == ((1_001, "alice"), ())


@pytest.mark.parametrize("what", ["deployments", "releases", "activity"])
def test_a_list_of_which_a_page_was_not_read_is_not_there_and_the_others_are(
    double: Double, world: World, connect: Callable[..., Client], what: str
) -> None:
    deployed(world, 130)
    for number in range(130):
        release(world, f"v{number}", "2026-11-26T00:00:00Z")
        push(world, SHA, f"{number:040x}", "2026-11-26T00:00:00Z")
    double.faults.json(f"GET /repos/acme/changes/{what}", 500, "{}", skip=1, times=9)
    found = GitHubRecords(connect(attempts=2), REPOSITORY).read("main")
    lists = {"deployments": found.deployments, "releases": found.releases, "activity": found.pushes}
    assert [name for name, told in lists.items() if told is None] == [what]
    assert len(found.why) == 1


def test_drafts_are_no_releases(world: World, client: Client) -> None:
    release(world, "v1", "2026-11-26T00:00:00Z")
    release(world, "v2", None, draft=True)
    found = GitHubRecords(client, REPOSITORY).read("main")
    assert [one.name for one in found.releases or ()] == ["v1"]


# -- what a paper makes of it ------------------------------------------------------------------------------------------------


@pytest.fixture
def depot(tmp_path: Path) -> Depot:
    """A depot on GitHub, onto whose main branch bob pushed a fix."""
    depot = Depot(tmp_path / "shop")
    # an opinion on a branch begins the ledger
    depot.agreed("CHG-20261121-db")
    depot.git("switch", "-q", "main")
    config = json.loads((depot.root / "changeflow.yaml").read_text(encoding="utf-8"))
    config["spec"]["host"] = "github"
    depot.write("changeflow.yaml", config)
    roster = json.loads((depot.root / "policies/roster.yaml").read_text(encoding="utf-8"))
    roster["spec"]["people"]["alice"] |= {"github": "alice", "github_id": 1_001}
    depot.write("policies/roster.yaml", roster)
    depot.git("add", "-A")
    depot.git("commit", "-q", "--amend", "-m", "What judges")
    depot.made("web/index", "Quick fix", who="bob", at="2001-01-01T00:00:00Z")
    return depot


@pytest.fixture
def variables(double: Double, world: World) -> dict[str, str]:
    token = world.token("alice", dict.fromkeys(("contents", "deployments", "metadata"), "read"))
    return {"GITHUB_TOKEN": token, "GITHUB_API_URL": double.url, "GITHUB_REPOSITORY": "acme/changes"}


def complete(depot: Depot, variables: dict[str, str]) -> Completeness:
    return completeness(locate(depot.root), ALWAYS, Clock(NOW, NOW), variables)


def standings(found: Completeness) -> dict[str, Any]:
    return {one.name: (one.standing, one.why) for one in found.deliveries if one.what in ("deployment", "release")}


def test_without_a_token_the_paper_says_what_was_not_asked_and_knows_no_completeness(depot: Depot) -> None:
    found = complete(depot, {})
    assert set(found.not_asked) == {"deployments", "releases", "pushes"}
    assert "GITHUB_TOKEN" in found.not_asked_because
    said = depot.done("report", "unauthorised", "--now", "2026-12-20T00:00:00Z", GITHUB_TOKEN="", GH_TOKEN="")
    assert "Deployments on the code host were not asked for" in said


def test_deployments_and_releases_have_what_their_commits_have(depot: Depot, world: World, variables: dict[str, str]) -> None:
    fix, first = depot.git("rev-parse", "HEAD"), depot.git("rev-parse", "HEAD~1")
    depot.git("tag", "v1")
    world.deployed = [(71, fix, "production", world.accounts[1_001], world.now), (70, SHA, "staging", None, world.now)]
    world.deployed.append((69, first, "production", None, world.now))
    release(world, "v1", "2026-11-26T00:00:00Z")
    release(world, "gone", "2026-11-26T00:00:00Z")
    found = complete(depot, variables)
    assert standings(found) == {
        "69": ("before", None),
        "70": ("open", "not_on_main"),
        "71": ("open", "commit_unmatched"),
        "v1": ("open", "commit_unmatched"),
        "gone": ("open", "not_on_main"),
    }
    (one,) = [one for one in found.deliveries if one.name == "71"]
    assert (one.who, one.at_by, one.command) == (("alice",), "host", "changeflow new after-71 --retrospective 71")
    assert (found.complete, found.not_asked) == (False, ())


def test_a_request_can_be_written_for_a_deployment(depot: Depot, world: World, variables: dict[str, str]) -> None:
    world.deployed = [(71, depot.git("rev-parse", "HEAD"), "production", world.accounts[1_001], world.now)]
    said = depot.done("new", "after-71", "--retrospective", "71", "--requester", "carol", "--now", "2026-11-27T09:00:00Z", **variables)
    text = (depot.root / said.strip()).read_text(encoding="utf-8")
    assert 'deployment: "71"' in text
    assert 'made_by: ["alice"]' in text


def test_the_time_of_a_push_is_the_hosts_and_a_forced_push_is_a_gap(depot: Depot, world: World, variables: dict[str, str]) -> None:
    fix, first = depot.git("rev-parse", "HEAD"), depot.git("rev-parse", "HEAD~1")
    push(world, "0" * 40, first, "2026-11-20T09:00:00Z", "branch_creation")
    push(world, first, SHA, "2026-11-25T09:00:00Z")
    push(world, SHA, fix, "2026-11-26T09:00:00Z", "force_push")
    found = complete(depot, variables)
    one = found.deliveries[-1]
    assert (one.commit, one.at.isoformat(), one.at_by) == (fix, "2026-11-26T09:00:00+00:00", "host")
    assert [(gap.kind, gap.commit) for gap in found.gaps] == [("push_not_on_main", SHA), ("push_forced", SHA)]


def test_what_a_forced_push_brought_is_a_gap_where_the_branch_was_made_anew_without_it(
    depot: Depot, world: World, variables: dict[str, str]
) -> None:
    fix = depot.git("rev-parse", "HEAD")
    push(world, fix, SHA, "2026-11-25T09:00:00Z", "force_push")
    push(world, SHA, "0" * 40, "2026-11-26T09:00:00Z", "branch_deletion")
    push(world, "0" * 40, fix, "2026-11-26T09:01:00Z", "branch_creation")
    found = complete(depot, variables)
    assert [(gap.kind, gap.commit) for gap in found.gaps] == [("push_not_on_main", SHA)]
    assert found.complete is False


def test_an_unread_page_makes_it_not_known_and_never_none(depot: Depot, double: Double, variables: dict[str, str]) -> None:
    depot.git("reset", "-q", "--hard", "HEAD~1")
    assert complete(depot, variables).complete is True
    double.faults.json("GET /repos/acme/changes/deployments", 403, '{"message": "Resource not accessible"}')
    found = complete(depot, variables)
    assert (found.complete, found.not_asked) == (None, ("deployments",))
    assert found.not_asked_because
