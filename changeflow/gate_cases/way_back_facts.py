"""How a change can be taken back: by its plan, and by what the ledger says of rehearsals."""

from __future__ import annotations

from dataclasses import replace

from changeflow.model.answers.assessment import Returning
from changeflow.reading.change import ChangeState
from changeflow.reading.evidence import Evidence
from changeflow.reading.rulebook import Rulebook
from changeflow.release.way_back import returning


def returning_now(content: ChangeState, base: Rulebook, evidence: Evidence) -> Returning:
    """Return how a change can be taken back, and whether that was rehearsed.

    Args:
        content: the change.
        base: the rulebook of the base.
        evidence: the ledger.
    """
    found = returning(content.change, base.config.release)
    # most changes are never rehearsed
    mine = evidence.of_change(content.change.id)
    if all(entry.kind != "rehearsal" for entry in mine):
        return found
    from changeflow.release.rehearsal import rehearsed_at, standing_rehearsal

    rehearsed = standing_rehearsal(mine, content.digest) is not None
    at = rehearsed_at(mine)
    return replace(found, rehearsed=rehearsed, rehearsed_at=at)
