"""Whether the process in charge of a release may still be at work, as far as its journal can tell.

On one machine locks tell more (`repo.presence`). From another one there is only the journal: a
process that wrote a line not long ago, or that is inside a step whose time is not up, may be alive,
and nobody acts in its place unless a person says that this very run is gone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from changeflow.release.plan import Plan
from changeflow.release.progress import Progress

# without a line that was due, a process counts as gone
QUIET: Final = timedelta(minutes=5)


def may_be_alive(plan: Plan, state: Progress, now: datetime) -> bool:
    """Whether the process in charge may be at work.

    Args:
        plan: says how long a step may take.
        state: the journal, folded.
        now: the real time, whatever clock was fixed.
    """
    newest = state.newest
    if newest is None or state.interrupted or newest.body.event == "finished":
        return False
    return now < newest.entry.recorded_at + _silence(plan, state)


def _silence(plan: Plan, state: Progress) -> timedelta:
    """How long the process in charge may write nothing: a step takes its time, and its `verify` as much again."""
    newest = state.newest
    step = (
        plan.step(newest.body.key) if newest is not None and newest.body.event == "intent" else None
    )
    if step is None or step.manual is not None:
        return QUIET
    return QUIET + step.timeout * (1 if step.verify is None else 2)
