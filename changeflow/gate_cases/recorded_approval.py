"""The approval that the code host's bot recorded, where people review on the host."""

from __future__ import annotations

from collections.abc import Sequence

from changeflow.gate.gates.approved_since import RecordedApproval
from changeflow.hosts.table import host_named
from changeflow.model.evidence import DecisionBody, LedgerEntry
from changeflow.reading.change import ChangeState
from changeflow.reading.rulebook import Rulebook


def recorded_approval(
    mine: Sequence[LedgerEntry], content: ChangeState, base: Rulebook
) -> RecordedApproval | None:
    """Return the open approve decision for this content that the bot recorded.

    None where there is none, or where the host has no reviews.

    Where signatures are required, an agent of the roster must have signed it; entries without a
    signature do not get here.
    """
    if not host_named(base.config.host).takes_reviews:
        return None
    for entry in mine:
        body = entry.body
        by_bot = entry.signer is None or not base.roster.is_human(entry.signer)
        if not isinstance(body, DecisionBody) or not by_bot or entry.clock:
            continue
        if body.gate == "approve" and body.open and body.digest == content.digest:
            return RecordedApproval(at=entry.moment, approvers=_approvers(body))
    return None


def _approvers(decision: DecisionBody) -> tuple[str, ...]:
    """Return people whose approvals a decision counted.

    With them are those that it would have counted had there been a seat left.
    """
    people = {one["by"] for one in decision.approvals}
    for one in decision.ignored:
        if one.get("reason_code") == "approval.not_needed":
            people.add(one["by"])
    return tuple(sorted(people))
