"""What an earlier check found nothing to say about, told by the clock of the files."""

import subprocess
import time
from pathlib import Path

import pytest

from changeflow.reading import check_memory
from changeflow.reading.check_memory import CheckMemory, Unremarkable, identity_of


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "repository"
    root.mkdir()
    subprocess.run(["git", "init", "-q", root], check=True)
    (root / "changes.yaml").write_text("a: 1\n", encoding="utf-8")
    return root


def remembered(root: Path) -> bool:
    before = CheckMemory(root)
    before.recall([], [])
    before.known(["changes.yaml"], ())
    before.keep({"changes.yaml": Unremarkable(identity_of(b"a: 1\n"), None, 1, (), {})})
    after = CheckMemory(root)
    after.recall([], [])
    return bool(after.known(["changes.yaml"], ()))


def test_a_file_that_was_touched_just_now_is_read_again(root: Path) -> None:
    assert not remembered(root)


def test_a_file_is_not_read_again_once_the_clock_of_the_files_is_well_past_it(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_memory, "_JUST_NOW", 0)
    while not remembered(root):
        time.sleep(0.01)


def test_the_clock_of_this_machine_does_not_matter(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # long before any file was made here
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000_000)
    assert not remembered(root)
