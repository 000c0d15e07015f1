"""File systems without locks, and git folders that nobody may write to: a sentence, and nothing that only reads breaks."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.repo.process_locks import ProcessLocks
from changeflow.repo.writer_lock import writer_lock
from tests.release.site import ID, Site


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """flock as it answers over NFS without a lock daemon, which no test can mount."""

    def refuse(_file: object, _how: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)


@pytest.mark.usefixtures("no_locks")
def test_a_release_does_not_begin_where_no_lock_can_be_had(tmp_path: Path) -> None:
    site = Site.at(tmp_path / "site")
    site.change()
    done = site.release("run")
    assert done.code == 5
    assert "this file system has no locks (No locks available)" in done.err
    assert "local disk" in done.err
    assert (site.marks, site.cli("release", "status", ID).code) == ([], 0)


@pytest.mark.usefixtures("no_locks")
def test_whether_somebody_is_at_work_is_not_guessed_without_locks(tmp_path: Path) -> None:
    (tmp_path / "r.run").write_text("", encoding="utf-8")
    with pytest.raises(errors.HostFailed, match="no locks"):
        ProcessLocks(tmp_path).driver("r")
    assert ProcessLocks(tmp_path).driver("other") == "unknown"


@pytest.mark.usefixtures("no_locks")
def test_nobody_waits_for_a_turn_that_cannot_come(tmp_path: Path) -> None:
    began = time.monotonic()
    with writer_lock(tmp_path, patience=60):
        pass
    assert time.monotonic() - began < 10


READING = (
    ("check",), ("assess", ID), ("gate", "approve", ID), ("gate", "deploy", ID), ("schedule",), ("when", ID), ("impact", "payments-db"),
    ("cmdb", "show"), ("policy", "list"), ("risk", "explain", ID), ("ledger", "log"), ("ledger", "verify"), ("release", "plan", ID),
    ("release", "status", ID),
)  # fmt: skip


def test_a_git_folder_without_room_for_locks_and_anchors_stops_a_release_and_no_reading(tmp_path: Path) -> None:
    site = Site.at(tmp_path / "site")
    site.change()
    site.write("policies/risk.yaml", "apiVersion: changeflow/v1\nkind: RiskModel\nmetadata: {id: risk}\nspec: {}\n")
    site.commit("risk")
    assert site.cli("approve", ID, "--as", "carol").code == 0
    before = {command: site.cli(*command).code for command in READING}
    folder = site.root / ".git/changeflow"
    for file in sorted(folder.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    folder.rmdir()
    folder.write_text("in the way", encoding="utf-8")
    assert {command: site.cli(*command).code for command in READING} == before
    assert before["ledger", "verify"] == 0
    assert site.cli("reject", ID, "--as", "bob", "-m", "not yet").code in (0, 1), "an opinion needs no lock"
    assert site.cli("withdraw", ID, "--as", "bob").code == 0
    done = site.release("run")
    assert (done.code, site.marks) == (5, [])
    assert "cannot be written, and a release keeps its locks there" in done.err


def test_a_git_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("the administrator may write everywhere")
    site = Site.at(tmp_path / "site")
    site.change()
    folders = [path for path in (site.root / ".git", *(site.root / ".git").rglob("*")) if path.is_dir()]
    for folder in folders:
        folder.chmod(0o555)
    try:
        for command in (("approve", ID, "--as", "carol"), ("gate", "approve", ID, "--record"), ("release", "run", ID)):
            done = site.cli(*command)
            assert done.code == 5, (command, done.err)
            assert "hint: " in done.err
        assert site.cli("gate", "approve", ID).code == 0
    finally:
        for folder in folders:
            folder.chmod(0o755)
