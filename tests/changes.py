"""A valid request for change with a word or two changed."""

from __future__ import annotations

from typing import Any

from changeflow.model.change import ChangeRequest

SPEC: dict[str, Any] = {
    "type": "normal",
    "category": "database",
    "reason": "PostgreSQL 13 leaves support this month",
    "implementer": "bob",
    "items": [{"ci": "payments-db", "action": "modify", "outage": "PT10M"}],
    "assessment": {"complexity": "medium", "experience": "done-before", "tested": "production-like"},
    "implementation": {
        "steps": [
            {"name": "Promote the replica", "run": ["./promote", "payments-db-2"], "verify": ["./is-primary", "payments-db-2"]},
            {"name": "Tell the settlement desk", "manual": "Call the desk and wait for their go"},
        ]
    },
    "verification": [{"name": "Smoke test", "run": ["./smoke"]}],
    "rollback": {"trigger": "Errors", "limit": "PT30M", "steps": [{"name": "Promote the old primary", "run": ["./promote"]}]},
    "window": {"start": "2026-11-25T22:00:00+08:00", "end": "2026-11-25T23:30:00+08:00"},
}


def change(**spec: Any) -> ChangeRequest:
    """The payments-db upgrade; keys of `spec` replace those above, and `None` leaves one out (then as a draft)."""
    merged = {key: value for key, value in (SPEC | spec).items() if value is not None}
    return ChangeRequest.model_validate(
        {
            "apiVersion": "changeflow/v1",
            "kind": "ChangeRequest",
            "metadata": {"id": "CHG-20261121-payments-db-upgrade", "title": "Upgrade payments-db", "requester": "alice"},
            "spec": merged | ({"draft": True} if None in spec.values() else {}),
        }
    )
