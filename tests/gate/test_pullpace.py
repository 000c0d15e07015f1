"""How soon an approval came: counted from what GitHub dates, made shorter by a commit's own date, never longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from changeflow.gate.pull_pace import pace
from changeflow.language.reader import MACHINE
from changeflow.language.sentences import say
from changeflow.model.pull_facts import (
    Actor,
    ForcePushed,
    OtherEvent,
    PullCommit,
    PullRequestFacts,
    PullReview,
)
from tests.gate.builders import roster

T = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HEAD = "a" * 40
PEOPLE = roster(people={"carol": {"github_id": 3, "accounts": [{"github_id": 33}]}, "dave": {"github_id": 4}})


def seconds(count: int) -> datetime:
    return T + timedelta(seconds=count)


def review(at: datetime | None, by: int | None = 3, state: Any = "approved", commit: str = HEAD, number: int = 1) -> PullReview:
    author = None if by is None else Actor(id=by, login="x", type="User")
    return PullReview(id=number, state=state, raw_state=state, author=author, commit=commit, submitted_at=at, edited_at=None)


def commit(at: datetime | None, oid: str = HEAD) -> PullCommit:
    return PullCommit(oid=oid, parents=(), authors=(), committer=None, via_web=False, signature=None, committed_at=at)


def forced(at: datetime) -> ForcePushed:
    return ForcePushed(kind="head_force_pushed", at=at, actor=None, before=None, after=None)


def ready(at: datetime | None) -> OtherEvent:
    return OtherEvent(kind="ready_for_review", at=at, actor=None, raw_kind="ReadyForReviewEvent")


def labelled(at: datetime) -> OtherEvent:
    return OtherEvent(kind="renamed", at=at, actor=None, raw_kind="RenamedTitleEvent")


def found(*reviews: PullReview, opened: datetime | None = T, **over: Any) -> dict[str, int]:
    told = {"reviews": reviews, "commits": (), "timeline": (), "opened_at": opened} | over
    return {person: int(span.total_seconds()) for person, span in pace(PullRequestFacts.model_construct(**told), PEOPLE)}


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ({}, 100),
        ({"commits": (commit(seconds(60)),)}, 40),
        ({"commits": (commit(seconds(-9_000)),)}, 100),
        ({"commits": (commit(seconds(200)),)}, 100),
        ({"commits": (commit(None), commit(seconds(70), "b" * 40))}, 100),
        ({"timeline": (forced(seconds(90)), ready(seconds(10)), ready(None))}, 10),
        ({"timeline": (forced(seconds(101)), labelled(seconds(99)))}, 100),
        ({"timeline": (ready(seconds(100)),)}, 0),
    ],
)
def test_it_is_counted_from_the_latest_moment_before_the_approval(over: dict[str, Any], expected: int) -> None:
    assert found(review(seconds(100)), **over) == {"carol": expected}


def test_the_newest_approval_of_a_person_counts_over_all_accounts() -> None:
    assert found(review(seconds(50), 33, number=2), review(seconds(10), number=1)) == {"carol": 50}


@pytest.mark.parametrize(
    "other",
    [
        review(seconds(5), 4, "commented"), review(seconds(5), 4, "dismissed"), review(None, 4), review(seconds(5), 77), review(seconds(5), None),
    ],
)  # fmt: skip
def test_what_is_no_approval_by_somebody_of_the_roster_is_not_counted(other: PullReview) -> None:
    assert found(other) == {}


def test_where_nothing_says_when_it_could_be_read_nothing_is_said() -> None:
    assert found(review(seconds(5)), opened=None) == {}


@pytest.mark.parametrize(
    ("span", "words"),
    [(0, "0 seconds"), (1, "1 second"), (59, "59 seconds"), (60, "1 minute"), (7_199, "1 hour"), (86_400 * 3, "3 days")],
)
def test_the_quickest_comes_first_and_is_told_roughly(span: int, words: str) -> None:
    told = say("approval.pace", {"told": [["carol", span], ["dave", 86_400 * 9]]}, MACHINE).text
    assert told == f"from what could be read to the approval: carol {words}, dave 9 days"
    assert list(found(review(seconds(9)), review(seconds(3), 4))) == ["dave", "carol"]
