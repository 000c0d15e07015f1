"""Results about a pull request: changed paths, effective content, and the decision."""

from typing import Literal

from changeflow.model.answers.decision import (
    CountedApproval,
    Decision,
    IgnoredReview,
    Missing,
    Reason,
)
from changeflow.model.document_parts import Instant, Record

PullState = Literal["open", "shut", "pending", "error"]


class PathChange(Record):
    """A path that differs between merge base and head.

    `mode` and `content` (a blob id, or a digest of the material fields of a request) are of the
    head; both None where the path is gone. A rename is a path gone and a path new.
    """

    path: str
    mode: str | None
    content: str | None

    @property
    def gone(self) -> bool:
        """Return whether the path no longer exists in the head."""
        return self.mode is None


class PullVerdict(Record):
    """The decision about a pull request as a whole.

    `reasons` are about the pull request, `decisions` about each request. `holds_until` is when an
    open one will shut by time alone; None where no such moment is known.
    """

    number: int
    state: PullState
    head: str
    base: str
    digest: str
    reasons: tuple[Reason, ...]
    decisions: tuple[Decision, ...]
    missing: tuple[Missing, ...]
    approvals: tuple[CountedApproval, ...]
    ignored: tuple[IgnoredReview, ...]
    satisfiable: bool
    witness: tuple[str, ...]
    impossible: tuple[str, ...]
    now: Instant
    holds_until: Instant | None = None

    @property
    def open(self) -> bool:
        """Return whether the pull request may be merged."""
        return self.state == "open"
