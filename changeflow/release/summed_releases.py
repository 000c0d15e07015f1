"""What the records show of releases: incidents, overruns, failed steps and rollbacks, counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from changeflow.model.answers.release import ReleaseAnswer
from changeflow.model.answers.report import ReleaseAnalysis
from changeflow.model.change import ChangeRequest
from changeflow.model.evidence import LedgerEntry
from changeflow.release.ending import OUTCOME_OF, moments, release_span

BAD_STEPS: Final = ("failed", "timed_out", "unknown")


def analysis(
    request: ChangeRequest,
    mine: Sequence[LedgerEntry],
    released: ReleaseAnswer | None,
    incidents: int,
) -> ReleaseAnalysis | None:
    """Return what the records show of the release of a change; None before it has started.

    Args:
        request: the request.
        mine: the entries about the change that count.
        released: its steps with their outcomes.
        incidents: how many people say that it caused.
    """
    span = release_span(mine)
    started, ended = moments(span)
    if span is None or started is None:
        return None
    window = request.spec.window
    steps = released.steps if released is not None else ()
    outcome = OUTCOME_OF.get(span.state) if span.end is not None else None
    return ReleaseAnalysis(
        incidents=incidents,
        overruns=int(window is not None and (ended or started) > window.end),
        failed_steps=len([step for step in steps if step.outcome in BAD_STEPS]),
        rollbacks=int(outcome == "rolled_back"),
        failed_rollbacks=int(outcome == "failed"),
    )


def summed(of_changes: Iterable[ReleaseAnalysis | None]) -> ReleaseAnalysis | None:
    """Return the sums of several changes; None while none has started."""
    known = [one for one in of_changes if one is not None]
    if not known:
        return None
    sums = {}
    for name in ReleaseAnalysis.model_fields:
        sums[name] = sum(getattr(one, name) for one in known)
    return ReleaseAnalysis(**sums)
