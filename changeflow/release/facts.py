"""What became of a release, step by step: the facts an answer shows and a review is filled with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from changeflow.model.answers import ReleaseAnswer, ReleaseStep
from changeflow.model.change import ChangeRequest
from changeflow.model.evidence import LedgerEntry
from changeflow.model.review import Actual, ReviewedStep
from changeflow.release.plan import Plan, PlannedStep, plan
from changeflow.release.progress import Progress, StepStatus, progress

StepFact = Literal["done", "failed", "timed_out", "skipped", "unknown"]


def answer(
    plan: Plan, state: Progress, *, message: str = "", waiting_for: str = ""
) -> ReleaseAnswer:
    """The answer of `release`: every implementation and verification step, and the rollback's once it was ordered.

    A step that was not reached has the outcome `skipped`. The state is the word of the contract:
    `none` before a release, `implementing` until it finished, then its final state.
    """
    return ReleaseAnswer(
        change=plan.change,
        state=word(state),
        steps=steps(plan, state),
        message=message or state.broken,
        waiting_for=waiting_for,
        run=state.driver.body.run if state.driver is not None else "",
    )


def word(state: Progress) -> str:
    """One word for how far a release is."""
    if state.started is None:
        return "none"
    ended = state.resolved or state.finished
    return (ended.body.state or "rollback_failed") if ended else "implementing"


def steps(plan: Plan, state: Progress) -> tuple[ReleaseStep, ...]:
    """What became of every step that matters so far."""
    shown = plan.forward if state.turned is None else tuple(plan)
    return tuple(_step(step, state) for step in shown)


def actual(change: ChangeRequest, journal: Sequence[LedgerEntry]) -> Actual | None:
    """The facts a review must agree with, or None while the release has not finished.

    `release` is the digest of the entry that ended it, which the chain ties to everything before
    it.
    """
    planned = plan(change)
    state = progress(planned, journal)
    if state.broken or state.started is None or state.finished is None:
        return None
    ended = state.finished.entry
    return Actual(
        state=state.finished.body.state or "rollback_failed",
        planned=change.spec.window,
        started=state.started.entry.at,
        ended=ended.at,
        steps=tuple(
            ReviewedStep(
                phase=step.phase,
                name=step.name,
                outcome=step.outcome,
                started=step.started,
                ended=step.ended,
            )
            for step in steps(planned, state)
        ),
        release=ended.digest,
        rollback_took=ended.at - state.turned.entry.at if state.turned else None,
    )


def _step(step: PlannedStep, state: Progress) -> ReleaseStep:
    begun, last = state.begun.get(step.key), state.last.get(step.key)
    ended = last if last is not None and last is not begun else None
    status = state.status(step)
    return ReleaseStep(
        phase=step.phase,
        index=step.index,
        name=step.name,
        outcome=_outcome(status, timed_out=last is not None and last.body.outcome == "timed_out"),
        started=begun.entry.at if begun else None,
        ended=ended.entry.at if ended and status in (StepStatus.DONE, StepStatus.FAILED) else None,
        detail=last.body.note if last else "",
        waiting=status is StepStatus.WAITING,
    )


def _outcome(status: StepStatus, *, timed_out: bool) -> StepFact:
    match status:
        case StepStatus.DONE:
            return "done"
        case StepStatus.FAILED:
            return "timed_out" if timed_out else "failed"
        case StepStatus.OPEN:
            return "skipped"
        case _:
            return "unknown"
