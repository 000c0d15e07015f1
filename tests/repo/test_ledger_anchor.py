from __future__ import annotations

import os
from pathlib import Path

import pytest

from changeflow.repo.ledger_anchor import AnchoredEntry, LedgerAnchor
from tests.repositories import Repo, filled, ledger, rules


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def test_reading_and_appending_leave_an_anchor(repo: Repo) -> None:
    branch = filled(repo, 2)
    chain = branch.read()
    seen = LedgerAnchor(repo.git.facts.common_dir, branch.branch).read()
    assert seen == AnchoredEntry(2, chain.entries[-1].digest, chain.head or "")


def test_the_anchor_never_goes_back(repo: Repo) -> None:
    entries = filled(repo, 2).read().entries
    file = LedgerAnchor(repo.git.facts.common_dir, "changeflow/ledger")
    file.note(entries[0], "0" * 40)
    found = file.read()
    assert found is not None
    assert found.seq == 2


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"seq": "2", "digest": "x", "commit": "y"}', b'{"other": 1}', b"\xff"])
def test_a_damaged_anchor_is_reported_and_not_overwritten(repo: Repo, damage: bytes) -> None:
    filled(repo, 1)
    file = LedgerAnchor(repo.git.facts.common_dir, "changeflow/ledger").path
    file.write_bytes(damage)
    chain = ledger(repo).read()
    assert rules(chain.problems) == {"ledger-anchor"}
    assert not chain.sound
    assert file.read_bytes() == damage


def test_data_and_folder_reach_the_disk_before_and_after_the_rename(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = filled(repo, 1).read().entries
    order: list[str] = []
    sync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda descriptor: (order.append("folder" if Path(f"/proc/self/fd/{descriptor}").is_dir() else "file"), sync(descriptor))[1])
    monkeypatch.setattr(Path, "replace", lambda self, target: (order.append("rename"), replace(self, target))[1])
    LedgerAnchor(repo.path / ".git", "other").note(entries[0], "1" * 40)
    assert order == ["file", "rename", "folder"]
    assert [path.name for path in (repo.path / ".git" / "changeflow").iterdir() if path.name.startswith(".")] == []


def test_where_nothing_may_be_written_reading_goes_on_without_an_anchor(repo: Repo) -> None:
    entries = filled(repo, 1).read().entries
    file = LedgerAnchor(Path("/proc/self"), "changeflow/ledger")
    file.note(entries[0], "1" * 40)
    assert file.read() is None
    assert file.expect()(entries) == ()


def test_two_work_trees_share_one_anchor(repo: Repo, tmp_path: Path) -> None:
    filled(repo, 1)
    repo.commit()
    repo("worktree", "add", "-q", str(tmp_path / "second"))
    second = Repo.__new__(Repo)
    second.path = tmp_path / "second"
    assert second.git.facts.common_dir == repo.git.facts.common_dir
    assert len(ledger(second).read().entries) == 1
