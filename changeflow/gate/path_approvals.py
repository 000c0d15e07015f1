"""Approvals that paths outside of a request ask for, beside those of the rules of the policy."""

from __future__ import annotations

from typing import Any

from changeflow.gate.opinions import Seating
from changeflow.gate.reasons import pull_reason
from changeflow.model.answers.decision import Reason
from changeflow.model.document_parts import Record


class PathApproval(Record):
    """Approval owed for paths outside of a request.

    Governed files are approved by their owners, items of the CMDB by theirs. `asks` is the sentence
    about it: a code with its data, or text. `people` must all have approved, with a
    seat or without: the paths say that they did.
    """

    rule: str
    role: str
    count: int
    asks: dict[str, Any] | str
    paths: tuple[str, ...]
    people: tuple[str, ...] = ()


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
    data: dict[str, Any] = {"case": "paths", "asks": [owed.asks], "paths": list(owed.paths)}
    silent = _silent(owed, seating, seen)
    if silent and isinstance(owed.asks, dict):
        data["asks"] = [owed.asks | {"case": "named", "people": silent}]
    if len(have) >= owed.count and not silent:
        data["people"] = have
        return pull_reason(owed.rule, "pass", "approvals.complete", data)
    if owed.role in seating.impossible:
        return pull_reason(owed.rule, "fail", "approvals.impossible", data)
    earlier = [name for name in seated if name not in have]
    if earlier:
        data |= {"case": "other_paths", "people": earlier}
    return pull_reason(owed.rule, "pending", "approvals.missing", data)


def _silent(owed: PathApproval, seating: Seating, seen: frozenset[str] | None) -> list[str]:
    """Return the people who must have approved and did not."""
    approved = {one.by for one in seating.counted}
    # there was no seat left for them, and they approved all the same
    approved |= {one.by for one in seating.ignored if one.reason_code == "approval.not_needed"}
    return [
        name
        for name in owed.people
        if name not in approved or (seen is not None and name not in seen)
    ]
