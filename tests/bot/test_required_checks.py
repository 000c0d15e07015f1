"""A rule that asks for a check run of the host, against the double, and where no pull request is judged."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from attacks.stage import Stage

from bot.runner import Job, verdict
from tests.git_isolation import fresh_git

__all__ = ["fresh_git"]

Told = Callable[..., dict[str, Any]]
RULE = """\
apiVersion: changeflow/v1
kind: Policy
metadata: {id: proved}
spec:
  gate: approve
  rules:
    - id: proved-by-ci
      require_evidence: [{kind: check, name: build}]
      message: CI has built the commit
      clause: Organisation's own
"""
REVIEWED = [{"open": {}}, {"review": {"by": "carol"}}]


@pytest.fixture
def asked(stage: Stage, job: Job) -> Job:
    stage.play([{"main": {"by": "dave", "files": {"policies/proved.yaml": RULE}}}])
    job.refresh()
    return job


def judged(stage: Stage, job: Job, told: Told) -> tuple[str | None, str]:
    done = job.run("pull_request_target", told("pull_request_target"))
    assert done.code in (0, 1), done.log
    return verdict(stage.world, stage.pull.head_oid), stage.pull.comments[0].body


def test_only_a_check_run_that_ended_well_proves_it(stage: Stage, asked: Job, told: Told) -> None:
    stage.play(REVIEWED)
    shut, said = judged(stage, asked, told)
    assert shut != "success"
    assert "CI has built the commit: the code host shows no check run" in said, said
    stage.play([{"check": {"name": "build", "conclusion": "failure"}}])
    shut, said = judged(stage, asked, told)
    assert shut != "success"
    assert "CI has built the commit: " in said
    assert "no check run" not in said
    stage.play([{"check": {"name": "build"}}])
    assert judged(stage, asked, told)[0] == "success"


def test_a_check_of_an_earlier_commit_proves_nothing_of_this_one(stage: Stage, asked: Job, told: Told) -> None:
    stage.play([*REVIEWED, {"check": {"name": "build"}}, {"push": {"rfc": {"metadata.title": "A larger page cache for all"}}}])
    assert judged(stage, asked, told)[0] != "success"


def test_where_no_pull_request_is_judged_the_gate_stays_shut_and_says_where_checks_are_known(stage: Stage, asked: Job, told: Told) -> None:
    stage.play([*REVIEWED, {"check": {"name": "build"}}])
    assert judged(stage, asked, told)[0] == "success"
    git = ["git", "-C", str(asked.clone)]
    subprocess.run([*git, "fetch", "-q", "origin", stage.pull.head_ref], check=True, capture_output=True)
    subprocess.run([*git, "checkout", "-q", "FETCH_HEAD"], check=True, capture_output=True)
    (change,) = [path.name for path in (asked.clone / "changes").iterdir()]
    command = [sys.executable, "-m", "changeflow", "--repo", str(asked.clone), "gate", "approve", change, "--now", "2026-11-24T10:00:00Z"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1, done.stderr
    said = " ".join(done.stdout.split())
    assert "the code host is not asked here, so the check run `build` of this commit is not known" in said
    assert "changeflow evidence record --kind junit --name NAME --path FILE --check build`" in said
