"""Ledger entries for the stage: what an earlier release or decision left behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from changeflow.ledger.statement import Draft
from changeflow.model.evidence import Body, DecisionBody, ReleaseBody
from changeflow.repo.git import Git
from changeflow.repo.ledger import LedgerBranch

if TYPE_CHECKING:
    from attacks.stage import Stage

_SOME = "sha256:" + "ab" * 32


def append(stage: Stage, told: Mapping[str, Any]) -> None:
    """`{release: [started, finished], change: ID}` or `{decision: ID, base: COMMIT}`."""
    ledger = LedgerBranch(Git(stage.world.store.path), "changeflow/ledger")
    for body in _bodies(stage, told):
        draft = Draft(change=told["change"], body=body, at=stage.world.now, recorded_at=stage.world.now)
        ledger.append_deciding(lambda _, draft=draft: draft)  # type: ignore[misc]


def _bodies(stage: Stage, told: Mapping[str, Any]) -> list[Body]:
    if "decision" in told:
        inputs = {"base": stage.oid(told["base"]), "merged": stage.oid(told["base"])}
        decision = {"change": told["change"], "gate": "approve", "open": True, "inputs": inputs}
        return [DecisionBody(gate="approve", open=True, digest=_SOME, decision=decision)]
    events = {"started": {}, "finished": {"state": "implemented"}}
    return [ReleaseBody(event=event, run="run-1", digest=_SOME, by="bob", **events[event]) for event in told["release"]]  # type: ignore[arg-type]
