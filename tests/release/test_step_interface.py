"""docs/reference/step-interface.md says what a program really gets."""

from __future__ import annotations

import json
import re
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from changeflow.model.config import ReleaseConfig
from changeflow.release.plan import PlannedStep
from changeflow.release.step_output import TAIL
from changeflow.release_driver.steps import Doing
from changeflow.repo.programs import GRACE, Programs
from changeflow.repo.step_processes import MARK

PAGE = (Path(__file__).parents[2] / "docs/reference/step-interface.md").read_text(encoding="utf-8")
LOOK = """
import json, os, sys
print(json.dumps({
    "arguments": sys.argv[1:], "folder": os.getcwd(), "input": sys.stdin.read(), "leads": os.getsid(0) == os.getpid(),
    "one stream": os.fstat(1).st_ino == os.fstat(2).st_ino,
    "variables": {name: said for name, said in os.environ.items() if name.startswith("CHANGEFLOW_")},
}))
"""
STEP = PlannedStep("implementation", 1, "Look", (sys.executable,), None, None, timedelta(seconds=20))


@pytest.fixture(autouse=True)
def _no_variables_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("CHANGEFLOW_")]:
        monkeypatch.delenv(name)


def test_a_program_gets_what_the_page_says(tmp_path: Path) -> None:
    doing = Doing("CHG-20261121-db", STEP, "run", 7)
    argv = [sys.executable, "-c", LOOK, "a b", "$HOME; *"]
    ran = Programs(tmp_path).run(argv, environment=doing.environment, timeout=STEP.timeout)
    assert ran.how == "done", ran
    seen = json.loads(ran.output)
    assert seen["arguments"] == ["a b", "$HOME; *"]
    assert (Path(seen["folder"]), seen["input"], seen["leads"], seen["one stream"]) == (tmp_path.resolve(), "", True, True)
    variables = seen["variables"]
    assert variables.pop(MARK)
    assert variables == {
        "CHANGEFLOW_CHANGE": "CHG-20261121-db", "CHANGEFLOW_STEP_KEY": "implementation/1", "CHANGEFLOW_FENCE": "7",
        "CHANGEFLOW_ENVIRONMENT": "",
    }  # fmt: skip
    assert set(re.findall(r"^\| `(CHANGEFLOW_\w+)` \|", PAGE, re.MULTILINE)) == {*variables, MARK}


def test_the_limits_of_the_page_are_those_of_the_program() -> None:
    assert f"last {TAIL:,} bytes" in PAGE
    assert (GRACE, "after one second" in PAGE) == (1.0, True)
    assert (ReleaseConfig().step_timeout, "15 minutes" in PAGE) == (timedelta(minutes=15), True)
