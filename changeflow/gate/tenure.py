"""Approvals by people who had only just come to their role: pointed out, whatever the policy asks for (attack A36)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from changeflow.gate.opinions import Seating
from changeflow.gate.reasons import reason
from changeflow.model.answers import Reason
from changeflow.model.people import RoleHistory

# whoever approves sooner after coming to a role is pointed out
NOTEWORTHY: Final = timedelta(days=7)


def new_in_role(history: RoleHistory | None, seating: Seating) -> tuple[Reason, ...]:
    """Approvals by people who had only just come to their role: shown, and shutting nothing (attack A36)."""
    if history is None:
        return ()
    fresh = [
        (item, history.since[item.role][item.by])
        for item in seating.counted
        if item.by in history.since.get(item.role, {})
        and item.at - history.since[item.role][item.by] < NOTEWORTHY
    ]
    return tuple(
        reason(
            "roles",
            "pass",
            "approver.new_in_role",
            f"{item.by} approved {_ago(item.at - since)} coming to the role `{item.role}`",
            "was the role given in order to approve this?",
        )
        for item, since in fresh
    )


def _ago(span: timedelta) -> str:
    """How long after something else happened, roughly; a negative span is a clock that was wrong."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 0:
        return "before"
    units = ((60 * 24, "day"), (60, "hour"), (1, "minute"))
    count, unit = next(
        ((minutes // size, unit) for size, unit in units if minutes >= size), (0, "minute")
    )
    return f"{count} {unit}{'s' if count != 1 else ''} after"
