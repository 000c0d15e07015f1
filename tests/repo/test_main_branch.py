"""Whose main branch judges: the remote's as it was fetched last, however the clone was made and configured."""

from __future__ import annotations

from pathlib import Path

import pytest

from changeflow.repo.git import Git
from changeflow.repo.main_branch import MainBranch, main_branch
from changeflow.repo.refs import KnownRefs
from tests.repositories import Repo


class Team:
    """A server with a main branch, and somebody's clone of it."""

    def __init__(self, folder: Path, name: str = "main", remote: str = "origin") -> None:
        self.name, self.remote = name, remote
        self.seed = Repo(folder / "seed")
        self.seed("checkout", "-q", "-b", name) if name != "main" else None
        self.first = self.seed.commit("first")
        self.server = folder / "server.git"
        self.seed("clone", "-q", "--bare", "--no-local", str(self.seed.path), str(self.server))
        self.seed("clone", "-q", "--origin", remote, "-b", name, str(self.server), str(folder / "clone"))
        self.clone = Repo(folder / "clone")

    def on_server(self, count: int = 1) -> str:
        for number in range(count):
            self.seed.commit(f"theirs {number}")
        self.seed("push", "-q", str(self.server), self.name)
        return self.seed("rev-parse", "HEAD")

    def found(self, remote: str | None = None, at: Path | None = None) -> MainBranch:
        found = main_branch(KnownRefs(Git(at or self.clone.path)), self.name, remote)
        assert found is not None
        return found


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


def test_a_clone_follows_what_it_has_fetched_and_not_what_it_has_not(team: Team) -> None:
    newest = team.on_server(2)
    assert (team.found().commit, team.found().differs) == (team.first, False)
    team.clone("fetch", "-q")
    found = team.found()
    assert (found.ref, found.commit, found.behind, found.ahead) == ("refs/remotes/origin/main", newest, 2, 0)
    assert found.told() == {
        "main": {"judged": "refs/remotes/origin/main", "local": team.first, "behind": 2, "ahead": 0}
    }


def test_what_was_not_pushed_does_not_judge(team: Team) -> None:
    mine = team.clone.commit("mine")
    found = team.found()
    assert (found.commit, found.local, found.behind, found.ahead) == (team.first, mine, 0, 1)


def test_branches_that_went_apart_are_counted_on_both_sides(team: Team) -> None:
    newest = team.on_server(3)
    team.clone("fetch", "-q")
    team.clone.commit("mine")
    found = team.found()
    assert (found.commit, found.behind, found.ahead) == (newest, 3, 1)


@pytest.mark.parametrize("name", ["trunk", "release/2026"])
@pytest.mark.parametrize("remote", ["upstream", "the/team", "a-b.c"])
def test_names_are_the_teams_choice(tmp_path: Path, name: str, remote: str) -> None:
    team = Team(tmp_path, name, remote)
    newest = team.on_server()
    team.clone("fetch", "-q", remote)
    assert (team.found().commit, team.found().ref) == (newest, f"refs/remotes/{remote}/{name}")


def test_a_detached_head_and_no_local_branch_change_nothing(team: Team) -> None:
    newest = team.on_server()
    team.clone("fetch", "-q")
    team.clone("checkout", "-q", "--detach")
    assert team.found().commit == newest
    team.clone("branch", "-q", "-D", "main")
    assert (team.found().commit, team.found().local, team.found().differs) == (newest, None, False)


@pytest.mark.parametrize("kind", ["tag", "branch"])
def test_a_tag_or_branch_of_a_like_name_is_not_taken_for_it(team: Team, kind: str) -> None:
    other = team.clone.git.commit_tree(team.clone("rev-parse", "HEAD^{tree}"), (), "another")
    names = ["main", "origin/main", "refs/heads/main"] if kind == "tag" else ["origin/main"]
    for name in names:
        team.clone(kind, name, other)
    assert team.found().commit == team.first


def test_the_configured_remote_goes_before_the_one_that_is_followed(team: Team, tmp_path: Path) -> None:
    team.clone("remote", "add", "fork", str(tmp_path / "fork.git"))
    team.clone("update-ref", "refs/remotes/fork/main", team.clone.commit("mine"))
    team.clone("config", "branch.main.remote", "fork")
    assert team.found("origin").commit == team.first
    assert team.found(None).ref == "refs/remotes/fork/main"


def test_a_main_branch_that_follows_another_branch_of_the_remote_is_judged_by_main(team: Team) -> None:
    team.seed("push", "-q", str(team.server), f"{team.seed.commit('lax')}:refs/heads/lax")
    team.clone("fetch", "-q")
    team.clone("branch", "-q", "--set-upstream-to", "origin/lax", "main")
    assert team.found().commit == team.first


@pytest.mark.parametrize("value", [".", ""])
def test_a_branch_that_follows_a_local_one_has_no_remote(team: Team, value: str) -> None:
    team.clone("config", "branch.main.remote", value)
    mine = team.clone.commit("mine")
    found = team.found()
    assert (found.commit, found.remote, found.fetched) == (mine, None, True)


@pytest.mark.parametrize("value", ["/srv/elsewhere.git", "https://example.com/x.git", "nowhere", "*", "-x"])
def test_a_remote_that_is_none_is_told_and_never_stands_for_one(team: Team, value: str) -> None:
    found = team.found(value)
    assert (found.commit, found.fetched, found.remote) == (team.first, False, value)
    assert found.fetch_line.startswith("git fetch ")


def test_a_tracking_branch_whose_remote_is_gone_does_not_judge(team: Team) -> None:
    newest = team.on_server()
    team.clone("update-ref", "refs/remotes/old/main", team.first)
    found = team.found("old")
    assert not found.fetched
    assert newest


def test_without_a_remote_the_local_branch_judges(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "alone")
    assert main_branch(KnownRefs(repo.git), "main", None) is None
    commit = repo.commit("first")
    found = main_branch(KnownRefs(repo.git), "main", None)
    assert found == MainBranch("main", "refs/heads/main", commit, commit)


def test_with_a_remote_that_was_never_fetched_the_fetch_line_is_said(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "alone")
    repo.commit("first")
    repo("remote", "add", "team", str(tmp_path))
    found = main_branch(KnownRefs(repo.git), "main", "team")
    assert found is not None
    assert not found.fetched
    assert found.fetch_line == "git fetch team +refs/heads/main:refs/remotes/team/main"


def test_the_branches_of_a_bare_repository_are_its_own(team: Team) -> None:
    newest = team.on_server()
    found = team.found("origin", at=team.server)
    assert (found.ref, found.commit, found.fetched) == ("refs/heads/main", newest, True)


def test_a_branch_that_follows_nothing_is_compared_with_origin(team: Team) -> None:
    team.clone("branch", "--unset-upstream", "main")
    team.clone.commit("mine")
    assert team.found().unfollowed is None
    team.on_server()
    team.clone("fetch", "-q")
    assert (team.found().ref, team.found().unfollowed) == ("refs/heads/main", "refs/remotes/origin/main")
