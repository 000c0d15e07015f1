from __future__ import annotations

import os
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.repo.git import Git, TreeEntry, checked, is_oid
from changeflow.repo.remote import fetch_branch, push_branch
from changeflow.repo.run_git import scrubbed
from tests.charsets import spell
from tests.repositories import Repo


@pytest.fixture(params=["sha1", "sha256"])
def repo(request: pytest.FixtureRequest, tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo", f"--object-format={request.param}")


def test_a_folder_that_is_no_repository_is_a_host_failure_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(errors.HostFailed, match="not a git repository") as failure:
        Git(tmp_path).rev_parse("HEAD")
    assert "git init" in failure.value.hint


def test_a_folder_that_does_not_exist_is_a_host_failure(tmp_path: Path) -> None:
    with pytest.raises(errors.HostFailed):
        Git(tmp_path / "gone").rev_parse("HEAD")


def test_an_unknown_revision_is_named_and_resolve_says_none(repo: Repo) -> None:
    repo.commit()
    assert repo.git.resolve("nope") is None
    with pytest.raises(errors.HostFailed, match="`nope`"):
        repo.git.rev_parse("nope")


@pytest.mark.parametrize("rev", ["--all", "-h", "--output=/tmp/x", "", "main\n", "main\0x", "--end-of-options"])
def test_a_revision_that_could_be_an_option_is_nothing_to_git(repo: Repo, rev: str) -> None:
    repo.commit()
    assert repo.git.resolve(rev) is None


def test_a_ref_named_like_an_option_stays_a_name(repo: Repo) -> None:
    oid = repo.commit()
    repo.git.update_ref("refs/heads/--upload-pack=x", oid, None)
    assert repo.git.resolve("refs/heads/--upload-pack=x") == oid


def test_objects_are_named_in_full_or_not_at_all() -> None:
    assert is_oid("a" * 40)
    assert is_oid("0" * 64)
    for text in ("a" * 39, "A" * 40, "a" * 40 + "\n", "HEAD", "--all", ""):
        assert not is_oid(text)
        with pytest.raises(errors.HostFailed):
            checked(text)


def test_trees_list_hostile_names_as_they_are(repo: Repo) -> None:
    names = ["plain.yaml", "two\nlines", "tab\there", 'quote"d', "變更/名.yaml", "-dash"]
    spell(*names)
    for name in names:
        repo.write(name)
    listed = {entry.path: entry for entry in repo.git.ls_tree(repo.commit())}
    assert sorted(listed) == sorted(names)
    assert {entry.mode for entry in listed.values()} == {"100644"}


def test_a_name_that_is_not_utf8_survives(repo: Repo) -> None:
    Path(os.fsdecode(os.fsencode(repo.path) + b"/\xff.yaml")).write_text("x", encoding="ascii")
    assert [os.fsencode(entry.path) for entry in repo.git.ls_tree(repo.commit())] == [b"\xff.yaml"]


def test_objects_come_in_the_order_asked_and_large_ones_without_content(repo: Repo) -> None:
    small, large, empty = (repo.git.hash_object(data) for data in (b"abc", b"x" * 200_000, b""))
    found = list(repo.git.cat_file_batch([large, small, empty, small], limit=1_000))
    assert [(item.oid, item.size) for item in found] == [(large, 200_000), (small, 3), (empty, 0), (small, 3)]
    assert [item.data for item in found] == [None, b"abc", b"", b"abc"]


def test_thousands_of_objects_do_not_deadlock(repo: Repo) -> None:
    oid = repo.git.hash_object(b"y" * 500)
    assert sum(item.size for item in repo.git.cat_file_batch([oid] * 20_000)) == 10_000_000


def test_a_missing_object_says_that_a_fetch_is_needed(repo: Repo) -> None:
    oid = repo.commit()
    with pytest.raises(errors.HostFailed) as failure:
        list(repo.git.cat_file_batch(["1" * len(oid)]))
    assert "fetch needed" in failure.value.hint


def test_a_shallow_clone_does_not_pretend_that_histories_are_unrelated(tmp_path: Path) -> None:
    origin = Repo(tmp_path / "origin")
    origin.commit("root")
    origin("checkout", "-q", "-b", "side")
    origin.commit("side")
    origin("checkout", "-q", "main")
    origin.commit("main")
    origin("clone", "-q", "--depth=1", "--no-single-branch", f"file://{origin.path}", str(tmp_path / "shallow"))
    git = Git(tmp_path / "shallow")
    assert git.facts.shallow
    with pytest.raises(errors.HostFailed) as failure:
        git.merge_base(git.rev_parse("origin/main"), git.rev_parse("origin/side"))
    assert "fetch needed" in failure.value.hint


def test_unrelated_histories_have_no_merge_base(repo: Repo) -> None:
    one = repo.commit("one")
    repo("checkout", "-q", "--orphan", "other")
    other = repo.commit("other")
    assert repo.git.merge_base(one, other) is None
    assert not repo.git.is_ancestor(one, other)


def test_a_part_of_a_larger_repository_is_read_by_its_own_paths(repo: Repo) -> None:
    repo.write("elsewhere.txt")
    repo.write("ops/changes/a.yaml")
    oid = repo.commit()
    git = Git(repo.path / "ops")
    assert git.facts.prefix == "ops/"
    assert [entry.path for entry in git.ls_tree(oid)] == ["changes/a.yaml"]
    assert [entry.path for entry in git.ls_tree(oid, full=True)] == ["elsewhere.txt", "ops/changes/a.yaml"]


def test_a_ref_moves_only_from_where_it_was_expected(repo: Repo) -> None:
    one, two = repo.commit("one"), repo.commit("two")
    ref = "refs/heads/changeflow/ledger"
    repo.git.update_ref(ref, one, None)
    for wrong in (None, two):
        with pytest.raises(errors.LostRace):
            repo.git.update_ref(ref, two, wrong)
    repo.git.update_ref(ref, two, one)
    assert repo.git.resolve(ref) == two


def test_a_lock_left_behind_ends_in_an_error_that_names_it(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("changeflow.repo.run_git._SETTINGS", ("core.filesRefLockTimeout=50",))
    oid = repo.commit()
    lock = repo.path / ".git" / "refs" / "heads" / "x.lock"
    lock.write_text("", encoding="ascii")
    with pytest.raises(errors.HostFailed, match=r"x\.lock") as failure:
        repo.git.update_ref("refs/heads/x", oid, None)
    assert not isinstance(failure.value, errors.LostRace)
    assert "remove" in failure.value.hint


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["a"],
        ["b", "a", "a.b", "a-b"],
        ["x/", "x.json", "x-1", "x0/"],
        ["CHG-20261121-a/", "CHG-20261121-a-b/", "CHG-20261121-ab/", "_/"],
        ["變更", "å", "a\n b"],
    ],
)
def test_a_tree_that_is_stored_is_the_one_that_git_would_make(repo: Repo, names: list[str]) -> None:
    spell(*names)
    blob, empty = repo.git.hash_object(b"x"), repo("mktree")
    entries = [
        TreeEntry("040000", "tree", empty, name[:-1]) if name.endswith("/") else TreeEntry("100644", "blob", blob, name)
        for name in names
    ]
    lines = "".join(f"{entry.mode} {entry.kind} {entry.oid}\t{entry.path}\0" for entry in entries)
    assert repo.git.mktree(entries) == repo("mktree", "-z", stdin=lines.encode())
    assert repo.git.ls_level(repo.git.mktree(entries)) == tuple(sorted(entries, key=lambda one: one.path + "/" * (one.kind == "tree")))


def test_without_an_identity_the_ledger_still_gets_its_commits(repo: Repo) -> None:
    repo("config", "user.useConfigOnly", "true")
    tree = repo.git.mktree([])
    commit = repo.git.commit_tree(tree, [], "a word")
    assert repo("log", "-1", "--format=%an <%ae>|%s", commit) == "changeflow <changeflow@localhost>|a word"


def test_with_an_identity_it_is_used(repo: Repo) -> None:
    spell("陳")
    repo("config", "user.name", "Carol 陳")
    repo("config", "user.email", "carol@example.com")
    commit = repo.git.commit_tree(repo.git.mktree([]), [], "變更")
    assert repo("log", "-1", "--format=%cn <%ce>|%s", commit) == "Carol 陳 <carol@example.com>|變更"


def test_hooks_and_monitors_of_a_repository_never_run(repo: Repo, tmp_path: Path) -> None:
    oid = repo.commit()
    trap = tmp_path / "ran"
    for hook in ("reference-transaction", "post-index-change", "pre-push"):
        file = repo.path / ".git" / "hooks" / hook
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/sh\ntouch {trap}\n", encoding="ascii")
        file.chmod(0o755)
    repo("config", "core.fsmonitor", f"touch {trap}; false")
    repo.git.update_ref("refs/heads/y", oid, None)
    repo.git.status()
    assert not trap.exists()


def test_replacement_objects_do_not_change_what_is_read(repo: Repo) -> None:
    true, false = repo.git.hash_object(b"true"), repo.git.hash_object(b"false")
    repo("replace", true, false)
    assert [item.data for item in repo.git.cat_file_batch([true])] == [b"true"]


def test_the_variables_of_a_hook_do_not_lead_git_astray(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    oid = repo.commit()
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert repo.git.rev_parse("HEAD") == oid


def test_the_environment_keeps_identity_and_credentials_and_nothing_else_of_git() -> None:
    kept = scrubbed({"GIT_DIR": "x", "GIT_SSH_COMMAND": "ssh -v", "GIT_AUTHOR_NAME": "A", "GIT_EXTERNAL_DIFF": "evil", "PATH": "/bin"})
    assert kept["GIT_SSH_COMMAND"] == "ssh -v"
    assert kept["GIT_AUTHOR_NAME"] == "A"
    assert kept["PATH"] == "/bin"
    assert kept["LC_ALL"] == "C"
    assert not {"GIT_DIR", "GIT_EXTERNAL_DIFF"} & kept.keys()


def test_settings_are_read_and_absent_ones_are_none(repo: Repo) -> None:
    repo("config", "user.signingkey", "~/key one")
    assert repo.git.config("user.signingkey") == "~/key one"
    assert repo.git.config("gpg.format") is None


class TestRemotes:
    def test_a_remote_moves_only_from_where_it_was_seen(self, tmp_path: Path) -> None:
        repo, other = two_clones(tmp_path)
        one, two = repo.commit("one"), repo.commit("two")
        push_branch(repo.git, "origin", "x", one, None)
        assert fetch_branch(other.git, "origin", "x") == one
        push_branch(repo.git, "origin", "x", two, one)
        late = other.commit("late")
        with pytest.raises(errors.LostRace):
            push_branch(other.git, "origin", "x", late, one)
        assert fetch_branch(other.git, "origin", "x") == two

    def test_a_branch_the_remote_does_not_have_is_none(self, tmp_path: Path) -> None:
        repo, _ = two_clones(tmp_path)
        assert fetch_branch(repo.git, "origin", "nothing") is None

    @pytest.mark.parametrize("remote", ["nobody", "--upload-pack=touch", "ext::sh -c true", "file:///tmp"])
    def test_only_configured_remotes_are_spoken_to(self, tmp_path: Path, remote: str) -> None:
        repo, _ = two_clones(tmp_path)
        with pytest.raises(errors.HostFailed, match="no remote"):
            fetch_branch(repo.git, remote, "x")

    def test_a_remote_that_is_gone_is_a_host_failure(self, tmp_path: Path) -> None:
        repo, _ = two_clones(tmp_path)
        repo("remote", "set-url", "origin", str(tmp_path / "gone"))
        with pytest.raises(errors.HostFailed, match="fetch failed"):
            fetch_branch(repo.git, "origin", "x")

    def test_a_command_as_a_remote_is_refused(self, tmp_path: Path) -> None:
        repo, _ = two_clones(tmp_path)
        repo("remote", "set-url", "origin", f"ext::sh -c 'touch {tmp_path}/ran'")
        with pytest.raises(errors.HostFailed):
            fetch_branch(repo.git, "origin", "x")
        assert not (tmp_path / "ran").exists()


def two_clones(folder: Path) -> tuple[Repo, Repo]:
    Repo(folder / "origin.git", "--bare")
    clones = []
    for name in ("one", "other"):
        clone = Repo(folder / name)
        clone("remote", "add", "origin", str(folder / "origin.git"))
        clones.append(clone)
    return clones[0], clones[1]


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/changes.git", "git://127.0.0.1:9/changes"])
def test_a_remote_that_cannot_be_reached_comes_with_a_hint(repo: Repo, address: str) -> None:
    repo("remote", "add", "away", address)
    with pytest.raises(errors.HostFailed) as raised:
        repo.git.run("fetch", "away", online=True)
    assert "can you reach it" in raised.value.hint
