"""Programs that stand in front of the real ones on PATH: a git that is killed, an ssh-keygen that is too old."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from changeflow.repo import ssh

StandIn = Callable[[str, str], Path]


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """Put a shell script in the place of a program; `$REAL` in it is the real one."""
    monkeypatch.setattr(ssh, "_held", set())  # what was found to hold earlier in this process would not be asked again
    folder = tmp_path / "stand-ins"

    def put(program: str, script: str) -> Path:
        real = shutil.which(program)
        if not folder.is_dir():
            folder.mkdir()
            monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        file = folder / program
        file.write_text(f"#!/bin/sh\nREAL={real}\n{script}\n", encoding="utf-8")
        file.chmod(0o755)
        return file

    return put
