"""What a change's release journal says: whether and how it started and ended, and the proof."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from itertools import takewhile
from typing import TYPE_CHECKING

from changeflow.gate.case import NOT_STARTED, ReleaseFacts
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger.assessments import assessments
from changeflow.model.change import ChangeRequest
from changeflow.model.evidence import LedgerEntry, ReleaseBody
from changeflow.release.ending import release_span

if TYPE_CHECKING:
    from changeflow.release.outcome import ReleaseOutcome


def release_facts(change: ChangeRequest, mine: Sequence[LedgerEntry]) -> ReleaseFacts:
    """Return what the journal of a change says about its release.

    `mine` are the entries about the change that count.
    """
    span = release_span(mine)
    if span is None:
        return NOT_STARTED
    start, ended = span.start, span.end
    body = start.body
    assert isinstance(body, ReleaseBody)  # noqa: S101 - it is a line of the journal
    course = _Course(change, mine, has_ended=ended is not None)
    # most answers ask whether a release has ended, and not how it went
    return ReleaseFacts.late(
        {
            "outcome": lambda: course.found.word,
            "class_": partial(_class_at_start, mine, start, body),
            "overran": lambda: course.found.overran,
            "rolled_back": lambda: course.found.rolled_back,
        },
        state=span.state,
        started=start.moment,
        ended=ended.moment if ended is not None else None,
        by=body.by,
        proven=span.proven,
    )


@dataclass(frozen=True)
class _Course:
    """How a release went, which is found out when it is asked for."""

    change: ChangeRequest
    mine: Sequence[LedgerEntry]
    has_ended: bool

    @cached_property
    def found(self) -> ReleaseOutcome:
        # Most changes that are looked at have not been released.
        from changeflow.release.outcome import NOT_KNOWN, release_outcome

        return release_outcome(self.change, self.mine) if self.has_ended else NOT_KNOWN


def _class_at_start(mine: Sequence[LedgerEntry], start: LedgerEntry, body: ReleaseBody) -> str:
    """Return the class of the change when its release started; empty where it is not on record.

    The release recorded the assessment that its gate rested on. It must be of the same content, and
    proven if the start is.
    """
    found = ""
    for assessed in assessments(takewhile(lambda entry: entry.seq < start.seq, mine)):
        if assessed.body.content != body.digest:
            continue
        if assessed.entry.proven or not start.proven:
            found = assessed.class_
    return found


def has_started(mine: Sequence[LedgerEntry]) -> bool:
    """Return whether a release of the change has started."""
    events = (one.body.event for one in mine if isinstance(one.body, ReleaseBody))
    return "started" in events
