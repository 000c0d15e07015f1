"""A pull request that changes policies shows in its comment what they would have asked of the changes of the past."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import pytest
from attacks.stage import Stage

from bot.runner import Done, Job
from changeflow.bot import policies_tried
from changeflow.render.policy_backtest import TriedPolicies, comment_lines
from changeflow.render.presentation import MACHINE
from tests.bot.test_replay import APPROVED, land
from tests.git_isolation import fresh_git

__all__ = ["fresh_git"]

Told = Callable[..., dict[str, Any]]
HEADING = "These policies on the changes of the past"
RULES = "spec.rules.0"
STRICTER = {"id": "erin-too", "require": [{"role": "erin", "count": 1}], "message": "Erin agrees", "level": "deny"}


def propose(stage: Stage, edits: dict[str, Any], path: str = "policies/approve.yaml") -> None:
    stage.play([{"open": {"branch": "stricter", "files": {path: {"edit": edits}}, "title": "Stricter"}}])


def judged(stage: Stage, job: Job, told: Told) -> tuple[Done, str]:
    job.refresh()
    done = job.run("pull_request_target", told("pull_request_target", "opened"))
    return done, html.unescape(stage.pull.comments[0].body)


def test_the_comment_says_what_the_policies_would_have_asked(stage: Stage, job: Job, told: Told) -> None:
    land(stage, job, told, *APPROVED, {"merge": {}})
    propose(stage, {RULES: STRICTER})
    done, body = judged(stage, job, told)
    assert done.code == 1, "policies are approved by their owners, whatever the past says"
    section = body.partition(HEADING)[2]
    assert "1 judged of 1 found" in section
    assert "| 1 | 0 | goes through |" in section
    assert "| 0 | 1 | needs more people than agreed |" in section
    assert "CHG-20261125-cache" in section
    assert "1 more by" in section
    assert "What this cannot know" in section


@pytest.mark.parametrize("path", ["policies/roster.yaml", "docs/index.md"])
def test_other_files_are_not_tried(stage: Stage, job: Job, told: Told, path: str) -> None:
    land(stage, job, told, *APPROVED, {"merge": {}})
    if path.endswith(".md"):
        stage.play([{"open": {"branch": "other", "files": {path: "News\n"}}}])
    else:
        propose(stage, {"spec.people.dave.name": "David"}, path)
    assert HEADING not in judged(stage, job, told)[1]


def test_policies_that_cannot_be_read_are_not_tried_and_stay_shut(stage: Stage, job: Job, told: Told) -> None:
    land(stage, job, told, *APPROVED, {"merge": {}})
    stage.play([{"open": {"branch": "broken", "files": {"policies/approve.yaml": "spec: [\n"}}}])
    done, body = judged(stage, job, told)
    assert done.code == 1
    assert "They could not be tried" in body.partition(HEADING)[2]


def test_without_a_past_it_says_so(stage: Stage, job: Job, told: Told) -> None:
    propose(stage, {RULES: STRICTER})
    assert "They could not be tried" in judged(stage, job, told)[1].partition(HEADING)[2]


def test_text_of_the_proposal_formats_nothing(stage: Stage, job: Job, told: Told) -> None:
    land(stage, job, told, *APPROVED, {"merge": {}})
    words = "</details> ![x](http://evil.example/x.png) @carol #1 `"
    rule = STRICTER | {"message": words, "id": "loud", "when": f'change.title != "{words}"'}
    propose(stage, {RULES: rule})
    job.refresh()
    job.run("pull_request_target", told("pull_request_target", "opened"))
    section = stage.pull.comments[0].body.partition(HEADING)[2].partition("<sub>")[0]
    assert "evil.example" not in section
    assert section.count("</details>") == 1


def test_the_work_is_bounded_and_said_to_be() -> None:
    assert policies_tried.EFFORT == (200, 10.0)


def test_why_nothing_was_tried_is_escaped() -> None:
    lines = comment_lines(TriedPolicies(None, "`<script>` @carol"), MACHINE)
    assert "<script>" not in "\n".join(lines)
