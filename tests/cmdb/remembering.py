"""A repository whose commands are asked with what is remembered of its CMDB, and without."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from changeflow.cli.main import run
from tests.repositories import GIT

Answer = tuple[int, str, str]


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=alice", "-c", "user.email=alice@webshop.example", "-c", "commit.gpgsign=false"]
    subprocess.run([*GIT, *who, *words], cwd=folder, check=True, capture_output=True)


class Shop:
    """A repository, with the answers of commands in each way."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.root, self._capsys, self._patch = root, capsys, patch

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def commit(self) -> None:
        git(self.root, "add", "-A")
        git(self.root, "commit", "-q", "--allow-empty", "-m", "more")

    def ask(self, *words: str, index: bool = True) -> Answer:
        self._patch.setenv("CHANGEFLOW_INDEX", "on" if index else "off")
        code = run(["--repo", str(self.root), *words])
        said = self._capsys.readouterr()
        return code, said.out, said.err

    @property
    def snapshots(self) -> list[Path]:
        folder = self.root / ".git" / "changeflow" / "cmdb"
        return sorted(folder.glob("*.columns")) if folder.exists() else []

    def forget(self) -> None:
        shutil.rmtree(self.root / ".git" / "changeflow", ignore_errors=True)

    def agree(self, *words: str) -> str:
        """Ask for what others depend on, without an index, with what there is, and once more."""
        asked = words or ("impact", "payments-db")
        expected = self.ask(*asked, index=False)
        assert [self.ask(*asked), self.ask(*asked)] == [expected, expected]
        return expected[1]


def started(root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The files of a folder as the first commit of a repository."""
    for variable in ("CHANGEFLOW_FORMAT", "CHANGEFLOW_REV", "CHANGEFLOW_NOW", "CHANGEFLOW_LANG"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(root.parent / "state"))
    git(root, "init", "-q", "-b", "main")
    made = Shop(root, capsys, monkeypatch)
    made.commit()
    # what was touched within a fiftieth of a second of being read is not remembered
    time.sleep(0.05)
    return made
