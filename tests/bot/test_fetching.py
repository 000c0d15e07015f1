"""Clones as runners really have them: shallow, of one branch, without a way to fetch; and clocks that do not agree."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from attacks.stage import Stage
from github.double.server import Double

from bot.runner import Job, Warm, verdict
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import LedgerBranch

Told = Callable[..., dict[str, Any]]
APPROVED: list[Any] = [{"open": {}}, {"review": {"by": "carol"}}]
SHALLOW = ("--depth", "1")
ALONE = ("--single-branch", "--no-tags")


@pytest.fixture
def job_of(stage: Stage, double: Double, warm: Warm, tmp_path: Path) -> Callable[..., Job]:
    """A job whose checkout is made now, with these options of `git clone`."""
    return lambda *checkout: Job(stage.world, double, tmp_path, warm=warm, checkout=checkout)


def stands(stage: Stage) -> str | None:
    return verdict(stage.world, stage.pull.head_oid)


def in_git(job: Job, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=job.clone, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("event", ["pull_request_target", "schedule"])
def test_the_checkout_that_actions_makes_by_default_is_completed(
    event: str, stage: Stage, job_of: Callable[..., Job], told: Told
) -> None:
    stage.play([{"main": {"files": {"docs/index.md": "Old\n"}}}, *APPROVED, {"main": {"files": {"docs/index.md": "New\n"}}}])
    job = job_of(*SHALLOW)
    done = job.run(event, told(event) if event != "schedule" else {})
    assert (done.code, stands(stage)) == (0, "success"), done.log
    assert done.log.count("note: the clone is shallow: fetching the rest of its history") == 1
    assert "the clone is shallow" in done.summary
    assert in_git(job, "rev-parse", "--is-shallow-repository") == "false"


def test_a_shallow_checkout_that_cannot_be_completed_shuts_the_gate(stage: Stage, job_of: Callable[..., Job], told: Told) -> None:
    stage.play([{"main": {"files": {"docs/index.md": "Old\n"}}}, *APPROVED])
    job = job_of(*SHALLOW)
    in_git(job, "remote", "set-url", "origin", (job.folder / "nowhere").as_uri())
    done = job.run("pull_request_target", told("pull_request_target"))
    assert (done.code, stands(stage)) == (5, "failure"), done.log


def test_a_clone_that_holds_everything_needs_no_remote(stage: Stage, job_of: Callable[..., Job], told: Told) -> None:
    stage.play([{"main": {"files": {"changeflow.yaml": {"edit": {"spec.ledger": None}}}}}, *APPROVED])
    job = job_of()
    in_git(job, "remote", "remove", "origin")
    in_git(job, "branch", "kept", stage.pull.head_oid)
    done = job.run("pull_request_target", told("pull_request_target"))
    assert (done.code, stands(stage)) == (0, "success"), done.log
    assert "note: nothing could be fetched" in done.log
    assert "the commits that GitHub's API names, which are here" in done.summary


@pytest.mark.parametrize("missing", ["head", "base", "ledger"])
def test_a_clone_that_lacks_a_part_shuts_the_gate_when_nothing_can_be_fetched(
    missing: str, stage: Stage, job_of: Callable[..., Job], told: Told
) -> None:
    if missing == "base":
        job = job_of()
    stage.play(APPROVED)
    if missing == "head":
        stage.world.store.move("refs/heads/change", None)
    if missing == "base":
        stage.play([{"main": {"files": {"docs/index.md": "News\n"}}}])
        in_git(job, "fetch", "-q", "origin", "change")
    else:
        job = job_of()
    in_git(job, "remote", "set-url", "origin", (job.folder / "nowhere").as_uri())
    done = job.run("pull_request_target", told("pull_request_target"))
    assert (done.code, stands(stage)) == (5, "failure"), done.log
    if missing == "ledger":
        assert "the ledger `changeflow/ledger` is not here, and cannot be fetched" in done.log


def test_a_mirror_without_pull_requests_is_enough(stage: Stage, job_of: Callable[..., Job], told: Told) -> None:
    stage.play(APPROVED)
    job = job_of()
    stage.world.store.move("refs/pull/1/head", None)
    in_git(job, "branch", "-q", "-r", "-d", "origin/change")
    done = job.run("pull_request_target", told("pull_request_target"))
    assert (done.code, stands(stage)) == (0, "success"), done.log
    assert f"`origin` has no `refs/pull/1/head`; the head came by its name, {stage.pull.head_oid[:12]}" in done.log


@pytest.mark.parametrize("checkout", [SHALLOW, ALONE], ids=["shallow", "one-branch"])
def test_what_landed_is_recorded_from_any_checkout(
    checkout: tuple[str, ...], stage: Stage, job_of: Callable[..., Job], told: Told
) -> None:
    before = stage.world.tip("main")
    stage.play([*APPROVED, {"merge": {}}, {"main": {"files": {"docs/index.md": "News\n"}}}])
    job = job_of(*checkout)
    payload = told("push", ref="refs/heads/main", before=before, after=stage.world.tip("main"))
    done = job.run("push", payload)
    assert done.code == 0, done.log
    entries = LedgerBranch(Git(stage.world.store.path), "changeflow/ledger").read().entries
    assert [(entry.kind, entry.change, getattr(entry.body, "open", None)) for entry in entries] == [
        ("assessment", "CHG-20261125-cache", None),
        ("decision", "CHG-20261125-cache", True),
    ]
    again = job.run("push", payload)
    assert (again.code, "recorded" in again.log) == (0, False), again.log


def test_evidence_is_read_where_the_checkout_has_one_branch_alone(stage: Stage, job_of: Callable[..., Job], told: Told) -> None:
    """Without the ledger a base older than the one that judged before would go unnoticed (A107)."""
    before = stage.world.tip("main")
    stage.play([*APPROVED, {"merge": {}}])
    first = job_of(*ALONE)
    done = first.run("push", told("push", ref="refs/heads/main", before=before, after=stage.world.tip("main")))
    assert done.code == 0, done.log
    stage.play([{"open": {"branch": "second", "rfc": {"spec.items.0.outage": "PT9M"}}}, {"review": {"by": "carol"}}])
    in_git(first, "update-ref", "-d", "refs/heads/changeflow/ledger")
    in_git(first, "update-ref", "-d", "refs/remotes/origin/changeflow/ledger")
    done = first.run("pull_request_target", told("pull_request_target"))
    assert in_git(first, "rev-parse", "refs/remotes/origin/changeflow/ledger")
    assert done.code in (0, 1), done.log


# -- clocks ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("late", [timedelta(minutes=6), timedelta(minutes=-6)], ids=["behind", "ahead"])
def test_a_runner_whose_clock_is_far_from_github_s_decides_nothing(late: timedelta, stage: Stage, job: Job, told: Told) -> None:
    stage.play(APPROVED)
    job.late = late
    done = job.run("pull_request_target", told("pull_request_target"))
    assert (done.code, stands(stage)) == (5, "failure"), done.log
    assert "this machine's clock and GitHub's are" in done.log
    stage.play([{"main": {"files": {"app/settings.ini": "version = 9\n"}}}])
    job.refresh()
    job.options = ("--record",)
    kept = job.run("push", told("push", ref="refs/heads/main", before=None, after=stage.world.tip("main")))
    assert (kept.code, stage.world.store.tip("refs/heads/changeflow/ledger")) == (5, None), kept.log
    job.options = ()
    job.late = late / 6
    again = job.run("pull_request_target", told("pull_request_target"))
    assert (again.code, stands(stage)) == (0, "success"), again.log
