"""What stands for the installed libraries is another one once they are installed anew."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from changeflow.repo.index_store import libraries


@pytest.mark.parametrize("name", ["lib/python3/site-packages", "dist-packages", "any"])
def test_a_folder_of_libraries_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    folder = tmp_path / name
    (folder / "pydantic").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    before = libraries()
    assert libraries() == before
    (folder / "tzdata-2027.1.dist-info").mkdir()
    os.utime(folder, (1, 1))
    assert libraries() != before


def test_the_folder_that_a_command_is_started_in_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    before = libraries()
    (tmp_path / "changes").mkdir()
    os.utime(tmp_path, (1, 1))
    assert libraries() == before
