"""Builders: a valid change with words changed, and journals written entry by entry."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from changeflow.model.change import ChangeRequest
from changeflow.model.evidence import LedgerEntry, ReleaseBody
from changeflow.release.plan import Plan, plan

ID = "CHG-20261121-payments-db-upgrade"
CONTENT = "sha256:" + "c" * 64
T0 = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


def step(name: str = "step", **words: Any) -> dict[str, Any]:
    if "manual" not in words and "run" not in words:
        words["run"] = ["./scripts/do", name]
    return {"name": name, **words}


def change(
    *,
    implementation: Sequence[dict[str, Any]] = (),
    verification: Sequence[dict[str, Any]] = (),
    rollback: Sequence[dict[str, Any]] | None = None,
    change_id: str = ID,
    **spec: Any,
) -> ChangeRequest:
    words: dict[str, Any] = {
        "type": "normal",
        "reason": "PostgreSQL 13 leaves support this month",
        "implementer": "bob",
        "items": [{"ci": "payments-db"}],
        "assessment": {"tested": "partly"},
        "implementation": {"steps": list(implementation) or [step("promote")]},
        "verification": list(verification),
        "rollback": {"trigger": "errors", "limit": "PT30M", "steps": [step("undo")] if rollback is None else list(rollback)},
        "window": {"start": "2026-11-25T22:00:00+08:00", "end": "2026-11-25T23:30:00+08:00"},
    }
    words.update(spec)
    return ChangeRequest.model_validate(
        {
            "apiVersion": "changeflow/v1",
            "kind": "ChangeRequest",
            "metadata": {"id": change_id, "title": "Upgrade payments-db", "requester": "alice"},
            "spec": words,
        }
    )


def entry(seq: int, body: ReleaseBody, *, at: datetime | None = None, change: str = ID) -> LedgerEntry:
    digest = "sha256:" + hashlib.sha256(f"{seq}{body.model_dump_json()}".encode()).hexdigest()
    when = at or T0 + timedelta(seconds=seq)
    return LedgerEntry(
        seq=seq,
        previous=None,
        digest=digest,
        path=f"{change}/{seq:06}-release.json",
        change=change,
        at=when,
        recorded_at=when,
        simulated=False,
        signer=None,
        subject=(),
        body=body,
    )


class Writer:
    """Writes a journal by hand: `Writer(plan)("started")("intent", "implementation/0").entries`."""

    def __init__(self, planned: Plan) -> None:
        self.plan = planned
        self.entries: list[LedgerEntry] = []

    def __call__(self, event: Any, key: str = "", *, at: datetime | None = None, **words: Any) -> Writer:
        phase, _, index = key.partition("/")
        place: dict[str, Any] = {"key": key, "phase": phase, "index": int(index)} if key else {}
        if event == "started":
            words = {"baseline": {"change": self.plan.material}, "environments": ("production",)} | words
        body = ReleaseBody(event=event, run=words.pop("run", "r1"), digest=words.pop("digest", CONTENT), **place, **words)
        self.entries.append(entry(len(self.entries) + 1, body, at=at))
        return self

    def did(self, key: str, outcome: str = "done", **words: Any) -> Writer:
        return self("intent", key)("outcome", key, outcome=outcome, **words)


def writer(request: ChangeRequest) -> Writer:
    return Writer(plan(request))
