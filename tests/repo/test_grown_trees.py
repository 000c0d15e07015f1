"""What commits of a large ledger added, told by the names of their trees: the same as git tells, or nothing."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from changeflow.repo import ledger_branch, parallel
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import LedgerBranch

BRANCH = "changeflow/ledger"
# a commit: lines of `git fast-import` that say what it does to files
Step = list[str]


def written(folder: Path, steps: Sequence[Step], object_format: str = "sha1", merged: int | None = None) -> Git:
    """Return a repository whose ledger has a commit for each step; `merged` has another parent as well."""
    lines = ["blob", "mark :9999", "data 2", "b"]
    for number, step in enumerate(steps):
        lines += [f"commit refs/heads/{BRANCH}", f"mark :{number + 1}", f"committer A <a{number % 3}@x.example> {1_700_000_000 + number} +0000"]
        lines += ["data 1", "m"]
        if number:
            lines.append(f"from :{number}")
        if number == merged:
            lines.append("merge :1")
        lines += step
    subprocess.run(["git", "init", "-q", f"--object-format={object_format}", str(folder)], check=True)
    stream = "\n".join([*lines, ""]).encode()
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input=stream, check=True)
    return Git(folder)


def added(path: str, mode: str = "100644", content: str = "") -> Step:
    data = content or path
    return [f"M {mode} inline {path}", f"data {len(data)}", data]


def entry(number: int, folder: str) -> str:
    return f"{folder}/{number:06d}-approval.json"


def plain(count: int = 12) -> list[Step]:
    """Steps that add one file each, to folders whose order git and Python see differently."""
    folders = ["c-1", "c", "c.x", "c-", "b", "d", "c0", "-"]
    rng = random.Random(count)  # noqa: S311 - any order will do
    return [added(entry(number + 1, rng.choice(folders))) for number in range(count)]


def told(git: Git, large: int, monkeypatch: pytest.MonkeyPatch) -> tuple[object, bool]:
    """Return what commits left, read with the proof in two processes and in one, and whether the names of trees proved it."""
    monkeypatch.setattr(ledger_branch, "_LARGE_TREE", large)
    head = git.rev_parse(f"refs/heads/{BRANCH}")
    found = []
    for many in (0, 1 << 40):
        monkeypatch.setattr(parallel, "cores", lambda: 2)
        monkeypatch.setattr(ledger_branch, "_MANY_COMMITS", many)
        found.append(LedgerBranch(git, BRANCH)._all_of(head))
    assert found[0] == found[1]
    assert found[0].oids
    supposed = LedgerBranch(git, BRANCH)._supposed(head)
    return found[0], supposed is not None and supposed[1]()


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_a_ledger_that_only_grew_is_told_as_git_tells_it(
    tmp_path: Path, object_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = written(tmp_path / "repo", plain(60), object_format)
    by_git, _ = told(git, 1 << 40, monkeypatch)
    by_names, is_told = told(git, 0, monkeypatch)
    assert is_told
    assert by_names == by_git


ODD: dict[str, Callable[[list[Step]], list[Step]]] = {
    "an edit": lambda steps: [*steps, added(entry(1, "b"), content="x"), added(entry(13, "c"))],
    "an edit that is taken back": lambda steps: [
        added(entry(1, "b")), added(entry(1, "b"), content="x"), added(entry(1, "b")), *steps[1:]
    ],
    "a file that came and went": lambda steps: [*steps[:5], [*steps[5], *added("b/000099-x.json")], ["D b/000099-x.json"], *steps[6:]],
    "two at once, and then none": lambda steps: [*steps[:5], [*steps[5], *steps[6]], [], *steps[7:]],
    "the other order": lambda steps: [*steps[:5], steps[6], steps[5], *steps[7:]],
    "an executable": lambda steps: [*steps, added(entry(13, "c"), mode="100755")],
    "an executable for a while": lambda steps: [*steps, added(entry(13, "c"), mode="100755"), added(entry(13, "c"))],
    "a file at the top": lambda steps: [*steps, added("000013-x.json")],
    "a file further down": lambda steps: [*steps, added("c/d/000013-x.json")],
    "a name without a number": lambda steps: [*steps, added("c/entry.json")],
    "a submodule": lambda steps: [*steps, ["M 160000 " + "1" * 40 + " c/000013-x.json"]],
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_a_ledger_with_another_history_is_walked_by_git(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = written(tmp_path / "repo", ODD[name](plain()))
    by_git, _ = told(git, 1 << 40, monkeypatch)
    by_names, is_told = told(git, 0, monkeypatch)
    assert not is_told
    assert by_names == by_git


def test_a_merge_is_walked_by_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git = written(tmp_path / "repo", plain(), merged=8)
    by_git, _ = told(git, 1 << 40, monkeypatch)
    by_names, is_told = told(git, 0, monkeypatch)
    assert not is_told
    assert by_names == by_git


def test_a_history_that_was_cut_off_is_walked_by_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = written(tmp_path / "repo", plain())
    subprocess.run(
        ["git", "clone", "-q", "--bare", "--depth", "5", "--branch", BRANCH, f"file://{whole.root}", str(tmp_path / "cut")], check=True
    )
    _, is_told = told(Git(tmp_path / "cut"), 0, monkeypatch)
    assert not is_told
