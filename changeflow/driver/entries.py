"""Journal entries of a release, one function for each kind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from changeflow.driver.ports import Job
from changeflow.model.evidence import ReleaseBody, StepOutcome
from changeflow.release.machine import FinalState
from changeflow.release.plan import PlannedStep
from changeflow.release.progress import CHANGE
from changeflow.repo.programs import Ran

_NOTE: Final = 2_000


def started(job: Job, run: str, by: str | None) -> ReleaseBody:
    """The claim: environments, and the baseline that says what everything was before.

    `by` starts it, where that is known.
    """
    return ReleaseBody(
        event="started", run=run, digest=job.content, by=by, environments=job.environments,
        baseline={CHANGE: job.plan.material, **job.baseline(), **job.files},
        note="the preconditions were confirmed by word" if job.preconditions_met else "",
    )  # fmt: skip


def resumed(run: str, content: str, by: str | None, before: str) -> ReleaseBody:
    """Another process took over."""
    return ReleaseBody(event="resumed", run=run, digest=content, by=by, note=f"after {before}")


def intent(step: PlannedStep, run: str, content: str) -> ReleaseBody:
    """A step is about to begin."""
    return ReleaseBody(
        event="intent", run=run, digest=content, phase=step.phase, index=step.index, key=step.key, name=step.name,
    )  # fmt: skip


def outcome(
    step: PlannedStep, run: str, content: str, result: StepOutcome, ran: Ran | None, note: str = ""
) -> ReleaseBody:
    """A step ended, or was found to have ended or never to have happened."""
    return ReleaseBody(
        event="outcome", run=run, digest=content, phase=step.phase, index=step.index, key=step.key, name=step.name,
        outcome=result, exit_code=ran.exit_code if ran else None, elapsed_ms=ran.elapsed_ms if ran else None,
        output=ran.output if ran else "", note=note[:_NOTE],
    )  # fmt: skip


def confirmed(
    step: PlannedStep, run: str, content: str, result: StepOutcome, by: str, note: str
) -> ReleaseBody:
    """A person's word on a step."""
    return ReleaseBody(
        event="confirmed", run=run, digest=content, by=by, phase=step.phase, index=step.index, key=step.key, name=step.name,
        outcome=result, note=note[:_NOTE],
    )  # fmt: skip


def rolling_back(
    run: str, content: str, why: str, by: str | None = None, environments: Iterable[str] = ()
) -> ReleaseBody:
    """The release turns round."""
    return ReleaseBody(
        event="rolling_back",
        run=run,
        digest=content,
        by=by,
        environments=tuple(environments),
        note=why[:_NOTE],
    )


def interrupted(run: str, content: str, during: str) -> ReleaseBody:
    """Somebody stopped the process."""
    return ReleaseBody(event="interrupted", run=run, digest=content, note=f"stopped {during}")


def finished(run: str, content: str, state: FinalState, left: Iterable[PlannedStep]) -> ReleaseBody:
    """The end, with the rollback steps that were not done."""
    names = ", ".join(f"{step.key} {step.name}" for step in left)
    return ReleaseBody(
        event="finished",
        run=run,
        digest=content,
        state=state,
        note=f"left: {names}"[:_NOTE] if names else "",
    )


def resolved(run: str, content: str, by: str, note: str) -> ReleaseBody:
    """A person restored the service by hand after a failed rollback: from here on the change counts as rolled back."""
    return ReleaseBody(
        event="resolved", run=run, digest=content, by=by, state="rolled_back", note=note[:_NOTE]
    )
