"""The workflow files that are shipped, and the programs that check them."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from changeflow.documents.starter import Newcomer, repository_files
from changeflow.hosts.table import host_named

PROJECT = Path(__file__).resolve().parents[2]
ACTION = PROJECT / ".github" / "actions" / "changeflow"
OWN = sorted((PROJECT / ".github" / "workflows").glob("*.yml"))
USES = "acme/changeflow/.github/actions/changeflow@0123456789abcdef0123456789abcdef01234567"


def shipped() -> dict[str, str]:
    """File name -> text of every workflow that `init --host github` writes."""
    files = repository_files(Newcomer("alice"), [], date(2026, 11, 21), host_named("github").starter(), USES)
    return {Path(path).name: text.decode() for path, text in files.items() if path.startswith(".github/workflows/")}


def read(text: str) -> dict[str, Any]:
    """A workflow as data. YAML 1.1 takes the key `on` for true."""
    data: dict[Any, Any] = yaml.safe_load(text)
    return {("on" if key is True else key): value for key, value in data.items()}


def tool(module: str) -> list[str]:
    """The command line of a checker that is installed beside Python; the test is skipped where it is not."""
    program = Path(sys.executable).with_name(module)
    if program.exists():
        return [str(program)]
    if importlib.util.find_spec(module.replace("-", "_")) is None:
        pytest.skip(f"{module} is not installed (make test installs it)")
    return [sys.executable, "-m", module.replace("-", "_")]


def run(*command: str) -> tuple[int, str]:
    """Exit code and everything a program said."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr
