"""Outcomes that the ledger did not accept at first: kept in this clone, and recorded late."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime

from pydantic import ValidationError

from changeflow import errors
from changeflow.model.document_parts import Instant, Record, format_instant
from changeflow.model.evidence import ReleaseBody
from changeflow.model.phrases import Told, told
from changeflow.release.plan import PlannedStep
from changeflow.release.progress import Progress, StepStatus
from changeflow.release_driver.ports import Job, Ports

_NOT_KNOWN = (StepStatus.UNKNOWN, StepStatus.UNDECIDED, StepStatus.SAID_DONE)


class LateOutcome(Record):
    """An outcome that is kept: the entry, its time, and the run that began the step."""

    body: ReleaseBody
    ended: Instant
    begun_by: str


def keep(job: Job, ports: Ports, outcome: LateOutcome, why: Exception) -> errors.ChangeflowError:
    """Keep an outcome that the ledger did not accept.

    Return the error to end with, which names the file.
    """
    body = outcome.body
    what = (
        f"{body.key} {body.name} ended as `{body.outcome}`, and the ledger did not accept it: "
        f"{str(why) or type(why).__name__}"
    )
    kinds: tuple[type[errors.ChangeflowError], ...] = (errors.Refused, errors.Unreadable)
    kind = next((kind for kind in kinds if type(why) is kind), errors.HostFailed)
    try:
        place = ports.unrecorded.keep(body.run, outcome.model_dump_json().encode("utf-8"))
    except OSError as error:
        hint = (
            f"it could not be kept either ({error.strerror}): write it down, and report it "
            "with `changeflow release confirm`"
        )
        return kind(what, hint)
    return kind(
        what,
        f"it is kept in `{place}`; `changeflow release resume {job.change}` records it once that "
        "goes again",
    )


def kept(job: Job, ports: Ports) -> Iterator[tuple[str, LateOutcome]]:
    """Yield the outcomes that are kept in this clone, each with the run that kept it.

    One that cannot be read is left in place and reported.

    What cannot be read is left where it is, and said.
    """
    for run, data in ports.unrecorded.kept():
        try:
            outcome = LateOutcome.model_validate_json(data)
        except ValidationError:
            ports.watcher.say(told("watch.unreadable", run=run, change=job.change))
            continue
        if outcome.body.run == run and outcome.body.event == "outcome":
            yield run, outcome


def late(job: Job, ports: Ports, state: Progress) -> tuple[PlannedStep, LateOutcome] | None:
    """Return an outcome that the journal lacks, with its step, or None."""
    for run, outcome in kept(job, ports):
        step = job.plan.step(outcome.body.key)
        if step is not None and belongs(state, step, outcome):
            return step, outcome
        if state.started is not None and outcome.body.digest == state.started.body.digest:
            # it is on record by now, or a person has reported the step
            ports.unrecorded.forget(run)
    return None


def lacking(job: Job, ports: Ports, state: Progress) -> str | Told:
    """Return a sentence about outcomes that are kept and that the journal lacks.

    Nothing is written.
    """
    steps = []
    for _, outcome in kept(job, ports):
        step = job.plan.step(outcome.body.key)
        if step is not None and belongs(state, step, outcome):
            at = _time_in_words(outcome.ended)
            came_to = outcome.body.outcome
            steps.append(
                told("journal.kept_step", key=step.key, name=step.name, outcome=came_to, at=at)
            )
    return told("journal.kept", steps=steps, change=job.change) if steps else ""


def give_back(ports: Ports, run: str) -> None:
    """Remove the space that was reserved for a run, unless an outcome is kept in it."""
    # an error leaves the reserved space behind, which does no harm
    with contextlib.suppress(OSError):
        if run not in dict(ports.unrecorded.kept()):
            ports.unrecorded.forget(run)


def belongs(state: Progress, step: PlannedStep, outcome: LateOutcome) -> bool:
    """Return whether a kept outcome ends the latest attempt of a step of unknown outcome."""
    begun = state.begun.get(step.key)
    return (
        begun is not None
        and begun.body.run == outcome.begun_by
        and begun.body.digest == outcome.body.digest
        and state.status(step) in _NOT_KNOWN
    )


def record(outcome: LateOutcome, run: str) -> ReleaseBody:
    """Return the late entry to record now: the outcome, and that it comes late."""
    said = (
        f"recorded late by run {run}: it ended at {_time_in_words(outcome.ended)}, and the ledger "
        "did not take it then"
    )
    note = f"{said}; {outcome.body.note}" if outcome.body.note else said
    return outcome.body.model_copy(update={"note": note, "run": run})


def _time_in_words(moment: datetime) -> str:
    return format_instant(moment.replace(microsecond=0))
