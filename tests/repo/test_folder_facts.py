"""The facts of folders show every name that comes, goes or becomes another one."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from changeflow.repo.folder_facts import Facts, facts_of, folders_tell, is_settled, walked


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    for path in ("a/b/1", "a/2", "c/.gitignore", ".git/x/y"):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (root / "link").symlink_to("a")
    time.sleep(0.01)
    return root


def walk(root: Path, before: dict[str, Facts] | None = None, *, is_top: bool = True, folders: int = 20, names: int = 20) -> dict[str, Facts] | None:
    return walked(root, before or {}, is_top=is_top, folders=folders, names=names)


def test_all_folders_are_told_and_what_ignores_but_not_git_s_own(root: Path) -> None:
    found = walk(root)
    assert found is not None
    assert set(found) == {"", "a", "a/b", "c", "c/.gitignore"}
    assert all(facts_of(root / path) == facts for path, facts in found.items())


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "a/b/new").touch(),
        lambda root: (root / "a/2").unlink(),
        lambda root: (root / "a/2").rename(root / "a/3"),
        lambda root: (root / "a/b/1").rename(root / "c/1"),
        lambda root: (root / "a/b/deep").mkdir(),
        lambda root: (root / "c/.gitignore").write_text("x", encoding="utf-8"),
        lambda root: (root / "c").rename(root / "d"),
    ],
)
def test_a_change_shows(root: Path, change: Callable[[Path], object]) -> None:
    before = walk(root)
    assert before is not None
    change(root)
    assert any(facts_of(root / path) != facts for path, facts in before.items())
    assert walk(root, before) == walk(root) != before


def test_what_is_as_it_was_is_not_looked_into_again(root: Path) -> None:
    before = walk(root)
    assert before is not None
    assert walk(root, before, names=0) == before
    assert walk(root, names=0) is None


def test_a_link_to_the_first_folder_is_followed(root: Path) -> None:
    link = root.parent / "link"
    link.symlink_to(root)
    assert walk(link) == walk(root)
    assert facts_of(f"{link}/") == facts_of(root) != facts_of(link)


def test_too_many_folders_or_names_are_not_told(root: Path) -> None:
    assert walk(root, folders=5, names=8) is not None
    assert walk(root, folders=4) is None
    assert walk(root, names=7) is None


@pytest.mark.parametrize("name", ["a/.git", "a/b/.GIT", ".Git"])
def test_a_repository_within_is_not_told(root: Path, name: str) -> None:
    (root / name).mkdir()
    assert walk(root) is None


def test_below_the_top_git_has_no_folder_of_its_own(root: Path) -> None:
    assert walk(root, is_top=False) is None


def test_a_link_to_what_ignores_is_not_told(root: Path) -> None:
    (root / "a/.gitignore").symlink_to("../c/.gitignore")
    assert walk(root) is None


def test_what_is_gone_has_no_facts(root: Path) -> None:
    assert facts_of(root / "gone") == []
    assert facts_of("a\0b") == []
    assert walk(root / "gone") is None


SECOND = 1_000_000_000


@pytest.mark.parametrize(
    ("changed", "now", "settled"),
    [
        (5 * SECOND + 1, 5 * SECOND + 20_000_001, False),
        (5 * SECOND + 1, 5 * SECOND + 20_000_002, True),
        # no fractions: of a file system that has none
        (5 * SECOND, 8 * SECOND, False),
        (5 * SECOND, 8 * SECOND + 1, True),
        # the clock was set back
        (9 * SECOND + 1, 8 * SECOND, False),
    ],
)
def test_facts_are_settled_once_the_clock_of_files_has_moved_on(changed: int, now: int, *, settled: bool) -> None:
    assert is_settled([0, 0, changed, 1, 1], now) is settled
    assert not is_settled([], now)


def test_a_file_system_is_tried(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    assert folders_tell(folder, tmp_path)
    assert not folders_tell(folder, Path("/proc"))
    assert not folders_tell(folder / "gone", folder)
    assert list(folder.iterdir()) == []


def test_a_file_system_that_leaves_the_times_of_folders_alone_tells_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch = Path.touch

    def silently(path: Path) -> None:
        touch(path)
        os.utime(path.parent, (1, 1))

    monkeypatch.setattr(Path, "touch", silently)
    folder = tmp_path / "folder"
    folder.mkdir()
    assert not folders_tell(folder, folder)
    assert list(folder.iterdir()) == []
