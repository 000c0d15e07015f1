"""Our assessment results, read and validated by compliance-trestle, a library for OSCAL (`make oscal`)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.report.papers import busy_office

AT = ("--now", "2026-12-05T10:00:00Z")
# the folder that `pip install --target` put compliance-trestle into
TRESTLE = os.environ.get("CHANGEFLOW_TRESTLE", "")
pytestmark = pytest.mark.skipif(not TRESTLE, reason="`make oscal` installs compliance-trestle and runs this")


def trestle(workspace: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": TRESTLE}
    command = [sys.executable, "-m", "trestle", *words]
    return subprocess.run(command, cwd=workspace, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_trestle_takes_the_results_of_both_languages_and_finds_them_valid(tmp_path: Path) -> None:
    office = busy_office(tmp_path / "shop")
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    assert trestle(workspace, "init", "--local").returncode == 0
    for language in ("en", "zh"):
        file = tmp_path / f"results.{language}.json"
        office.say("--lang", language, "audit", "--oscal", str(file), *AT)
        taken = trestle(workspace, "import", "-f", str(file), "-o", language)
        assert taken.returncode == 0, taken.stdout + taken.stderr
        judged = trestle(workspace, "validate", "-t", "assessment-results", "-n", language)
        assert judged.returncode == 0, judged.stdout + judged.stderr
        assert "VALID: Model" in judged.stdout + judged.stderr


def test_trestle_refuses_results_without_a_finding_target(tmp_path: Path) -> None:
    office = busy_office(tmp_path / "shop")
    file = tmp_path / "results.json"
    office.say("audit", "--oscal", str(file), *AT)
    file.write_text(file.read_text(encoding="utf-8").replace('"target":', '"aim":'), encoding="utf-8")
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    assert trestle(workspace, "init", "--local").returncode == 0
    assert trestle(workspace, "import", "-f", str(file), "-o", "broken").returncode != 0
