"""Orders and confirmations of people: roll back, confirm a step, resolve a failed rollback.

Each is one entry on the ledger.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from changeflow import errors
from changeflow.lazy_dataclass import dataclass
from changeflow.model.evidence import ReleaseBody, ReviewBody, StepOutcome
from changeflow.model.people import Roster
from changeflow.model.phrases import Told, told
from changeflow.release import state_machine as machine
from changeflow.release.plan import Plan, PlannedStep
from changeflow.release.progress import Progress, StepStatus, progress
from changeflow.release.run_in_charge import may_be_alive
from changeflow.release_driver import entries
from changeflow.release_driver.claim import ATTEMPTS, refuse_held
from changeflow.release_driver.late_outcomes import belongs, kept
from changeflow.release_driver.loop import running_step
from changeflow.release_driver.messages import in_charge, newest
from changeflow.release_driver.ports import Job, Ports, Reading

Word = Literal["done", "not-done", "failed"]

_OUTCOME: Final[dict[Word, StepOutcome]] = {
    "done": "done",
    "not-done": "skipped",
    "failed": "failed",
}
# a rollback failed, and nobody has said how it was ended
RESTORE_BY_HAND: Final = machine.Nothing("rollback_failed", resolved=False)
_OPEN: Final = (StepStatus.WAITING, StepStatus.UNKNOWN, StepStatus.UNDECIDED)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A person's answer about a step.

    An empty key means the step that is waited for.
    """

    word: Word
    key: str = ""
    note: str = ""


def require_person(roster: Roster, person: str | None, act: Told) -> str:
    """Return the name of a person who may give orders and confirmations.

    Raises:
        errors.UsageError: when no person is named.
        errors.Refused: when the roster does not know them, or knows them as an automation.
    """
    if not person:
        raise errors.UsageError.of("run.unnamed", act=act)
    if person not in roster.spec.people:
        raise errors.Refused.of("unknown.not_listed", name=person, hint=_known(roster))
    if not roster.is_human(person):
        raise errors.Refused.of("run.automation", person=person, act=act)
    return person


def _known(roster: Roster) -> Told:
    names = sorted(roster.spec.people)
    return told("unknown.known", case=None if names else "empty", names=names)


def confirm(job: Job, ports: Ports, confirmation: Confirmation) -> PlannedStep:
    """Record a person's answer about the step that waits for it.

    Raises:
        errors.Refused: when nothing waits for this word, or the process in charge may be inside of
            the step.
    """
    by = require_person(job.roster, job.by, told("run.act", case="confirmation"))
    for _ in range(ATTEMPTS):
        reading, state = read_progress(job, ports)
        step = _open_step(job.plan, state, confirmation.key)
        _check_confirmation(state, step, confirmation)
        if running_step(job, ports, state) == step:
            raise errors.Refused.of("run.step_running", key=step.key, name=step.name)
        for _, outcome in kept(job, ports):
            if outcome.body.key == step.key and belongs(state, step, outcome):
                raise errors.Refused.of(
                    "run.step_known", key=step.key, name=step.name, change=job.change
                )
        if not _is_awaited(state, step):
            refuse_while_driven(job, ports, state, "confirm")
        run, content = _identity(state)
        body = entries.confirmed(
            step, run, content, _OUTCOME[confirmation.word], by, confirmation.note
        )
        if _append(job, ports, reading, body):
            return step
    raise _restless()


def resolve(job: Job, ports: Ports, note: str) -> None:
    """Record how people ended a failed rollback: service restored, environments free.

    Raises:
        errors.Refused: when there is no failed rollback, or nothing is said about it.
    """
    by = require_person(job.roster, job.by, told("run.act", case="failed_rollback"))
    if not note.strip():
        raise errors.UsageError.of("option.note_missing")
    for _ in range(ATTEMPTS):
        reading, state = read_progress(job, ports)
        following = machine.action(job.plan, state)
        if following != RESTORE_BY_HAND:
            raise errors.Refused.of("run.no_decision", change=job.change)
        run, content = _identity(state)
        if _append(job, ports, reading, entries.resolved(run, content, by, note)):
            return
    raise _restless()


def order_rollback(job: Job, ports: Ports, note: str) -> None:
    """Order the rollback of a release that is under way, or that has just been implemented.

    Ordering it twice changes nothing.

    Raises:
        errors.Refused: when there is nothing to roll back, or another change holds the environment
            by now.
    """
    by = require_person(job.roster, job.by, told("run.act", case="rollback"))
    why = f"ordered by {by}: {note}" if note else f"ordered by {by}"
    _turn(job, ports, why, by)


def turn_with_release(job: Job, ports: Ports, why: str) -> None:
    """Turn a change back because another one of its release failed, and no person orders it.

    The caller knows that no process drives it. Doing it twice changes nothing.

    Raises:
        errors.Refused: as `order_rollback`.
    """
    _turn(job, ports, why, None)


def _turn(job: Job, ports: Ports, why: str, by: str | None) -> None:
    for _ in range(ATTEMPTS):
        reading, state = read_progress(job, ports)
        if state.turned is not None and state.finished is None:
            return
        environments = _reclaimed(job, reading, state)
        run, content = _identity(state)
        if _append(job, ports, reading, entries.rolling_back(run, content, why, by, environments)):
            return
    raise _restless()


def _reclaimed(job: Job, reading: Reading, state: Progress) -> tuple[str, ...]:
    """Return the environments that a finished release claims again."""
    if state.finished is None:
        return ()
    if state.finished.body.state != "implemented":
        how = told("run.final", case=state.finished.body.state)
        raise errors.Refused.of("run.ended", change=job.change, state=how)
    if any(isinstance(entry.body, ReviewBody) for entry in reading.of(job.change)):
        raise errors.Refused.of("run.reviewed", change=job.change)
    environments = state.started.body.environments if state.started else ()
    refuse_held(job.change, environments, reading, job.beside)
    return environments


def read_progress(job: Job, ports: Ports) -> tuple[Reading, Progress]:
    """Read the ledger and this release in it.

    Raises:
        errors.Refused: when the ledger or the journal cannot be relied on, or nothing was started.
    """
    reading = ports.journal.read()
    if reading.problems:
        raise errors.Refused.of("append.broken", problem=reading.problems[0])
    state = progress(job.plan, reading.of(job.change))
    if state.broken:
        raise errors.Refused.of("run.unfollowed", change=job.change, why=state.broken)
    if state.started is None:
        raise errors.Refused.of("run.not_released", change=job.change)
    return reading, state


def _open_step(plan: Plan, state: Progress, key: str) -> PlannedStep:
    step = plan.step(key) if key else _awaited(plan, state)
    if key and step is None:
        raise errors.Refused.of(
            "run.no_step", change=plan.change, key=key, keys=[one.key for one in plan]
        )
    if step is None or state.status(step) not in _OPEN or state.finished is not None:
        which: dict[str, Any] = {"case": "step", "key": step.key, "name": step.name} if step else {}
        if machine.action(plan, state) == RESTORE_BY_HAND:
            which["hint"] = told("journal.next", case="restore", change=plan.change)
        raise errors.Refused.of("run.nothing_waits", change=plan.change, **which)
    return step


def _awaited(plan: Plan, state: Progress) -> PlannedStep | None:
    match machine.action(plan, state):
        case (
            machine.AwaitConfirmation(step)
            | machine.AwaitDecision(step)
            | machine.VerifyUnknown(step)
        ):
            return step
        case _:
            return None


def _is_awaited(state: Progress, step: PlannedStep) -> bool:
    """Tell whether the running process is past the step and waits for a person's answer.

    Such a process may well be alive.
    """
    return state.status(step) is StepStatus.WAITING or state.last[step.key].body.event == "outcome"


def refuse_while_driven(job: Job, ports: Ports, state: Progress, verb: str) -> None:
    """Refuse a command that needs the release's process to be gone, unless it is known to be.

    The process may run here or elsewhere.

    Args:
        job: `gone` names the run that a person says is gone.
        ports: the world.
        state: how far the release is.
        verb: what is refused, as the command is called.

    Raises:
        errors.Refused: naming the run, and how to say that it is gone.
    """
    run = _identity(state)[0]
    here = ports.processes.driver(run)
    if here == "running":
        raise errors.Refused.of("run.running_here", change=job.change, run=run)
    if job.gone not in ("", run):
        raise errors.Refused.of(
            "run.not_in_charge", run=job.gone, who=in_charge(state), change=job.change
        )
    if (
        here == "unknown"
        and not job.gone
        and may_be_alive(job.plan, state, ports.times.clock().real)
    ):
        raise errors.Refused.of(
            "run.elsewhere",
            case=None if state.newest else "silent",
            who=in_charge(state),
            newest=newest(state),
            verb=verb,
            change=job.change,
            run=run,
        )


def _check_confirmation(state: Progress, step: PlannedStep, confirmation: Confirmation) -> None:
    if confirmation.word == "not-done" and state.status(step) is StepStatus.WAITING:
        raise errors.Refused.of("run.manual", key=step.key, name=step.name)


def _identity(state: Progress) -> tuple[str, str]:
    """Return the run and the content that an entry about this release names."""
    assert state.started is not None  # noqa: S101 - `look` refuses otherwise
    assert state.driver is not None  # noqa: S101 - set together with `started`
    return state.driver.body.run, state.started.body.digest


def _append(job: Job, ports: Ports, reading: Reading, body: ReleaseBody) -> bool:
    try:
        ports.journal.append(
            job.change, body, head=reading.head, clock=ports.times.clock(), subject=job.subject
        )
    except errors.LostRace:
        ports.times.sleep(0.01)
        return False
    return True


def _restless() -> errors.LostRace:
    return errors.LostRace.of("append.busy")
