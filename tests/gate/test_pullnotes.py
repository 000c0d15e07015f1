"""Remarks about a pull request: texts edited after an approval, and commits that name two people. No verdict rests on them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from changeflow.gate.pull_notes import notes
from changeflow.language.reader import MACHINE
from changeflow.language.sentences import say
from changeflow.model.people import Roster
from changeflow.model.pull_facts import (
    Actor,
    CommitPerson,
    CommitSignature,
    OtherEvent,
    PullCommit,
    PullRequestFacts,
    PullReview,
)

T = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
ROSTER = Roster.model_validate({
    "apiVersion": "changeflow/v1", "kind": "Roster", "metadata": {"id": "roster"},
    "spec": {"people": {
        "alice": {"emails": ["alice@example.com"], "github": "alice-gh", "github_id": 1001, "accounts": [{"github_id": 2001}]},
        "carol": {"emails": ["carol@example.com", "desk@example.com"], "github_id": 1003},
        "dave": {"emails": ["desk@example.com"]},
        "erin": {"emails": ["erin@example.com"]},
    }},
})  # fmt: skip
ALICE, CAROL, EVE = (Actor(id=number, login=login, type="User") for number, login in ((1001, "alice-gh"), (1003, "c"), (1666, "eve")))
SECOND = Actor(id=2001, login="alice-work", type="User")


def facts(**more: Any) -> PullRequestFacts:
    given: dict[str, Any] = {
        "repository": "acme/changes", "repository_id": 1, "default_branch": "main", "archived": False, "number": 1, "node": "", "id": 1,
        "state": "open", "draft": False, "locked": False, "title": "", "author": ALICE, "base_ref": "main", "base_oid": "0" * 40,
        "base_tip": "0" * 40, "head_ref": "x", "head_oid": "1" * 40, "head_repository_id": 1, "cross_repository": False,
        "test_merge_oid": None, "changed_files": 1, "reviews": (), "commits": (), "timeline": (), "labels": (), "requested": (),
        "checks": (), "test_merge_checks": (), "queue": None, "comments": (), "viewer": CAROL, "read_at": T, "at_limit": (),
    }  # fmt: skip
    return PullRequestFacts(**{**given, **more})


def review(by: Actor | None = CAROL, state: Any = "approved", edited: int | None = None) -> PullReview:
    """A review at T, edited so many minutes later."""
    at = T + timedelta(minutes=edited) if edited is not None else None
    return PullReview(id=1, state=state, raw_state=state, author=by, commit="1" * 40, submitted_at=T, edited_at=at)


def commit(email: str, user: Actor | None, signer: Actor | None = None, *, author: str | None = None, **how: bool) -> PullCommit:
    who = CommitPerson(email=email, user=user)
    wrote = CommitPerson(email=author, user=None) if author else who
    signature = CommitSignature(valid=how.get("valid", True), state="VALID", by_github=how.get("by_github", False), signer=signer) if signer else None
    return PullCommit(oid="c" * 40, parents=(), authors=(wrote,), committer=who, via_web=False, signature=signature)


def renamed(minutes: int) -> OtherEvent:
    return OtherEvent(kind="renamed", at=T + timedelta(minutes=minutes), actor=ALICE, raw_kind="RenamedTitleEvent")


def codes(told: PullRequestFacts) -> list[str]:
    return [note.code for note in notes(told, ROSTER)]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (facts(), []),
        (facts(reviews=(review(),)), []),
        (facts(reviews=(review(edited=1),)), ["review.edited"]),
        (facts(reviews=(review(edited=0),)), []),
        (facts(reviews=(review(state="commented", edited=1),)), []),
        (facts(reviews=(review(state="dismissed", edited=1),)), []),
        (facts(reviews=(review(EVE, edited=1),), edited_at=T + timedelta(minutes=1)), []),
        (facts(reviews=(review(None, edited=1),)), []),
        (facts(reviews=(review(),), edited_at=T + timedelta(minutes=1)), ["pull.edited"]),
        (facts(reviews=(review(),), edited_at=T - timedelta(minutes=1)), []),
        (facts(reviews=(review(),), timeline=(renamed(1),)), ["pull.edited"]),
        (facts(reviews=(review(),), timeline=(renamed(-1),)), []),
        (facts(reviews=(review(),), timeline=(renamed(-1), renamed(2)), edited_at=T + timedelta(1)), ["pull.edited", "pull.edited"]),
        (facts(timeline=(renamed(1),), edited_at=T), []),
    ],
)
def test_texts_that_are_edited_after_an_approval_are_shown(told: PullRequestFacts, expected: list[str]) -> None:
    assert codes(told) == expected


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (commit("carol@example.com", CAROL), None),
        (commit("carol@example.com", None), None),
        (commit("Carol@Example.com", EVE), "carol by its address, and the account `eve` by GitHub's account"),
        (commit("carol@example.com", ALICE), "carol by its address, and alice by GitHub's account"),
        (commit("alice@example.com", SECOND), None),
        (commit("1003+c@users.noreply.github.com", ALICE), "carol by its address, and alice by GitHub's account"),
        (commit("1666+eve@users.noreply.github.com", EVE), None),
        (commit("desk@example.com", EVE), None),
        (commit("erin@example.com", EVE), None),
        (commit("erin@example.com", ALICE), "erin by its address, and alice by GitHub's account"),
        (commit("stranger@example.net", EVE), None),
        (commit("carol@example.com", CAROL, EVE), "carol by its address, and the account `eve` by a valid signature"),
        (commit("carol@example.com", CAROL, CAROL), None),
        (commit("carol@example.com", CAROL, EVE, valid=False), None),
        (commit("carol@example.com", CAROL, EVE, by_github=True), None),
        (commit("alice@example.com", ALICE, ALICE, author="carol@example.com"), None),
    ],
)
def test_a_commit_that_names_two_people_is_shown(made: PullCommit, said: str | None) -> None:
    found = notes(facts(commits=(made, made)), ROSTER)
    assert [(note.code, say(note.code, note.data, MACHINE).text) for note in found] == ([("identity.mismatch", f"the commit cccccccccccc names {said}")] if said else [])
    assert not any("@" in str(note.data) for note in found), "an address is nobody's business"
