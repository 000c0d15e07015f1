"""Facts of a release, step by step, as an answer shows them and a review is filled with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from changeflow.language.reader import MACHINE
from changeflow.language.sentences import in_a_row
from changeflow.model.answers.release import ReleaseAnswer, ReleaseStep
from changeflow.model.canonical import digest
from changeflow.model.change import ChangeRequest, Retrospective
from changeflow.model.evidence import ApprovalBody, LedgerEntry
from changeflow.model.phrases import Told
from changeflow.model.post_implementation import (
    Actual,
    ApprovalWords,
    DeclaredItem,
    ReviewedStep,
)
from changeflow.release.plan import Plan, PlannedStep, plan
from changeflow.release.progress import Progress, StepStatus, progress

# characters of an approver's words that a review can hold
_LONGEST: Final = 10_000
StepFact = Literal["done", "failed", "timed_out", "skipped", "unknown"]


def answer(
    plan: Plan, state: Progress, *, message: str | Told = "", waiting_for: str = ""
) -> ReleaseAnswer:
    """Return the answer of `release`: every implementation and verification step.

    The steps of the rollback follow if it was ordered.

    A step that was not reached has the outcome `skipped`. The state is the word of the contract:
    `none` before a release, `implementing` until it finished, then its final state.
    """
    told = message or state.broken
    return ReleaseAnswer(
        change=plan.change,
        state=word(state),
        steps=steps(plan, state),
        message=in_a_row([told], MACHINE),
        told=told,
        waiting_for=waiting_for,
        run=state.driver.body.run if state.driver is not None else "",
    )


def word(state: Progress) -> str:
    """Return one word for the progress of a release."""
    if state.started is None:
        return "none"
    ended = state.resolved or state.finished
    if ended is None:
        return "implementing"
    return ended.body.state or "rollback_failed"


def steps(plan: Plan, state: Progress) -> tuple[ReleaseStep, ...]:
    """Return the result of each step so far."""
    shown = plan.forward if state.turned is None else tuple(plan)
    return tuple(_release_step(step, state) for step in shown)


def actual(change: ChangeRequest, journal: Sequence[LedgerEntry]) -> Actual | None:
    """Return the facts that a review must agree with, or None before the release has finished.

    `release` is the digest of the entry that ended it, which the chain ties to everything before
    it.
    """
    if change.spec.retrospective is not None:
        return _done_before(change, change.spec.retrospective)
    planned = plan(change)
    state = progress(planned, journal)
    if state.broken or state.started is None or state.finished is None:
        return None
    ended, rollback = state.finished.entry, change.spec.rollback
    return Actual(
        state=state.finished.body.state or "rollback_failed",
        planned=change.spec.window,
        started=state.started.entry.at,
        ended=ended.at,
        steps=tuple(_reviewed_step(step) for step in steps(planned, state)),
        release=ended.digest,
        rollback_took=ended.at - state.turned.entry.at if state.turned else None,
        rollback_promised=rollback.limit if rollback is not None and state.turned else None,
        declared=tuple(_declared(change)),
        approvals=tuple(_approvals(journal, state.started.entry.seq)),
    )


def _declared(change: ChangeRequest) -> Iterator[DeclaredItem]:
    for item in change.spec.items or ():
        yield DeclaredItem(ci=item.ci, action=item.action.value, outage=item.outage)


def _approvals(journal: Sequence[LedgerEntry], start: int) -> Iterator[ApprovalWords]:
    """Yield what approvers wrote before the release: of each their last opinion."""
    last: dict[str, ApprovalBody] = {}
    for entry in journal:
        if entry.seq < start and isinstance(entry.body, ApprovalBody):
            last[entry.body.by] = entry.body
    for body in last.values():
        if body.decision == "approve" and body.comment.strip():
            yield ApprovalWords(by=body.by, said=body.comment[:_LONGEST])


def _done_before(change: ChangeRequest, after: Retrospective) -> Actual:
    """Return the facts of what was done before the request, by what the request says.

    No journal tells of it. In the place of an entry stands the digest of what the request says.
    """
    made = change.spec.implementation
    done = []
    for step in made.steps if made is not None else ():
        done.append(
            ReviewedStep(
                phase="implementation",
                name=step.name,
                outcome="done",
                started=after.started,
                ended=after.ended,
            )
        )
    return Actual(
        state="implemented",
        planned=None,
        started=after.started,
        ended=after.ended,
        steps=tuple(done),
        release=digest(after.model_dump(mode="json")),
        rollback_took=None,
        declared=tuple(_declared(change)),
        approvals=(),
    )


def _reviewed_step(step: ReleaseStep) -> ReviewedStep:
    return ReviewedStep(
        phase=step.phase,
        name=step.name,
        outcome=step.outcome,
        started=step.started,
        ended=step.ended,
    )


def _release_step(step: PlannedStep, state: Progress) -> ReleaseStep:
    begun, last = state.begun.get(step.key), state.last.get(step.key)
    status = state.status(step)
    timed_out, ended, detail = False, None, ""
    if last is not None:
        timed_out, detail = last.body.outcome == "timed_out", last.body.note
        if last is not begun and status in (StepStatus.DONE, StepStatus.FAILED):
            ended = last.entry.at
    return ReleaseStep(
        phase=step.phase,
        index=step.index,
        name=step.name,
        outcome=_outcome_of_status(status, timed_out=timed_out),
        started=begun.entry.at if begun else None,
        ended=ended,
        detail=detail,
        waiting=status is StepStatus.WAITING,
    )


def _outcome_of_status(status: StepStatus, *, timed_out: bool) -> StepFact:
    match status:
        case StepStatus.DONE:
            return "done"
        case StepStatus.FAILED:
            return "timed_out" if timed_out else "failed"
        case StepStatus.OPEN:
            return "skipped"
        case _:
            return "unknown"
