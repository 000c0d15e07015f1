"""The gate `close`: the release is over, and it was reviewed where the policy asks for that."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from changeflow.gate.case import GateCase, ReleaseFacts, ReviewFacts
from changeflow.gate.every_gate import every_gate
from changeflow.gate.evidence_seen import (
    Evidence,
    common_evidence,
    merged_seen,
    release_seen,
    review_seen,
)
from changeflow.gate.gate_rules import Basis, GateRules, Results
from changeflow.gate.reasons import worded_reason
from changeflow.gate.review_demand import ReviewDemand, review_demand
from changeflow.model.answers.decision import Reason, codes_of, shutting
from changeflow.model.policy import Gate
from changeflow.model.times import lies_ahead

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
    """

    release: ReleaseFacts
    review: ReviewFacts
    merged_digest: str | None
    incidents: tuple[str, ...]


class Close(GateRules[CloseCase]):
    """The gate `close`."""

    gate = Gate.CLOSE
    dates_approvals = True

    def evidence(self, case: CloseCase, basis: Basis) -> Evidence:
        """See `GateRules.evidence`."""
        return common_evidence(case.common, basis.approved_at) | {
            "merged": merged_seen(case.common, case.merged_digest),
            "release": release_seen(case.release),
            "review": review_seen(case.review),
            "incidents": list(case.incidents),
        }

    def reasons(
        self, case: CloseCase, basis: Basis, results: Results, now: datetime
    ) -> Iterable[Reason]:
        """Return whether the release is over, and reviewed by an independent person if need be."""
        yield from every_gate(case.common, now)
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


def _release(release: ReleaseFacts) -> Reason:
    if release.state in ("implemented", "rolled_back") and not release.proven:
        return worded_reason(
            "release",
            "fail",
            "release.unproven",
            "the journal of the release is not signed as this repository asked for then",
            "`changeflow ledger verify` names the entries",
        )
    elif release.state in ("implemented", "rolled_back"):
        return worded_reason(
            "release", "pass", "release.finished", f"the release ended: {release.state}"
        )
    elif release.state == "rollback_failed":
        return worded_reason(
            "release",
            "fail",
            "release.rollback_failed",
            "the rollback failed and waits for a recorded human decision",
        )
    else:
        return worded_reason(
            "release",
            "pending",
            "release.unfinished",
            f"the release is not over: {release.state or 'not started'}",
        )


def _review(case: CloseCase, demand: ReviewDemand, now: datetime) -> Reason:
    review = case.review
    if not review.present and not demand.demanded:
        rules = ", ".join(f"`{name}`" for name in demand.rules)
        text = f"the release ended `{case.release.outcome}`, and {rules} asks for no review of that"
        return worded_reason("review", "pass", "review.not_demanded", text)
    elif not review.present:
        return worded_reason(
            "review",
            "pending",
            "review.missing",
            "there is no post-implementation review",
            f"`changeflow review {case.common.change.id}` starts one",
        )
    elif review.problems:
        return worded_reason(
            "review",
            "fail",
            "review.incomplete",
            f"the review has {len(review.problems)} problem(s): {'; '.join(review.problems[:5])}",
            f"`changeflow review {case.common.change.id}` shows every problem with its place",
        )
    elif review.reviewed is not None and lies_ahead(review.reviewed, now):
        text = f"the review says that it was made on {review.reviewed}, which lies ahead"
        return worded_reason(
            "review",
            "fail",
            "review.in_future",
            text,
            "`reviewed` is the day on which the review was made",
        )
    else:
        return worded_reason("review", "pass", "review.complete", f"reviewed by {review.reviewer}")
