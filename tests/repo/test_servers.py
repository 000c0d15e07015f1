"""git as servers and people with many folders use it: hooks, quarantine, other heads, partial clones, linked work trees, refusals."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.repo.failures import failure
from changeflow.repo.git import Git
from changeflow.repo.run_git import quarantine
from tests.git_isolation import fresh_git, keys
from tests.hosts.office import CHANGE, Office, Said, call, rfc
from tests.repositories import BRANCH, Keys

__all__ = ["fresh_git", "keys"]
Capfd = pytest.CaptureFixture[str]
ALICE = "Alice <alice@example.com>"


@pytest.fixture
def office(tmp_path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office(tmp_path / "office", keys)
    made.repo.commit("The request", author=ALICE)
    monkeypatch.chdir(tmp_path)
    return made


def git(where: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(where), *arguments], capture_output=True, check=True)
    return done.stdout.decode("utf-8").strip()


@pytest.fixture
def server(office: Office, tmp_path: Path) -> Path:
    made = tmp_path / "server.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "master", str(made)], check=True)
    office.repo("push", "-q", str(made), "main")
    return made


def hook(server: Path, name: str, text: str) -> None:
    path = server / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


def changeflow(*words: str) -> str:
    return " ".join([f"PYTHONPATH='{Path(__file__).parents[2]}'", sys.executable, "-m", "changeflow", *words])


def push(office: Office, server: Path, *what: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", "-C", str(office.repo.path), "push", str(server), *what], capture_output=True, check=False)


def pushed(office: Office, title: str) -> str:
    document = rfc()
    document["metadata"]["title"] = title
    office.put(f"changes/{CHANGE}/rfc.yaml", document)
    return office.repo.commit("Another title", author=ALICE)


class TestHooks:
    @pytest.mark.parametrize(
        ("name", "asks"),
        [
            ("pre-receive", "while read -r old new ref; do {} >&2 || exit 1; done"),
            ("update", "new=$3; old=$2; {} >&2"),
            ("post-receive", "while read -r old new ref; do {} >&2; done"),
        ],
    )
    def test_what_is_being_pushed_is_judged(self, office: Office, server: Path, name: str, asks: str) -> None:
        hook(server, name, asks.format(changeflow("check", "--rev", "$new")))
        pushed(office, "A better title")
        done = push(office, server, "main")
        assert (done.returncode, b" 0 errors, " in done.stderr) == (0, True), done.stderr

    def test_what_does_not_pass_stays_outside(self, office: Office, server: Path) -> None:
        hook(server, "pre-receive", f"read -r old new ref; {changeflow('check', '--rev', '$new')} >&2")
        before = git(server, "rev-parse", "main")
        office.repo.write(f"changes/{CHANGE}/rfc.yaml", "kind: [")
        office.repo.commit("Broken", author=ALICE)
        assert push(office, server, "main").returncode != 0
        assert git(server, "rev-parse", "main") == before

    def test_a_gate_reads_the_head_that_is_being_pushed(self, office: Office, server: Path) -> None:
        hook(server, "pre-receive", f"read -r old new ref; {changeflow('gate', 'approve', CHANGE, '--base', '$old', '--head', '$new')} >&2")
        pushed(office, "A better title")
        done = push(office, server, "main")
        assert b"gate approve of " + CHANGE.encode() + b": SHUT" in done.stderr
        assert done.returncode != 0

    def test_nothing_is_recorded_in_quarantine_and_the_hint_says_where(self, office: Office, server: Path) -> None:
        words = changeflow("gate", "approve", CHANGE, "--base", "$old", "--head", "$new", "--record")
        hook(server, "pre-receive", f"read -r old new ref; {words} >&2; exit 0")
        pushed(office, "A better title")
        assert b"post-receive" in push(office, server, "main").stderr
        assert BRANCH not in git(server, "for-each-ref")


class TestQuarantine:
    """The variables count for the repository that git keeps the push apart from, and for no other."""

    @pytest.fixture
    def told(self, tmp_path: Path) -> dict[str, str]:
        objects = tmp_path / "server.git" / "objects"
        (objects / "incoming-1").mkdir(parents=True)
        return {
            "GIT_QUARANTINE_PATH": str(objects / "incoming-1"),
            "GIT_OBJECT_DIRECTORY": str(objects / "incoming-1"),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(objects),
        }

    def test_of_this_repository_it_is_kept(self, told: dict[str, str], tmp_path: Path) -> None:
        assert quarantine(told | {"GIT_DIR": "."}, tmp_path / "server.git") == told

    def test_of_another_repository_it_is_dropped(self, told: dict[str, str], tmp_path: Path) -> None:
        assert quarantine(told, tmp_path / "other.git") == {}

    def test_other_objects_without_a_quarantine_are_dropped(self, told: dict[str, str], tmp_path: Path) -> None:
        del told["GIT_QUARANTINE_PATH"]
        assert quarantine(told, tmp_path / "server.git") == {}

    def test_a_repository_with_a_work_tree_receives_pushes_too(self, tmp_path: Path) -> None:
        told = {"GIT_QUARANTINE_PATH": str(tmp_path / "shop/.git/objects/incoming-1"), "GIT_OBJECT_DIRECTORY": "x"}
        assert quarantine(told, tmp_path / "shop/changes") == told
        assert quarantine(told, tmp_path) == {}


def test_a_hooks_git_folder_does_not_say_which_repository_is_meant(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capfd) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path / "other")], check=True)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other/.git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "other/.git/index"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "other"))
    assert call(capfd, "--repo", str(office.repo.path), "gate", "submit", CHANGE).code in (0, 1)


READERS = [("ledger", "log"), ("ledger", "verify"), ("ledger", "show", "1"), ("schedule",), ("policy", "list")]


class TestHeads:
    """A server made by `git init --bare` points its HEAD at a branch that nobody pushes."""

    @pytest.fixture
    def evidence(self, office: Office, server: Path, keys: Keys, capfd: Capfd) -> Path:
        key = str(keys.files["carol"])
        assert call(capfd, "--repo", str(office.repo.path), "approve", CHANGE, "--as", "carol", "--key", key).code == 0
        office.repo("push", "-q", str(server), BRANCH)
        return server

    @pytest.mark.parametrize("words", READERS, ids=" ".join)
    @pytest.mark.parametrize("head", ["refs/heads/master", "refs/heads/changeflow/ledger", "refs/heads/main"])
    def test_the_main_branch_is_found_wherever_head_points(self, evidence: Path, words: tuple[str, ...], head: str, capfd: Capfd) -> None:
        git(evidence, "symbolic-ref", "HEAD", head)
        said = call(capfd, "--repo", str(evidence), *words)
        assert said.code == 0, said.err

    def test_a_main_branch_of_another_name_is_where_head_points(self, tmp_path: Path, keys: Keys, capfd: Capfd) -> None:
        made = Office(tmp_path / "trunk", keys, main_branch="trunk")
        made.repo.commit("The request", author=ALICE)
        server = tmp_path / "trunk.git"
        subprocess.run(["git", "init", "-q", "--bare", "-b", "trunk", str(server)], check=True)
        made.repo("push", "-q", str(server), "main:trunk")
        assert call(capfd, "--repo", str(server), "policy", "list").code == 0
        assert call(capfd, "--repo", str(server), "ledger", "verify").code in (0, 3)

    def test_without_any_main_branch_nothing_is_guessed(self, tmp_path: Path, capfd: Capfd) -> None:
        subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "empty.git")], check=True)
        for words in READERS:
            said = call(capfd, "--repo", str(tmp_path / "empty.git"), *words)
            assert (said.code, "main branch" in said.err) == (3, True), said.err


class TestClones:
    @pytest.fixture
    def partial(self, office: Office, tmp_path: Path) -> Path:
        office.repo("config", "uploadpack.allowFilter", "true")
        target = tmp_path / "partial.git"
        subprocess.run(["git", "clone", "-q", "--bare", "--filter=blob:none", f"file://{office.repo.path}", str(target)], check=True)
        return target

    def test_a_partial_clone_is_not_completed_object_by_object(self, partial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capfd) -> None:
        trace = tmp_path / "trace"
        monkeypatch.setenv("GIT_TRACE", str(trace))
        said = call(capfd, "--repo", str(partial), "schedule")
        assert (said.code, "git fetch --refetch --no-filter" in said.err) == (5, True), said.err
        assert [line for line in trace.read_text(encoding="utf-8").splitlines() if "fetch" in line] == []

    def test_the_one_command_of_the_hint_brings_everything(self, partial: Path, capfd: Capfd) -> None:
        git(partial, "fetch", "-q", "--refetch", "--no-filter")
        assert call(capfd, "--repo", str(partial), "schedule").code == 0
        assert call(capfd, "--repo", str(partial), "gate", "submit", CHANGE).code in (0, 1)

    def test_without_its_remote_it_still_says_what_is_missing(self, partial: Path, capfd: Capfd) -> None:
        git(partial, "remote", "set-url", "origin", "file:///nowhere")
        said = call(capfd, "--repo", str(partial), "gate", "submit", CHANGE)
        assert (said.code, "fetch needed" in said.err) == (5, True), said.err

    def test_a_linked_work_tree_reads_and_records_as_the_repository_does(self, office: Office, tmp_path: Path, keys: Keys, capfd: Capfd) -> None:
        office.repo("worktree", "add", "-q", str(tmp_path / "linked"), "-b", "side")
        key = str(keys.files["carol"])
        assert call(capfd, "--repo", str(tmp_path / "linked"), "approve", CHANGE, "--as", "carol", "--key", key).code == 0
        for place in (tmp_path / "linked", office.repo.path):
            said = call(capfd, "--repo", str(place), "gate", "approve", CHANGE, "--format", "json")
            assert [one["by"] for one in said.json["approvals"]] == ["carol"]

    def test_a_submodule_is_a_repository_of_its_own(self, office: Office, tmp_path: Path, capfd: Capfd) -> None:
        outer = tmp_path / "outer"
        subprocess.run(["git", "init", "-q", str(outer)], check=True)
        git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(office.repo.path), "changes")
        assert call(capfd, "--repo", str(outer / "changes"), "gate", "submit", CHANGE).code in (0, 1)
        assert call(capfd, "--repo", str(outer / "changes"), "check").code == 0

    @pytest.mark.skipif(os.geteuid() != 0, reason="giving a folder away takes an administrator")
    def test_a_folder_of_another_account_is_refused_in_words(self, office: Office, capfd: Capfd) -> None:
        os.chown(office.repo.path, 12_345, 12_345)
        os.chown(office.repo.path / ".git", 12_345, 12_345)
        said = call(capfd, "--repo", str(office.repo.path), "gate", "submit", CHANGE)
        assert (said.code, "safe.directory" in said.err) == (5, True)


class TestNames:
    def test_a_branch_that_keeps_the_ledger_from_being_is_named(self, office: Office, keys: Keys, capfd: Capfd) -> None:
        office.repo("branch", "changeflow")
        said = approve(office, keys, capfd)
        assert (said.code, "spec.ledger.branch" in said.err) == (5, True), said.err

    def test_the_configured_name_is_taken(self, tmp_path: Path, keys: Keys, capfd: Capfd) -> None:
        office = Office(tmp_path / "other", keys, ledger={"branch": "evidence"})
        office.repo.commit("The request", author=ALICE)
        office.repo("branch", "changeflow")
        assert approve(office, keys, capfd).code == 0
        assert "refs/heads/evidence" in office.repo("for-each-ref")

    @pytest.mark.parametrize(
        ("names", "fits"),
        [
            ({"main_branch": "changeflow"}, False),
            ({"main_branch": "changeflow/ledger"}, False),
            ({"main_branch": "changeflow/ledger/main"}, False),
            ({"ledger": {"branch": "main"}}, False),
            ({"ledger": {"branch": "main/ledger"}}, False),
            ({"main_branch": "changeflow", "ledger": {"branch": "evidence"}}, True),
            ({"main_branch": "changeflow-main"}, True),
            ({"main_branch": "changeflow/main"}, True),
        ],
    )
    def test_check_finds_names_that_exclude_each_other(self, tmp_path: Path, keys: Keys, capfd: Capfd, names: dict[str, object], *, fits: bool) -> None:
        office = Office(tmp_path / "names", keys, **names)
        said = call(capfd, "--repo", str(office.repo.path), "check", "--format", "json")
        assert ("config-branches" in {found["rule"] for found in said.json["findings"]}) != fits


def approve(office: Office, keys: Keys, capfd: Capfd) -> Said:
    return call(capfd, "--repo", str(office.repo.path), "approve", CHANGE, "--as", "carol", "--key", str(keys.files["carol"]))


class TestRefusals:
    @pytest.fixture
    def shared(self, tmp_path: Path, keys: Keys, server: Path) -> Office:
        made = Office(tmp_path / "shared", keys, ledger={"remote": "origin"})
        made.repo.commit("The request", author=ALICE)
        made.repo("remote", "add", "origin", str(server))
        made.repo("push", "-q", "--force", "origin", "main")
        return made

    @pytest.mark.parametrize("name", ["pre-receive", "update"])
    def test_what_the_server_said_is_told_with_the_branch_it_refused(self, shared: Office, server: Path, keys: Keys, capfd: Capfd, name: str) -> None:
        hook(server, name, "echo 'GH006: Protected branch update failed' >&2; echo 'ask the owners 请' >&2; exit 1")
        said = approve(shared, keys, capfd)
        assert said.code == 5
        for words in (f"refs/heads/{BRANCH}", "hook declined", "GH006: Protected branch update failed", "ask the owners 请", "must be allowed"):
            assert words in said.err, said.err
        assert BRANCH not in git(server, "for-each-ref")

    def test_a_branch_in_the_way_on_the_server_is_named(self, shared: Office, server: Path, keys: Keys, capfd: Capfd) -> None:
        git(server, "branch", "changeflow", "main")
        said = approve(shared, keys, capfd)
        assert (said.code, "spec.ledger.branch" in said.err) == (5, True), said.err

    def test_a_server_that_talks_without_end_is_cut_short(self) -> None:
        said = "".join(f"remote: line {number} {'x' * 400}\n" for number in range(500)) + "error: failed to push some refs"
        assert len(failure("push", said).message) < 1_500

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ("git@host: Permission denied (publickey).\nfatal: Could not read from remote repository.", "Permission denied"),
            ("remote: Repository not found.\nfatal: repository 'https://host/x/' not found", "the server said: Repository not found."),
            ("fatal: unable to access 'https://host/x/': The requested URL returned error: 403", "error: 403"),
            ("", "no reason"),
        ],
    )
    def test_the_line_that_tells_is_told(self, said: str, told: str) -> None:
        found = failure("fetch", said)
        assert isinstance(found, errors.HostFailed)
        assert told in found.message


def test_the_hook_for_commits_runs_whatever_a_commit_touches() -> None:
    """pre-commit hands over no deleted file, and paths from the top of the git repository."""
    import yaml

    [told] = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert (told["always_run"], told["pass_filenames"]) == (True, False)
    assert "files" not in told


def test_a_change_repository_in_a_folder_is_checked_from_the_top_after_a_deletion(office: Office, tmp_path: Path, capfd: Capfd) -> None:
    """What the hook runs with `args: [--repo, FOLDER]`."""
    outer = tmp_path / "mono"
    subprocess.run(["git", "init", "-q", str(outer)], check=True)
    (outer / "ops").mkdir()
    for name in ("changeflow.yaml", "policies", "cmdb", "changes"):
        (office.repo.path / name).rename(outer / "ops" / name)
    assert call(capfd, "--repo", str(outer / "ops"), "check").code == 0
    (outer / "ops/cmdb/items.yaml").unlink()
    assert call(capfd, "check", "--repo", str(outer / "ops")).code == 1


def test_the_hint_about_two_branches_names_no_branch_that_is_not_in_the_way() -> None:
    said = "cannot lock ref 'refs/heads/changeflow/ledger': 'refs/heads/changeflow/ledger/old' exists; cannot create it"
    refused = failure("update-ref", said)
    assert "changeflow/ledger/old" in refused.message
    assert "`changeflow`" not in (refused.hint or "")


def test_zeros_are_named_as_what_a_hook_gets_for_a_deleted_branch(office: Office) -> None:
    with pytest.raises(errors.HostFailed) as refused:
        Git(office.repo.path).rev_parse("0" * 40)
    assert "deleted" in (refused.value.hint or "")
