"""The states of a change. No document says its own state: `gate.lifecycle` computes it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class LifecycleState(StrEnum):
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


# nothing of it will be carried out any more
OVER: Final = frozenset(
    {
        LifecycleState.IMPLEMENTED,
        LifecycleState.ROLLED_BACK,
        LifecycleState.ROLLBACK_FAILED,
        LifecycleState.IN_REVIEW,
        LifecycleState.CLOSED,
        LifecycleState.REJECTED,
        LifecycleState.WITHDRAWN,
    }
)
# it waits for people to agree
WAITING: Final = frozenset({LifecycleState.SUBMITTED, LifecycleState.ASSESSED})
# it may be released
READY: Final = frozenset({LifecycleState.APPROVED, LifecycleState.SCHEDULED})
