"""A pull request's commits come into the clone by ref and by id: nothing is checked out, and a wrong history is noticed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.hosts.github import contents, failures, pull_request
from changeflow.hosts.github.session import Token
from changeflow.hosts.github.wire import Wire
from changeflow.model.pullrequest import PullRequestFacts
from changeflow.repo.git import Git
from github.conftest import REPOSITORY
from github.double.world import Pull, World


@pytest.fixture
def pull(world: World) -> Pull:
    return world.open_pull("change", {"changes/x/rfc.yaml": "a: 1\n", "evil.sh": "rm -rf /\n"})


@pytest.fixture
def clone(world: World, tmp_path: Path) -> Git:
    return cloned(world, tmp_path / "clone")


def cloned(world: World, folder: Path, *options: str) -> Git:
    subprocess.run(["git", "clone", "-q", *options, f"file://{world.store.path}", str(folder)], check=True)
    return Git(folder)


def read(wire: Wire, pull: Pull) -> PullRequestFacts:
    return pull_request.read(wire, REPOSITORY, pull.number)


def test_the_head_comes_from_the_pull_requests_own_ref_without_a_checkout(
    world: World, wire: Wire, pull: Pull, clone: Git
) -> None:
    start = world.tip("main")
    world.commit("main", {"other": "1"})
    world.store.move("refs/heads/change", None)
    facts = contents.fetch_pull(clone, read(wire, pull))
    assert facts.merge_base == start
    assert {entry.path for entry in clone.ls_tree(facts.head_oid)} >= {"changes/x/rfc.yaml", "evil.sh"}
    assert not (clone.root / "evil.sh").exists()
    assert clone.status() == ()


def test_a_head_that_moved_since_it_was_read_is_noticed(world: World, wire: Wire, pull: Pull, clone: Git) -> None:
    facts = read(wire, pull)
    world.push(pull, {"changes/x/rfc.yaml": "a: 2\n"})
    with pytest.raises(failures.Moved) as raised:
        contents.fetch_pull(clone, facts)
    assert raised.value.reason_code == "github.moved"
    assert contents.fetch_pull(clone, read(wire, pull)).head_oid == pull.head_oid


def test_a_base_that_only_moved_on_is_read_where_it_was(world: World, wire: Wire, pull: Pull, clone: Git) -> None:
    facts = read(wire, pull)
    world.commit("main", {"other": "1"})
    assert contents.fetch_pull(clone, facts).base_tip == facts.base_tip


def test_a_base_whose_history_was_rewritten_is_noticed(world: World, wire: Wire, pull: Pull, clone: Git) -> None:
    facts = read(wire, pull)
    world.commit("main", {"policies/approvals.yaml": "weaker\n"}, parents=[])
    with pytest.raises(failures.Moved):
        contents.fetch_pull(clone, facts)


def test_a_base_branch_that_is_gone_is_an_error(world: World, wire: Wire, pull: Pull, clone: Git) -> None:
    world.store.move("refs/heads/main", None)
    facts = read(wire, pull)
    assert facts.base_tip is None
    with pytest.raises(failures.Moved) as raised:
        contents.fetch_pull(clone, facts)
    assert raised.value.reason_code == "github.base_gone"


def test_a_shallow_clone_asks_for_a_fetch_and_never_shows_a_smaller_difference(
    world: World, wire: Wire, pull: Pull, tmp_path: Path
) -> None:
    with pytest.raises(failures.Incomplete) as raised:
        contents.fetch_pull(cloned(world, tmp_path / "shallow", "--depth", "1"), read(wire, pull))
    assert raised.value.reason_code == "github.fetch_needed"
    assert "fetch needed" in raised.value.hint


def test_histories_with_nothing_in_common_are_an_error(world: World, wire: Wire, clone: Git) -> None:
    world.commit("orphan", {"x": "1"}, parents=[])
    pull = world.open_pull("orphan")
    with pytest.raises(failures.Incomplete) as raised:
        contents.fetch_pull(clone, read(wire, pull))
    assert raised.value.reason_code == "github.no_merge_base"


@pytest.mark.parametrize("remote", ["elsewhere", "--upload-pack=touch x", "https://evil.example/x.git"])
def test_only_a_configured_remote_is_fetched_from(wire: Wire, pull: Pull, clone: Git, remote: str) -> None:
    with pytest.raises(errors.HostFailed, match="git knows no remote"):
        contents.fetch_pull(clone, read(wire, pull), remote)


@pytest.mark.parametrize("branch", ["main:refs/heads/x", "*", "ma in", "main\n"])
def test_a_branch_name_that_git_cannot_have_is_not_believed(wire: Wire, pull: Pull, clone: Git, branch: str) -> None:
    facts = read(wire, pull).model_copy(update={"base_ref": branch})
    with pytest.raises(failures.Unbelievable):
        contents.fetch_pull(clone, facts)


def test_git_gets_the_token_for_one_server_and_not_on_its_command_line() -> None:
    environment = contents.with_token("https://github.com/", Token("ghs_x"))
    assert environment["GIT_CONFIG_KEY_0"] == "http.https://github.com/.extraheader"
    assert "ghs_x" not in str(environment)
