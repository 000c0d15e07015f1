"""Approvals by people who had only just come to their role.

They are pointed out, whatever the policy asks for (attack A36).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from changeflow.gate.opinions import Seating
from changeflow.gate.reasons import reason
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
            data = {"who": item.by, "role": item.role} | _after(item.at - since)
            found.append(reason("roles", "pass", "approver.new_in_role", data))
    return tuple(found)


def _after(span: timedelta) -> dict[str, Any]:
    """Return how long after coming to the role.

    A negative span is a clock that was wrong.
    """
    minutes = int(span.total_seconds() // 60)
    if minutes < 0:
        return {"case": "before"}
    elif minutes == 0:
        return {"case": "at_once"}
    return {"span": minutes * 60}
