"""The clock of files tells the time that a file of a folder gets, whatever this machine's clock says."""

from __future__ import annotations

from pathlib import Path

from changeflow.repo.file_clock import file_time


def test_the_time_is_between_those_of_files_made_before_and_after_and_nothing_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    before, after = folder / "before", folder / "after"
    before.touch()
    told = file_time(folder)
    after.touch()
    assert told is not None
    assert before.stat().st_ctime_ns <= told <= after.stat().st_ctime_ns
    assert sorted(folder.iterdir()) == [after, before]


def test_where_no_file_can_be_made_there_is_no_time(tmp_path: Path) -> None:
    assert file_time(tmp_path / "missing") is None
