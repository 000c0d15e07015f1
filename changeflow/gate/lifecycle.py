"""The state of a change, computed from its documents, its evidence and the time.

No document says its own state.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from changeflow.gate.case import Case
from changeflow.gate.decide import approved_since, decide
from changeflow.model.policy import Gate


class State(StrEnum):
    """Where a change is in its life."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ASSESSED = "assessed"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    IMPLEMENTING = "implementing"
    IMPLEMENTED = "implemented"
    ROLLED_BACK = "rolled_back"
    ROLLBACK_FAILED = "rollback_failed"
    IN_REVIEW = "in_review"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


def state(case: Case, now: datetime, *, assessed: bool = False) -> State:
    """The state of a change at a time.

    What happened outranks what was decided, and what was decided outranks what was asked: a
    released change is never "withdrawn". `assessed` says whether an assessment of this content is
    on record.
    """
    if case.release.state:
        return _after_release(case, now)
    # looking at a state decides nothing
    case = case.model_copy(update={"newest": None})
    codes = {
        item.reason_code
        for item in decide(Gate.APPROVE, case, now).reasons
        if item.outcome != "pass"
    }
    if "change.withdrawn" in codes:
        return State.WITHDRAWN
    if case.change.spec.draft:
        return State.DRAFT
    if "review.rejected" in codes:
        return State.REJECTED
    since, _ = approved_since(case, now)
    if since is not None:
        return State.SCHEDULED if case.merged_digest == case.digest else State.APPROVED
    return State.ASSESSED if assessed else State.SUBMITTED


def _after_release(case: Case, now: datetime) -> State:
    ended = State(case.release.state)
    if ended not in (State.IMPLEMENTED, State.ROLLED_BACK) or not case.review.present:
        return ended
    return State.CLOSED if decide(Gate.CLOSE, case, now).open else State.IN_REVIEW
