"""Attacks and twins end to end: `changeflow ci` as a process, by the environment and the event file alone, against the double."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from bot.conftest import descriptions, warm  # noqa: F401 - fixtures
from bot.runner import Done, Job, Warm, verdict
from github.double import start
from github.double.server import Double
from github.double.world import Pull

from attacks.scenario import Case, cases
from attacks.stage import Stage
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import LedgerBranch

STANDS = {"open": "success", "pending": "in_progress", "shut": "failure", "error": "failure"}


@contextmanager
def running(stage: Stage, folder: Path) -> Iterator[Double]:
    with start.double_of(stage.world, folder) as double:
        yield double
    assert double.problems == []


def payload(stage: Stage, event: str) -> dict[str, Any]:
    """As much of an event as points at the pull request. GitHub's own shapes are used in tests/bot."""
    repository = {"full_name": "acme/changes", "id": stage.world.repository_id}
    pull: Pull | None = getattr(stage, "pull", None)
    number = pull.number if pull else 1
    match event:
        case "push":
            return {"repository": repository, "ref": "refs/heads/main", "before": stage.named.get("before"), "after": stage.world.tip("main")}
        case "issue_comment":
            return {"repository": repository, "action": "created", "issue": {"number": number, "pull_request": {}}}
        case "schedule" | "schedule --record":
            return {"schedule": "*/10 * * * *"}
        case "merge_group":
            entry = stage.world.queue[-1]
            ref = f"refs/heads/gh-readonly-queue/main/pr-{entry.pull}-{entry.base}"
            group = {"head_sha": stage.named.get("group", entry.head), "head_ref": ref, "base_ref": "refs/heads/main"}
            return {"repository": repository, "action": "checks_requested", "merge_group": group}
        case _:
            return {"repository": repository, "number": number, "pull_request": {"number": number, "head": {"sha": pull.head_oid if pull else ""}}}


def play(case: Case, stage: Stage, job: Job, double: Double) -> Done:
    """Play the steps; `ci: EVENT` among them runs the bot, `fault:` breaks the next answers."""
    stage.named["before"] = stage.world.tip("main")
    for step in case.told["steps"]:
        if "ci" in step:
            run(stage, job, step["ci"])
        elif "fault" in step:
            told = {**step["fault"]}
            double.faults.add(told.pop("route"), "answer", body=told.pop("body", "{}").encode(), **told)
        else:
            stage.play([step])
    return run(stage, job, case.told.get("event", "pull_request_target"), **case.told.get("environment", {}))


def run(stage: Stage, job: Job, event: str, **more: str) -> Done:
    """Run the bot for an event; `schedule --record` is the other job of the workflow, the one that records."""
    name, *job.options = event.split()
    if name == "push" or job.options:
        job.refresh()
    return job.run(name, payload(stage, event), **more)


def complaints(case: Case, stage: Stage, job: Job, done: Done) -> list[str]:
    expect = case.expect
    states = expect.get("state", [])
    states = states if isinstance(states, list) else [states]
    pull: Pull | None = getattr(stage, "pull", None)
    said = []
    if states:
        assert pull is not None
        oid = stage.oid(expect.get("on", "head"))
        assert oid is not None
        found = verdict(stage.world, oid)
        wanted = {STANDS.get(state) for state in states}
        said += [] if found in wanted else [f"the verdict on GitHub is {found}, expected {wanted}"]
        told = done.outputs.get("states", "")
        one = expect.get("outputs", [f"{pull.number}={state}" for state in states])
        said += [] if told in one else [f"the output says {told}, expected {one}"]
    ours = [comment for comment in (pull.comments if pull else []) if comment.author is stage.world.apps["changeflow-bot"].bot]
    body = ours[-1].body if ours else ""
    said += [f"{len(ours)} comments of ours"] if "own_comments" in expect and len(ours) != expect["own_comments"] else []
    uncounted = [line.replace("\\", "") for line in body.splitlines() if line.startswith("- not counted: ")]
    names = {"ghost": "the account that gave this review is gone"}
    for who in expect.get("ignored") or {}:
        said += [] if any(names.get(who, who) in line for line in uncounted) else [f"{who} is not shown as ignored: {uncounted}"]
    said += [f"{who} is not shown as counted" for who in expect.get("counted", []) if f"- `{who}` for" not in body]
    said += [f"{who} is shown as counted" for who in expect.get("not_counted", []) if f"- `{who}` for" in body]
    said += [f"the log lacks: {text}" for text in expect.get("log", []) if text not in done.log]
    said += [f"the comment lacks: {text}" for text in expect.get("comment", []) if text not in body]
    checks = [text for check in stage.world.checks for text in (check.title, check.summary, check.text) if text]
    shown = "\n".join([done.log, done.summary, *(comment.body for comment in ours), *checks])
    said += [f"somewhere it says: {text}" for text in expect.get("nowhere", []) if text in shown]
    if "exit" in expect and done.code != expect["exit"]:
        said.append(f"exit {done.code}, expected {expect['exit']}")
    if "control" in expect and done.outputs.get("control") != expect["control"]:
        said.append(f"the control is {done.outputs.get('control')}, expected {expect['control']}")
    if "recorded" in expect:
        entries = [one for one in LedgerBranch(Git(job.clone), "changeflow/ledger").read().entries if one.kind == "decision"]
        found_codes = [entry.body.decision.get("reason_code", "approved" if entry.body.open else "shut") for entry in entries]  # type: ignore[union-attr]
        said += [] if found_codes == expect["recorded"] else [f"the ledger says {found_codes}, expected {expect['recorded']}"]
    return said


@pytest.mark.parametrize("case", cases("bot"), ids=lambda case: case.name)
def test_the_bot_answers(
    case: Case, staged: Callable[[Case], Stage], descriptions: Path, warm: Warm, tmp_path: Path  # noqa: F811 - fixtures
) -> None:
    """Fails with the differences between what the case expects and what stands on GitHub."""
    stage = staged(case)
    with running(stage, descriptions) as double:
        job = Job(stage.world, double, tmp_path, warm=warm)
        done = play(case, stage, job, double)
        assert complaints(case, stage, job, done) == [], f"{case.told['title']}\n{done.log}"
