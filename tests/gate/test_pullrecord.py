"""Facts of a pull request on record: nothing a judgement looks at is lost, and no address is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from changeflow.gate.pull_record import LEFT_OUT, hidden, recorded, restored
from changeflow.model.canonical import canonical_json
from changeflow.model.opinions import shortened
from changeflow.model.pull_facts import (
    Actor,
    CheckFact,
    CommentRef,
    CommitPerson,
    LabelChanged,
    OtherEvent,
    PullCommit,
    PullRequestFacts,
    PullReview,
)

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ONE, TWO = "1" * 40, "2" * 40
CAROL = Actor(id=1_003, login="carol-gh", type="User")


def person(email: str | None) -> CommitPerson:
    return CommitPerson(email=email, user=CAROL)


def commit(oid: str, *emails: str | None, committer: str | None = "noreply@github.com") -> PullCommit:
    return PullCommit(
        oid=oid, parents=(), authors=tuple(person(email) for email in emails), committer=person(committer), via_web=True, signature=None
    )


def facts(*commits: PullCommit, **more: Any) -> PullRequestFacts:
    plain: dict[str, Any] = {
        "repository": "acme/changes", "repository_id": 7, "number": 3, "state": "merged", "draft": False, "author": CAROL,
        "base_ref": "main", "base_oid": ONE, "base_tip": ONE, "head_ref": "change", "head_oid": TWO, "cross_repository": False,
        "reviews": (), "commits": commits, "timeline": (), "checks": (), "read_at": AT,
    }  # fmt: skip
    return PullRequestFacts.model_validate({**LEFT_OUT, **plain, **more})


def back(told: PullRequestFacts, known: list[str], of_commit: dict[str, list[str]] | None = None, hands: set[str] | None = None) -> Any:
    plain = json.loads(canonical_json(recorded(told, {ONE: "sha256:x"}, hands or set())))
    return restored(plain, known, lambda oid: (of_commit or {}).get(oid, []))


def test_what_no_judgement_looks_at_is_not_kept() -> None:
    noise = facts(
        title="Secret plans", labels=("urgent",), comments=(CommentRef(node="C", id=1, author=CAROL, ours=False),),
        timeline=(LabelChanged(kind="labeled", at=AT, actor=CAROL, label="urgent"), OtherEvent(kind="merged", at=AT, actor=CAROL, raw_kind="M")),
        checks=(CheckFact(source="check", name="build", conclusion="success", raw="SUCCESS", description="words", target_url="https://x"),),
    )  # fmt: skip
    told = back(noise, []).facts
    assert (told.title, told.labels, told.comments) == ("", (), ())
    assert [event.kind for event in told.timeline] == ["merged"]
    assert (told.checks[0].name, told.checks[0].description, told.checks[0].target_url) == ("build", None, None)
    assert told == noise.model_copy(
        update={**LEFT_OUT, "timeline": noise.timeline[1:], "checks": (noise.checks[0].model_copy(update={"description": None, "target_url": None}),)}
    )


def review(words: str = "") -> PullReview:
    return PullReview(
        id=1, state="approved", raw_state="APPROVED", author=CAROL, commit=TWO, submitted_at=AT, edited_at=None, words=words
    )


def test_what_reviewers_wrote_is_kept() -> None:
    told = back(facts(reviews=(review("回滚已经试过 <b>"),)), []).facts
    assert [one.words for one in told.reviews] == ["回滚已经试过 <b>"]


def test_a_record_from_before_words_were_kept_is_read() -> None:
    plain = recorded(facts(reviews=(review("Tried it"),)), {}, set())
    del plain["said"]["reviews"][0]["words"]
    assert [one.words for one in restored(plain, [], lambda _: []).facts.reviews] == [""]


@pytest.mark.parametrize(
    ("words", "kept"),
    [("  Tried it\n", "Tried it"), ("x" * 2_000, "x" * 2_000), ("x" * 2_001, "x" * 1_999 + "…"), ("", "")],
    ids=["trimmed", "at the limit", "beyond the limit", "none"],
)
def test_words_are_kept_up_to_a_limit(words: str, kept: str) -> None:
    assert shortened(words) == kept


def test_an_address_is_found_again_where_the_roster_or_the_commit_has_it() -> None:
    told = facts(commit(ONE, "Carol@Example.com", None), commit(TWO, "stranger@example.net"))
    found = back(told, ["carol@example.com"], {TWO: ["Stranger@Example.net"]}, {"bob@example.com"})
    assert [[maker.email for maker in one.authors] for one in found.facts.commits] == [["carol@example.com", None], ["Stranger@Example.net"]]
    assert found.hidden, "nobody here knows bob"
    assert all(address.startswith("sha256:") for address in found.hands)
    assert not back(told, ["carol@example.com", "stranger@example.net", "bob@example.com"], hands={"BOB@example.com"}).hidden


@pytest.mark.parametrize("address", ["noreply@github.com", "1003+carol-gh@users.noreply.github.com", "Carol@users.noreply.github.com"])
def test_an_address_of_githubs_own_is_a_number_and_a_login(address: str) -> None:
    assert hidden(address, ONE) == address


def test_a_digest_tells_nothing_about_another_commit() -> None:
    assert hidden("carol@example.com", ONE) == hidden("CAROL@example.com", ONE) != hidden("carol@example.com", TWO)
    assert "carol" not in hidden("carol@example.com", ONE)
    assert not hidden("evil@users.noreply.github.com.example", ONE).startswith("evil")


@pytest.mark.parametrize("spoilt", [{}, {"said": None}, {"said": {}}, {"said": {"commits": [None]}}, {"said": {"commits": [{"authors": 1}]}}])
def test_what_is_no_record_is_refused(spoilt: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        restored({"digests": {}, "hands": [], **spoilt}, [], lambda _: [])
