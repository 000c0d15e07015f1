"""From GitHub's reviews to opinions the core can weigh, and from its commits to contributors.

No person is known by a login: a person is a numeric account id that the roster lists. What an
opinion is bound to is the digest of the effective change at the commit it was given on. The rules
answer attacks A17 (self-approval) to A57 (dismissed before the merge).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from changeflow.language.reader import MACHINE
from changeflow.language.sentences import say
from changeflow.lazy_dataclass import dataclass
from changeflow.model.directory import Directory
from changeflow.model.document_parts import Record
from changeflow.model.opinions import Contributors, Review
from changeflow.model.people import Roster
from changeflow.model.pull_facts import (
    Actor,
    BaseChanged,
    CommitPerson,
    ForcePushed,
    PullCommit,
    PullRequestFacts,
    PullReview,
    ReviewDismissed,
)

NO_DIGEST: Final = "sha256:unknown"
_GITHUB_ITSELF: Final = "noreply@github.com"
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Trouble(Record):
    """Something wrong with identities or reviews.

    It keeps the gate shut (`error`) or must be shown (`warning`).
    """

    code: str
    data: dict[str, Any]
    level: str = "error"


class Reviews(Record):
    """Opinions in order, and what was wrong with them."""

    reviews: tuple[Review, ...]
    troubles: tuple[Trouble, ...]


def hear(
    facts: PullRequestFacts,
    roster: Roster,
    digest_at: Mapping[str, str],
    dismissers: Sequence[str],
    partly_merged_at: datetime | None = None,
) -> Reviews:
    """Return the opinions on a pull request.

    Args:
        facts: everything GitHub said.
        roster: from the base.
        digest_at: commit -> digest of the effective change at that commit; a commit that is not
            there is not known.
        dismissers: people who may dismiss a rejection of another person. A person who has a part
            in the change is none of them.
        partly_merged_at: when the base took in a part of the pull request; what was approved before
            was more than is left.
    """
    directory = Directory(roster.spec.people)
    troubles = [*_identity_troubles(facts, directory), *_review_troubles(facts)]
    changed_base = [event.at for event in facts.timeline if isinstance(event, BaseChanged)]
    retargeted = max(changed_base, default=_LONG_AGO)
    bounds = _Bounds(retargeted, partly_merged_at or _LONG_AGO)
    ordered = sorted(
        facts.reviews, key=lambda review: (review.submitted_at or _LONG_AGO, review.id)
    )
    may_dismiss = frozenset(dismissers)
    opinions: list[Review] = []
    for review in ordered:
        opinion = _opinion(review, facts, directory, digest_at, bounds, may_dismiss)
        if opinion is not None:
            opinions.append(opinion)
    return Reviews(reviews=tuple(opinions), troubles=tuple(troubles))


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Moments before which an approval was of something else, whatever commit it names."""

    retargeted: datetime
    partly_merged_at: datetime


def _person(directory: Directory, actor: Actor | None) -> str | None:
    return directory.owner_of_account(actor.id) if actor is not None else None


def _identity_troubles(facts: PullRequestFacts, directory: Directory) -> list[Trouble]:
    if directory.shares_an_account:
        return [Trouble(code="identity.shared", data={})]
    found = {}
    for review in facts.reviews:
        actor = review.author
        if actor is None:
            continue
        name, number = directory.listed_login(actor.login)
        if number is not None and _person(directory, actor) != name:
            data: dict[str, Any] = {"login": actor.login, "listed": number, "who": name}
            data |= {"case": "unnumbered"} if actor.id is None else {"account": actor.id}
            found[actor.login] = Trouble(code="identity.changed", data=data)
    return list(found.values())


def _review_troubles(facts: PullRequestFacts) -> list[Trouble]:
    unknown: list[Trouble] = []
    undated: list[Trouble] = []
    for review in facts.reviews:
        if review.state == "unknown":
            data = {"id": review.id, "state": review.raw_state}
            unknown.append(Trouble(code="review.unknown_state", data=data))
        elif review.submitted_at is None and review.state != "pending":
            undated.append(Trouble(code="review.no_time", data={"id": review.id}))
    return unknown + undated


def _opinion(
    review: PullReview,
    facts: PullRequestFacts,
    directory: Directory,
    digest_at: Mapping[str, str],
    bounds: _Bounds,
    dismissers: frozenset[str],
) -> Review | None:
    """Return one review as an opinion.

    None for what is no opinion: a comment, a draft of a review, an unknown state.
    """
    if review.state in ("commented", "pending", "unknown") or review.submitted_at is None:
        return None
    person = _person(directory, review.author)
    decision = {"approved": "approve", "changes_requested": "reject", "dismissed": "withdraw"}[
        review.state
    ]
    if review.state == "dismissed" and _still_blocks(review, person, facts, directory, dismissers):
        decision = "reject"
    digest = digest_at.get(review.commit or "", NO_DIGEST)
    code, data = _flaw(review, person, directory, decision, bounds)
    return Review(
        by=person,
        shown_as=_shown(review.author, person),
        decision=decision,  # type: ignore[arg-type]  # a value of the table above
        digest=digest,
        at=review.submitted_at,
        ineligible=code,
        message=say(code, data, MACHINE).text if code else "",
        data=data,
        words=review.words,
    )


def _shown(actor: Actor | None, person: str | None) -> str:
    if person is not None:
        return person
    return actor.login if actor is not None else "ghost"


def _flaw(  # noqa: PLR0911 - one line for each reason
    review: PullReview, person: str | None, directory: Directory, decision: str, bounds: _Bounds
) -> tuple[str | None, dict[str, Any]]:
    """Return why a review proves nothing, as code and data; None and empty when it does."""
    actor = review.author
    if actor is None:
        return "reviewer.ghost", {}
    if actor.type != "User" or actor.login.casefold().endswith("[bot]"):
        return "reviewer.not_human", {"login": actor.login, "type": actor.type}
    if person is None:
        return _stranger(actor, directory)
    data = {"who": person}
    if decision != "approve":
        return None, {}
    if review.commit is None:
        return "approval.commit_unknown", data
    at = review.submitted_at or _LONG_AGO
    if at <= bounds.retargeted:
        return "approval.before_retarget", data
    if at <= bounds.partly_merged_at:
        return "approval.before_absorbed", data
    return None, {}


def _stranger(actor: Actor, directory: Directory) -> tuple[str, dict[str, Any]]:
    name, number = directory.listed_login(actor.login)
    if name is not None and number is None:
        return "identity.no_id", {"name": name}
    return "approver.unknown", {"case": "account", "login": actor.login}


def _still_blocks(
    review: PullReview,
    person: str | None,
    facts: PullRequestFacts,
    directory: Directory,
    dismissers: frozenset[str],
) -> bool:
    """Return whether a dismissed rejection still counts.

    It does where it was dismissed by an unknown person, or by one who may not (A47).
    """
    mine: list[ReviewDismissed] = []
    for event in facts.timeline:
        if isinstance(event, ReviewDismissed) and event.review == review.id:
            mine.append(event)
    if not mine:
        # Without the event it is not known what was dismissed by whom: silence is not consent.
        return True
    last = max(mine, key=lambda event: event.at)
    if last.previous != "changes_requested":
        return False
    actor = _person(directory, last.actor)
    return actor is None or (actor != person and actor not in dismissers)


def contributors(
    facts: PullRequestFacts, roster: Roster, earlier: Iterable[str] = ()
) -> Contributors:
    """Return who made the pull request.

    Those are its author, the authors, committers and co-authors of its commits, and who
    force-pushed it. They are known by GitHub's account id, the roster's e-mail, or a
    `<id>+<login>@users.noreply.github.com` address. GitHub itself as committer, under its own valid
    signature, is no person. A contributor who fits no person is an unknown one.

    Args:
        facts: everything GitHub said.
        roster: from the base.
        earlier: addresses in commits that were pushed away; of them only those count that the
            roster knows.
    """
    directory = Directory(roster.spec.people)
    people: set[str] = set()
    unknown: set[str] = set()
    actors = [facts.author]
    for event in facts.timeline:
        if isinstance(event, ForcePushed) and event.kind == "head_force_pushed":
            actors.append(event.actor)
    for actor in actors:
        if actor is not None:
            people |= directory.owners_of_account(actor.id)
    for address in earlier:
        people |= directory.owners_of_address(address)
    for commit in facts.commits:
        for maker in _makers(commit):
            found = _who(maker, directory)
            people |= found
            if not found:
                unknown.add(_address(maker))
    return Contributors(people=tuple(sorted(people)), unknown=tuple(sorted(unknown)))


def _makers(commit: PullCommit) -> list[CommitPerson]:
    makers = list(commit.authors)
    committer = commit.committer
    signed_by_github = (
        commit.signature is not None and commit.signature.valid and commit.signature.by_github
    )
    if committer is None:
        makers.append(CommitPerson(email=None, user=None))
    elif not (signed_by_github and (committer.email or "").casefold() == _GITHUB_ITSELF):
        makers.append(committer)
    return makers


def _who(maker: CommitPerson, directory: Directory) -> set[str]:
    found = set(directory.owners_of_address(maker.email or ""))
    if maker.user is not None:
        found |= directory.owners_of_account(maker.user.id)
    if not found and maker.user is not None and maker.user.type == "Bot":
        # An App that GitHub itself vouches for: it cannot approve, and it is no unknown human.
        found.add(f"app:{maker.user.login}")
    return found


def _address(maker: CommitPerson) -> str:
    if maker.user is not None:
        return f"@{maker.user.login}"
    return maker.email or "nobody named"
