"""Approvals by people who had only just come to their role.

They are pointed out, whatever the policy asks for (attack A36).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from changeflow.gate.opinions import Seating
from changeflow.gate.reasons import worded_reason
from changeflow.model.answers.decision import Reason
from changeflow.model.people import RoleHistory

# a person who approves sooner after coming to a role is pointed out
NOTEWORTHY: Final = timedelta(days=7)


def new_in_role(history: RoleHistory | None, seating: Seating) -> tuple[Reason, ...]:
    """Return the approvals by people who had only just come to their role.

    They are shown and shut nothing (attack A36).
    """
    if history is None:
        return ()
    found: list[Reason] = []
    for item in seating.counted:
        since = history.since.get(item.role, {}).get(item.by)
        if since is not None and item.at - since < NOTEWORTHY:
            text = f"{item.by} approved {_ago(item.at - since)} coming to the role `{item.role}`"
            hint = "was the role given in order to approve this?"
            found.append(worded_reason("roles", "pass", "approver.new_in_role", text, hint))
    return tuple(found)


def _ago(span: timedelta) -> str:
    """Return how long after something else happened, roughly.

    A negative span is a clock that was wrong.
    """
    minutes = int(span.total_seconds() // 60)
    if minutes < 0:
        return "before"
    units = ((60 * 24, "day"), (60, "hour"), (1, "minute"))
    for size, unit in units:
        if minutes >= size:
            count = minutes // size
            return f"{count} {unit} after" if count == 1 else f"{count} {unit}s after"
    return "0 minutes after"
