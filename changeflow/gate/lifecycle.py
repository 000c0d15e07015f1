"""The state of a change, computed from its documents, its evidence and the time.

No document says its own state.
"""

from __future__ import annotations

from datetime import datetime

from changeflow.gate.case import NOT_STARTED, CmdbFacts, ReleaseFacts, ReviewFacts, untimed
from changeflow.gate.change_states import LifecycleState
from changeflow.gate.decision import decide, is_surely_shut
from changeflow.gate.gates.approve import APPROVE
from changeflow.gate.gates.approved_since import ApprovedCase, approved_since
from changeflow.gate.gates.close import CLOSE, CloseCase
from changeflow.model.change import Retrospective


def done_before(after: Retrospective) -> ReleaseFacts:
    """Return what is known of a change that was carried out before anybody had asked for it.

    No journal tells of it: the request does, which people approve. How it went is not known, so
    that it needs a review.
    """
    return NOT_STARTED.model_copy(
        update={
            "state": LifecycleState.IMPLEMENTED.value,
            "started": after.started,
            "ended": after.ended,
        }
    )


class LifeCase(ApprovedCase):
    """What the state of a change depends on: what its approval asks, and how it ended.

    Attributes:
        review: what is known of the post-implementation review.
        incidents: those that people say it caused.
        cmdb: what the CMDB says of its items, now that it is released.
        assessed: whether an assessment of this content is on record.
    """

    review: ReviewFacts
    incidents: tuple[str, ...]
    cmdb: CmdbFacts
    assessed: bool

    @property
    def closing(self) -> CloseCase:
        """Return what the gate `close` asks."""
        common = self.common
        after = common.change.spec.retrospective
        return CloseCase.late(
            {
                "review": lambda: self.review,
                "merged_digest": lambda: self.merged_digest,
                "cmdb": lambda: self.cmdb,
            },
            common=common,
            release=self.release if after is None else done_before(after),
            incidents=self.incidents,
            retrospective=None if after is None else self,
        )


def state(case: LifeCase, now: datetime) -> LifecycleState:
    """Return the state of a change at a time.

    What happened outranks what was decided, and what was decided outranks what was asked: a
    released change is never "withdrawn".
    """
    if case.release.state:
        return _after_release(case, now)
    # looking at a state decides nothing
    case = untimed(case)
    reasons = decide(APPROVE, case.approve, now).reasons
    codes = {item.reason_code for item in reasons if item.outcome != "pass"}
    if "change.withdrawn" in codes:
        return LifecycleState.WITHDRAWN
    if case.common.change.spec.draft:
        return LifecycleState.DRAFT
    if "review.rejected" in codes:
        return LifecycleState.REJECTED
    since, _ = approved_since(case, now)
    if since is not None:
        return _agreed(case, now)
    return LifecycleState.ASSESSED if case.assessed else LifecycleState.SUBMITTED


def _agreed(case: LifeCase, now: datetime) -> LifecycleState:
    """Return the state of a change that was approved and has no release."""
    if case.common.change.spec.retrospective is not None:
        # it was done before anybody asked
        return _after_release(case, now)
    merged = case.merged_digest == case.common.panel.digest
    return LifecycleState.SCHEDULED if merged else LifecycleState.APPROVED


def _after_release(case: LifeCase, now: datetime) -> LifecycleState:
    """Return the state of a change whose release began.

    It is closed as soon as the gate `close` is open: by its review, or by itself where the policy
    asks for none.
    """
    ended = LifecycleState(case.closing.release.state)
    if ended not in (LifecycleState.IMPLEMENTED, LifecycleState.ROLLED_BACK):
        return ended
    closing = case.closing
    if not is_surely_shut(CLOSE, closing, now) and decide(CLOSE, closing, now).open:
        return LifecycleState.CLOSED
    return LifecycleState.IN_REVIEW if case.review.present else ended
