"""Workflows and the action: valid, audited, pinned, with the least rights, and nothing of a pull request runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.workflows.places import ACTION, OWN, PROJECT, read, run, shipped, tool

PINNED = re.compile(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40}")
TEXTS = shipped() | {f"own {path.name}": path.read_text(encoding="utf-8") for path in OWN}
WORKFLOWS = {name: read(text) for name, text in TEXTS.items()}
SCRIPTS = sorted(ACTION.glob("*.sh"))


def steps(workflow: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


def checkouts(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step.get("with", {}) for step in steps(workflow) if step.get("uses", "").startswith("actions/checkout@")]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for name, text in shipped().items():
        (folder / name).write_text(text, encoding="utf-8")
    return tmp_path / ".github"


def test_three_workflows_are_written_for_github_and_none_otherwise() -> None:
    assert sorted(shipped()) == ["changeflow-preview.yml", "changeflow-signal.yml", "changeflow.yml"]


def test_the_audit_finds_nothing(written: Path) -> None:
    code, said = run(*tool("zizmor"), "--offline", "--pedantic", "--no-progress", str(written), str(PROJECT / ".github"))
    assert code == 0, said


def test_the_audit_would_find_something(written: Path) -> None:
    (written / "workflows" / "bad.yml").write_text(
        "on: pull_request_target\njobs: {a: {runs-on: x, steps: [{run: 'echo ${{ github.event.pull_request.title }}'}]}}\n",
        encoding="utf-8",
    )
    code, said = run(*tool("zizmor"), "--offline", "--no-progress", str(written))
    assert code != 0
    assert "template-injection" in said


def test_every_exception_from_the_audit_has_its_reason_beside_it() -> None:
    for name, text in TEXTS.items():
        for line in text.splitlines():
            if "zizmor:" in line:
                assert re.search(r"zizmor: ignore\[[a-z-]+\] -- \w", line), f"{name}: {line}"


def test_the_workflows_fit_their_schema(written: Path) -> None:
    files = [*(str(path) for path in sorted(written.rglob("*.yml"))), *map(str, OWN)]
    code, said = run(*tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", *files)
    assert code == 0, said


def test_the_action_fits_its_schema() -> None:
    code, said = run(*tool("check-jsonschema"), "--builtin-schema", "vendor.github-actions", str(ACTION / "action.yml"))
    assert code == 0, said


@pytest.mark.parametrize("name", TEXTS)
def test_rights_are_given_to_jobs_and_nothing_runs_without_a_limit(name: str) -> None:
    workflow = WORKFLOWS[name]
    assert workflow["permissions"] in ({}, {"contents": "read"})
    assert all(0 < job["timeout-minutes"] <= 30 for job in workflow["jobs"].values())


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_used_is_pinned_by_its_full_hash(name: str) -> None:
    for step in steps(WORKFLOWS[name]):
        uses = step.get("uses")
        assert uses is None or PINNED.fullmatch(uses) or (name.startswith("own") and uses.startswith("./")), uses
    assert all(not checkout.get("persist-credentials", True) for checkout in checkouts(WORKFLOWS[name]))


def test_the_action_uses_what_the_project_s_own_workflow_uses() -> None:
    action = yaml.safe_load((ACTION / "action.yml").read_text(encoding="utf-8"))
    used = {step["uses"] for step in action["runs"]["steps"] if "uses" in step}
    assert all(PINNED.fullmatch(uses) for uses in used)
    assert used <= {step.get("uses") for step in steps(read(TEXTS["own ci.yml"]))}


@pytest.mark.parametrize("name", shipped())
def test_no_shipped_workflow_takes_code_of_a_pull_request(name: str) -> None:
    workflow = WORKFLOWS[name]
    refs = [checkout.get("ref") for checkout in checkouts(workflow)]
    allowed = ["${{ github.event.repository.default_branch }}", "${{ github.event.pull_request.base.sha }}"]
    assert all(ref in allowed for ref in refs)
    assert not any("cache" in step.get("uses", "") or "cache" in step.get("with", {}) for step in steps(workflow))
    assert "head_ref" not in TEXTS[name]
    assert "pull_request.head" not in TEXTS[name]


def test_no_expression_becomes_part_of_a_script() -> None:
    action = yaml.safe_load((ACTION / "action.yml").read_text(encoding="utf-8"))
    every = [*action["runs"]["steps"], *(step for workflow in WORKFLOWS.values() for step in steps(workflow))]
    assert not [step["run"] for step in every if "${{" in step.get("run", "")]


def test_the_signal_may_do_nothing_and_does_nothing() -> None:
    signal = WORKFLOWS["changeflow-signal.yml"]
    assert signal["permissions"] == {}
    assert all("permissions" not in job and "environment" not in job for job in signal["jobs"].values())
    assert [step for job in signal["jobs"].values() for step in job["steps"]] == [{"run": "true"}]
    assert WORKFLOWS["changeflow.yml"]["on"]["workflow_run"]["workflows"] == [signal["name"]]


def test_only_the_recorder_may_write_to_the_repository() -> None:
    jobs = WORKFLOWS["changeflow.yml"]["jobs"]
    writing = {name: sorted(right for right, how in job["permissions"].items() if how == "write") for name, job in jobs.items()}
    assert writing == {"judge": ["checks", "pull-requests"], "record": ["contents"]}
    assert all(how == "read" for how in WORKFLOWS["changeflow-preview.yml"]["jobs"]["preview"]["permissions"].values())


def test_the_app_s_token_has_the_rights_of_the_job_s_own_and_no_more() -> None:
    for job in WORKFLOWS["changeflow.yml"]["jobs"].values():
        (token,) = [step["with"] for step in job["steps"] if "create-github-app-token" in step.get("uses", "")]
        asked = {key.removeprefix("permission-"): value for key, value in token.items() if key.startswith("permission-")}
        assert asked == job["permissions"]


def test_the_key_is_only_in_jobs_that_run_from_the_default_branch() -> None:
    bot = WORKFLOWS["changeflow.yml"]
    assert set(bot["on"]) == {"pull_request_target", "workflow_run", "issue_comment", "push", "schedule", "workflow_dispatch"}
    assert all(job["environment"] == {"name": "changeflow", "deployment": False} for job in bot["jobs"].values())
    for name in ("changeflow-signal.yml", "changeflow-preview.yml"):
        assert "secrets." not in TEXTS[name]
        assert all("environment" not in job for job in WORKFLOWS[name]["jobs"].values())


def test_a_run_that_writes_is_never_cancelled() -> None:
    for job in WORKFLOWS["changeflow.yml"]["jobs"].values():
        assert job["concurrency"]["cancel-in-progress"] is False
    assert WORKFLOWS["changeflow.yml"]["jobs"]["record"]["concurrency"]["queue"] == "max"


def test_a_merge_group_is_never_dropped_for_a_newer_event_of_one_of_its_pull_requests() -> None:
    group = WORKFLOWS["changeflow.yml"]["jobs"]["judge"]["concurrency"]["group"]
    assert group.index("workflow_run.head_sha") < group.index("workflow_run.pull_requests")


def test_no_job_is_named_like_the_gate() -> None:
    names = {job.get("name", key) for workflow in WORKFLOWS.values() for key, job in workflow["jobs"].items()}
    assert not [name for name in names if name.strip().casefold() == "changeflow/gate"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_the_scripts_are_bash_and_stop_at_the_first_error(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in text
    assert not re.search(r"\beval\b|\$\{\{", text)
    assert run("bash", "-n", str(script)) == (0, "")
