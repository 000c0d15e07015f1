"""Facts that a host reports about a pull request, frozen.

Nothing is dropped, and an unknown value is recorded as unknown.
"""

from typing import Annotated, Literal

from pydantic import Field

from changeflow.model.document_parts import Instant, Record

ActorType = Literal["User", "Bot", "Mannequin", "Organization", "EnterpriseUserAccount", "unknown"]
ReviewState = Literal[
    "approved", "changes_requested", "commented", "dismissed", "pending", "unknown"
]
Conclusion = Literal[
    "success", "failure", "pending", "neutral", "skipped", "cancelled", "timed_out", "unknown"
]


class Actor(Record):
    """An account.

    `id` is the host's numeric id, the only thing that lasts; a ghost is no actor but `None`.

    GraphQL writes the login of an App without `[bot]`; look at `type`.
    """

    id: int | None
    login: str
    type: ActorType


class PullReview(Record):
    """A review.

    `commit` is the head it was given on, None if the host no longer knows it; `raw_state` is the
    host's spelling.

    `words` are the reviewer's own, shortened; empty if an older version recorded the review without
    them.
    """

    id: int
    state: ReviewState
    raw_state: str
    author: Actor | None
    commit: str | None
    submitted_at: Instant | None
    edited_at: Instant | None
    words: str = ""


class CommitSignature(Record):
    """A commit's signature as the host judged it."""

    valid: bool
    state: str
    by_github: bool
    signer: Actor | None


class CommitPerson(Record):
    """An author, co-author or committer.

    `email` is the address in the commit, `user` the account that the host ties to it.
    """

    email: str | None
    user: Actor | None


class PullCommit(Record):
    """A commit of the pull request.

    `authors` holds the author and every co-author; `committed_at` is what the commit claims.
    """

    oid: str
    parents: tuple[str, ...]
    authors: tuple[CommitPerson, ...]
    committer: CommitPerson | None
    via_web: bool
    signature: CommitSignature | None
    committed_at: Instant | None = None


class ReviewDismissed(Record):
    """A review was dismissed. `review` is None if the review no longer exists."""

    kind: Literal["review_dismissed"] = "review_dismissed"
    at: Instant
    actor: Actor | None
    review: int | None
    previous: ReviewState


class ForcePushed(Record):
    """The head or the base was moved to another history. A commit unknown to the host is None."""

    kind: Literal["head_force_pushed", "base_force_pushed"]
    at: Instant
    actor: Actor | None
    before: str | None
    after: str | None


class BaseChanged(Record):
    """The pull request was pointed at another base branch."""

    kind: Literal["base_changed"] = "base_changed"
    at: Instant
    actor: Actor | None
    before: str
    after: str


class LabelChanged(Record):
    """A label came or went."""

    kind: Literal["labeled", "unlabeled"]
    at: Instant
    actor: Actor | None
    label: str


class OtherEvent(Record):
    """Any other event, such as ready for review, renamed, closed or reopened.

    `unknown` is an event that was not asked for.
    """

    kind: Literal[
        "ready_for_review",
        "converted_to_draft",
        "renamed",
        "closed",
        "reopened",
        "merged",
        "unknown",
    ]
    at: Instant | None
    actor: Actor | None
    raw_kind: str


TimelineEvent = Annotated[
    ReviewDismissed | ForcePushed | BaseChanged | LabelChanged | OtherEvent,
    Field(discriminator="kind"),
]


class CheckFact(Record):
    """A check run or commit status.

    `raw` is the host's own word; anything new to us is `unknown`, never success.

    `id` is found in older records only. GitHub's GraphQL cannot express it beyond 32 bits, and
    nothing rests on it.
    """

    source: Literal["check", "status"]
    name: str
    conclusion: Conclusion
    raw: str
    id: int | None = None
    app_id: int | None = None
    app_slug: str | None = None
    workflow: str | None = None
    creator: Actor | None = None
    description: str | None = None
    target_url: str | None = None


class MergeQueueEntry(Record):
    """The pull request's place in the merge queue. `head` is the commit the group is tested on."""

    state: str
    position: int
    head: str | None
    base: str | None


class RequestedReviewer(Record):
    """A person or team that was asked for a review and has not given one.

    `unknown` where the host does not say who.
    """

    kind: Literal["user", "team", "bot", "mannequin", "unknown"]
    id: int | None
    name: str


class CommentRef(Record):
    """A comment in the conversation: its ids, its author, and whether we wrote it."""

    node: str
    id: int | None
    author: Actor | None
    ours: bool


class PullRequestFacts(Record):
    """Everything the gate needs to know about a pull request, read at one time.

    `edited_at` is when the description was edited last.

    `base_oid` is the base that the host recorded at the last push; `base_tip` is the tip of the
    base branch now (None when the branch is gone). `merge_base` comes from the clone and is None
    until it is computed. `not_offered` names facts that this host (an older server) does not know,
    or left out although no gate needs them. `at_limit` names lists that are as long as the host
    makes them, so that more may exist.
    """

    repository: str
    repository_id: int
    default_branch: str | None
    archived: bool
    number: int
    node: str
    id: int | None
    state: Literal["open", "closed", "merged"]
    draft: bool
    locked: bool
    title: str
    edited_at: Instant | None = None
    opened_at: Instant | None = None
    author: Actor | None
    base_ref: str
    base_oid: str
    base_tip: str | None
    head_ref: str
    head_oid: str
    head_repository_id: int | None
    cross_repository: bool
    merge_base: str | None = None
    test_merge_oid: str | None
    changed_files: int
    reviews: tuple[PullReview, ...]
    commits: tuple[PullCommit, ...]
    timeline: tuple[TimelineEvent, ...]
    labels: tuple[str, ...]
    requested: tuple[RequestedReviewer, ...]
    checks: tuple[CheckFact, ...]
    test_merge_checks: tuple[CheckFact, ...]
    queue: MergeQueueEntry | None
    comments: tuple[CommentRef, ...]
    viewer: Actor
    read_at: Instant | None
    not_offered: tuple[str, ...] = ()
    at_limit: tuple[str, ...] = ()


class PullRequestRef(Record):
    """Which pull request, and where its head is.

    `labels` are read with the list of open ones alone.
    """

    number: int
    state: Literal["open", "closed", "merged"]
    base_ref: str
    head_oid: str
    merge_commit: str | None
    labels: tuple[str, ...] = ()
