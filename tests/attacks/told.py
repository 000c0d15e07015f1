"""What GitHub would say about a pull request of the world, as the records the gate is given: the short way, without HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from github.double.store import Logged
from github.double.world import Account, Event, Pull, Review, World, shown

from changeflow.model.pull_facts import (
    Actor,
    BaseChanged,
    CheckFact,
    CommitPerson,
    CommitSignature,
    ForcePushed,
    LabelChanged,
    OtherEvent,
    PullCommit,
    PullRequestFacts,
    PullReview,
    ReviewDismissed,
)

_STATES = {"APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED", "PENDING"}
_KINDS = {
    "ReadyForReviewEvent": "ready_for_review", "ConvertToDraftEvent": "converted_to_draft", "RenamedTitleEvent": "renamed",
    "ClosedEvent": "closed", "ReopenedEvent": "reopened", "MergedEvent": "merged",
}  # fmt: skip


def facts_of(world: World, pull: Pull) -> PullRequestFacts:
    """The facts as `hosts.github.pull_request.read` has them; the end-to-end rows of the corpus go through the real one."""
    tip = world.store.tip(f"refs/heads/{pull.base_ref}")
    commits = tuple(_commit(world, logged) for logged in world.store.log(pull.head_oid, pull.base_oid))
    return PullRequestFacts(
        repository=f"{world.owner}/{world.name}",
        repository_id=world.repository_id,
        default_branch=world.default_branch,
        archived=world.archived,
        number=pull.number,
        node=f"PR_{pull.id}",
        id=pull.id,
        state=pull.state.lower(),  # type: ignore[arg-type]  # OPEN, CLOSED or MERGED
        draft=pull.draft,
        locked=pull.locked,
        title=pull.title,
        edited_at=pull.edited_at,
        opened_at=pull.opened_at,
        author=actor(pull.author),
        base_ref=pull.base_ref,
        base_oid=pull.base_oid,
        base_tip=tip,
        head_ref=pull.head_ref,
        head_oid=pull.head_oid,
        head_repository_id=pull.head_repository,
        cross_repository=pull.head_repository != world.repository_id,
        test_merge_oid=None,
        changed_files=1,
        reviews=tuple(_review(one) for one in pull.reviews if one.state != "PENDING"),
        commits=commits,
        timeline=tuple(_event(one) for one in pull.events),
        labels=tuple(pull.labels),
        requested=(),
        checks=_checks(world, pull.head_oid),
        test_merge_checks=(),
        queue=None,
        comments=(),
        viewer=Actor(id=15, login="github-actions", type="Bot"),
        read_at=world.now,
        at_limit=("commits",) if len(commits) >= 250 else (),
    )


def actor(account: Account | None) -> Actor | None:
    seen = shown(account)
    return Actor(id=seen.id, login=seen.login.removesuffix("[bot]"), type=seen.type) if seen else None  # type: ignore[arg-type]


def _review(review: Review) -> PullReview:
    state: Any = review.state.lower() if review.state in _STATES else "unknown"
    return PullReview(
        id=review.id, state=state, raw_state=review.state, author=actor(review.author), commit=review.commit,
        submitted_at=review.submitted_at, edited_at=review.edited_at,
    )  # fmt: skip


def _commit(world: World, logged: Logged) -> PullCommit:
    made = world.made.get(logged.oid)
    signed = made.signature if made else None
    return PullCommit(
        oid=logged.oid,
        parents=logged.parents,
        authors=tuple(_person(world, email) for _, email in (logged.author, *world.co_authors(logged.message))),
        committer=_person(world, logged.committer[1]),
        via_web=bool(made and made.via_web),
        signature=CommitSignature(valid=signed["isValid"], state=signed["state"], by_github=signed["wasSignedByGitHub"], signer=None)
        if signed
        else None,
        committed_at=datetime.fromisoformat(logged.committed_at),
    )


def _person(world: World, email: str) -> CommitPerson:
    account = world.by_email(email)
    return CommitPerson(email=email, user=actor(account) if account and account.type == "User" else None)


def _event(event: Event) -> Any:
    who, data = actor(event.actor), event.data
    match event.kind:
        case "ReviewDismissedEvent":
            previous: Any = data["previous"].lower()
            return ReviewDismissed(at=event.at, actor=who, review=data["review"].id, previous=previous)
        case "HeadRefForcePushedEvent":
            return ForcePushed(kind="head_force_pushed", at=event.at, actor=who, before=data["before"], after=data["after"])
        case "BaseRefChangedEvent":
            return BaseChanged(at=event.at, actor=who, before=data["before"], after=data["after"])
        case "LabeledEvent" | "UnlabeledEvent":
            kind: Any = event.kind.removesuffix("Event").lower()
            return LabelChanged(kind=kind, at=event.at, actor=who, label=data["label"])
        case _:
            other: Any = _KINDS[event.kind]
            return OtherEvent(kind=other, at=event.at, actor=who, raw_kind=event.kind)


def _checks(world: World, oid: str) -> tuple[CheckFact, ...]:
    """The newest check run of every App and name, and the newest status of every context, as GitHub's roll-up has them."""
    runs = {(check.app.slug, check.name): check for check in world.checks if check.sha == oid}
    statuses = {status.context.lower(): status for status in world.statuses if status.sha == oid}
    found = [
        CheckFact(source="check", name=run.name, conclusion=_word(run.conclusion), raw=run.conclusion or run.status, app_slug=run.app.slug)
        for run in runs.values()
    ]
    found += [
        CheckFact(source="status", name=one.context, conclusion=_word(one.state), raw=one.state, creator=actor(one.creator))
        for one in statuses.values()
    ]
    return tuple(found)


def _word(conclusion: str | None) -> Any:
    known = ("success", "failure", "neutral", "skipped", "cancelled", "timed_out")
    return "pending" if conclusion in (None, "pending") else conclusion if conclusion in known else "unknown"
