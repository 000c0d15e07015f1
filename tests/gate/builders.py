"""Builders: a valid case with one word changed."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

from changeflow.gate.case import Case
from changeflow.model.answers import Assessment, Classification, Impact, Risk
from changeflow.model.base import parse_instant
from changeflow.model.change import ChangeRequest
from changeflow.model.opinions import Review
from changeflow.model.people import Roster
from changeflow.model.policy import Policy
from changeflow.policy.testing import laid_over

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
OPEN_AT = datetime(2026, 11, 25, 14, 10, tzinfo=UTC)
DIGEST = "sha256:" + "a" * 64
OTHER = "sha256:" + "b" * 64

STEP = {"name": "Promote", "run": ["./scripts/promote", "db-2"], "verify": ["./scripts/is-primary", "db-2"], "timeout": "PT5M"}
CHANGE: dict[str, Any] = {
    "apiVersion": "changeflow/v1",
    "kind": "ChangeRequest",
    "metadata": {"id": "CHG-20261121-db", "title": "Upgrade the database", "requester": "alice", "created": "2026-11-21"},
    "spec": {
        "type": "normal",
        "reason": "Support ends",
        "implementer": "bob",
        "items": [{"ci": "db", "action": "modify", "outage": "PT10M"}],
        "assessment": {"complexity": "medium", "experience": "done-before", "tested": "production-like"},
        "implementation": {"steps": [STEP]},
        "verification": [{"name": "Smoke", "run": ["./scripts/smoke"]}],
        "rollback": {"trigger": "Errors", "limit": "PT30M", "steps": [STEP]},
        "window": {"start": "2026-11-25T22:00:00+08:00", "end": "2026-11-25T23:30:00+08:00"},
    },
}
ROSTER: dict[str, Any] = {
    "people": {
        "alice": {"name": "Alice"},
        "bob": {"name": "Bob"},
        "carol": {"name": "Carol"},
        "dave": {"name": "Dave"},
        "erin": {"name": "Erin"},
        "renovate": {"kind": "agent"},
    },
    "roles": {"cab": ["carol", "dave", "erin"], "ecab": ["carol"], "team-db": ["alice", "erin"]},
}
APPROVE = [{"id": "quorum", "require": [{"role": "cab", "count": 2}], "message": "Two CAB members"}]


def change(**spec: Any) -> ChangeRequest:
    data = copy.deepcopy(CHANGE)
    metadata = spec.pop("metadata", {})
    data["metadata"] = laid_over(data["metadata"], metadata)
    data["spec"] = laid_over(data["spec"], spec)
    return ChangeRequest.model_validate(data)


def roster(**over: Any) -> Roster:
    spec = laid_over(ROSTER, over)
    return Roster.model_validate({"apiVersion": "changeflow/v1", "kind": "Roster", "metadata": {"id": "roster"}, "spec": spec})


def policy(rules: list[dict[str, Any]], gate: str = "approve", name: str = "test") -> Policy:
    return Policy.model_validate(
        {"apiVersion": "changeflow/v1", "kind": "Policy", "metadata": {"id": name}, "spec": {"gate": gate, "rules": rules}}
    )


def assessment(of: ChangeRequest, kind: str | None = None, level: str = "high") -> Assessment:
    computed = kind or of.spec.type.value
    return Assessment(
        change=of.id,
        digest=DIGEST,
        type=Classification.model_validate(
            {
                "declared": of.spec.type.value,
                "computed": computed,
                "class": "significant" if computed == "normal" else computed,
                "reasons": ["because"],
            }
        ),
        risk=Risk.model_validate({"score": 61, "level": level, "likelihood": 3, "impact": 4, "factors": []}),
        impact=Impact(changed=of.changed, affected=()),
        approvals=(),
        conflicts=(),
        policy={},
        inputs={},
    )


def case(of: ChangeRequest | None = None, **over: Any) -> Case:
    of = of or change()
    defaults: dict[str, Any] = {
        "change": of,
        "digest": DIGEST,
        "assessment": assessment(of),
        "roster": roster(),
        "policies": (policy(APPROVE),),
        "calendars": (),
        "items": {},
        "merged_digest": DIGEST,
    }
    return Case(**(defaults | over))


def says(
    person: str | None,
    decision: str = "approve",
    *,
    digest: str = DIGEST,
    at: datetime | str = NOW,
    role: str | None = None,
    **over: Any,
) -> Review:
    moment = parse_instant(at) if isinstance(at, str) else at
    return Review(by=person, shown_as=person or "ghost", decision=decision, digest=digest, at=moment, role=role, **over)


def later(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)
