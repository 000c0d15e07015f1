"""Journal entries of a release, one function for each kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

from changeflow.model.evidence import ReleaseBody, StepOutcome
from changeflow.release.plan import PlannedStep
from changeflow.release.progress import CHANGE
from changeflow.release.state_machine import FinalState
from changeflow.release_driver.ports import Job
from changeflow.repo.programs import Ran

_NOTE: Final = 2_000


def started(
    job: Job, run: str, by: str | None, before: Mapping[str, str] = MappingProxyType({})
) -> ReleaseBody:
    """Return the claim: environments, and the baseline of documents and files.

    `by` is the person who starts it, if known; `before` are values of metrics before the release.
    """
    return ReleaseBody(
        event="started",
        run=run,
        digest=job.content,
        by=by,
        environments=job.environments,
        baseline={
            CHANGE: job.plan.material,
            **job.baseline(),
            **job.files,
            **before,
            **job.of_release,
        },
        note="the preconditions were confirmed by word" if job.preconditions_met else "",
    )


def resumed(run: str, content: str, by: str | None, before: str) -> ReleaseBody:
    """Return the entry for a process that takes over."""
    return ReleaseBody(event="resumed", run=run, digest=content, by=by, note=f"after {before}")


def intent(step: PlannedStep, run: str, content: str) -> ReleaseBody:
    """Return the entry before a step begins."""
    return _of_step("intent", step, run, content)


def outcome(
    step: PlannedStep, run: str, content: str, result: StepOutcome, ran: Ran | None, note: str = ""
) -> ReleaseBody:
    """Return the entry for a step that ended, or that is found done or not done."""
    body = _of_step("outcome", step, run, content, outcome=result, note=note[:_NOTE])
    if ran is None:
        return body
    printed = {"exit_code": ran.exit_code, "elapsed_ms": ran.elapsed_ms, "output": ran.output}
    return body.model_copy(update=printed)


def left_out(step: PlannedStep, run: str, content: str, why: str) -> ReleaseBody:
    """Return the entry for a step of the way back that does not run."""
    note = f"left out: {why}"[:_NOTE]
    return _of_step("outcome", step, run, content, outcome="skipped", note=note)


def confirmed(
    step: PlannedStep, run: str, content: str, result: StepOutcome, by: str, note: str
) -> ReleaseBody:
    """Return the entry for a person's report on a step."""
    return _of_step("confirmed", step, run, content, by=by, outcome=result, note=note[:_NOTE])


def _of_step(
    event: Literal["intent", "outcome", "confirmed"],
    step: PlannedStep,
    run: str,
    content: str,
    **said: Any,
) -> ReleaseBody:
    """Return the entry of one event of a step, with what is said beside it."""
    return ReleaseBody(
        event=event,
        run=run,
        digest=content,
        phase=step.phase,
        index=step.index,
        key=step.key,
        name=step.name,
        **said,
    )


def rolling_back(
    run: str, content: str, why: str, by: str | None = None, environments: Iterable[str] = ()
) -> ReleaseBody:
    """Return the entry that begins the rollback."""
    return ReleaseBody(
        event="rolling_back",
        run=run,
        digest=content,
        by=by,
        environments=tuple(environments),
        note=why[:_NOTE],
    )


def interrupted(run: str, content: str, during: str) -> ReleaseBody:
    """Return the entry for a process that was stopped."""
    return ReleaseBody(event="interrupted", run=run, digest=content, note=f"stopped {during}")


def finished(run: str, content: str, state: FinalState, left: Iterable[PlannedStep]) -> ReleaseBody:
    """Return the entry for the end, with the rollback steps that were not done."""
    names = ", ".join(f"{step.key} {step.name}" for step in left)
    return ReleaseBody(
        event="finished",
        run=run,
        digest=content,
        state=state,
        note=f"left: {names}"[:_NOTE] if names else "",
    )


def resolved(run: str, content: str, by: str, note: str) -> ReleaseBody:
    """Return the entry for a service restored by hand after a failed rollback.

    From then on the change counts as rolled back.
    """
    return ReleaseBody(
        event="resolved", run=run, digest=content, by=by, state="rolled_back", note=note[:_NOTE]
    )
