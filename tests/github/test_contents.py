"""A pull request's commits come into the clone by ref and by id: nothing is checked out, and a wrong history is noticed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.hosts.github import contents, failures, pull_request
from changeflow.hosts.github.client import Client
from changeflow.hosts.github.session import Token
from changeflow.model.pull_facts import PullRequestFacts
from changeflow.repo.git import Git
from github.conftest import REPOSITORY
from github.double.world import Pull, World


@pytest.fixture
def pull(world: World) -> Pull:
    return world.open_pull("change", {"changes/x/rfc.yaml": "a: 1\n", "evil.sh": "rm -rf /\n"})


@pytest.fixture
def clone(world: World, tmp_path: Path) -> Git:
    return cloned(world, tmp_path / "clone")


def cloned(world: World, folder: Path, *options: str, origin: Path | None = None) -> Git:
    in_git("clone", "-q", *options, f"file://{origin or world.store.path}", str(folder))
    return Git(folder)


def mirrored(world: World, folder: Path) -> Path:
    """A mirror that has the main branch alone."""
    mirror = folder / "mirror.git"
    in_git("init", "-q", "--bare", "-b", "main", str(mirror))
    in_git("-C", str(world.store.path), "push", "-q", str(mirror), "main")
    return mirror


def in_git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True)


class Told:
    """Collects notes."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def source(self, git: Git) -> contents.CloneSource:
        return contents.CloneSource(git, tell=self.notes.append)


def read(client: Client, pull: Pull) -> PullRequestFacts:
    return pull_request.read(client, REPOSITORY, pull.number)


def test_the_head_comes_from_the_pull_requests_own_ref_without_a_checkout(
    world: World, client: Client, pull: Pull, clone: Git
) -> None:
    start = world.tip("main")
    world.commit("main", {"other": "1"})
    world.store.move("refs/heads/change", None)
    facts = contents.fetch_pull(contents.CloneSource(clone), read(client, pull))
    assert facts.merge_base == start
    assert {entry.path for entry in clone.ls_tree(facts.head_oid)} >= {"changes/x/rfc.yaml", "evil.sh"}
    assert not (clone.root / "evil.sh").exists()
    assert clone.status() == ()


def test_a_head_that_moved_since_it_was_read_is_noticed(world: World, client: Client, pull: Pull, clone: Git) -> None:
    facts = read(client, pull)
    world.push(pull, {"changes/x/rfc.yaml": "a: 2\n"})
    with pytest.raises(failures.Moved) as raised:
        contents.fetch_pull(contents.CloneSource(clone), facts)
    assert raised.value.reason_code == "github.moved"
    assert contents.fetch_pull(contents.CloneSource(clone), read(client, pull)).head_oid == pull.head_oid


def test_a_base_that_only_moved_on_is_read_where_it_was(world: World, client: Client, pull: Pull, clone: Git) -> None:
    facts = read(client, pull)
    world.commit("main", {"other": "1"})
    assert contents.fetch_pull(contents.CloneSource(clone), facts).base_tip == facts.base_tip


def test_a_base_whose_history_was_rewritten_is_noticed(world: World, client: Client, pull: Pull, clone: Git) -> None:
    facts = read(client, pull)
    world.commit("main", {"policies/approvals.yaml": "weaker\n"}, parents=[])
    with pytest.raises(failures.Moved):
        contents.fetch_pull(contents.CloneSource(clone), facts)


def test_a_base_branch_that_is_gone_is_an_error(world: World, client: Client, pull: Pull, clone: Git) -> None:
    world.store.move("refs/heads/main", None)
    facts = read(client, pull)
    assert facts.base_tip is None
    with pytest.raises(failures.Moved) as raised:
        contents.fetch_pull(contents.CloneSource(clone), facts)
    assert raised.value.reason_code == "github.base_gone"


def test_a_shallow_clone_is_completed_and_never_shows_a_smaller_difference(
    world: World, client: Client, pull: Pull, tmp_path: Path
) -> None:
    start = world.tip("main")
    world.commit("main", {"other": "1"})
    shallow, told = cloned(world, tmp_path / "shallow", "--depth", "1"), Told()
    assert contents.fetch_pull(told.source(shallow), read(client, pull)).merge_base == start
    assert told.notes == ["the clone is shallow: fetching the rest of its history"]
    assert contents.fetch_pull(told.source(shallow), read(client, pull)).merge_base == start
    assert len(told.notes) == 1, "once is enough"


def test_a_clone_of_the_test_merge_alone_is_completed_as_far_as_it_matters(
    world: World, client: Client, pull: Pull, tmp_path: Path
) -> None:
    """What `actions/checkout` leaves for `pull_request`: one commit, which no branch contains."""
    start, merge = world.tip("main"), world.test_merge(pull)
    world.store.move(f"refs/pull/{pull.number}/merge", merge)
    runner = Git(tmp_path / "runner")
    in_git("init", "-q", str(runner.root))
    in_git("-C", str(runner.root), "remote", "add", "origin", f"file://{world.store.path}")
    in_git("-C", str(runner.root), "fetch", "-q", "--depth", "1", "origin", f"+refs/pull/{pull.number}/merge:refs/remotes/pull/1/merge")
    assert contents.fetch_pull(contents.CloneSource(runner), read(client, pull)).merge_base == start
    assert contents.is_whole(runner, pull.head_oid, start)
    assert not contents.is_whole(runner, str(merge))


def test_a_shallow_clone_that_cannot_be_completed_is_an_error(world: World, client: Client, pull: Pull, tmp_path: Path) -> None:
    world.commit("main", {"other": "1"})
    shallow = cloned(world, tmp_path / "shallow", "--depth", "1")
    facts = read(client, pull)
    in_git("-C", str(shallow.root), "fetch", "-q", "--depth", "1", "origin", f"refs/pull/{pull.number}/head")
    world.store.path.rename(tmp_path / "gone")
    with pytest.raises(errors.HostFailed, match="git fetch failed"):
        contents.fetch_pull(contents.CloneSource(shallow), facts)
    shallow_of_a_shallow_one = Git(tmp_path / "second")
    in_git("clone", "-q", f"file://{shallow.root}", str(shallow_of_a_shallow_one.root))
    with pytest.raises(failures.Incomplete) as raised:
        contents.deepen(contents.CloneSource(shallow_of_a_shallow_one), ["HEAD"], ["HEAD"])
    assert raised.value.reason_code == "github.fetch_needed"
    assert "fetch needed" in raised.value.hint


# -- where the usual way is closed -----------------------------------------------------------------------------------------


def test_commits_that_are_here_already_are_enough_when_nothing_can_be_fetched(
    world: World, client: Client, pull: Pull, clone: Git, tmp_path: Path
) -> None:
    start, facts, told = world.tip("main"), read(client, pull), Told()
    world.store.path.rename(tmp_path / "gone")
    assert contents.fetch_pull(told.source(clone), facts).merge_base == start
    assert len(told.notes) == 1
    assert "which are here" in told.notes[0]


def test_a_clone_without_a_remote_is_enough_when_it_holds_what_github_names(
    client: Client, pull: Pull, clone: Git, world: World
) -> None:
    in_git("-C", str(clone.root), "remote", "remove", "origin")
    in_git("-C", str(clone.root), "branch", "kept", pull.head_oid)
    assert contents.fetch_pull(contents.CloneSource(clone), read(client, pull)).head_oid == pull.head_oid
    later = world.push(pull, {"changes/x/rfc.yaml": "a: 2\n"})
    with pytest.raises(errors.HostFailed, match="git knows no remote"):
        contents.fetch_pull(contents.CloneSource(clone), read(client, pull))
    assert clone.resolve(later) is None


@pytest.mark.parametrize("protocol", ["0", "2"])
def test_a_remote_without_pull_requests_gives_the_head_by_its_name(
    world: World, client: Client, pull: Pull, tmp_path: Path, protocol: str
) -> None:
    mirror, told = mirrored(world, tmp_path), Told()
    in_git("-C", str(world.store.path), "push", "-q", str(mirror), f"{pull.head_oid}:refs/heads/copy-of-a-branch")
    clone = cloned(world, tmp_path / "mine", "--single-branch", origin=mirror)
    in_git("-C", str(clone.root), "config", "protocol.version", protocol)
    facts = contents.fetch_pull(told.source(clone), read(client, pull))
    assert (facts.head_oid, clone.resolve(pull.head_oid)) == (pull.head_oid, pull.head_oid)
    assert told.notes == [f"`origin` has no `refs/pull/1/head`; the head came by its name, {pull.head_oid[:12]}"]


def test_a_remote_that_has_the_head_under_no_name_is_not_enough(world: World, client: Client, pull: Pull, tmp_path: Path) -> None:
    clone = cloned(world, tmp_path / "mine", "--single-branch", origin=mirrored(world, tmp_path))
    with pytest.raises(failures.Incomplete) as raised:
        contents.fetch_pull(contents.CloneSource(clone), read(client, pull))
    assert raised.value.reason_code == "github.fetch_needed"


def test_a_clone_of_one_branch_gets_the_ledger(world: World, tmp_path: Path) -> None:
    clone = cloned(world, tmp_path / "one", "--single-branch")
    contents.fetch_ledger(contents.CloneSource(clone), "changeflow/ledger", needed=True)  # nothing is recorded yet
    tip = world.commit("changeflow/ledger", {"entry": "1"}, parents=[])
    contents.fetch_ledger(contents.CloneSource(clone), "changeflow/ledger", needed=True)
    assert clone.refs("refs/remotes/origin/changeflow/ledger") == {"refs/remotes/origin/changeflow/ledger": tip}


def test_without_the_ledger_nothing_goes_on_where_it_should_be_on_a_remote(world: World, tmp_path: Path) -> None:
    clone, told = cloned(world, tmp_path / "one"), Told()
    world.commit("changeflow/ledger", {"entry": "1"}, parents=[])
    later = cloned(world, tmp_path / "two")
    world.store.path.rename(tmp_path / "gone")
    with pytest.raises(failures.Incomplete) as raised:
        contents.fetch_ledger(contents.CloneSource(clone), "changeflow/ledger", needed=True)
    assert raised.value.reason_code == "github.fetch_needed"
    contents.fetch_ledger(told.source(later), "changeflow/ledger", needed=True)
    assert "read as it was fetched last" in told.notes[0]


def test_histories_with_nothing_in_common_are_an_error(world: World, client: Client, clone: Git) -> None:
    world.commit("orphan", {"x": "1"}, parents=[])
    pull = world.open_pull("orphan")
    with pytest.raises(failures.Incomplete) as raised:
        contents.fetch_pull(contents.CloneSource(clone), read(client, pull))
    assert raised.value.reason_code == "github.no_merge_base"


@pytest.mark.parametrize("remote", ["elsewhere", "--upload-pack=touch x", "https://evil.example/x.git"])
def test_only_a_configured_remote_is_fetched_from(world: World, client: Client, pull: Pull, clone: Git, remote: str) -> None:
    world.push(pull, {"changes/x/rfc.yaml": "a: 2\n"})
    with pytest.raises(errors.HostFailed, match="git knows no remote"):
        contents.fetch_pull(contents.CloneSource(clone, remote), read(client, pull))


@pytest.mark.parametrize("branch", ["main:refs/heads/x", "*", "ma in", "main\n"])
def test_a_branch_name_that_git_cannot_have_is_not_believed(client: Client, pull: Pull, clone: Git, branch: str) -> None:
    facts = read(client, pull).model_copy(update={"base_ref": branch})
    with pytest.raises(failures.Unbelievable):
        contents.fetch_pull(contents.CloneSource(clone), facts)


def test_git_gets_the_token_for_one_server_and_not_on_its_command_line() -> None:
    environment = contents.with_token("https://github.com/", Token("ghs_x"))
    assert environment["GIT_CONFIG_KEY_0"] == "http.https://github.com/.extraheader"
    assert "ghs_x" not in str(environment)
