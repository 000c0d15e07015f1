"""The quick start, typed as it stands, ends with a released and reviewed change."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
BLOCKS = re.findall(r"^```sh\n(.*?)^```", (PROJECT / "docs/quickstart.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Every `sh` block in order, in one shell that stops at the first failure, for somebody git does not know."""
    folder = tmp_path_factory.mktemp("newcomer")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "CHANGEFLOW_", "SSH_"))}
    environment = kept | {
        "HOME": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    script = "set -euo pipefail\n" + "\n".join(BLOCKS)
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
    return folder / "quickstart/shop", done.stdout


def test_the_change_is_released(typed: tuple[Path, str]) -> None:
    shop, said = typed
    assert (shop / ".state/website-preview").read_text() == "2.0\n"
    assert "-website-2-0: implemented" in said


def test_the_gates_answer_as_the_text_says(typed: tuple[Path, str]) -> None:
    verdicts = re.findall(r"^gate (\w+) of \S+: (OPEN|SHUT)", typed[1], re.MULTILINE)
    assert verdicts == [("approve", "SHUT"), ("approve", "OPEN"), ("deploy", "OPEN"), ("close", "OPEN")]
    assert "Class: minor" in typed[1]
    assert "could act: carol" in typed[1]


def test_all_evidence_is_signed_and_verifies(typed: tuple[Path, str]) -> None:
    found = re.search(r"ok: (\d+) entries in an unbroken chain, (\d+) signed", typed[1])
    assert found is not None
    assert found[1] == found[2]


def test_nothing_is_left_uncommitted(typed: tuple[Path, str]) -> None:
    done = subprocess.run(["git", "-C", str(typed[0]), "status", "--porcelain"], capture_output=True, text=True, check=True)
    assert done.stdout == ""
