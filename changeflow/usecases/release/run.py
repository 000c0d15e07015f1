"""Releases of one change, by command: `run`, `resume`, `rollback`, `confirm`, `status`, `plan`."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from changeflow import errors
from changeflow.language.sentences import in_english
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.rehearsal import RehearsalShown
from changeflow.model.answers.release import PointOfNoReturn, ReleaseAnswer
from changeflow.model.phrases import Told, told
from changeflow.model.times import format_instant
from changeflow.release import rehearsal, step_facts
from changeflow.release import state_machine as machine
from changeflow.release.progress import Progress, begun_steps, progress
from changeflow.release.run_in_charge import may_be_alive
from changeflow.release.way_back import return_times, way_back
from changeflow.release_driver import claim, late_outcomes, messages
from changeflow.release_driver.loop import Driver
from changeflow.release_driver.ports import Job, Ports, Reading
from changeflow.usecases.release import interventions
from changeflow.usecases.release.interventions import Confirmation


@dataclass(frozen=True, slots=True)
class Prepared:
    """A job with its ports, and how long to wait for people.

    `state_of` returns the state of a change without a release.
    """

    job: Job
    ports: Ports
    wait: float = 0.0
    state_of: Callable[[], str] = lambda: "none"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, the exit code that goes with it, and what to do next.

    `refusal` is why nothing was or can be done: it has the hint in every language.
    """

    answer: ReleaseAnswer
    code: int
    hint: str | Told = ""
    refusal: errors.Refused | None = None


def planned(prepared: Prepared) -> Answered:
    """Return the status of a release, and how its plan says that the change can be taken back."""
    standing, found = status(prepared), return_times(prepared.job.plan)
    mine = prepared.ports.journal.read().of(prepared.job.change)
    point = found.point_of_no_return
    told_back: dict[str, Any] = {
        "reversible": found.reversible,
        "point_of_no_return": point and PointOfNoReturn(index=point.index, name=point.name),
        "return_time": found.times,
        "rehearsal": rehearsal.shown(mine, prepared.job.content),
    }
    return replace(standing, answer=standing.answer.model_copy(update=told_back))


def run(prepared: Prepared) -> Answered:
    """Start a release, or go on with one that waits, was interrupted, or lost its process.

    A change that is implemented already is success: nothing runs, and the answer is its own, as for
    a release of several changes that is run again.

    Raises:
        errors.Refused: when the gate is shut, the environment is held, the way back is not there,
            or the release is under way or was rolled back. Nothing was touched.
    """
    identity = new_run()
    with prepared.ports.processes.driving(identity):
        reading = prepared.ports.journal.read()
        done = _implemented_already(prepared, reading)
        if done is not None:
            return done
        if _may_go_on(prepared, reading):
            return driven(
                prepared, identity, progress(prepared.job.plan, reading.of(prepared.job.change))
            )
        claim.claim(prepared.job, prepared.ports, identity)
        return driven(prepared, identity)


def resume(prepared: Prepared) -> Answered:
    """Go on after the process of a release was lost.

    The journal holds the place to go on; an unknown step is verified, not repeated.

    Raises:
        errors.Refused: when there is nothing to resume, or that process runs here or may run
            elsewhere.
    """
    _, state = interventions.read_progress(prepared.job, prepared.ports)
    if state.finished is not None:
        over = _status(prepared, state)
        return replace(over, code=errors.OK if over.answer.state == "implemented" else errors.NO)
    if not _is_own_loss(prepared, state):
        interventions.refuse_while_driven(prepared.job, prepared.ports, state, "resume")
    if state.newest is not None and state.newest.body.event == "interrupted":
        accepts = state.newest.body.note
        prepared = replace(prepared, job=replace(prepared.job, accepts=accepts))
    identity = new_run()
    with prepared.ports.processes.driving(identity):
        return driven(prepared, identity, state)


def rollback(prepared: Prepared, note: str = "") -> Answered:
    """Order the rollback, for a person.

    It runs now, unless a process runs or may run: that one then rolls back by itself.

    Raises:
        errors.Refused: when there is nothing to roll back.
    """
    seen = _rehearsed(prepared)
    return _with_rehearsal(_rolled_back(prepared, note, seen), seen)


def _rehearsed(prepared: Prepared) -> RehearsalShown | None:
    """Return the last rehearsal, compared with the way back from where the release is.

    Raises:
        errors.UsageError: when a person is not named who orders the rollback.
        errors.Refused: when there is nothing to roll back.
    """
    job = prepared.job
    interventions.require_person(job.roster, job.by, told("run.act", case="rollback"))
    reading, state = interventions.read_progress(job, prepared.ports)
    back = way_back(job.plan, begun_steps(job.plan, state))
    assert state.started is not None  # noqa: S101 - `read_progress` refuses otherwise
    return rehearsal.shown(reading.of(job.change), state.started.body.digest, back)


def _with_rehearsal(answered: Answered, seen: RehearsalShown | None) -> Answered:
    """Return an answer of a rollback with what is known of rehearsals of its way back."""
    if seen is None:
        return answered
    return replace(answered, answer=answered.answer.model_copy(update={"rehearsal": seen}))


def _rolled_back(prepared: Prepared, note: str, seen: RehearsalShown | None) -> Answered:
    if seen is not None and seen.same_way_back:
        at = format_instant(seen.at.replace(microsecond=0))
        rehearsed = f"this way back was rehearsed in {seen.environment} at {at}"
        note = f"{note}; {rehearsed}" if note else rehearsed
    interventions.order_rollback(prepared.job, prepared.ports, note)
    _, state = interventions.read_progress(prepared.job, prepared.ports)
    if (
        state.driver is not None
        and prepared.ports.processes.driver(state.driver.body.run) == "running"
    ):
        return Answered(
            _answer(prepared, state_message=told("journal.ordered")),
            errors.OK,
            f"`changeflow release status {prepared.job.change}`",
        )
    try:
        interventions.refuse_while_driven(prepared.job, prepared.ports, state, "rollback")
    except errors.Refused as no:
        message = told("journal.ordered", case="later", because=[no.told])
        return Answered(_answer(prepared, state_message=message), errors.NO, no.hint, no)
    identity = new_run()
    with prepared.ports.processes.driving(identity):
        return driven(prepared, identity, state, wanted="rolled_back")


def take_back(prepared: Prepared, why: str) -> Answered:
    """Roll a change back because another one of its release failed.

    It is implemented, or was begun and lost its process.

    Args:
        prepared: the change.
        why: what goes on record.

    Raises:
        errors.Refused: when its process runs or may run, it has been reviewed, or another change
            holds its environments by now.
    """
    _, state = interventions.read_progress(prepared.job, prepared.ports)
    if state.finished is None:
        interventions.refuse_while_driven(prepared.job, prepared.ports, state, "resume")
    interventions.turn_with_release(prepared.job, prepared.ports, why)
    _, state = interventions.read_progress(prepared.job, prepared.ports)
    identity = new_run()
    with prepared.ports.processes.driving(identity):
        return driven(prepared, identity, state, wanted="rolled_back")


def confirm(prepared: Prepared, confirmation: Confirmation) -> Answered:
    """Record a person's answer about the step that waits.

    Raises:
        errors.Refused: when nothing waits for it, or this person may not speak.
    """
    step = interventions.confirm(prepared.job, prepared.ports, confirmation)
    word = confirmation.word
    message = told(
        "journal.confirmed", case=word, who=prepared.job.by, key=step.key, name=step.name
    )
    return Answered(_answer(prepared, state_message=message), errors.OK, _who_goes_on(prepared))


def _who_goes_on(prepared: Prepared) -> Told:
    """Return what happens after a person's answer: a waiting process goes on by itself."""
    _, state = interventions.read_progress(prepared.job, prepared.ports)
    run = state.driver.body.run if state.driver is not None else ""
    here = prepared.ports.processes.driver(run)
    change = prepared.job.change
    if here == "running":
        return told("journal.goes_on", case="here", change=change)
    if here == "gone" or state.interrupted:
        return told("journal.goes_on", case="resume", change=change)
    return told("journal.goes_on", who=messages.in_charge(state), change=change, run=run)


def resolve(prepared: Prepared, note: str) -> Answered:
    """Record how a failed rollback was ended by hand.

    Raises:
        errors.Refused: when there is no failed rollback that waits.
    """
    interventions.resolve(prepared.job, prepared.ports, note)
    message = told("journal.resolved", who=prepared.job.by, note=note)
    return Answered(
        _answer(prepared, state_message=message),
        errors.OK,
        told("journal.review_next", change=prepared.job.change),
    )


def status(prepared: Prepared) -> Answered:
    """Return how far a release is; for a change without one, its state.

    Raises:
        errors.Unreadable: when the ledger does not hold together, so that nothing may be concluded
            from it.
    """
    return status_and_progress(prepared)[0]


def status_and_progress(prepared: Prepared) -> tuple[Answered, Progress]:
    """Return how far a release is, as an answer and as its journal has it; errors as `status`."""
    reading = prepared.ports.journal.read()
    if reading.problems:
        raise errors.Unreadable.of("append.broken", problem=reading.problems[0])
    state = progress(prepared.job.plan, reading.of(prepared.job.change))
    return _status(prepared, state), state


def refused(prepared: Prepared, message: str | Told) -> ReleaseAnswer:
    """Return the answer for a refusal.

    Its state is `refused` where nothing was started, and the release's own otherwise.
    """
    answer = _answer(prepared, state_message=message)
    if answer.state == "none":
        return answer.model_copy(update={"state": "refused"})
    return answer


def new_run() -> str:
    """Return an identity that no other process ever has."""
    return secrets.token_hex(8)


def in_life(answered: Answered, by_change: Mapping[str, Prepared]) -> Answered:
    """Return a status that also covers the time after a release: `in_review`, `closed`.

    Args:
        answered: a status.
        by_change: the prepared release of every change it is about.

    Raises:
        errors.ChangeflowError: when the state cannot be computed.
    """
    answer = answered.answer
    if not answer.changes:
        return replace(answered, answer=_in_life(answer, by_change[answer.change]))
    changes = tuple(_in_life(one, by_change[one.change]) for one in answer.changes)
    closed = answer.state == "implemented" and all(one.state == "closed" for one in changes)
    update: dict[str, Any] = {"changes": changes}
    if closed:
        update["state"] = "closed"
    return replace(answered, answer=answer.model_copy(update=update))


def _in_life(answer: ReleaseAnswer, prepared: Prepared) -> ReleaseAnswer:
    if answer.state not in ("implemented", "rolled_back"):
        return answer
    now = prepared.state_of()
    if now == answer.state:
        return answer
    said = told("journal.over", state=answer.state)
    if answer.message:
        said |= {"case": "because", "because": [answer.told or answer.message]}
    message = in_english(said)
    return answer.model_copy(update={"state": now, "message": message, "told": said})


# -- going on ----------------------------------------------------------------------------------


def _implemented_already(prepared: Prepared, reading: Reading) -> Answered | None:
    state = progress(prepared.job.plan, reading.of(prepared.job.change))
    if reading.problems or state.broken or state.finished is None:
        return None
    over = _status(prepared, state)
    if over.answer.state != "implemented":
        return None
    ended = format_instant(state.finished.entry.at.replace(microsecond=0))
    said = told("journal.already", at=ended)
    update = {"message": in_english(said), "told": said}
    return replace(over, answer=over.answer.model_copy(update=update))


def _may_go_on(prepared: Prepared, reading: Reading) -> bool:
    """Tell whether `run` may take up a release that was started before.

    No process may be in the middle of a step: a person is waited for or has just answered, an
    interruption was noted, or the process is known to be gone.
    """
    state = progress(prepared.job.plan, reading.of(prepared.job.change))
    if state.broken or state.driver is None or state.finished is not None:
        return False
    match prepared.ports.processes.driver(state.driver.body.run):
        case "running":
            return False
        case "gone":
            return True
        case _:
            alive = may_be_alive(prepared.job.plan, state, prepared.ports.times.clock().real)
            return state.interrupted or (_at_rest(prepared, state, reading) and not alive)


def _at_rest(prepared: Prepared, state: Progress, reading: Reading) -> bool:
    newest = reading.of(prepared.job.change)[-1].body
    waits = isinstance(machine.action(prepared.job.plan, state), machine.AwaitConfirmation)
    spoken = newest.kind == "release" and newest.event == "confirmed"
    return waits or spoken


def _is_own_loss(prepared: Prepared, state: Progress) -> bool:
    """Tell whether the person who resumes started this run with the same key elsewhere.

    They know what became of it.
    """
    driver, job = state.driver, prepared.job
    if (
        driver is None
        or job.gone
        or job.by is None
        or prepared.ports.processes.driver(driver.body.run) != "unknown"
    ):
        return False
    return (
        driver.body.event == "started"
        and driver.body.by == driver.entry.signer == job.key_of == job.by
    )


def driven(
    prepared: Prepared, identity: str, seen: Progress | None = None, *, wanted: str = "implemented"
) -> Answered:
    """Drive a release to where it ends or has to wait, and return its answer.

    Args:
        prepared: the release.
        identity: the run, whose lock the caller holds.
        seen: the progress when it was decided to drive; None right after the claim.
        wanted: the state for which the exit code is 0.

    Raises:
        errors.Refused: when the journal cannot be followed.
    """
    halt = Driver(prepared.job, prepared.ports, identity, prepared.wait, seen).go()
    state = None
    if halt.why != "broken":
        _, state = interventions.read_progress(prepared.job, prepared.ports)
    if state is None:
        raise errors.Refused.of(
            "run.unfollowed", case="driven", change=prepared.job.change, why=halt.detail
        )
    plan = prepared.job.plan
    answer = step_facts.answer(
        plan, state, message=messages.why(plan, halt, state), waiting_for=messages.waiting_for(halt)
    )
    code = errors.OK if answer.state == wanted else errors.NO
    if halt.why == "interrupted":
        code = errors.INTERRUPTED
    return Answered(answer, code, messages.what_next(halt, answer, prepared.job.outdated))


def _status(prepared: Prepared, state: Progress) -> Answered:
    """Return a status, with what is waited for."""
    following = machine.action(prepared.job.plan, state)
    known = late_outcomes.lacking(prepared.job, prepared.ports, state)
    waiting = ""
    if isinstance(following, machine.AwaitConfirmation | machine.AwaitDecision) and not known:
        waiting = following.step.key
    message = known or messages.standing(prepared.job.plan, state, following)
    answer = step_facts.answer(prepared.job.plan, state, message=message, waiting_for=waiting)
    if answer.state == "none":
        answer = answer.model_copy(update={"state": prepared.state_of()})
    standing = Answered(answer, errors.OK)
    if following == interventions.RESTORE_BY_HAND:
        hint = told("journal.next", case="restore", change=prepared.job.change)
        return replace(standing, hint=hint)
    return standing if known else _with_hint(standing, prepared, state, following)


def _with_hint(
    standing: Answered, prepared: Prepared, state: Progress, following: machine.Action
) -> Answered:
    """Return a status with what a person can do now; unchanged where there is nothing to do."""
    driver, change = state.driver, prepared.job.change
    if driver is None or state.finished is not None or state.broken:
        return standing
    if prepared.ports.processes.driver(driver.body.run) == "running":
        return standing
    if isinstance(following, machine.AwaitConfirmation):
        hint = told("journal.next", case="waiting", change=change, step=following.step.key)
        return replace(standing, hint=hint)
    try:
        interventions.refuse_while_driven(prepared.job, prepared.ports, state, "resume")
    except errors.Refused as no:
        return replace(standing, hint=no.hint, refusal=no)
    if isinstance(following, machine.AwaitDecision):
        hint = told("journal.next", case="undecided", change=change, step=following.step.key)
        return replace(standing, hint=hint)
    return replace(standing, hint=told("journal.next", case="interrupted", change=change))


def _answer(prepared: Prepared, state_message: str | Told) -> ReleaseAnswer:
    state = progress(prepared.job.plan, prepared.ports.journal.read().of(prepared.job.change))
    return step_facts.answer(prepared.job.plan, state, message=state_message)
