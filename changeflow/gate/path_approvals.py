"""Approvals that paths outside of a request ask for, beside those of the rules of the policy."""

from __future__ import annotations

from changeflow.gate.opinions import Seating
from changeflow.gate.reasons import pull_reason
from changeflow.model.answers.decision import Reason
from changeflow.model.document_parts import Record
from changeflow.model.phrases import shortened

_SHOWN = 5


class PathApproval(Record):
    """Approval owed for paths outside of a request.

    Governed files are approved by their owners, items of the CMDB by theirs.
    """

    rule: str
    role: str
    count: int
    message: str
    paths: tuple[str, ...]


def path_approval_reason(
    owed: PathApproval, seating: Seating, seen: frozenset[str] | None = None
) -> Reason:
    """Return whether the approval owed is there.

    Args:
        owed: what is asked for.
        seating: who sits where.
        seen: the people who approved these paths as they are now; None: an approval says so by its
            digest.
    """
    seated = seating.table.seated[owed.role]
    have = [name for name in seated if seen is None or name in seen]
    text = f"{owed.message}: {shortened(owed.paths, _SHOWN)}"
    if len(have) >= owed.count:
        return pull_reason(
            owed.rule, "pass", "approvals.complete", f"{text} (agreed: {', '.join(have)})"
        )
    if owed.role in seating.impossible:
        return pull_reason(owed.rule, "fail", "approvals.impossible", text)
    earlier = [name for name in seated if name not in have]
    if earlier:
        text = (
            f"{text} (approved by {', '.join(earlier)} when these paths were not as they are now)"
        )
        return pull_reason(
            owed.rule,
            "pending",
            "approvals.missing",
            text,
            "approve again on the commit that holds them",
        )
    return pull_reason(owed.rule, "pending", "approvals.missing", text)
