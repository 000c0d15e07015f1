"""The approval that the code host's bot recorded, where people review on the host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from changeflow.gate.gates.approval import RecordedApproval
from changeflow.hosts.table import host_named
from changeflow.model.evidence import DecisionBody, LedgerEntry
from changeflow.reading.change import ChangeState
from changeflow.reading.rulebook import Rulebook


def recorded_approval(
    mine: Sequence[LedgerEntry], content: ChangeState, base: Rulebook
) -> RecordedApproval | None:
    """Return the open approve decision for this content that the bot recorded; None where the host has no reviews.

    Where signatures are required, an agent of the roster must have signed it; entries without a
    signature do not get here.
    """
    if not host_named(base.config.host).takes_reviews:
        return None
    for entry in mine:
        body = entry.body
        by_bot = entry.signer is None or not base.roster.is_human(entry.signer)
        of_this = isinstance(body, DecisionBody) and (body.gate, body.open, body.digest) == (
            "approve",
            True,
            content.digest,
        )
        if of_this and by_bot and not entry.clock:
            return RecordedApproval(at=entry.moment, approvers=_approvers(entry))
    return None


def _approvers(entry: LedgerEntry) -> tuple[str, ...]:
    """Return people whose approvals a decision counted, and those it would have counted had there been a seat left."""
    if not isinstance(entry.body, DecisionBody):
        return ()
    decision = entry.body.decision
    counted = [item for item in decision.get("approvals") or () if isinstance(item, Mapping)]
    listed = [item for item in decision.get("ignored") or () if isinstance(item, Mapping)]
    spare = [item for item in listed if item.get("reason_code") == "approval.not_needed"]
    return tuple(sorted({str(item.get("by")) for item in (*counted, *spare)}))
