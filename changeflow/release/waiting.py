"""What a release that is under way waits for, and who can go on with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from changeflow.model.answers.register import Owed
from changeflow.model.change import ChangeRequest
from changeflow.model.evidence import LedgerEntry
from changeflow.release import state_machine as machine
from changeflow.release.plan import PlannedStep, plan
from changeflow.release.progress import Progress, progress
from changeflow.release.run_in_charge import may_be_alive

# what something owed is about where it is no step: a journal that makes no sense, a failed rollback
# that waits to be resolved, a release that stopped half-way
JOURNAL: Final = "journal"
ROLLBACK: Final = "rollback"
RESUME: Final = "resume"


def waiting(
    change: ChangeRequest, journal: Sequence[LedgerEntry], now: datetime, real: datetime
) -> Owed | None:
    """Return what a release needs of people to go on; None while it goes on by itself or has ended.

    A step waits for a confirmation, a failed rollback and a journal that makes no sense wait for a
    word how it ended, and a release without a process waits to be resumed.

    Args:
        change: the request.
        journal: the entries of the change in order.
        now: the time that decisions go by.
        real: the time of the machine, by which processes are alive.
    """
    planned = plan(change)
    state = progress(planned, journal)
    people = _people(change, state)
    found: Owed | None = None
    match machine.action(planned, state):
        case machine.AwaitConfirmation(step, since):
            found = _confirmation(people, step, since, now)
        case machine.AwaitDecision(step, _):
            found = Owed.of("confirmation", people, None, now, step.name)
        case machine.Broken(_):
            found = Owed.of("confirmation", people, None, now, JOURNAL)
        case machine.Nothing("rollback_failed", False):
            found = Owed.of("confirmation", people, None, now, ROLLBACK)
        case machine.Start() | machine.Nothing(_, _):
            pass
        case _ if not may_be_alive(planned, state, real):
            window = change.spec.window
            due = window.end if window is not None else None
            found = Owed.of("release", people, due, now, RESUME)
    return found


def _confirmation(
    people: Sequence[str], step: PlannedStep, since: LedgerEntry, now: datetime
) -> Owed:
    return Owed.of("confirmation", people, since.moment + step.timeout, now, step.name)


def _people(change: ChangeRequest, state: Progress) -> tuple[str, ...]:
    """Return the implementer, and the person who started the release."""
    started = state.started.body.by if state.started is not None else None
    named = (change.spec.implementer, started)
    return tuple(dict.fromkeys(name for name in named if name is not None))
