"""Whether the process in charge of a release may still be running, by its journal.

On the same machine, locks give a better answer (`repo.process_locks`). On another one there is only
the journal. A process may be running if it wrote a line not long ago, or if it is inside a step
whose time is not up. No other process acts in its place unless a person says that this run is gone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from changeflow.release.plan import Plan
from changeflow.release.progress import Progress

# without a line that was due, a process counts as gone
QUIET: Final = timedelta(minutes=5)


def may_be_alive(plan: Plan, state: Progress, now: datetime) -> bool:
    """Return whether the process in charge may be running.

    Args:
        plan: says how long a step may take.
        state: the journal, folded.
        now: the real time, whatever clock was fixed.
    """
    newest = state.newest
    if newest is None or state.interrupted or newest.body.event == "finished":
        return False
    return now < newest.entry.recorded_at + _longest_silence(plan, state)


def _longest_silence(plan: Plan, state: Progress) -> timedelta:
    """Return how long the process in charge may write nothing.

    A step may use its time-out, its `verify` as much again, and one that lasts all of its probes.
    """
    newest = state.newest
    if newest is None or newest.body.event != "intent":
        return QUIET
    step = plan.step(newest.body.key)
    if step is None or step.manual is not None:
        return QUIET
    return QUIET + step.longest
