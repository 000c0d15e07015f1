"""From an open gate to the record: every way GitHub merges, the job that records, a merge queue's signal, and a race."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attacks.stage import Stage

from bot.runner import Done, Job, verdict
from changeflow.insight.period import Period
from changeflow.language.sentences import in_english
from changeflow.model.canonical import digest_bytes
from changeflow.model.clock import Clock
from changeflow.model.evidence import DecisionBody, ReviewBody
from changeflow.reading.view import locate
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import LedgerBranch
from changeflow.usecases.report.completeness import completeness

Told = Callable[..., dict[str, Any]]
APPROVED: list[Any] = [{"open": {}}, {"review": {"by": "carol"}}]
THREE: list[Any] = [
    {"open": {}},
    {"push": {"files": {"docs/index.md": "News\n"}}},
    {"push": {"rfc": {"spec.items.0.outage": "PT9M"}}},
    {"review": {"by": "carol"}},
]


def judged(stage: Stage, job: Job, told: Told) -> str | None:
    """The verdict that stands on the head after a run."""
    job.run("pull_request_target", told("pull_request_target"))
    return verdict(stage.world, stage.pull.head_oid)


def pushed(job: Job, told: Told, before: str, *options: str) -> Done:
    job.refresh()
    job.options = options
    done = job.run("push", told("push", ref="refs/heads/main", before=before, after=job.world.tip("main")))
    job.options = ()
    return done


def on_ledger(job: Job) -> list[Any]:
    """What the entries say."""
    return [entry.body for entry in LedgerBranch(Git(job.world.store.path), "changeflow/ledger").read().entries]


def recorded(job: Job) -> list[tuple[bool, Any, Any]]:
    """What was decided on record: whether it was open, the commit that landed, and why not."""
    decisions = [body for body in on_ledger(job) if isinstance(body, DecisionBody)]
    return [(body.open, body.decision["inputs"]["merged"], body.decision.get("reason_code")) for body in decisions]


def standings(job: Job) -> dict[str, tuple[str, str | None, str | None]]:
    """What became of each commit of the main branch, as `report unauthorised` says it of a bare clone."""
    view = locate(job.world.store.path)
    found = completeness(view, Period(None, None, ZoneInfo("UTC")), Clock(job.world.now, job.world.now))
    return {one.name: (one.standing, one.how, one.why) for one in found.deliveries if one.what != "release"}


@pytest.mark.parametrize(
    ("how", "moved_on"),
    [("merge", True), ("squash", True), ("rebase", True), ("rebase", False)],
    ids=["merge", "squash", "rebase-onto-a-later-base", "rebase-onto-its-own-base"],
)
def test_three_commits_behind_an_open_gate_are_sealed_whatever_way_they_land(
    how: str, moved_on: bool, stage: Stage, job: Job, told: Told
) -> None:
    stage.play(THREE)
    if moved_on:
        stage.play([{"main": {"files": {"docs/more.md": "More\n"}}}])
    before = stage.world.tip("main")
    assert judged(stage, job, told) == "success"
    stage.play([{"merge": {"how": how}}])
    assert stage.world.store.git("rev-list", "--count", "--first-parent", f"{before}..main") == ("3" if how == "rebase" else "1")
    done = pushed(job, told, before, "--record")
    assert done.code == 0, done.log
    assert recorded(job) == [(True, stage.world.tip("main"), None)]
    landed = stage.world.store.git("rev-list", "--first-parent", f"{before}..main").split()
    # one of the three touches `docs/` alone
    assert {standings(job)[one] for one in landed} - {("exempt", None, None)} == {("request", "decision", None)}
    assessment, decision = on_ledger(job)
    assert (assessment.kind, assessment.assessment["digest"]) == ("assessment", decision.digest)
    again = pushed(job, told, before, "--record")
    assert (again.code, len(recorded(job))) == (0, 1), again.log


def test_a_release_that_the_cab_agreed_to_is_no_open_delivery_and_one_that_it_did_not_is(stage: Stage, job: Job, told: Told) -> None:
    plan = "apiVersion: changeflow/v1\nkind: Release\nmetadata: {id: november}\nspec: {changes: [CHG-20261125-cache]}\n"
    stage.play([{"main": {"by": "alice", "rfc": {}}}])
    found = []
    for number, reviews in enumerate([[], [{"review": {"by": "carol"}}], []]):
        before = stage.world.tip("main")
        files = {f"releases/number-{number}/release.yaml": plan.replace("november", f"number-{number}")}
        stage.play([{"open": {"by": "dave", "files": files}}, *reviews, {"merge": {}}])
        assert pushed(job, told, before, "--record").code == 0
        found.append(stage.world.tip("main"))
    seen = [standings(job)[one][::2] for one in found]
    assert seen == [("open", "recorded"), ("owners", None), ("open", "recorded")]


def test_a_commit_that_is_slipped_in_between_the_rebased_ones_is_unauthorised(stage: Stage, job: Job, told: Told) -> None:
    before = stage.world.tip("main")
    stage.play([*THREE, {"merge": {"how": "rebase"}}])
    *_, second, last = stage.pull.landed
    stage.world.store.move("refs/heads/main", second)
    slipped = stage.world.commit("main", {"app/settings.ini": "version = 9\n"}, by="mallory")
    top = stage.replayed(last, slipped)
    stage.world.store.move("refs/heads/main", top)
    stage.pull.landed[-1] = stage.pull.merge_commit = top
    done = pushed(job, told, before, "--record")
    assert done.code == 0, done.log
    assert {(open_, code) for open_, _, code in recorded(job)} == {(False, "change.unauthorised")}
    assert slipped in [commit for _, commit, _ in recorded(job)]
    assert standings(job)[slipped] == ("open", None, "recorded")


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_a_head_that_moved_between_the_verdict_and_the_merge_is_recorded_as_unauthorised(
    how: str, stage: Stage, job: Job, told: Told
) -> None:
    before = stage.world.tip("main")
    stage.play(APPROVED)
    assert judged(stage, job, told) == "success"
    stage.play([{"push": {"files": {"app/settings.ini": "version = 9\n"}}}, {"merge": {"how": how, "by": "mallory"}}])
    done = pushed(job, told, before, "--record")
    assert done.code == 0, done.log
    assert recorded(job)
    assert {(open_, code) for open_, _, code in recorded(job)} == {(False, "change.unauthorised")}
    assert recorded(job)[-1][1] == stage.world.tip("main")


def test_an_approval_that_is_dismissed_between_the_verdict_and_the_merge_is_missed_when_it_is_recorded(
    stage: Stage, job: Job, told: Told
) -> None:
    before = stage.world.tip("main")
    stage.play([{"open": {}}, {"review": {"by": "carol"}, "as": "yes"}])
    assert judged(stage, job, told) == "success"
    stage.play([{"dismiss": {"review": "yes", "by": "dave"}}, {"merge": {}}])
    pushed(job, told, before, "--record")
    assert [code for _, _, code in recorded(job)] == ["change.unauthorised"]


# -- the job that records --------------------------------------------------------------------------------------------------


def test_the_recording_job_finds_on_a_schedule_what_a_lost_push_left(stage: Stage, job: Job, told: Told) -> None:
    before = stage.world.tip("main")
    stage.play([*APPROVED, {"merge": {}}])
    first = stage.world.tip("main")
    pushed(job, told, before, "--record")
    stage.play([{"main": {"files": {"app/settings.ini": "version = 7\n"}}, "as": "lost"}])
    stage.world.now += timedelta(hours=1)
    job.refresh()
    job.options = ("--record",)
    done = job.run("schedule", {"schedule": "*/10 * * * *"})
    assert (done.code, done.outputs["states"]) == (0, ""), done.log
    assert recorded(job) == [(True, first, None), (False, stage.named["lost"], "change.unauthorised")]
    assert "UNAUTHORISED" in done.log


@pytest.mark.parametrize("event", ["pull_request_target", "workflow_run", "issue_comment"])
def test_the_recording_job_judges_no_pull_request_whatever_event_it_is_given(event: str, stage: Stage, job: Job, told: Told) -> None:
    stage.play(APPROVED)
    job.options = ("--record",)
    done = job.run(event, told(event, {"issue_comment": "created", "workflow_run": "completed"}.get(event)))
    assert (done.outputs["states"], done.writes, verdict(stage.world, stage.pull.head_oid)) == ("", [], None), done.log


# -- a merge queue, as the workflow that ships hears of it ----------------------------------------------------------------


@pytest.mark.parametrize(("steps", "stands"), [(APPROVED, "success"), ([{"open": {}}], "failure")], ids=["open", "shut"])
def test_the_signal_of_a_merge_group_brings_the_verdict_to_its_head(
    steps: list[Any], stands: str, stage: Stage, job: Job, told: Told
) -> None:
    stage.play([{"open": {"branch": "first", "files": {"docs/index.md": "First\n"}}}])
    stage.world.merge_queue(stage.pull)
    stage.play(steps)
    entry = stage.world.merge_queue(stage.pull)
    payload = told("workflow_run", "completed")
    payload["workflow_run"] |= {
        "event": "merge_group", "head_sha": entry.head, "head_branch": f"gh-readonly-queue/main/pr-{stage.pull.number}-{entry.base}",
        "pull_requests": [{"number": stage.pull.number}],
    }  # fmt: skip
    done = job.run("workflow_run", payload)
    assert verdict(stage.world, str(entry.head)) == stands, done.log
    assert verdict(stage.world, stage.pull.head_oid) is None, "the group alone is spoken of"
    assert done.code == (0 if stands == "success" else 1)


def test_what_a_reviewer_wrote_is_recorded_with_the_decision_and_listed(stage: Stage, job: Job, told: Told) -> None:
    stage.play(THREE)
    for review in stage.pull.reviews:
        review.body = "Tried the way back.\npassword=hunter2secret " + "x" * 5_000
    before = stage.world.tip("main")
    assert judged(stage, job, told) == "success"
    stage.play([{"merge": {"how": "squash"}}])
    assert pushed(job, told, before, "--record").code == 0
    _, decision = on_ledger(job)
    words = [one["words"] for one in decision.facts["pull"]["said"]["reviews"]]
    assert words
    assert all(one.startswith("Tried the way back.") and len(one) == 2_000 and "hunter2secret" not in one for one in words)
    assert "Tried the way back." in in_english(decision.told)


# -- reviews of what was done ----------------------------------------------------------------------------------------------

CHANGE = "CHG-20261125-cache"


def a_review(reviewer: str) -> dict[str, Any]:
    spec = {
        "change": CHANGE,
        "reviewer": reviewer,
        "outcome": "successful",
        "actual": {
            "state": "implemented",
            "started": "2026-11-21T07:00:00Z",
            "ended": "2026-11-21T07:30:00Z",
            "release": "sha256:" + "0" * 64,
        },
    }
    return {"apiVersion": "changeflow/v1", "kind": "PostImplementationReview", "metadata": {"id": CHANGE}, "spec": spec}


@pytest.mark.parametrize(
    ("author", "approvers", "reviewer", "said"),
    [
        ("alice", ["carol"], "carol", ["carol"]),
        ("dave", ["carol"], "dave", ["dave"]),
        ("alice", ["carol"], "dave", []),
        ("mallory", ["carol", "erin"], "dave", []),
    ],
    ids=["who-approved-it", "who-opened-it", "neither", "in-anothers-name"],
)
def test_the_bot_records_a_review_that_landed_as_the_word_of_its_reviewer_only_if_they_agreed_to_it(
    author: str, approvers: list[str], reviewer: str, said: list[str], stage: Stage, job: Job, told: Told
) -> None:
    stage.play([{"main": {"rfc": {}}}])
    path = f"changes/{CHANGE}/review.yaml"
    stage.play([{"open": {"by": author, "files": {path: {"doc": a_review(reviewer)}}}}])
    stage.play([{"review": {"by": person}} for person in approvers])
    before = stage.world.tip("main")
    seen = job.run("pull_request_target", told("pull_request_target"))
    assert verdict(stage.world, stage.pull.head_oid) == "success", seen.summary
    stage.play([{"merge": {}}])
    done = pushed(job, told, before, "--record")
    assert done.code == 0, done.log
    written = stage.world.store.git("show", f"main:{path}") + "\n"
    entries = LedgerBranch(Git(job.world.store.path), "changeflow/ledger").read().entries
    reviews = [(one.change, one.body) for one in entries if isinstance(one.body, ReviewBody)]
    assert [(change, body.by, body.outcome, body.digest) for change, body in reviews] == [
        (CHANGE, person, "successful", digest_bytes(written.encode())) for person in said
    ]


def test_policies_that_their_owners_agreed_to_are_accounted_for_once_the_bot_has_recorded_what_came_after(
    stage: Stage, job: Job, told: Told
) -> None:
    before = stage.world.tip("main")
    stage.play([*APPROVED, {"merge": {}}])
    pushed(job, told, before, "--record")
    policy = stage.world.commit("main", {"policies/more.md": "More\n"}, by="mallory")
    first = stage.world.tip("main")
    assert standings(job)[policy][0] == "open"
    pushed(job, told, first, "--record")
    # nobody had agreed to it, and the bot says so
    assert standings(job)[policy] == ("open", None, "recorded")
