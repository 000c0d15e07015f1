"""The installer says what is missing on a machine, instead of failing half-way."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with nothing but the installer."""
    (tmp_path / "requirements").mkdir()
    shutil.copy(PROJECT / "requirements/install.sh", tmp_path / "requirements/install.sh")
    (tmp_path / "bin").mkdir()
    return tmp_path


def python(checkout: Path, script: str) -> None:
    """Put a `python3` of our own making in front of the real ones."""
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        path = checkout / "bin" / name
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)


def install(checkout: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": f"{checkout / 'bin'}{os.pathsep}/usr/bin:/bin"}
    return subprocess.run(
        [checkout / "requirements/install.sh", "run"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_old_python_is_named_with_what_to_install(checkout: Path) -> None:
    python(checkout, 'case "$*" in *--version*) echo "Python 3.9.6" ;; *) exit 1 ;; esac')
    done = install(checkout)
    assert done.returncode == 1
    assert "no Python 3.11, 3.12, 3.13 or 3.14 found (python3 is: Python 3.9.6)" in done.stderr
    assert "hint: Debian: sudo apt install python3 python3-venv" in done.stderr


def test_a_debian_python_without_venv_is_told_apart(checkout: Path) -> None:
    python(checkout, f'case "$*" in *ensurepip*) exit 1 ;; *) exec {sys.executable} "$@" ;; esac')
    done = install(checkout)
    assert done.returncode == 1
    assert "cannot make virtual environments: ensurepip is missing" in done.stderr
    assert re.search(r"hint: sudo apt install python3\.\d+-venv", done.stderr)
    assert not (checkout / ".venv").exists()


def everything_on(terminal: int) -> str:
    """What was written to a terminal whose other end is closed: one read returns a part of it."""
    parts: list[bytes] = []
    with contextlib.suppress(OSError):
        while part := os.read(terminal, 65_536):
            parts.append(part)
    return b"".join(parts).decode()


@pytest.mark.parametrize("code", [0, 1])
def test_on_a_terminal_each_package_is_named_and_a_failure_is_one(
    checkout: Path, code: int
) -> None:
    (checkout / "requirements/run.txt").write_text(
        "one==1 \\\n    --hash=sha256:00\ntwo==2 \\\n    --hash=sha256:00\n",
        encoding="utf-8",
    )
    installs = f'*"-r requirements"*) echo "Collecting one==1 (from -r)"; echo "Collecting two==2"; exit {code} ;;'
    python(checkout, f'case "$*" in {installs} esac')
    (checkout / ".venv/bin").mkdir(parents=True)
    shutil.copy(checkout / "bin/python3", checkout / ".venv/bin/python")
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [checkout / "requirements/install.sh", "run"], env={"PATH": f"{checkout / 'bin'}{os.pathsep}/usr/bin:/bin"},
        stdout=theirs, stderr=theirs, check=False,
    )  # fmt: skip
    os.close(theirs)
    told = everything_on(ours)
    os.close(ours)
    assert done.returncode == code
    assert "  1 of 2: one==1" in told
    assert "  2 of 2: two==2" in told
    assert (checkout / ".venv/.run").exists() == (code == 0)


@pytest.mark.parametrize("name", ["run", "dev"])
def test_every_locked_file_has_hashes_and_no_index_is_named(name: str) -> None:
    text = (PROJECT / f"requirements/{name}.txt").read_text(encoding="utf-8")
    pins = re.findall(
        r"^([a-z0-9-]+)==([^ ]+).*\\\n((?:    --hash=sha256:[0-9a-f]{64}.*\n?)+)",
        text,
        re.MULTILINE,
    )
    assert len(pins) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE)) > 20
    assert not re.search(r"https?://|--index|--extra|--find-links|--trusted", text)


def test_development_has_the_versions_of_run_time() -> None:
    locked = {
        name: set(
            re.findall(
                r"^[a-z0-9-]+==\S+",
                (PROJECT / f"requirements/{name}.txt").read_text(encoding="utf-8"),
                re.MULTILINE,
            )
        )
        for name in ("run", "dev")
    }
    assert locked["run"] <= locked["dev"]


def test_workflows_pin_actions_by_commit_and_begin_without_rights() -> None:
    for path in (PROJECT / ".github/workflows").glob("*.yml"):
        text = path.read_text(encoding="utf-8")
        assert re.search(r"^permissions:", text, re.MULTILINE), path.name
        loose = [
            use
            for use in re.findall(r"\buses: (\S+)", text)
            if not re.fullmatch(r"(\./\S+|[\w.-]+/[\w./-]+@[0-9a-f]{40})", use)
        ]
        assert loose == [], path.name
