"""Ledger entries for the stage: what an earlier release or decision left behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from changeflow.ledger.statement import Draft
from changeflow.model.evidence import Body, DecisionBody, ReleaseBody
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import LedgerBranch

if TYPE_CHECKING:
    from attacks.stage import Stage

_SOME = "sha256:" + "ab" * 32


def append(stage: Stage, change: str, decided_by: str | None, events: Sequence[str]) -> None:
    """A decision by the policies of a base commit, or the events of a release."""
    ledger = LedgerBranch(Git(stage.world.store.path), "changeflow/ledger")
    for body in _bodies(stage, change, decided_by, events):
        draft = Draft(change=change, body=body, at=stage.world.now, recorded_at=stage.world.now)
        ledger.append_deciding(lambda _, draft=draft: draft)  # type: ignore[misc]


def _bodies(stage: Stage, change: str, decided_by: str | None, events: Sequence[str]) -> list[Body]:
    if decided_by is not None:
        base = stage.oid(decided_by)
        decision = {"change": change, "gate": "approve", "open": True, "inputs": {"base": base, "merged": base}}
        return [DecisionBody(gate="approve", open=True, digest=_SOME, decision=decision)]
    told = {"started": {}, "finished": {"state": "implemented"}}
    return [ReleaseBody(event=event, run="run-1", digest=_SOME, by="bob", **told[event]) for event in events]  # type: ignore[arg-type]
