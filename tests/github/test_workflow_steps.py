"""Steps that are workflows, in whole releases: one journal, one dispatch, whoever is killed."""

from __future__ import annotations

import base64
import contextlib
import html
import json
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from github.double.actions import Workflow
from github.double.server import Double
from github.double.world import World
from tests.release.site import CONFIG, ID, Done, Site, git, run_step
from tests.repositories import speaking

KEY = "allow_simulated_clock: true"
SANDBOX = CONFIG.replace(KEY, f"{KEY}, environments: {{copy: {{kind: sandbox}}, office: {{kind: live}}}}")
LIMIT = {"trigger": "errors", "limit": "PT30M"}
ENDED = (("completed", "success"),)


def workflow(**words: Any) -> dict[str, Any]:
    return {"repository": "acme/changes", "file": "deploy.yml", "ref": "main", "inputs": {"environment": "production"}, **words}


def dispatching(name: str, **words: Any) -> dict[str, Any]:
    return {"name": name, "workflow": workflow(), **words}


@dataclass
class Stage:
    site: Site
    world: World
    double: Double

    @property
    def reach(self) -> dict[str, str]:
        return {"GITHUB_API_URL": self.double.url, "GITHUB_TOKEN": self.world.token(self.world.apps["changeflow-bot"])}

    def release(self, verb: str, *more: str) -> Done:
        return self.site.cli("release", verb, ID, "--format", "json", *more, **self.reach)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        surroundings = self.site.environment | speaking(arguments) | self.reach
        return subprocess.Popen(
            self.site.argv(*arguments), cwd=self.site.root, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    @property
    def bodies(self) -> list[dict[str, Any]]:
        names = git(self.site.root, "log", "--reverse", "--format=", "--name-only", "changeflow/ledger").split()
        found = []
        for name in names:
            if name.endswith("-release.json"):
                envelope = json.loads(git(self.site.root, "show", f"changeflow/ledger:{name}"))
                found.append(json.loads(base64.b64decode(envelope["payload"]))["predicate"])
        return found

    def outcome(self, key: str) -> dict[str, Any]:
        return next(body for body in reversed(self.bodies) if body["key"] == key and body["event"] == "outcome")


@pytest.fixture
def stage(tmp_path: Path, world: World, double: Double) -> Stage:
    world.workflows["deploy.yml"] = Workflow(course=ENDED)
    return Stage(Site.at(tmp_path / "site", **{"changeflow.yaml": SANDBOX}), world, double)


def keys(world: World) -> list[str]:
    return [run.inputs["changeflow"].rpartition(" ")[0].removeprefix(f"{ID} ") for run in world.dispatched]


def test_a_workflow_is_a_step_like_any_other_with_its_verify_and_its_page_on_the_ledger(stage: Stage) -> None:
    step = dispatching("Deploy", verify=["./scripts/mark", "verified"])
    stage.site.change(steps=[step], verification=[])
    done = stage.release("run")
    assert done.answer["state"] == "implemented", done.err
    assert keys(stage.world) == ["implementation/0"]
    page = stage.double.url + f"/acme/changes/actions/runs/{stage.world.dispatched[0].id}"
    outcome = stage.outcome("implementation/0")
    assert (outcome["outcome"], outcome["exit_code"]) == ("done", 0)
    assert outcome["note"] == f"workflow run {page}: success"
    assert page in outcome["output"]
    assert done.answer["steps"][0]["detail"] == outcome["note"]
    assert stage.site.marks == ["implementation/0 verified"]
    chinese = stage.site.cli("release", "status", ID, "--lang", "zh").out
    assert f"工作流运行 {page}" in chinese


def test_a_verify_that_says_no_fails_a_workflow_that_ended_well(stage: Stage) -> None:
    stage.site.change(steps=[dispatching("Deploy", verify=["./scripts/marked", "never"], irreversible="It is out")], verification=[])
    assert stage.release("run").answer["state"] != "implemented"
    assert stage.outcome("implementation/0")["outcome"] == "failed"


def test_a_workflow_is_undone_by_a_workflow(stage: Stage) -> None:
    undo = {"workflow": workflow(inputs={"environment": "back"})}
    steps = [dispatching("Deploy", undo=undo), run_step("Break", "fail", undo={"run": ["./scripts/mark", "mended"]})]
    stage.site.change(steps=steps, verification=[], rollback=LIMIT)
    done = stage.release("run")
    assert done.answer["state"] == "rolled_back", done.err
    assert keys(stage.world) == ["implementation/0", "undo/0"]
    assert [run.inputs["environment"] for run in stage.world.dispatched] == ["production", "back"]
    assert len({run.inputs["changeflow"] for run in stage.world.dispatched}) == 2


def test_a_workflow_that_fails_turns_the_release_back(stage: Stage) -> None:
    stage.world.workflows["deploy.yml"].course = (("completed", "failure"),)
    stage.site.change(steps=[dispatching("Deploy")], verification=[])
    done = stage.release("run")
    assert done.answer["state"] == "rolled_back"
    assert stage.outcome("implementation/0")["note"].endswith(": failure")


def kill_with_child(driver: int) -> None:
    """Kill the driver and the program of its step, as a machine that loses its power."""
    found = [driver]
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            if int((folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1]) == driver:
                found.append(int(folder.name))
    for pid in found:
        os.kill(pid, signal.SIGKILL)


def run_and_kill(stage: Stage, route: str, *, skip: int = 0, child: bool = True) -> None:
    held: dict[str, subprocess.Popen[str]] = {}

    def strike() -> None:
        if child:
            kill_with_child(held["driver"].pid)
        else:
            held["driver"].kill()

    stage.double.faults.add(route, "hook", hook=strike, skip=skip)
    held["driver"] = stage.start("release", "run", ID)
    held["driver"].communicate(timeout=60)
    assert held["driver"].returncode == -signal.SIGKILL


@pytest.fixture
def one(stage: Stage) -> Stage:
    stage.site.change(steps=[dispatching("Deploy")], verification=[])
    return stage


@pytest.mark.parametrize(("route", "skip"), [("POST */dispatches", 0), ("GET */actions/runs/*", 0)])
def test_a_release_that_is_killed_after_its_dispatch_follows_that_run_and_dispatches_none(one: Stage, route: str, skip: int) -> None:
    run_and_kill(one, route, skip=skip)
    assert [body["event"] for body in one.bodies][-1] == "intent"
    resumed = one.release("resume")
    assert resumed.answer["state"] == "implemented", resumed.err
    assert keys(one.world) == ["implementation/0"]
    assert one.outcome("implementation/0")["note"].endswith(": success")
    assert one.site.cli("ledger", "verify").code == 0


def test_a_run_that_failed_while_nobody_looked_is_a_failure(one: Stage) -> None:
    one.world.workflows["deploy.yml"].course = (("completed", "failure"),)
    run_and_kill(one, "GET */actions/runs/*")
    assert one.release("resume").answer["state"] == "rolled_back"
    assert keys(one.world) == ["implementation/0"]


def test_a_driver_that_is_killed_alone_leaves_its_program_that_dispatches_once(one: Stage) -> None:
    one.world.workflows["deploy.yml"].course = (("queued", None), ("in_progress", None), ("completed", "success"))
    run_and_kill(one, "POST */dispatches", child=False)
    for _ in range(60):
        resumed = one.release("resume")
        if resumed.answer["state"] != "implementing":
            break
        time.sleep(0.3)
    assert resumed.answer["state"] == "implemented", resumed.err
    assert keys(one.world) == ["implementation/0"]


def test_a_release_without_a_token_does_not_begin(one: Stage) -> None:
    done = one.site.cli("release", "run", ID, GITHUB_API_URL=one.double.url, GITHUB_TOKEN="", GH_TOKEN="")
    assert (done.code, one.world.dispatched, git(one.site.root, "branch", "--list", "changeflow/ledger")) == (1, [], "")
    assert "neither GITHUB_TOKEN nor GH_TOKEN is set" in done.out


def test_a_rehearsal_dispatches_what_the_request_says_for_it_under_a_key_of_its_own(stage: Stage) -> None:
    there = workflow(rehearsal={"inputs": {"environment": "copy"}})
    step = {"name": "Deploy", "workflow": there, "undo": {"workflow": there}}
    stage.site.change(steps=[step], verification=[], rollback=LIMIT)
    shown = stage.site.cli("release", "rehearse", ID, "--format", "json", **stage.reach)
    assert shown.answer["state"] == "passed", shown.err
    assert keys(stage.world) == ["implementation/0", "undo/0"]
    first = {run.inputs["changeflow"] for run in stage.world.dispatched}
    stage.site.cli("release", "rehearse", ID, **stage.reach)
    assert len(first | {run.inputs["changeflow"] for run in stage.world.dispatched}) == 4
    assert {run.inputs["environment"] for run in stage.world.dispatched} == {"copy"}


def test_a_rehearsal_dispatches_nothing_where_the_request_does_not_say_where(stage: Stage) -> None:
    stage.site.change(steps=[dispatching("Deploy", undo={"workflow": workflow()})], verification=[], rollback=LIMIT)
    shown = stage.site.cli("release", "rehearse", ID, "--format", "json", **stage.reach)
    assert shown.answer["state"] != "passed"
    assert stage.world.dispatched == []


def test_the_plan_and_the_request_show_the_workflow(stage: Stage) -> None:
    stage.site.change(steps=[dispatching("Deploy", undo={"workflow": workflow(commit="a" * 40)})], verification=[])
    shown = stage.site.cli("release", "plan", ID).out
    assert re.search(r"workflow +acme/changes/\.github/workflows/deploy\.yml@main environment=production", shown)
    assert re.search(rf"undo +acme/changes/\.github/workflows/deploy\.yml@{'a' * 40}", shown)
    told = html.unescape(stage.site.cli("show", ID, "--format", "markdown").out)
    assert re.search(rf"undo: workflow .*deploy\.yml@{'a' * 40} environment=production", told.replace("\\", ""))
