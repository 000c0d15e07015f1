"""What the bot sealed is computed again from a bare clone of the branches, and what somebody put in its place is found."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attacks.stage import Stage
from attacks.told import facts_of

from bot.runner import Done, Job
from changeflow.gate import changed_paths
from changeflow.ledger.statement import Draft
from changeflow.model.clock import Clock
from changeflow.model.evidence import DecisionBody, LedgerEntry
from changeflow.reading.repository_store import Store
from changeflow.replaying.replay import replay
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import LedgerBranch
from changeflow.usecases.pull import record_merged
from changeflow.usecases.pull.judge import judge_pull
from tests.git_isolation import fresh_git

__all__ = ["fresh_git"]

Told = Callable[..., dict[str, Any]]
Steps = list[dict[str, Any]]
APPROVED: Steps = [{"open": {}}, {"review": {"by": "carol"}}]
SHUT: Steps = [{"open": {}}]
STRANGER: Steps = [{"open": {"author": "stranger"}}, {"review": {"by": "carol"}}, {"review": {"by": "dave"}}]
STORIES: dict[str, Steps] = {
    "approved": APPROVED,
    "a standard change, which asks nobody": [
        {"open": {"rfc": {"spec.type": "standard", "spec.model": "cache-flush", "spec.rollback.steps.0.run": ["./scripts/flush", "cache"]}}}
    ],
    "a stranger wrote part of it": STRANGER,
    "approved by somebody who pushed before": [
        {"open": {}},
        {"push": {"by": "dave", "rfc": {"spec.items.0.outage": "PT9M"}}},
        {"force_push": {"to": "opened"}},
        {"review": {"by": "dave"}},
        {"review": {"by": "carol"}},
    ],
    "a rejection that was dismissed": [
        {"open": {}},
        {"review": {"by": "dave", "state": "changes_requested"}, "as": "no"},
        {"dismiss": {"review": "no", "by": "dave"}},
        {"review": {"by": "carol"}},
    ],
    "labels, comments, checks and another title": [
        *APPROVED,
        {"label": "urgent"},
        {"title": "Some other words"},
        {"comment": {"by": "mallory", "body": "hello"}},
        {"check": {"name": "build", "conclusion": "failure"}},
        {"status": {"context": "lint", "state": "success"}},
    ],
    "two requests in one": [
        {"open": {"rfc": {}, "files": {"changes/CHG-20261125-second/rfc.yaml": {"request": {"metadata.id": "CHG-20261125-second", "spec.window": {"start": "2026-11-26T20:00:00+00:00", "end": "2026-11-26T21:00:00+00:00"}}}}}},
        {"review": {"by": "carol"}},
    ],
    "commits of two people": [
        {"open": {}},
        {"push": {"by": "bob", "rfc": {"spec.items.0.outage": "PT9M"}}},
        {"main": {"by": "dave", "files": {"docs/index.md": "News\n"}}},
        {"review": {"by": "carol"}},
    ],
    "the base was merged into it": [
        {"open": {}},
        {"main": {"by": "dave", "files": {"docs/index.md": "News\n"}}},
        {"merge_main": {}},
        {"review": {"by": "carol"}},
    ],
}


def land(stage: Stage, job: Job, told: Told, *steps: dict[str, Any]) -> Done:
    """Play steps that end on main, and let the bot record what landed."""
    before = stage.world.tip("main")
    stage.play(list(steps))
    job.refresh()
    done = job.run("push", told("push", ref="refs/heads/main", before=before, after=stage.world.tip("main")))
    assert done.code == 0, done.log
    return done


def git(*arguments: str, cwd: Path) -> str:
    return subprocess.run(["git", *arguments], cwd=cwd, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def bare(stage: Stage, tmp_path: Path) -> Callable[[], Path]:
    """Makes a clone as an auditor does: of two branches, with nothing that only a pull request had."""

    def clone() -> Path:
        folder = tmp_path / "audit.git"
        git("clone", "-q", "--bare", "--single-branch", "-b", "main", stage.world.store.path.as_uri(), str(folder), cwd=tmp_path)
        git("fetch", "-q", "origin", "changeflow/ledger:changeflow/ledger", cwd=folder)
        return folder

    return clone


def outcomes(clone: Path, **options: Any) -> list[str]:
    return [one.outcome for one in replay(clone, **options).replayed]


def last(clone: Path) -> LedgerEntry:
    return LedgerBranch(Git(clone), "changeflow/ledger").read().entries[-1]


def forge(clone: Path, edit: Callable[[dict[str, Any]], None], change: str | None = None) -> None:
    """Put another entry in the place of the newest, with a chain that holds."""
    entry = last(clone)
    told = json.loads(entry.body.model_dump_json())
    edit(told)
    if entry.seq == 1:
        git("remote", "remove", "origin", cwd=clone)  # no ledger begins beside one that a remote has
        git("update-ref", "-d", "refs/heads/changeflow/ledger", cwd=clone)
    else:
        git("update-ref", "refs/heads/changeflow/ledger", "changeflow/ledger~1", cwd=clone)
    for anchor in (clone / "changeflow").glob("seen-*"):
        anchor.unlink()
    draft = Draft(
        change=change or entry.change, body=DecisionBody.model_validate(told), at=entry.at, recorded_at=entry.recorded_at, subject=entry.subject
    )
    LedgerBranch(Git(clone), "changeflow/ledger").append_deciding(lambda _: draft)


LANDINGS = [
    *((story, "squash") for story in STORIES),
    *((story, "merge") for story in ("approved", "a stranger wrote part of it", "the base was merged into it")),
    *((story, "rebase") for story in ("approved", "commits of two people", "a standard change, which asks nobody")),
]


@pytest.mark.parametrize(("story", "how"), LANDINGS)
def test_what_was_sealed_agrees_in_a_clone_that_knows_no_pull_request(
    story: str, how: str, stage: Stage, job: Job, told: Told, bare: Callable[[], Path]
) -> None:
    land(stage, job, told, *STORIES[story], {"merge": {"how": how}})
    clone = bare()
    answer = replay(clone, strict=True)
    assert [(one.outcome, one.reason, one.differences) for one in answer.replayed] == [("agrees", "", ())] * (2 if "two requests" in story else 1)
    assert all(one.open for one in answer.replayed)
    assert (Git(clone).resolve(stage.pull.head_oid) is None) == (how != "merge")


def test_no_address_is_recorded(stage: Stage, job: Job, told: Told, bare: Callable[[], Path]) -> None:
    """The person who merged under an address is named by number and login, and by a digest."""
    steps = [{"open": {"author": "bob", "committer": "github", "signed": "github"}}, *APPROVED[1:], {"merge": {"how": "squash"}}]
    land(stage, job, told, *steps)
    body = last(bare()).body
    text = body.model_dump_json()
    assert isinstance(body, DecisionBody)
    assert body.facts is not None
    assert "@example.com" not in text
    (commit,) = body.facts["pull"]["said"]["commits"]
    assert commit["committer"]["email"] == "noreply@github.com"
    assert commit["authors"][0]["email"].startswith("sha256:")
    assert {"comments", "title", "labels", "viewer"}.isdisjoint(body.facts["pull"]["said"])


@pytest.mark.parametrize(
    "steps",
    [
        [*SHUT, {"merge": {}}],
        [*SHUT, {"merge": {"how": "squash"}}],
        [{"main": {"files": {"app/settings.ini": "version = 9\n"}}}],
        [*APPROVED, {"push": {"files": {"app/settings.ini": "version = 9\n"}}}, {"merge": {"by": "mallory"}}],
    ],
    ids=["past-a-shut-gate", "squashed-past-a-shut-gate", "pushed-directly", "pushed-after-the-approval"],
)
def test_what_landed_without_authority_comes_out_the_same(steps: Steps, stage: Stage, job: Job, told: Told, bare: Callable[[], Path]) -> None:
    land(stage, job, told, *steps)
    clone = bare()
    assert (last(clone).body.open, outcomes(clone, strict=True)) == (False, ["agrees"])  # type: ignore[union-attr]


RELEASE = "apiVersion: changeflow/v1\nkind: Release\nmetadata: {id: november}\nspec: {changes: [CHG-20261125-cache]}\n"
PLANNED: Steps = [{"main": {"by": "alice", "rfc": {}}}, {"open": {"by": "dave", "files": {"releases/november/release.yaml": RELEASE}}}]


@pytest.mark.parametrize("steps", [PLANNED, [*PLANNED, {"review": {"by": "carol"}}]], ids=["that nobody agreed to", "that the CAB agreed to"])
def test_a_release_alone_that_an_earlier_program_wanted_a_request_for_comes_out_as_it_did(
    steps: Steps, stage: Stage, bare: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.play(steps)
    git_, parent = Git(stage.world.store.path), stage.world.tip("main")
    with monkeypatch.context() as earlier:
        earlier.setattr(changed_paths, "is_release_document", lambda _: False)
        judged = judge_pull(Store(git_), facts_of(stage.world, stage.pull), stage.world.now)
    assert judged.verdict.state == "shut"
    stage.play([{"merge": {"how": "squash"}}])
    landed = stage.world.tip("main")
    merged = record_merged.MergedCommit(landed, parent, 1, judged)
    now = stage.world.now
    for made in record_merged.drafts(git_, Store(git_).at("main").rulebook, merged, Clock(now, now)):
        LedgerBranch(git_, "changeflow/ledger").append_deciding(lambda _, made=made: made)
    clone = bare()
    assert (last(clone).body.open, outcomes(clone, strict=True)) == (False, ["agrees"])  # type: ignore[union-attr]


def test_what_happens_later_changes_nothing(stage: Stage, job: Job, told: Told, bare: Callable[[], Path]) -> None:
    land(stage, job, told, *APPROVED, {"merge": {}})
    lax = "apiVersion: changeflow/v1\nkind: Policy\nmetadata: {id: approve}\nspec: {gate: approve, rules: [{id: no, assert: 'false', message: No}]}\n"
    land(stage, job, told, {"main": {"files": {"policies/approve.yaml": lax}}}, {"main": {"files": {"app/settings.ini": "version = 7\n"}}})
    assert outcomes(bare(), strict=True) == ["agrees", "agrees", "agrees"]


# -- forged ----------------------------------------------------------------------------------------------------------------


def opened(told: dict[str, Any]) -> None:
    told["open"] = told["decision"]["open"] = True


def test_an_unauthorised_commit_turned_into_an_approved_one_is_found(stage: Stage, job: Job, told: Told, bare: Callable[[], Path]) -> None:
    land(stage, job, told, *SHUT, {"merge": {}})
    clone = bare()
    forge(clone, opened)
    assert outcomes(clone) == ["differs"]


def test_an_approval_for_a_change_that_landed_past_a_shut_gate_is_found(stage: Stage, job: Job, told: Told, bare: Callable[[], Path]) -> None:
    land(stage, job, told, *SHUT, {"merge": {}})
    clone = bare()
    forge(clone, opened, change="CHG-20261125-cache")
    (one,) = replay(clone).replayed
    assert one.outcome == "differs"
    assert "unauthorised" in one.reason
    assert "the gate of pull request 1 comes out pending" in one.reason


def said(told: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = told["facts"]["pull"]["said"]
    return found


FORGED: dict[str, Callable[[dict[str, Any]], None]] = {
    "a word of the decision": lambda told: told["decision"]["approvals"][0].update(by="dave"),
    "the number of the pull request": lambda told: told["decision"]["inputs"].update(pull_request=2),
    "a review that is not there any more": lambda told: said(told).update(reviews=[]),
    "a reviewer with another number": lambda told: said(told)["reviews"][0]["author"].update(id=1_666),
    "a draft": lambda told: said(told).update(draft=True),
    "another base branch": lambda told: said(told).update(base_ref="other"),
    "commits that are left out": lambda told: said(told).update(commits=[]),
    "another author": lambda told: said(told)["commits"][0]["authors"][0].update(email="mallory@example.com"),
    "another committer": lambda told: said(told)["commits"][0]["committer"].update(email="mallory@example.com"),
    "what was reviewed": lambda told: told["facts"]["pull"]["digests"].update({said(told)["head_oid"]: "sha256:" + "0" * 64}),
    "the base": lambda told: said(told).update(base_tip=told["decision"]["inputs"]["merged"]),
    "the state of the ledger": lambda told: told["facts"].update(ledger="0" * 40),
    "a state of main that it was merged into from a branch": lambda told: told["facts"].update(parent=said(told)["head_oid"]),
    "the time": lambda told: told["facts"].update(now="2026-11-25T23:00:00Z"),
}


@pytest.fixture
def sealed(stage: Stage, job: Job, told: Told, bare: Callable[[], Path]) -> Path:
    land(stage, job, told, *APPROVED, {"merge": {}})
    return bare()


@pytest.mark.parametrize("forgery", FORGED)
def test_a_forged_fact_that_git_or_the_decision_contradicts_is_found(forgery: str, sealed: Path) -> None:
    forge(sealed, FORGED[forgery])
    answer = replay(sealed)
    assert not answer.ok
    assert [one.outcome for one in answer.replayed] == ["unknown" if "the state" in forgery or "a state" in forgery else "differs"]


def test_another_digest_at_a_commit_that_git_still_has_is_found(stage: Stage, job: Job, told: Told, bare: Callable[[], Path]) -> None:
    """It would let an approval of earlier content count for this one; here nothing but git contradicts it."""
    remark = {"review": {"by": "mallory", "state": "commented"}}
    land(stage, job, told, {"open": {}}, remark, {"push": {"rfc": {"spec.items.0.outage": "PT9M"}}}, *APPROVED[1:], {"merge": {}})
    clone = bare()
    assert outcomes(clone) == ["agrees"]
    forge(clone, lambda told: told["facts"]["pull"]["digests"].update({stage.named["opened"]: "sha256:" + "0" * 64}))
    (one,) = replay(clone).replayed
    assert (one.outcome, one.reason) == ("differs", "git and the ledger contradict what is recorded")


def test_facts_that_make_no_sense_are_never_agreement_and_never_a_bug(sealed: Path) -> None:
    nonsense: list[Any] = [None, [], "--all", {"said": {}}]
    routes = ("facts",), ("facts", "pull"), ("facts", "pull", "said"), ("facts", "tip"), ("facts", "parent"), ("facts", "now"), ("decision", "inputs", "merged")
    for *way, name in routes:
        for value in nonsense:

            def spoil(told: dict[str, Any], way: list[str] = way, name: str = name, value: Any = value) -> None:
                place = told
                for part in way:
                    place = place[part]
                place[name] = value

            kept = git("rev-parse", "changeflow/ledger", cwd=sealed).strip()
            if name != "facts" or value is None or isinstance(value, dict):
                forge(sealed, spoil)
                assert not replay(sealed).ok, (name, value)
            git("update-ref", "refs/heads/changeflow/ledger", kept, cwd=sealed)
            for anchor in (sealed / "changeflow").glob("seen-*"):
                anchor.unlink()


def test_a_head_that_is_gone_and_that_nothing_stands_for_is_unknown(stage: Stage, job: Job, told: Told, bare: Callable[[], Path]) -> None:
    """A script that the request names was changed on main meanwhile: what landed has the newer one."""
    steps = [*APPROVED, {"main": {"by": "dave", "files": {"scripts/flush": "#!/bin/sh\n# newer\n"}}}, {"merge": {"how": "squash"}}]
    land(stage, job, told, *steps)
    clone = bare()
    answer = replay(clone)
    one = answer.replayed[-1]
    assert (one.outcome, one.open, answer.ok) == ("unknown", True, False)
    assert "refs/pull/1/head" in one.hint
    git("fetch", "-q", "origin", "refs/pull/1/head", cwd=clone)
    assert outcomes(clone, strict=True) == ["agrees", "agrees"]


def test_an_address_that_nobody_has_any_more_leaves_the_answer_open(stage: Stage, job: Job, told: Told, bare: Callable[[], Path]) -> None:
    """The decision named the stranger; somebody put another name there, and the commit is gone with the squash."""
    land(stage, job, told, *STRANGER, {"merge": {"how": "squash"}})
    clone = bare()
    forge(clone, lambda told: told.update(decision=json.loads(json.dumps(told["decision"]).replace("stranger@", "somebody@"))))
    (one,) = replay(clone).replayed
    assert (one.outcome, one.fails) == ("unknown", True)
    assert "addresses in commits of pull request 1" in one.reason
    git("fetch", "-q", "origin", "refs/pull/1/head", cwd=clone)
    assert outcomes(clone) == ["differs"]


def test_facts_too_large_for_an_entry_are_left_out_and_said_to_be(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.play(APPROVED)
    path, main = stage.world.store.path, stage.world.tip("main")
    judged = judge_pull(Store(Git(path)), facts_of(stage.world, stage.pull), stage.world.now)
    merged = record_merged.MergedCommit(stage.pull.head_oid, main, 1, judged)
    assert record_merged.facts_of(merged, main)["pull"]["said"]["number"] == 1
    monkeypatch.setattr(record_merged, "FACTS_LIMIT", 100)
    facts = record_merged.facts_of(merged, main)
    assert facts["pull"] is None
    assert facts["left_out"].endswith("bytes of facts are more than 100")


def test_an_approval_without_its_facts_fails_and_says_what_is_missing(sealed: Path) -> None:
    forge(sealed, lambda told: told["facts"].update(pull=None, left_out="2000000 bytes of facts are more than 1048576"))
    (one,) = replay(sealed).replayed
    assert (one.outcome, one.fails) == ("unknown", True)
    assert "2000000 bytes" in one.reason
