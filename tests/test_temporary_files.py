"""Temporary files of tests are in memory only where memory serves for them."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from tests import temporary_files

PAGE = 4096
ROOM = {"bavail": temporary_files.BYTES // PAGE, "favail": temporary_files.FILES, "flag": 0}


def found(**other: int) -> os.statvfs_result:
    """A file system in memory with just enough room, and what is said of another one."""
    has = ROOM | other
    return os.statvfs_result((PAGE, PAGE, has["bavail"], has["bavail"], has["bavail"], 0, 0, has["favail"], has["flag"], 255))


def test_a_file_system_with_room_serves() -> None:
    assert temporary_files.has_room(found())


@pytest.mark.parametrize("lack", [{"bavail": ROOM["bavail"] - 1}, {"favail": ROOM["favail"] - 1}, {"flag": os.ST_NOEXEC}])
def test_one_without_room_or_that_starts_no_programs_does_not(lack: dict[str, int]) -> None:
    assert not temporary_files.has_room(found(**lack))


def test_one_that_is_not_there_does_not(tmp_path: Path) -> None:
    assert not temporary_files.serves(tmp_path / "nowhere")


@pytest.mark.parametrize("already", ["", "/somewhere"])
def test_it_is_named_also_for_processes_below_where_nobody_names_another(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, already: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", already)
    if not already:
        monkeypatch.delenv("TMPDIR")
    for name, value in (("BYTES", 1), ("FILES", 0), ("FOLDER", tmp_path)):
        monkeypatch.setattr(temporary_files, name, value)
    temporary_files.keep_in_memory()
    assert os.environ["TMPDIR"] == (already or str(tmp_path))
    if not already:
        assert tempfile.gettempdir() == str(tmp_path)
