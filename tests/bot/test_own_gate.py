"""The gate of this very project, as GitHub would run it: a change repository in a folder, and code beside it that it is about."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attacks.stage import Stage

from bot.runner import Job, verdict
from changeflow.gate_cases.ci_checks import prerequisite_checks
from changeflow.model.pull_facts import CheckFact

PROJECT = Path(__file__).resolve().parents[2]
FOLDER = ".github/changeflow"
REQUEST = f"{FOLDER}/changes/CHG-20261125-cache/rfc.yaml"
CI = "Python 3.11 on ubuntu-24.04"
Told = Callable[..., dict[str, Any]]


@pytest.fixture
def ours(stage: Stage, job: Job) -> Job:
    """The double's repository holds this project's gate, and its maintainers have accounts."""
    own = PROJECT / FOLDER
    files = {f"{FOLDER}/{path.relative_to(own)}": path.read_text(encoding="utf-8") for path in own.rglob("*.yaml")}
    roster = f"{FOLDER}/policies/roster.yaml"
    for number, account in enumerate((1_001, 1_003, 1_004), start=1):
        files[roster] = re.sub(rf"(maintainer-{number}: \{{)", rf"\g<1>github_id: {account}, ", files[roster])
    stage.play([{"main": {"by": "erin", "files": files}}])
    job.refresh()
    job.more["CHANGEFLOW_REPO"] = str(job.clone / FOLDER)
    return job


def request_for_proof() -> dict[str, Any]:
    """The corpus' request, as one of this project's."""
    edits = {"metadata.requester": "maintainer-1", "spec.implementer": "maintainer-1"}
    return {REQUEST: {"request": {**edits, "spec.items": [{"ci": "proof", "action": "modify"}]}}}


def judged(stage: Stage, job: Job, told: Told) -> str | None:
    done = job.run("pull_request_target", told("pull_request_target"))
    assert done.code in (0, 1), done.log
    return verdict(stage.world, stage.pull.head_oid)


def test_code_with_a_request_opens_with_a_maintainer_and_ci(stage: Stage, ours: Job, told: Told) -> None:
    code = {"changeflow/gate/decide.py": "print()\n"}
    stage.play([{"open": {"files": {**request_for_proof(), **code}}}])
    assert judged(stage, ours, told) == "failure", "CI has not said anything yet"
    stage.play([{"check": {"name": CI}}])
    assert judged(stage, ours, told) == "in_progress"
    stage.play([{"review": {"by": "erin"}}])
    assert judged(stage, ours, told) == "in_progress", "erin is no maintainer"
    stage.play([{"review": {"by": "carol"}}])
    assert judged(stage, ours, told) == "success"
    assert "gate open" in stage.pull.comments[0].body
    assert "put them back" not in stage.pull.comments[0].body


def test_code_without_a_request_stays_out_and_documentation_goes_in(stage: Stage, ours: Job, told: Told) -> None:
    stage.play(
        [{"open": {"files": {"changeflow/gate/decide.py": "print()\n"}}}, {"check": {"name": CI}}, {"review": {"by": "carol"}}]
    )
    assert judged(stage, ours, told) == "failure"
    stage.play([{"open": {"branch": "words", "files": {"docs/guides/github.md": "Better words\n", "README.md": "Better\n"}}}])
    assert judged(stage, ours, told) == "success"


def test_a_workflow_is_governed_although_it_lies_outside_of_the_folder(stage: Stage, ours: Job, told: Told) -> None:
    stage.play([{"open": {"files": {".github/workflows/ci.yml": "on: push\n"}}}])
    assert judged(stage, ours, told) == "in_progress"
    stage.play([{"review": {"by": "dave"}}])
    assert judged(stage, ours, told) == "success"


def test_a_check_is_known_by_its_own_name_and_without_case() -> None:
    checks = [
        CheckFact(source="check", name=name, conclusion=conclusion, raw="")
        for name, conclusion in (("Unit Tests", "success"), ("unit tests ", "failure"))
    ]
    assert {check.name: check.conclusion for check in prerequisite_checks(checks)} == {
        "Unit Tests": "failure",
        "unit tests": "failure",
    }
