"""GraphQL nodes to records, one small reader per kind.

What GitHub says in a way we do not know stays visible as `unknown`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Literal, get_args

from changeflow.hosts.github import query
from changeflow.hosts.github.failures import Incomplete, Unbelievable
from changeflow.hosts.github.json_node import JsonNode
from changeflow.model.opinions import shortened
from changeflow.model.pull_facts import (
    Actor,
    ActorType,
    BaseChanged,
    CheckFact,
    CommentRef,
    CommitPerson,
    CommitSignature,
    Conclusion,
    ForcePushed,
    LabelChanged,
    MergeQueueEntry,
    OtherEvent,
    PullCommit,
    PullRequestRef,
    PullReview,
    RequestedReviewer,
    ReviewDismissed,
    ReviewState,
    TimelineEvent,
)
from changeflow.model.redaction import redact

# kinds of accounts that have a numeric id
_NUMBERED: Final = frozenset({"User", "Bot", "Mannequin", "Organization"})
_REVIEW_STATES: Final[dict[str, ReviewState]] = {
    "APPROVED": "approved",
    "CHANGES_REQUESTED": "changes_requested",
    "COMMENTED": "commented",
    "DISMISSED": "dismissed",
    "PENDING": "pending",
}
_CHECK_CONCLUSIONS: Final[dict[str, Conclusion]] = {
    "SUCCESS": "success",
    "FAILURE": "failure",
    "STARTUP_FAILURE": "failure",
    "ACTION_REQUIRED": "failure",
    "NEUTRAL": "neutral",
    "SKIPPED": "skipped",
    "CANCELLED": "cancelled",
    "STALE": "cancelled",
    "TIMED_OUT": "timed_out",
}
_CHECK_STATES: Final = frozenset({"QUEUED", "IN_PROGRESS", "PENDING", "REQUESTED", "WAITING"})
_STATUS_STATES: Final[dict[str, Conclusion]] = {
    "SUCCESS": "success",
    "FAILURE": "failure",
    "ERROR": "failure",
    "PENDING": "pending",
    "EXPECTED": "pending",
}
_PULL_STATES: Final[dict[str, Literal["open", "closed", "merged"]]] = {
    "OPEN": "open",
    "CLOSED": "closed",
    "MERGED": "merged",
}


class Unnumbered(Unbelievable):
    """GitHub left the 64-bit id of something out.

    Asked for the 32-bit one beside it, it may say that.
    """


def big_id(node: JsonNode, key: str = "fullDatabaseId") -> int:
    """Return an id beyond 32 bits: GitHub writes it as text or as a number.

    Raises:
        Unnumbered: where it is null, and its older form was not asked for.
    """
    value = node.raw(key)
    if value is None and isinstance(node.value, dict):
        if query.OLDER_ID not in node.value:
            raise Unnumbered.of("hub.no_number", where=f"{node.where}.{key}")
        return node.number(query.OLDER_ID)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:  # noqa: PLR2004 - 64 bits
        return int(value)
    return node.number(key)


def pull_state(node: JsonNode) -> Literal["open", "closed", "merged"]:
    """Return the state of a pull request; a new word for it is an error."""
    state = _PULL_STATES.get(node.text("state"))
    if state is None:
        raise node.fail("an open, closed or merged pull request")
    return state


def actor(node: JsonNode | None) -> Actor | None:
    """Return an account, or None for a ghost."""
    if node is None:
        return None
    kind = node.text("__typename")
    login = node.text("login")
    known: Any = "unknown"
    if login.endswith("[bot]"):
        known = "Bot"
    elif kind in get_args(ActorType):
        known = kind
    number = None
    if kind in _NUMBERED:
        number = node.maybe_number("databaseId")
    return Actor(id=number, login=login, type=known)


def review(node: JsonNode) -> PullReview:
    """Return a review."""
    raw = node.text("state")
    return PullReview(
        id=big_id(node),
        state=_REVIEW_STATES.get(raw, "unknown"),
        raw_state=raw,
        author=actor(node.maybe("author")),
        commit=node.maybe_oid("commit"),
        submitted_at=node.maybe_instant("submittedAt"),
        edited_at=node.maybe_instant("lastEditedAt"),
        words=shortened(redact(node.maybe_text("body") or "")),
    )


def commit(node: JsonNode) -> PullCommit:
    """Return a commit of the pull request, with all its authors and parents."""
    found = node.at("commit")
    committer = found.maybe("committer")
    signature = found.maybe("signature")
    return PullCommit(
        oid=found.oid("oid"),
        parents=tuple(parent.oid("oid") for parent in _whole(found.at("parents"))),
        authors=tuple(_person(person) for person in _whole(found.at("authors"))),
        committer=_person(committer) if committer else None,
        via_web=found.flag("committedViaWeb"),
        committed_at=_claimed(found),
        signature=_signature(signature) if signature else None,
    )


def _claimed(commit: JsonNode) -> datetime | None:
    """Return the date in a commit, None where it is no time.

    The maker of a commit writes it, and nothing rests on it.
    """
    try:
        return commit.instant("committedDate")
    except Unbelievable:
        return None


def _whole(connection: JsonNode) -> list[JsonNode]:
    count = connection.number("totalCount")
    found = connection.counted(count)
    if len(found) != count:
        raise Incomplete.of("hub.some_came", where=connection.where, found=len(found), wanted=count)
    return found


def _person(node: JsonNode) -> CommitPerson:
    return CommitPerson(email=node.maybe_text("email"), user=actor(node.maybe("user")))


def _signature(node: JsonNode) -> CommitSignature:
    return CommitSignature(
        valid=node.flag("isValid"),
        state=node.text("state"),
        by_github=node.flag("wasSignedByGitHub"),
        signer=actor(node.maybe("signer")),
    )


def _dismissed(node: JsonNode) -> TimelineEvent:
    gone = node.maybe("review")
    return ReviewDismissed(
        at=node.instant("createdAt"),
        actor=actor(node.maybe("actor")),
        review=big_id(gone) if gone else None,
        previous=_REVIEW_STATES.get(node.text("previousReviewState"), "unknown"),
    )


def _pushed(
    kind: Literal["head_force_pushed", "base_force_pushed"],
) -> Callable[[JsonNode], TimelineEvent]:
    return lambda node: ForcePushed(
        kind=kind,
        at=node.instant("createdAt"),
        actor=actor(node.maybe("actor")),
        before=node.maybe_oid("beforeCommit"),
        after=node.maybe_oid("afterCommit"),
    )


def _rebased(before: str, after: str) -> Callable[[JsonNode], TimelineEvent]:
    return lambda node: BaseChanged(
        at=node.instant("createdAt"),
        actor=actor(node.maybe("actor")),
        before=node.text(before),
        after=node.text(after),
    )


def _label(kind: Literal["labeled", "unlabeled"]) -> Callable[[JsonNode], TimelineEvent]:
    return lambda node: LabelChanged(
        kind=kind,
        at=node.instant("createdAt"),
        actor=actor(node.maybe("actor")),
        label=node.at("label").text("name"),
    )


def _other(
    kind: Literal[
        "ready_for_review", "converted_to_draft", "renamed", "closed", "reopened", "merged"
    ],
) -> Any:
    return lambda node: OtherEvent(
        kind=kind,
        at=node.instant("createdAt"),
        actor=actor(node.maybe("actor")),
        raw_kind=node.text("__typename"),
    )


_EVENTS: Final[dict[str, Callable[[JsonNode], TimelineEvent]]] = {
    "ReviewDismissedEvent": _dismissed,
    "HeadRefForcePushedEvent": _pushed("head_force_pushed"),
    "BaseRefForcePushedEvent": _pushed("base_force_pushed"),
    "BaseRefChangedEvent": _rebased("previousRefName", "currentRefName"),
    "AutomaticBaseChangeSucceededEvent": _rebased("oldBase", "newBase"),
    "LabeledEvent": _label("labeled"),
    "UnlabeledEvent": _label("unlabeled"),
    "ReadyForReviewEvent": _other("ready_for_review"),
    "ConvertToDraftEvent": _other("converted_to_draft"),
    "RenamedTitleEvent": _other("renamed"),
    "ClosedEvent": _other("closed"),
    "ReopenedEvent": _other("reopened"),
    "MergedEvent": _other("merged"),
}


def event(node: JsonNode) -> TimelineEvent:
    """Something that happened to the pull request; a kind we did not ask for is kept as unknown."""
    kind = node.text("__typename")
    reader = _EVENTS.get(kind)
    if reader is None:
        return OtherEvent(kind="unknown", at=None, actor=None, raw_kind=kind)
    return reader(node)


def check(node: JsonNode) -> CheckFact:
    """Return a check run or a commit status."""
    if node.text("__typename") == "CheckRun":
        return _check_run(node)
    if node.text("__typename") == "StatusContext":
        raw = node.text("state")
        return CheckFact(
            source="status",
            name=node.text("context"),
            conclusion=_STATUS_STATES.get(raw, "unknown"),
            raw=raw,
            creator=actor(node.maybe("creator")),
            description=node.maybe_text("description"),
            target_url=node.maybe_text("targetUrl"),
        )
    raise node.fail("a check run or a status")


def _check_run(node: JsonNode) -> CheckFact:
    suite = node.at("checkSuite")
    app, run = suite.maybe("app"), suite.maybe("workflowRun")
    file = run.maybe("file") if run else None
    status, raw = node.text("status"), node.maybe_text("conclusion")
    conclusion: Conclusion = "unknown"
    if status == "COMPLETED":
        conclusion = _CHECK_CONCLUSIONS.get(raw or "", "unknown")
    elif status in _CHECK_STATES:
        conclusion = "pending"
    return CheckFact(
        source="check",
        name=node.text("name"),
        conclusion=conclusion,
        raw=raw or status,
        app_id=app.maybe_number("databaseId") if app else None,
        app_slug=app.text("slug") if app else None,
        workflow=file.text("path") if file else None,
    )


def queue_entry(node: JsonNode | None) -> MergeQueueEntry | None:
    """Return the place in the merge queue, or None."""
    if node is None:
        return None
    return MergeQueueEntry(
        state=node.text("state"),
        position=node.number("position"),
        head=node.maybe_oid("headCommit"),
        base=node.maybe_oid("baseCommit"),
    )


_REVIEWERS: Final[dict[str, Literal["user", "team", "bot", "mannequin"]]] = {
    "User": "user",
    "Team": "team",
    "Bot": "bot",
    "Mannequin": "mannequin",
}


def requested(node: JsonNode) -> RequestedReviewer:
    """Return who was asked for a review; GitHub hides teams from tokens that may not see them."""
    who = node.maybe("requestedReviewer")
    unknown = RequestedReviewer(kind="unknown", id=None, name="")
    if who is None:
        return unknown
    kind = _REVIEWERS.get(who.text("__typename"))
    if kind is None:
        return unknown
    key = "slug" if kind == "team" else "login"
    return RequestedReviewer(kind=kind, id=who.maybe_number("databaseId"), name=who.text(key))


def comment(node: JsonNode, viewer: Actor) -> CommentRef:
    """Return a comment: ours when GitHub says that we wrote it, or when its author has our id."""
    author = actor(node.maybe("author"))
    same = author is not None and author.id is not None and author.id == viewer.id
    number = big_id(node) if node.raw("fullDatabaseId") is not None else None
    return CommentRef(
        node=node.text("id"), id=number, author=author, ours=node.flag("viewerDidAuthor") or same
    )


def pull_ref(node: JsonNode) -> PullRequestRef:
    """Tell which pull request; with its labels where they were asked for."""
    labels = None
    if isinstance(node.value, dict) and "labels" in node.value:
        labels = node.maybe("labels")
    return PullRequestRef(
        number=node.number("number"),
        state=pull_state(node),
        base_ref=node.text("baseRefName"),
        head_oid=node.oid("headRefOid"),
        merge_commit=node.maybe_oid("mergeCommit"),
        labels=_names(labels) if labels else (),
    )


def _names(labels: JsonNode) -> tuple[str, ...]:
    """Names of labels, which say what is looked at first and nothing else.

    Those that GitHub shows.
    """
    return tuple(label.text("name") for label in labels.shown())
