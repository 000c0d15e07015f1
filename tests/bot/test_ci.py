"""`changeflow ci` as GitHub Actions runs it: by the environment and the event file alone, against the double."""

from __future__ import annotations

import html
import json
import os
import subprocess
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from attacks.stage import Stage
from github.double.server import Double

from bot.runner import GATE, Done, Job, verdict
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import LedgerBranch
from tests.repositories import approval, make_keys

Told = Callable[..., dict[str, Any]]
APPROVED = [{"open": {}}, {"review": {"by": "carol"}}]


def stands(stage: Stage) -> str | None:
    return verdict(stage.world, stage.pull.head_oid)


def ledger(job: Job) -> list[Any]:
    """What was decided on record; the assessments that stand before it are left out."""
    return [one for one in LedgerBranch(Git(job.clone), "changeflow/ledger").read().entries if one.kind == "decision"]


def in_git(job: Job, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=job.clone, capture_output=True, text=True, check=True).stdout


def test_the_gate_opens_with_the_approval_and_shuts_with_the_next_push(stage: Stage, job: Job, told: Told) -> None:
    stage.play([{"open": {}}])
    warm, job.warm = job.warm, None  # as a runner starts it: a fresh interpreter
    first = job.run("pull_request_target", told("pull_request_target", "opened"))
    job.warm = warm
    assert (first.code, stands(stage)) == (1, "in_progress"), first.log
    assert first.outputs == {"open": "false", "pulls": "1", "states": "1=pending"}
    assert stage.pull.labels == ["changeflow:minor", "changeflow:risk-low", "changeflow:waiting"]
    assert [account.login for account in stage.pull.requested] == ["carol", "dave"]
    stage.play([{"review": {"by": "carol"}}])
    second = job.run("pull_request_review", told("pull_request_review", "submitted"))
    assert (second.code, stands(stage)) == (0, "success"), second.log
    assert second.outputs == {"open": "true", "pulls": "1", "states": "1=open"}
    assert "## changeflow: gate open" in stage.pull.comments[0].body
    assert len(stage.pull.comments) == 1
    stage.play([{"push": {"rfc": {"spec.window.start": "2026-11-25T19:00:00+00:00"}}}])
    assert stands(stage) is None, "a new head has no verdict until it was judged"
    third = job.run("pull_request_target", told("pull_request_target", "synchronize"))
    assert (third.code, stands(stage)) == (1, "in_progress"), third.log
    body = stage.pull.comments[0].body
    assert "What changed since carol approved" in body
    assert "`spec.window.start: 2026-11-25T20:00:00Z -> 2026-11-25T19:00:00Z`" in body


def test_running_twice_writes_nothing_the_second_time(stage: Stage, job: Job, told: Told) -> None:
    for steps in (APPROVED, [{"push": {"rfc": {"spec.items.0.outage": "PT9M"}}}], [{"push": {"rfc": {"metadata.id": "CHG-1"}}}]):
        stage.play(steps)
        assert job.run("pull_request_target", told("pull_request_target")).writes
        assert job.run("pull_request_target", told("pull_request_target")).writes == []


def test_a_preview_publishes_nothing_and_says_everything(stage: Stage, job: Job, told: Told) -> None:
    stage.play(APPROVED)
    done = job.run("pull_request", told("pull_request", "opened"))
    assert (done.code, done.writes, stands(stage)) == (0, [], None), done.log
    assert done.outputs["states"] == "1=open"
    assert "## changeflow: gate open" in done.summary


@pytest.mark.parametrize("name", ["issue_comment", "workflow_run", "schedule", "workflow_dispatch"])
def test_whatever_event_arrives_the_world_is_read_anew(name: str, stage: Stage, job: Job, told: Told) -> None:
    stage.play(APPROVED)
    payload = {} if name == "schedule" else told(name, {"issue_comment": "created", "workflow_run": "completed"}.get(name))
    if name == "workflow_run":
        payload["workflow_run"] |= {"pull_requests": [], "event": "pull_request_review"}
    done = job.run(name, payload)
    assert (done.code, stands(stage)) == (0, "success"), done.log


@pytest.mark.parametrize("told_as", [{}, {"pull_request": None}], ids=["missing", "null"])
def test_a_comment_on_an_issue_asks_for_nothing(told_as: dict[str, None], stage: Stage, job: Job, told: Told) -> None:
    stage.play(APPROVED)
    payload = told("issue_comment", "created")
    del payload["issue"]["pull_request"]
    payload["issue"] |= told_as
    done = job.run("issue_comment", payload)
    assert (done.code, done.requests) == (0, []), done.log


def test_a_schedule_judges_every_open_pull_request(stage: Stage, job: Job) -> None:
    heads = []
    for number in range(3):
        stage.play([{"open": {"branch": f"b{number}"}}, *([{"review": {"by": "carol"}}] if number == 1 else [])])
        heads.append(stage.pull.head_oid)
    done = job.run("schedule")
    assert done.outputs["states"] == "1=pending,2=open,3=pending", done.log
    assert [verdict(stage.world, head) for head in heads] == ["in_progress", "success", "in_progress"]


def test_a_pull_request_that_is_closed_is_left_alone(stage: Stage, job: Job, told: Told) -> None:
    stage.play(APPROVED)
    stage.world.close(stage.pull)
    done = job.run("pull_request_target", told("pull_request_target"))
    assert (done.code, done.writes, done.outputs["open"]) == (0, [], "false"), done.log


# -- budget, forks, other servers ------------------------------------------------------------------------------------------


def test_an_unchanged_pull_request_with_30_reviews_and_10_requests_takes_at_most_8_requests(
    stage: Stage, job: Job, told: Told
) -> None:
    files = {f"changes/CHG-20261125-cache-{number}/rfc.yaml": {"edit": {}} for number in range(10)}
    stage.play([{"open": {"files": files}}])
    stage.play([{"review": {"by": ("carol", "dave", "frank")[number % 3], "state": "commented"}} for number in range(29)])
    stage.play([{"review": {"by": "carol"}}])
    first = job.run("pull_request_target", told("pull_request_target"))
    assert (first.code, stands(stage)) == (0, "success"), first.log
    again = job.run("pull_request_target", told("pull_request_target"))
    assert (again.budget, again.writes) == (len(again.requests), [])
    assert again.budget <= 8, again.log
    assert first.budget <= 8, first.log


def test_a_pull_request_from_a_fork_that_is_gone_is_judged_by_its_own_ref(stage: Stage, job: Job, told: Told) -> None:
    stage.play([{"open": {"fork": 777}}, {"review": {"by": "carol"}}])
    stage.world.store.move("refs/heads/change", None)
    stage.pull.head_repository = None
    done = job.run("pull_request_target", told("pull_request_target"))
    assert (done.code, stands(stage)) == (0, "success"), done.log


def test_on_github_com_the_address_of_graphql_is_told_and_on_a_server_of_your_own_it_is_found(
    stage: Stage, job: Job, told: Told
) -> None:
    stage.play(APPROVED)
    done = job.run(
        "pull_request_target", told("pull_request_target"), GITHUB_GRAPHQL_URL="", GITHUB_API_URL=f"{job.double.origin}/api/v3"
    )
    assert (done.code, stands(stage)) == (0, "success"), done.log
    assert {request.path for request in done.requests if "graphql" in request.path} == {"/api/graphql"}


def test_an_address_of_graphql_alone_is_no_address(stage: Stage, job: Job, told: Told) -> None:
    stage.play(APPROVED)
    done = job.run("pull_request_target", told("pull_request_target"), GITHUB_API_URL="")
    assert (done.code, done.requests) == (2, []), done.log
    assert "GITHUB_API_URL is not set" in done.log


def test_a_file_of_the_runner_that_cannot_be_written_is_named_with_its_variable(stage: Stage, job: Job, told: Told) -> None:
    stage.play(APPROVED)
    for variable in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        gone = str(job.folder / "gone" / "file")
        environment = {**job.environment("pull_request_target", told("pull_request_target")), variable: gone}
        files = Path(environment["GITHUB_EVENT_PATH"]).parent
        assert job.start(["ci"], environment, files) == 5
        log = (files / "err").read_text(encoding="utf-8")
        assert f"cannot write `{gone}`" in log
        assert variable in log


def test_a_token_that_is_no_apps_leaves_a_commit_status_and_says_so(stage: Stage, job: Job, told: Told) -> None:
    stage.play(APPROVED)
    job.token = stage.world.token("erin")
    done = job.run("pull_request_target", told("pull_request_target"))
    assert done.code == 0, done.log
    assert [(one.context, one.state) for one in stage.world.statuses] == [(GATE, "success")]
    assert "a commit status instead of a check run" in done.log
    assert job.run("pull_request_target", told("pull_request_target")).writes == []


# -- what moves, and what breaks -------------------------------------------------------------------------------------------


def test_a_head_that_moves_while_it_is_read_is_read_again(stage: Stage, double: Double, job: Job, told: Told) -> None:
    stage.play(APPROVED)
    old = stage.pull.head_oid
    # The answer speaks of the old head; before git fetches it, somebody pushes.
    double.faults.add(
        "GRAPHQL *", "transform", change=lambda data: stage.play([{"push": {"rfc": {"spec.items.0.outage": "PT8M"}}}]) or data
    )
    done = job.run("pull_request_target", told("pull_request_target"))
    assert (done.code, stands(stage)) == (1, "in_progress"), done.log
    assert verdict(stage.world, old) is None
    assert "reading it again" in done.log


def test_a_base_that_moves_while_it_is_read_does_not_change_who_judges(
    stage: Stage, double: Double, job: Job, told: Told
) -> None:
    stage.play([{"open": {}}])
    weak = {"policies/approve.yaml": {"edit": {"spec.rules": [{"id": "any", "assert": "true", "message": "x"}]}}}
    double.faults.add("GRAPHQL *", "transform", change=lambda data: stage.play([{"main": {"files": weak}}]) or data)
    done = job.run("pull_request_target", told("pull_request_target"))
    assert (done.code, stands(stage)) == (1, "in_progress"), done.log


@pytest.mark.parametrize(
    "how",
    [
        {"status": 502, "body": b"<html>"},
        {"status": 200, "body": b"null", "headers": {"Content-Type": "application/json"}},
        {"status": 403, "body": b"{}", "headers": {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "4102444800"}},
    ],
    ids=["server-error", "null", "limit"],
)
def test_what_cannot_be_read_shuts_a_gate_that_was_open(how: Any, stage: Stage, double: Double, job: Job, told: Told) -> None:
    stage.play(APPROVED)
    assert job.run("pull_request_target", told("pull_request_target")).code == 0
    double.faults.add("GRAPHQL *", "answer", times=50, **how)
    done = job.run("pull_request_target", told("pull_request_target"))
    assert done.code == 5, done.log
    assert stands(stage) == "failure", done.log
    assert done.outputs["open"] == "false"
    assert "pull request 1" in done.log


def test_a_verdict_that_cannot_be_written_fails_the_run(stage: Stage, double: Double, job: Job, told: Told) -> None:
    stage.play(APPROVED)
    double.faults.add(
        "POST */check-runs", "answer", status=422, body=b'{"message":"no"}', headers={"Content-Type": "application/json"}, times=9
    )
    done = job.run("pull_request_target", told("pull_request_target"))
    assert (done.code, done.outputs["open"]) == (5, "false"), done.log
    assert stands(stage) != "success"


def test_texts_that_are_edited_after_the_approval_are_shown_and_change_nothing(stage: Stage, job: Job, told: Told) -> None:
    stage.play([{"open": {}}, {"review": {"by": "carol", "body": "For December"}, "as": "fine"}])
    assert job.run("pull_request_target", told("pull_request_target")).code == 0
    assert "### Warnings" not in stage.pull.comments[0].body
    stage.play([{"edit_review": {"review": "fine", "body": "For any month"}}, {"describe": {}}, {"title": "Something else"}])
    done = job.run("pull_request_target", told("pull_request_target"))
    assert (done.code, stands(stage)) == (0, "success"), done.log
    warnings = stage.pull.comments[0].body.partition("### Warnings")[2]
    for said in (
        "the text of carol's approval was edited at",
        "the title of the pull request",
        "the description of the pull request",
    ):
        assert said in warnings


def test_a_comment_that_cannot_be_written_is_a_note_and_the_verdict_stands(stage: Stage, job: Job, told: Told) -> None:
    stage.play(APPROVED)
    stage.pull.locked = True
    done = job.run("pull_request_target", told("pull_request_target"))
    assert (done.code, stands(stage)) == (0, "success"), done.log
    assert "comment not published" in done.log


def test_an_event_about_another_repository_is_refused(stage: Stage, job: Job, told: Told) -> None:
    stage.play(APPROVED)
    payload = told("pull_request_target")
    payload["repository"]["full_name"] = "mallory/changes"
    done = job.run("pull_request_target", payload)
    assert (done.code, done.requests) == (2, [])
    payload["repository"] |= {"full_name": "acme/changes", "id": 666}
    taken_over = job.run("pull_request_target", payload)
    assert (taken_over.code, taken_over.outputs["open"]) == (5, "false"), taken_over.log


@pytest.mark.parametrize(
    "payload", ["", "[]", "{", '{"pull_request": {}}', '{"pull_request": {"number": "1"}}', '{"pull_request":{"number":true}}']
)
def test_an_event_that_makes_no_sense_is_refused(payload: str, job: Job) -> None:
    done = job.run("pull_request_target", payload)
    assert (done.code, done.requests) == (4, []), done.log


def test_a_byte_order_mark_before_the_event_is_no_part_of_it(stage: Stage, job: Job, told: Told) -> None:
    stage.play(APPROVED)
    done = job.run("pull_request_target", "\ufeff" + json.dumps(told("pull_request_target")))
    assert (done.code, stands(stage)) == (0, "success"), done.log


@pytest.mark.parametrize("inside", [{"GITHUB_ACTIONS": "true"}, {"GITHUB_ACTIONS": ""}], ids=["actions", "event"])
def test_a_step_that_runs_elsewhere_finds_the_checkout_of_its_job(inside: dict[str, str], stage: Stage, job: Job, told: Told) -> None:
    stage.play(APPROVED)
    job.cwd = job.folder
    done = job.run("pull_request_target", told("pull_request_target"), **inside)
    assert (done.code, stands(stage)) == (0, "success"), done.log
    lost = job.run("pull_request_target", told("pull_request_target"), GITHUB_WORKSPACE=str(job.folder / "home"))
    assert (lost.code, lost.requests) == (3, []), lost.log
    assert "neither here nor in GITHUB_WORKSPACE" in lost.log
    named = job.run("pull_request_target", told("pull_request_target"), CHANGEFLOW_REPO=str(job.folder / "home"))
    assert (named.code, named.requests) == (3, []), "who names a folder means that one"


# -- merge groups ----------------------------------------------------------------------------------------------------------


def queued(stage: Stage, told: Told, steps: list[Any] = APPROVED) -> dict[str, Any]:
    """The event of a merge group with the pull request on stage, and one before it."""
    stage.play([{"open": {"branch": "first", "files": {"docs/index.md": "First\n"}}}])
    stage.world.merge_queue(stage.pull)
    stage.play(steps)
    entry = stage.world.merge_queue(stage.pull)
    return group_event(told, entry.head, entry.base, stage.pull.number)


def group_event(told: Told, head: Any, base: Any, number: int) -> dict[str, Any]:
    payload = told("merge_group", "checks_requested")
    ref = f"refs/heads/gh-readonly-queue/main/pr-{number}-{base}"
    payload["merge_group"] |= {"head_sha": head, "base_sha": base, "head_ref": ref, "base_ref": "refs/heads/main"}
    return payload


def test_a_merge_group_opens_when_every_member_does(stage: Stage, job: Job, told: Told) -> None:
    payload = queued(stage, told)
    done = job.run("merge_group", payload)
    assert (done.code, verdict(stage.world, payload["merge_group"]["head_sha"])) == (0, "success"), done.log


def test_a_merge_group_is_shut_when_a_member_is(stage: Stage, job: Job, told: Told) -> None:
    payload = queued(stage, told, [{"open": {}}])
    done = job.run("merge_group", payload)
    assert (done.code, verdict(stage.world, payload["merge_group"]["head_sha"])) == (1, "failure"), done.log


def test_a_merge_group_with_files_that_no_member_brings_is_shut(stage: Stage, job: Job, told: Told) -> None:
    payload = queued(stage, told)
    entry = stage.world.queue[-1]
    assert entry.head is not None
    branch = f"gh-readonly-queue/main/pr-{entry.pull}-{entry.base}"
    entry.head = stage.world.commit(branch, {"scripts/extra": "x\n"}, parents=[entry.head])
    payload["merge_group"]["head_sha"] = entry.head
    done = job.run("merge_group", payload)
    assert (done.code, verdict(stage.world, entry.head)) == (5, "failure"), done.log
    assert "its files are not those of the base and its members" in done.log


def test_a_merge_group_that_the_queue_does_not_know_is_shut(stage: Stage, job: Job, told: Told) -> None:
    payload = queued(stage, told)
    stage.play([{"commit": {"branch": "other", "files": {"docs/index.md": "x\n"}}, "as": "other"}])
    payload["merge_group"]["head_sha"] = stage.named["other"]
    done = job.run("merge_group", payload)
    assert (done.code, verdict(stage.world, stage.named["other"])) == (5, "failure"), done.log


def test_a_merge_group_with_a_member_that_was_closed_is_shut(stage: Stage, job: Job, told: Told) -> None:
    payload = queued(stage, told)
    stage.world.close(stage.pull)
    done = job.run("merge_group", payload)
    assert verdict(stage.world, payload["merge_group"]["head_sha"]) == "failure", done.log


def in_group(stage: Stage, job: Job, payload: dict[str, Any]) -> list[int]:
    """Three runs for the same group: how many checks and statuses stand on its head after each."""
    head, counts = payload["merge_group"]["head_sha"], []
    for _ in range(3):
        done = job.run("merge_group", payload)
        counts.append(sum(one.sha == head for one in (*stage.world.checks, *stage.world.statuses)))
        assert not counts[1:] or done.writes == [], done.log
    return counts


@pytest.mark.parametrize("case", ["open", "shut", "unknown", "nobody-answers"])
def test_a_merge_group_that_is_judged_again_has_nothing_more_to_say(
    case: str, stage: Stage, double: Double, job: Job, told: Told
) -> None:
    payload = queued(stage, told, [{"open": {}}] if case == "shut" else APPROVED)
    if case == "unknown":
        stage.play([{"commit": {"branch": "other", "files": {"docs/index.md": "x\n"}}, "as": "other"}])
        payload["merge_group"]["head_sha"] = stage.named["other"]
    if case == "nobody-answers":
        double.faults.json("GRAPHQL PullRequest", 200, '{"errors": [{"message": "no", "type": "FORBIDDEN"}]}', times=99)
    assert in_group(stage, job, payload) == [1, 1, 1]
    assert verdict(stage.world, payload["merge_group"]["head_sha"]) == ("success" if case == "open" else "failure")


def test_a_verdict_of_a_merge_group_that_no_longer_holds_is_taken_back_where_it_stands(stage: Stage, job: Job, told: Told) -> None:
    payload = queued(stage, told)
    assert job.run("merge_group", payload).code == 0
    stage.play([{"review": {"by": "carol", "state": "changes_requested"}}])
    assert job.run("merge_group", payload).code == 1
    assert in_group(stage, job, payload) == [1, 1, 1]
    assert verdict(stage.world, payload["merge_group"]["head_sha"]) == "failure"


def test_somebody_else_s_check_on_a_merge_group_is_not_taken_for_ours(stage: Stage, job: Job, told: Told) -> None:
    payload = queued(stage, told, [{"open": {}}])
    head = payload["merge_group"]["head_sha"]
    stage.world.check(head, GATE, "success")
    assert job.run("merge_group", payload).code == 1
    assert verdict(stage.world, head) == "failure"


def test_a_member_that_uses_up_its_requests_takes_nothing_from_the_others(
    stage: Stage, double: Double, job: Job, told: Told
) -> None:
    payload = queued(stage, told)
    cursors = count()

    def endless(answer: Any) -> Any:
        pull = answer["data"]["repository"]["pullRequest"]
        if pull.get("number", 1) == 1:
            pull["reviews"]["pageInfo"] = {"hasNextPage": True, "endCursor": f"cursor:{next(cursors)}"}
        return answer

    double.faults.add("GRAPHQL PullRequest", "transform", change=endless, times=2)
    double.faults.add("GRAPHQL Page", "transform", change=endless, times=500)
    done = job.run("merge_group", payload)
    assert (done.code, done.outputs["states"]) == (5, "1=error,2=open"), done.log
    assert "sent 201 requests, its own ceiling" in done.log, "one for the queue, and then its own 200"
    assert verdict(stage.world, payload["merge_group"]["head_sha"]) == "failure"


def test_a_merge_group_takes_one_request_to_see_what_stands_there(stage: Stage, job: Job, told: Told) -> None:
    payload = queued(stage, told)
    job.run("merge_group", payload)
    assert job.run("merge_group", payload).budget == 1 + 2 + 1, "the queue, its two members, and the check"


def test_a_person_s_status_on_a_merge_group_is_not_said_twice(stage: Stage, job: Job, told: Told) -> None:
    payload = queued(stage, told)
    job.token = stage.world.token("erin")
    assert in_group(stage, job, payload) == [1, 1, 1]


def test_a_group_that_cannot_be_decided_says_so_although_its_checks_cannot_be_read(
    stage: Stage, double: Double, job: Job, told: Told
) -> None:
    payload = queued(stage, told)
    assert job.run("merge_group", payload).code == 0
    double.faults.add("GET */check-runs", status=422, times=99)
    stage.world.queue.clear()
    assert job.run("merge_group", payload).code == 5
    assert verdict(stage.world, payload["merge_group"]["head_sha"]) == "failure"


def test_a_merge_group_that_is_gone_asks_for_nothing(stage: Stage, job: Job, told: Told) -> None:
    payload = queued(stage, told) | {"action": "destroyed"}
    done = job.run("merge_group", payload)
    assert (done.code, done.requests) == (0, []), done.log


# -- pushes to main --------------------------------------------------------------------------------------------------------


NO_REMOTE = "apiVersion: changeflow/v1\nkind: Config\nmetadata: {id: changeflow}\nspec: {host: github}\n"


def pushed(stage: Stage, job: Job, told: Told, before: str, **more: str) -> Done:
    job.refresh()
    return job.run("push", told("push", ref="refs/heads/main", before=before, after=stage.world.tip("main")), **more)


@pytest.mark.parametrize("how", ["merge", "squash"])
def test_a_merge_behind_an_open_gate_is_sealed_once(how: str, stage: Stage, job: Job, told: Told) -> None:
    before = stage.world.tip("main")
    stage.play([*APPROVED, {"merge": {"how": how}}])
    done = pushed(stage, job, told, before)
    assert done.code == 0, done.log
    (entry,) = ledger(job)
    assert (entry.body.gate, entry.body.open, entry.change) == ("approve", True, "CHG-20261125-cache")
    assert entry.body.decision["inputs"]["merged"] == stage.world.tip("main")
    assert [approval["by"] for approval in entry.body.decision["approvals"]] == ["carol"]
    again = pushed(stage, job, told, before)
    assert (again.code, len(ledger(job))) == (0, 1), again.log


def test_a_merge_is_judged_by_the_time_it_happened(stage: Stage, job: Job, told: Told) -> None:
    before = stage.world.tip("main")
    stage.play([*APPROVED, {"merge": {}}])
    stage.world.now += timedelta(days=30)  # the run was lost, and the window is long over
    pushed(stage, job, told, before)
    assert [entry.body.open for entry in ledger(job)] == [True]


@pytest.mark.parametrize(
    "steps",
    [
        [{"open": {}}, {"merge": {}}],
        [*APPROVED, {"merge": {}}, {"main": {"files": {"app/settings.ini": "version = 9\n"}}}],
        [{"main": {"files": {"app/settings.ini": "version = 9\n"}}}],
        [*APPROVED, {"push": {"files": {"app/settings.ini": "version = 9\n"}}}, {"merge": {"by": "mallory"}}],
    ],
    ids=["merged-past-a-shut-gate", "pushed-after-a-merge", "pushed-directly", "pushed-after-the-approval"],
)
def test_what_lands_without_authority_is_recorded_as_such(steps: list[Any], stage: Stage, job: Job, told: Told) -> None:
    before = stage.world.tip("main")
    stage.play(steps)
    done = pushed(stage, job, told, before)
    assert done.code == 0, done.log
    last = ledger(job)[-1]
    assert (last.body.open, last.body.decision["reason_code"]) == (False, "change.unauthorised")
    assert "UNAUTHORISED" in done.log


def test_a_push_whose_event_was_lost_is_recorded_with_the_next_one(stage: Stage, job: Job, told: Told) -> None:
    first = stage.world.tip("main")
    stage.play([*APPROVED, {"merge": {}}])
    pushed(stage, job, told, first)
    stage.play(
        [
            {"main": {"files": {"app/settings.ini": "version = 7\n"}}, "as": "lost"},
            {"main": {"files": {"docs/index.md": "News\n"}}},
        ]
    )
    pushed(stage, job, told, stage.named["lost"])
    assert [entry.body.decision["inputs"]["merged"] for entry in ledger(job) if not entry.body.open] == [stage.named["lost"]]


def test_documentation_needs_no_record_and_no_question_about_its_pull_request(stage: Stage, job: Job, told: Told) -> None:
    before = stage.world.tip("main")
    stage.play([{"main": {"files": {"docs/index.md": "News\n"}}}])
    done = pushed(stage, job, told, before)
    assert (done.code, done.budget, ledger(job)) == (0, 1, []), done.log
    assert "open pull requests 1" in done.log


def test_a_push_to_another_branch_is_none_of_ours(stage: Stage, job: Job, told: Told) -> None:
    stage.play([{"commit": {"branch": "other", "files": {"app/settings.ini": "x\n"}}, "as": "other"}])
    job.refresh()
    done = job.run("push", told("push", ref="refs/heads/other"), GITHUB_SHA=stage.named["other"])
    assert (done.code, ledger(job)) == (0, []), done.log


# -- nothing of the pull request runs --------------------------------------------------------------------------------------


def test_nothing_of_the_pull_request_is_checked_out_or_run(stage: Stage, job: Job, told: Told) -> None:
    trap = '#!/bin/sh\ntouch "$HOME/sprung"\n'
    traps = {
        "scripts/flush": trap,
        ".githooks/post-checkout": trap,
        "conftest.py": "open('sprung', 'wb')\n",
        "docs/.gitattributes": "* filter=trap\n",
    }
    stage.play([{"open": {"rfc": {}, "files": traps}}, {"review": {"by": "carol"}}])
    before = in_git(job, "rev-parse", "HEAD"), in_git(job, "status", "--porcelain", "--ignored")
    job.run("pull_request_target", told("pull_request_target"))
    assert (in_git(job, "rev-parse", "HEAD"), in_git(job, "status", "--porcelain", "--ignored")) == before
    assert not list(job.folder.rglob("sprung"))


def test_evidence_that_would_be_lost_with_the_runner_fails_the_run(stage: Stage, job: Job, told: Told) -> None:
    before = stage.world.tip("main")
    stage.play([{"main": {"files": {"changeflow.yaml": NO_REMOTE}}}])
    done = pushed(stage, job, told, before)
    assert done.code == 5, done.log
    assert "spec.ledger.remote is not set" in done.log


def test_every_mistake_in_a_document_is_annotated_at_its_line_also_where_nothing_can_be_read(
    stage: Stage, job: Job, told: Told
) -> None:
    requests = {
        f"changes/CHG-20261125-bad-{number}/rfc.yaml": {"request": {"spec.typo": 1, "spec.category": 2}} for number in range(30)
    }
    stage.play([{"open": {"files": {**requests, "releases/all/release.yaml": "kind: [\n"}}}])
    done = job.run("pull_request_target", told("pull_request_target"))
    assert (done.code, stands(stage)) == (1, "failure"), done.log
    (check,) = [one for one in stage.world.checks if one.name == GATE]
    assert len(check.annotations) > 60, "more than the 50 that fit into one request"
    assert {one["path"] for one in check.annotations} == {*requests, "releases/all/release.yaml"}
    assert all(one["start_line"] >= 1 for one in check.annotations)
    assert {(one["path"], one["start_line"], one["message"]) for one in check.annotations if "`typo`" in one["message"]}


def test_who_has_no_account_number_in_the_roster_is_not_said_to_be_able_to_act(stage: Stage, job: Job, told: Told) -> None:
    gone = {f"spec.people.{name}.github_id": None for name in ("carol", "dave", "erin")}
    stage.play([{"main": {"by": "dave", "files": {"policies/roster.yaml": {"edit": gone}}}}, {"open": {}}, {"review": {"by": "erin"}}])
    job.refresh()
    done = job.run("pull_request_target", told("pull_request_target"))
    assert done.code == 1, done.log
    body = stage.pull.comments[0].body
    assert "Agreement alone cannot open this gate as things stand" in body
    assert "no person of the roster could act" in body
    assert stage.pull.requested == []


def test_a_signature_that_cannot_be_checked_on_this_runner_decides_nothing(
    stage: Stage, job: Job, told: Told, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stage.play(APPROVED)
    keys = make_keys(tmp_path_factory.mktemp("keys"), ("carol",))
    said = approval("carol").model_copy(update={"change": "CHG-20261125-cache"})
    LedgerBranch(Git(stage.world.store.path), "changeflow/ledger").append_deciding(lambda _: said, signer=keys.signer("carol", keys.certificate("carol")))
    (tmp_path / "bin").mkdir()
    keygen = tmp_path / "bin" / "ssh-keygen"
    keygen.write_text('#!/bin/sh\necho "Signature verification failed: unsupported key type" >&2\nexit 255\n', encoding="ascii")
    keygen.chmod(0o755)
    payload = told("pull_request_review", "submitted")
    done = job.run("pull_request_review", payload, PATH=f"{keygen.parent}:{os.environ['PATH']}")
    assert (done.code, done.outputs["open"], stands(stage)) == (5, "false", "failure"), done.log
    assert "cannot be checked here: ssh-keygen: Signature verification failed: unsupported key type" in done.log
    assert "forged" not in done.log


def test_a_team_that_reads_chinese_gets_its_verdict_in_chinese_and_by_its_clock(stage: Stage, job: Job, told: Told) -> None:
    shanghai = {"changeflow.yaml": {"edit": {"spec.language": "zh", "spec.timezone": "Asia/Shanghai"}}}
    stage.play([{"main": {"by": "dave", "files": shanghai}}, {"open": {}}])
    job.refresh()
    first = job.run("pull_request_target", told("pull_request_target", "opened"))
    assert first.code == 1, first.log
    body = stage.pull.comments[0].body
    assert "## changeflow：门禁待定" in body
    assert "待审批：cab 需 1 人，还缺 1 人；可由 " in body
    assert "变更窗口：2026-11-26 周四 04:00 +08:00 至 " in html.unescape(body)
    assert stage.pull.labels == ["changeflow:minor", "changeflow:risk-low", "changeflow:waiting"], "labels are the same in every language"
    stage.play([{"review": {"by": "carol"}}])
    assert job.run("pull_request_review", told("pull_request_review", "submitted")).code == 0
    assert "## changeflow：门禁放行" in stage.pull.comments[0].body
    stage.play([{"push": {"rfc": {"spec.window.start": "2026-11-25T19:00:00+00:00"}}}])
    job.run("pull_request_target", told("pull_request_target", "synchronize"))
    body = html.unescape(stage.pull.comments[0].body)
    assert "未计入：carol 批准的是另一版内容" in body
