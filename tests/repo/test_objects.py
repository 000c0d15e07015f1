"""One git reads all objects of a run, and is replaced when it was ended from outside."""

from __future__ import annotations

import gc
import os
import signal
from pathlib import Path
from typing import IO

import pytest

from changeflow import errors
from changeflow.repo import git_objects
from changeflow.repo.git import Git
from changeflow.repo.git_objects import GitObject
from changeflow.repo.packing import NewObject
from tests.repositories import Repo
from tests.standins import StandIn


@pytest.fixture(params=["sha1", "sha256"])
def repo(request: pytest.FixtureRequest, tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo", f"--object-format={request.param}")


def process_of(git: Git) -> int:
    process = git._objects._process
    assert process is not None
    return process.pid


def content(git: Git, oid: str) -> bytes | None:
    return next(git.cat_file_batch([oid])).data


def test_names_and_objects_come_from_the_same_process(repo: Repo) -> None:
    commit = repo.commit()
    git = repo.git
    assert git.resolve("HEAD") == commit
    first = process_of(git)
    assert (git.resolve("nope"), git.resolve("HEAD", "blob")) == (None, None)
    blob = git.hash_object(b"later")
    assert (content(git, blob), process_of(git)) == (b"later", first)


def test_more_objects_than_are_asked_for_together_come_in_order(repo: Repo) -> None:
    git = repo.git
    oids = [git.hash_object(f"number {number}".encode()) for number in range(50)]
    asked = [*oids, *reversed(oids)]
    assert [found.oid for found in git.cat_file_batch(asked)] == asked


def test_a_reading_that_is_left_half_way_does_not_disturb_the_next(repo: Repo) -> None:
    git = repo.git
    oids = [git.hash_object(f"number {number}".encode()) for number in range(40)]
    half = git.cat_file_batch(oids)
    assert next(half).data == b"number 0"
    assert content(git, oids[30]) == b"number 30"
    assert next(half).data == b"number 1"


@pytest.mark.parametrize("broken_off", [KeyboardInterrupt, MemoryError, errors.HostFailed("unreadable")])
def test_an_answer_that_was_broken_off_is_not_taken_for_the_next_one(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, broken_off: type[BaseException] | BaseException
) -> None:
    commit, git = repo.commit(), repo.git
    oids = [git.hash_object(f"number {number}".encode()) for number in range(3)]
    whole, asked = git_objects._answer, list[str]()

    def answer(reader: IO[bytes], name: str, limit: int | None) -> GitObject | None:
        asked.append(name)
        if len(asked) == 2:
            raise broken_off
        return whole(reader, name, limit)

    monkeypatch.setattr(git_objects, "_answer", answer)
    with pytest.raises(broken_off if isinstance(broken_off, type) else type(broken_off)):
        list(git.cat_file_batch(oids))
    assert [git.resolve("HEAD"), content(git, oids[0])] == [commit, b"number 0"]


def test_another_object_than_was_asked_for_is_a_failure(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    git = repo.git
    one, other = git.hash_object(b"one"), git.hash_object(b"other")
    read = git._objects.read
    monkeypatch.setattr(git._objects, "read", lambda _names, limit: read([other], limit))
    with pytest.raises(errors.HostFailed, match=f"asked for {one}"):
        content(git, one)


@pytest.mark.parametrize("ended", [signal.SIGINT, signal.SIGKILL])
def test_a_process_that_was_ended_from_outside_is_replaced(repo: Repo, ended: signal.Signals) -> None:
    commit, git = repo.commit(), repo.git
    assert git.resolve("HEAD") == commit
    first = process_of(git)
    os.kill(first, ended)
    assert (git.resolve("HEAD"), process_of(git) != first) == (commit, True)


def test_a_git_that_fails_twice_is_a_failure_and_says_why(repo: Repo, stand_in: StandIn) -> None:
    repo.commit()
    git = repo.git
    assert git.resolve("HEAD")
    stand_in("git", "echo 'fatal: no room left' >&2; exit 128")
    os.kill(process_of(git), signal.SIGKILL)
    with pytest.raises(errors.HostFailed, match="no room left"):
        git.resolve("HEAD")


def test_a_missing_object_is_named(repo: Repo) -> None:
    git, oid = repo.git, "ab" * (32 if repo("rev-parse", "--show-object-format") == "sha256" else 20)
    with pytest.raises(errors.HostFailed, match=f"missing object {oid}"):
        content(git, oid)


def test_a_child_asks_a_process_of_its_own(repo: Repo) -> None:
    commit, git = repo.commit(), repo.git
    assert git.resolve("HEAD") == commit
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, f"{git.resolve('HEAD')} {process_of(git)}".encode())
        git._objects.close()
        os._exit(0)
    os.waitpid(child, 0)
    found, other = os.read(read, 200).decode().split()
    os.close(read)
    os.close(write)
    assert (found, int(other) != process_of(git), git.resolve("HEAD")) == (commit, True, commit)


def test_the_process_ends_with_the_repository_that_asks_it(repo: Repo) -> None:
    repo.commit()
    git = repo.git
    assert git.resolve("HEAD")
    process = git._objects._process
    assert process is not None
    gc.disable()
    try:
        del git
        assert process.poll() is not None
    finally:
        gc.enable()


@pytest.mark.parametrize("size", [0, 1, 15, 16, 2047, 2048, 300_000])
def test_objects_stored_together_are_those_that_git_would_store(repo: Repo, size: int) -> None:
    git, blob = repo.git, NewObject("blob", b"x" * size)
    empty = NewObject("tree", b"")
    git.store((blob, empty))
    assert git.name_of(blob) == repo("hash-object", "--stdin", stdin=blob.data)
    assert repo("cat-file", "-s", git.name_of(blob)) == str(size)
    assert repo("cat-file", "-t", git.name_of(empty)) == "tree"
    repo("fsck", "--strict")


def test_answers_about_object_names_are_given_once(repo: Repo, stand_in: StandIn, tmp_path: Path) -> None:
    first, second = repo.commit("one"), repo.commit("two")
    git, log = repo.git, tmp_path / "asked"
    stand_in("git", f'echo "$*" >> {log}; exec "$REAL" "$@"')
    for _ in range(2):
        assert git.is_ancestor(first, second)
        assert git.merge_base(first, second) == first
        assert len(git.log(second, format_="%H")) == 2
        assert list(git.ls_tree(second)) == []
        assert git.refs("refs/heads/main") == {"refs/heads/main": second}
    words = log.read_text(encoding="utf-8").split()
    counts = {verb: words.count(verb) for verb in ("merge-base", "log", "ls-tree", "for-each-ref")}
    assert counts == {"merge-base": 2, "log": 1, "ls-tree": 1, "for-each-ref": 2}


def test_after_a_fetch_into_a_shallow_clone_the_history_is_asked_for_again(tmp_path: Path) -> None:
    origin = Repo(tmp_path / "origin")
    origin.commit("one")
    tip = origin.commit("two")
    origin("clone", "-q", "--depth=1", f"file://{origin.path}", str(tmp_path / "shallow"))
    git = Git(tmp_path / "shallow")
    assert (git.facts.shallow, len(git.log(tip, format_="%H"))) == (True, 1)
    git.run("fetch", "--quiet", "--unshallow", "--", "origin", online=True)
    assert (git.facts.shallow, len(git.log(tip, format_="%H"))) == (False, 2)


def test_after_a_fetch_into_a_shallow_clone_parents_are_found_by_their_place(tmp_path: Path) -> None:
    origin = Repo(tmp_path / "origin")
    first, tip = origin.commit("one"), origin.commit("two")
    origin("clone", "-q", "--depth=1", f"file://{origin.path}", str(tmp_path / "shallow"))
    git = Git(tmp_path / "shallow")
    assert git.resolve(f"{tip}^1") is None
    git.run("fetch", "--quiet", "--unshallow", "--", "origin", online=True)
    assert git.resolve(f"{tip}^1") == first
