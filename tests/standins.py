"""Programs that stand in front of the real ones on PATH: a git that is killed, an ssh-keygen that is too old."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from changeflow.ledger import ssh_verification
from changeflow.repo import signature_verifier

StandIn = Callable[[str, str], Path]


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """Put a shell script in the place of a program; `$REAL` in it is the real one."""
    folder = tmp_path / "stand-ins"

    def put(program: str, script: str) -> Path:
        # What was found to hold earlier in this process would not be asked again.
        monkeypatch.setattr(signature_verifier, "_held", set())
        real = shutil.which(program)
        if not folder.is_dir():
            folder.mkdir()
            monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        file = folder / program
        file.write_text(f"#!/bin/sh\nREAL={real}\n{script}\n", encoding="utf-8")
        file.chmod(0o755)
        return file

    return put


@pytest.fixture
def without_library(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the library that checks signatures in this process be one that cannot be imported: ssh-keygen is left."""
    monkeypatch.setattr(signature_verifier, "_held", set())
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    ssh_verification._judges_known_signatures.cache_clear()
    yield
    ssh_verification._judges_known_signatures.cache_clear()
