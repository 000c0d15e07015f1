"""The gate `close`: the release is over, and it was reviewed where the policy asks for that."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, Self

from changeflow.gate.case import CmdbFacts, Common, GateCase, ReleaseFacts, ReviewFacts
from changeflow.gate.every_gate import every_gate
from changeflow.gate.evidence_seen import (
    Evidence,
    cmdb_seen,
    late_evidence,
    merged_seen,
    release_seen,
    review_seen,
)
from changeflow.gate.gate_rules import Basis, GateRules, Results
from changeflow.gate.gates.approved_since import ApprovedCase, approved_since
from changeflow.gate.reasons import reason
from changeflow.gate.review_demand import ReviewDemand, review_demand
from changeflow.model.answers.decision import Reason, codes_of, shutting
from changeflow.model.policy import Gate
from changeflow.model.times import lies_ahead
from changeflow.policy.condition_facts import stamp

# problems that a sentence names
_PROBLEMS: Final = 5
# What is still to come before a change can be closed; until it is there, what rules say of it is no
# last word.
_STILL_TO_COME: Final = frozenset(
    {"release.unfinished", "review.missing", "review.incomplete", "review.in_future"}
)


class CloseCase(GateCase):
    """What the gate `close` asks beside what every gate asks.

    Attributes:
        release: what the release journal says.
        review: what is known of the post-implementation review.
        merged_digest: of the change's content on the base; None where it is not there.
        incidents: those that people say it caused.
        cmdb: what the CMDB says of its items, now that it is released.
        retrospective: what its approval asks, where the request was written afterwards; else None.
    """

    release: ReleaseFacts
    review: ReviewFacts
    merged_digest: str | None
    incidents: tuple[str, ...]
    cmdb: CmdbFacts
    retrospective: ApprovedCase | None

    def with_common(self, common: Common) -> Self:
        """See `Case.with_common`."""
        asked = self.retrospective
        changed = {"common": common, "retrospective": asked and asked.with_common(common)}
        return self.model_copy(update=changed)


class Close(GateRules[CloseCase]):
    """The gate `close`."""

    gate = Gate.CLOSE
    dates_approvals = True

    def evidence(self, case: CloseCase, basis: Basis) -> Evidence:
        """See `GateRules.evidence`."""
        return late_evidence(
            case.common,
            basis.approved_at,
            merged=lambda: merged_seen(case.common, case.merged_digest),
            release=lambda: release_seen(case.release),
            review=lambda: review_seen(case.review),
            incidents=lambda: list(case.incidents),
            cmdb=lambda: cmdb_seen(case.cmdb),
        )

    def reasons(
        self, case: CloseCase, basis: Basis, results: Results, now: datetime
    ) -> Iterable[Reason]:
        """Return whether the release is over, and reviewed by an independent person if need be."""
        yield from every_gate(case.common, now)
        if case.retrospective is not None:
            yield _afterwards(case.retrospective, now)
        yield _release(case.release)
        demand = review_demand(results, case.release.outcome)
        yield _review(case, demand, now)

    def dead_ends(self, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
        """Return what shuts the gate, and no release or review still to come can mend."""
        found = super().dead_ends(reasons)
        if not codes_of(shutting(reasons)) & _STILL_TO_COME:
            return found
        mended = _STILL_TO_COME | {"rule.violated"}
        return tuple(item for item in found if item.reason_code not in mended)


CLOSE: Final = Close()
# The rule of the reason that says whether the change is reviewed, or need not be.
REVIEW: Final = "changeflow.review"


def _afterwards(case: ApprovedCase, now: datetime) -> Reason:
    """Return whether what was done before anybody asked was approved afterwards."""
    since, decision = approved_since(case, now)
    if since is not None:
        return reason("approval", "pass", "approval.complete", {"count": len(decision.approvals)})
    parts = shutting(decision.reasons)
    return reason("approval", "pending", "approval.missing", parts=parts)


def _release(release: ReleaseFacts) -> Reason:
    if release.state in ("implemented", "rolled_back") and not release.proven:
        return reason("release", "fail", "release.unproven")
    elif release.state in ("implemented", "rolled_back"):
        return reason("release", "pass", "release.finished", {"state": release.state})
    elif release.state == "rollback_failed":
        return reason("release", "fail", "release.rollback_failed")
    else:
        data = {"state": release.state or "not started"}
        return reason("release", "pending", "release.unfinished", data)


def _due(review: ReviewFacts, now: datetime) -> dict[str, Any]:
    """Return until when a review is due, as data of a reason."""
    if review.due is None:
        return {}
    return {"case": "overdue" if now > review.due else "due", "due": stamp(review.due)}


def _review(case: CloseCase, demand: ReviewDemand, now: datetime) -> Reason:
    review = case.review
    change = case.common.change.id
    if not review.present and not demand.demanded:
        data: dict[str, Any] = {"outcome": case.release.outcome, "rules": list(demand.rules)}
        return reason("review", "pass", "review.not_demanded", data)
    elif not review.present:
        return reason("review", "pending", "review.missing", {"change": change} | _due(review, now))
    elif review.problems:
        problems = list(review.problems)
        data = {"change": change, "count": len(problems), "problems": problems[:_PROBLEMS]}
        return reason("review", "fail", "review.incomplete", data)
    elif review.reviewed is not None and lies_ahead(review.reviewed, now):
        return reason("review", "fail", "review.in_future", {"day": str(review.reviewed)})
    else:
        return reason("review", "pass", "review.complete", {"reviewer": review.reviewer})
