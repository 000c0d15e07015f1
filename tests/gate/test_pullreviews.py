"""From what GitHub said to opinions and contributors, review by review and commit by commit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from changeflow.gate.pull_reviews import NO_DIGEST, Reviews, Trouble, contributors, hear
from changeflow.language.reader import MACHINE
from changeflow.language.sentences import say
from changeflow.model.opinions import Review
from changeflow.model.pull_facts import (
    Actor,
    BaseChanged,
    CommitPerson,
    CommitSignature,
    ForcePushed,
    PullCommit,
    PullRequestFacts,
    PullReview,
    ReviewDismissed,
)

from .builders import DIGEST, NOW, later, roster

HEAD = "1" * 40
IDS = {"alice": 1, "bob": 2, "carol": 3, "dave": 4, "erin": 5}
GITHUB = "noreply@github.com"
ROSTER = roster(
    people={
        **{name: {"emails": [f"{name}@Example.com"], "github": name, "github_id": number} for name, number in IDS.items()},
        "erin": {"github": "Erin"},  # a login and no number
        "frank": {"emails": ["frank@example.com", "team@example.com"]},
        "grace": {"emails": ["team@example.com"]},
    }
)


def said(trouble: Trouble) -> str:
    return say(trouble.code, trouble.data, MACHINE).text


def account(who: str | None, **over: Any) -> Actor | None:
    return None if who is None else Actor(**({"id": IDS.get(who, 99), "login": who, "type": "User"} | over))


def review(by: str | None = "carol", state: str = "approved", at: datetime | None = NOW, **over: Any) -> PullReview:
    told: dict[str, Any] = {
        "id": 1, "state": state, "raw_state": state.upper(), "author": account(by), "commit": HEAD, "submitted_at": at, "edited_at": None,
    }  # fmt: skip
    return PullReview(**(told | over))


def dismissal(by: str | None, previous: str = "changes_requested", minutes: int = 1, of: int | None = 1) -> ReviewDismissed:
    return ReviewDismissed(at=later(minutes), actor=account(by), review=of, previous=previous)  # type: ignore[arg-type]


def facts(**over: Any) -> PullRequestFacts:
    told: dict[str, Any] = {
        "repository": "acme/changes", "repository_id": 1, "default_branch": "main", "archived": False, "number": 7, "node": "PR_7", "id": 7,
        "state": "open", "draft": False, "locked": False, "title": "A change", "author": account("alice"), "base_ref": "main",
        "base_oid": "2" * 40, "base_tip": "2" * 40, "head_ref": "change", "head_oid": HEAD, "head_repository_id": 1, "cross_repository": False,
        "test_merge_oid": None, "changed_files": 1, "reviews": (), "commits": (), "timeline": (), "labels": (), "requested": (), "checks": (),
        "test_merge_checks": (), "queue": None, "comments": (), "viewer": account("changeflow-bot"), "read_at": NOW,
    }  # fmt: skip
    return PullRequestFacts(**(told | over))


def heard(*reviews: PullReview, timeline: Any = (), partly_merged_at: datetime | None = None, people: Any = ROSTER) -> Reviews:
    return hear(facts(reviews=reviews, timeline=timeline), people, {HEAD: DIGEST}, ["dave"], partly_merged_at)


def only(found: Reviews) -> Review:
    (opinion,) = found.reviews
    return opinion


# -- opinions --------------------------------------------------------------------------------------------------------------


def test_an_approval_is_of_the_content_at_the_commit_it_names() -> None:
    assert heard(review()) == Reviews(reviews=(Review(by="carol", shown_as="carol", decision="approve", digest=DIGEST, at=NOW),), troubles=())
    assert only(heard(review(commit="9" * 40))).digest == NO_DIGEST


@pytest.mark.parametrize("state", ["commented", "pending", "unknown"])
def test_what_is_no_opinion_replaces_none(state: str) -> None:
    found = heard(review(), review(state=state, at=later(1), id=2))
    assert [opinion.decision for opinion in found.reviews] == ["approve"]


def test_opinions_come_in_the_order_they_were_given_and_of_one_moment_by_number() -> None:
    found = heard(review("dave", id=3, at=later(1)), review("carol", id=2), review("alice", id=1))
    assert [opinion.by for opinion in found.reviews] == ["alice", "carol", "dave"]


def test_a_review_in_a_state_nobody_knows_and_one_without_a_time_are_troubles() -> None:
    found = heard(review(state="unknown", raw_state="ODD", id=4), review(at=None, id=5), review(state="pending", at=None, id=6))
    assert found.reviews == ()
    assert heard(review(state="unknown", raw_state="ODD", id=4, at=None)).troubles == found.troubles[:1]
    assert [(one.code, said(one), one.level) for one in found.troubles] == [
        ("review.unknown_state", "review 4 has the state `ODD`, which is not known", "error"),
        ("review.no_time", "review 5 says not when it was submitted", "error"),
    ]


@pytest.mark.parametrize(
    ("given", "code", "message", "shown"),
    [
        (review(None), "reviewer.ghost", "the account that gave this review is gone", "ghost"),
        (review(author=account("carol", type="Bot")), "reviewer.not_human", "carol is no human account (Bot)", "carol"),
        # GraphQL leaves `[bot]` out; where a login has it, it is no human whatever the type says.
        (review(author=account("carol", login="x[Bot]")), "reviewer.not_human", "x[Bot] is no human account (User)", "carol"),
        (review("mallory"), "approver.unknown", "nobody in the roster has the account mallory", "mallory"),
        (review("ERIN"), "identity.no_id", "the roster lists the login of erin and no account id; logins change hands", "ERIN"),
        (review(commit=None), "approval.commit_unknown", "GitHub no longer says on which commit carol approved", "carol"),
    ],
)
def test_a_review_that_proves_nothing_says_why(given: PullReview, code: str, message: str, shown: str) -> None:
    found = only(heard(given))
    assert (found.ineligible, found.message, found.shown_as) == (code, message, shown)


def test_an_objection_proves_itself_whatever_commit_it_was_made_on() -> None:
    found = only(heard(review(state="changes_requested", commit=None), partly_merged_at=later(5)))
    assert (found.decision, found.digest, found.ineligible, found.message) == ("reject", NO_DIGEST, None, "")


@pytest.mark.parametrize(("minutes", "counts"), [(-1, False), (0, False), (1, True)])
def test_an_approval_counts_only_after_the_base_branch_was_changed_for_the_last_time(minutes: int, counts: bool) -> None:
    changes = tuple(BaseChanged(at=later(when), actor=account("alice"), before="a", after="b") for when in (0, -10))
    found = only(heard(review(at=later(minutes)), timeline=changes))
    assert found.ineligible == (None if counts else "approval.before_retarget")
    assert found.message == ("" if counts else "carol approved before the base branch was changed")


@pytest.mark.parametrize(("minutes", "counts"), [(-1, False), (0, False), (1, True)])
def test_an_approval_counts_only_after_the_base_took_in_a_part(minutes: int, counts: bool) -> None:
    found = only(heard(review(at=later(minutes)), partly_merged_at=NOW))
    assert found.ineligible == (None if counts else "approval.before_absorbed")
    assert found.message == ("" if counts else "carol approved before the base took in a part of this pull request")


# -- dismissals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("timeline", "decision"),
    [
        ((), "reject"),
        ((dismissal("dave"),), "withdraw"),
        ((dismissal("carol"),), "withdraw"),
        ((dismissal("alice"),), "reject"),
        ((dismissal("mallory"),), "reject"),
        ((dismissal(None),), "reject"),
        ((dismissal("mallory", previous="approved"),), "withdraw"),
        # Of several dismissals of one review the latest says what stood there and who took it away, in whatever order they are listed.
        ((dismissal("dave", minutes=2), dismissal("mallory", minutes=1)), "withdraw"),
        ((dismissal("dave", minutes=1), dismissal("mallory", minutes=2)), "reject"),
        ((dismissal("mallory", "approved", minutes=2), dismissal("mallory", minutes=1)), "withdraw"),
        # A dismissal of another review, or of nobody knows which, says nothing about this one.
        ((dismissal("dave", of=2),), "reject"),
        ((dismissal("dave", of=None),), "reject"),
        ((dismissal("mallory"), dismissal("dave", minutes=2, of=2)), "reject"),
        ((BaseChanged(at=NOW, actor=None, before="a", after="b"), dismissal("dave")), "withdraw"),
    ],
)
def test_a_dismissed_objection_blocks_until_somebody_who_may_dismissed_it(timeline: Any, decision: str) -> None:
    assert only(heard(review(state="dismissed"), timeline=timeline)).decision == decision


def test_nobody_takes_back_an_objection_of_an_account_that_is_nobody() -> None:
    """Two accounts that the roster does not know are not one person because neither has a name."""
    found = only(heard(review("mallory", "dismissed"), timeline=(dismissal("oscar"),)))
    assert (found.decision, found.ineligible) == ("reject", "approver.unknown")


# -- identities ------------------------------------------------------------------------------------------------------------


def test_a_login_that_changed_hands_is_a_trouble_and_a_renamed_person_is_not() -> None:
    changed = review(author=account("Carol", id=77))
    (trouble,) = heard(changed, review(None, id=2), changed).troubles
    assert trouble.code == "identity.changed"
    assert said(trouble) == "the login `Carol` is account 77 now; the roster lists 3 for carol"
    (unknown,) = heard(review(author=account("Carol", id=None))).troubles
    assert said(unknown) == "GitHub names no account number for the login `Carol`; the roster lists 3 for carol"
    renamed = heard(review(author=account("caroline", id=3)))
    assert renamed.troubles == ()
    assert only(renamed).by == "carol"
    assert heard(review("erin", author=account("erin", id=77))).troubles == ()  # the roster lists no number that it could differ from


def test_two_people_of_one_account_are_a_trouble_whoever_reviews() -> None:
    shared = roster(people={"carol": {"github_id": 3}, "dave": {"github_id": 3}})
    (trouble,) = heard(people=shared).troubles
    assert (trouble.code, said(trouble)) == ("identity.shared", "two people of the roster list the same GitHub account id")
    assert heard().troubles == ()


# -- contributors ----------------------------------------------------------------------------------------------------------


def commit(*authors: CommitPerson, committer: CommitPerson | None = None, signature: CommitSignature | None = None) -> PullCommit:
    made = authors or (by("alice@example.com"),)
    return PullCommit(
        oid=HEAD, parents=(), authors=made, committer=committer or made[0], via_web=False, signature=signature
    )  # fmt: skip


def by(email: str | None, who: str | None = None, **over: Any) -> CommitPerson:
    return CommitPerson(email=email, user=account(who, **over))


def made(*commits: PullCommit, timeline: Any = (), earlier: Any = (), author: str | None = "alice") -> tuple[Any, Any]:
    found = contributors(facts(author=account(author), commits=commits, timeline=timeline), ROSTER, earlier)
    return found.people, found.unknown


def forced(who: str | None, kind: str = "head_force_pushed") -> ForcePushed:
    return ForcePushed(kind=kind, at=NOW, actor=account(who), before=None, after=None)  # type: ignore[arg-type]


def test_the_author_and_whoever_forced_the_head_made_it() -> None:
    assert made() == (("alice",), ())
    assert made(timeline=(forced("bob"), forced("carol", "base_force_pushed"), dismissal("dave"))) == (("alice", "bob"), ())
    assert made(author=None, timeline=(forced(None), forced("mallory"))) == ((), ())


@pytest.mark.parametrize(
    ("maker", "people", "unknown"),
    [
        (by("Carol@example.COM"), ["carol"], []),
        (by("team@example.com"), ["frank", "grace"], []),
        (by(None, "carol"), ["carol"], []),
        (by("3+whatever@users.noreply.github.com"), ["carol"], []),
        (by("3+a@b@users.noreply.github.com"), [], ["3+a@b@users.noreply.github.com"]),
        (by("3@users.noreply.github.com"), [], ["3@users.noreply.github.com"]),
        # Every name a commit gives somebody counts: an address, the account GitHub ties it to, a number in the address.
        (by("carol@example.com", "dave"), ["carol", "dave"], []),
        (by("3+carol@users.noreply.github.com", "mallory"), ["carol"], []),
        (by("who@example.com"), [], ["who@example.com"]),
        (by("who@example.com", "mallory"), [], ["@mallory"]),
        (by(None), [], ["nobody named"]),
        (by("x@example.com", "renovate", type="Bot"), ["app:renovate"], []),
        (by("carol@example.com", "renovate", type="Bot"), ["carol"], []),
    ],
)
def test_a_hand_in_a_commit_is_known_by_address_account_or_number(maker: CommitPerson, people: list[str], unknown: list[str]) -> None:
    assert made(commit(maker), author=None) == (tuple(people), tuple(unknown))


def test_authors_co_authors_and_committers_of_every_commit_count() -> None:
    first = commit(by("alice@example.com"), by("bob@example.com"), committer=by("carol@example.com"))
    assert made(first, commit(by("y@example.com")), commit(by("x@example.com"))) == (("alice", "bob", "carol"), ("x@example.com", "y@example.com"))


def test_a_commit_without_a_committer_has_an_unknown_hand() -> None:
    bare = commit().model_copy(update={"committer": None})
    assert made(bare) == (("alice",), ("nobody named",))


@pytest.mark.parametrize("email", [GITHUB, "NoReply@GitHub.com", "x@example.com", None])
@pytest.mark.parametrize("valid", [True, False])
@pytest.mark.parametrize("by_github", [True, False])
def test_github_as_committer_is_nobody_under_its_own_valid_signature_alone(valid: bool, by_github: bool, email: str | None) -> None:
    signature = CommitSignature(valid=valid, state="VALID", by_github=by_github, signer=None)
    _, unknown = made(commit(committer=by(email), signature=signature))
    nobody = valid and by_github and email is not None and email.casefold() == GITHUB
    assert unknown == (() if nobody else (email or "nobody named",))
    assert made(commit(committer=by(GITHUB)))[1] == (GITHUB,)


def test_hands_in_commits_that_were_pushed_away_count_where_the_roster_knows_them() -> None:
    assert made(earlier=["Dave@example.com", "3+x@users.noreply.github.com", "who@example.com"]) == (("alice", "carol", "dave"), ())


def test_bounds_without_events_are_before_every_approval() -> None:
    assert only(heard(review(at=NOW - timedelta(days=9_000)))).ineligible is None
