"""The release state machine: from the plan and the journal to the next action.

Invariants, held by property tests:

1. Write-ahead: before an effect of `RunStep` or `AskPerson`, the process appends the intent. The
   machine never assumes an effect without one.
2. A step is begun again only if it is *known* not to have happened, by `verify` or by a person.
3. An intent without an outcome is unknown. The step's `verify` decides. If there is none, or it
   gives no answer, a person decides.
4. Once its rollback has begun, a release never goes forward again.
5. What was never begun is not undone (`release.way_back`). Where something that was begun cannot be
   undone, the rollback has failed, and a person decides.
6. The action depends on the plan and the journal alone, so recovery means asking again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, assert_never

from changeflow.lazy_dataclass import dataclass
from changeflow.model.evidence import LedgerEntry
from changeflow.release.plan import Plan, PlannedStep
from changeflow.release.progress import Progress, StepStatus, begun_steps, progress
from changeflow.release.way_back import way_back

FinalState = Literal["implemented", "rolled_back", "rollback_failed"]


@dataclass(frozen=True, slots=True)
class Start:
    """No release yet: the deploy gate decides, then the environments are claimed."""


@dataclass(frozen=True, slots=True)
class RunStep:
    """Append the intent, run the program, run its `verify`, append the outcome."""

    step: PlannedStep


@dataclass(frozen=True, slots=True)
class AskPerson:
    """Append the intent of a manual step, and tell people what to do."""

    step: PlannedStep


@dataclass(frozen=True, slots=True)
class AwaitConfirmation:
    """A manual step waits for a person's confirmation; its time-out counts from `since`."""

    step: PlannedStep
    since: LedgerEntry


@dataclass(frozen=True, slots=True)
class CheckConfirmed:
    """A person said done and the step has a `verify`: run it, append the outcome."""

    step: PlannedStep


@dataclass(frozen=True, slots=True)
class VerifyUnknown:
    """An intent without an outcome: run `verify`.

    0: done. Another exit code: known not done. No answer: a person decides.
    """

    step: PlannedStep
    since: LedgerEntry


@dataclass(frozen=True, slots=True)
class AwaitDecision:
    """An intent without an outcome that no program can decide: a person says what happened."""

    step: PlannedStep
    since: LedgerEntry


@dataclass(frozen=True, slots=True)
class TurnRound:
    """A step failed on the way forward: append `rolling_back`."""

    because: PlannedStep


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """Append that a step of the way back does not run, and why."""

    step: PlannedStep
    reason: str


@dataclass(frozen=True, slots=True)
class Finish:
    """Append `finished`.

    `left` are steps of the way back that were not done, and steps that nothing undoes.
    """

    state: FinalState
    left: tuple[PlannedStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Nothing:
    """The release has ended.

    After a failed rollback the environments stay claimed until a person has `resolved` it.
    """

    state: FinalState
    resolved: bool


@dataclass(frozen=True, slots=True)
class Broken:
    """The journal contradicts the plan or itself: a person must examine it first."""

    reason: str


Action = (
    Start
    | RunStep
    | AskPerson
    | AwaitConfirmation
    | CheckConfirmed
    | VerifyUnknown
    | AwaitDecision
    | TurnRound
    | LeaveOut
    | Finish
    | Nothing
    | Broken
)


def next_action(plan: Plan, journal: Sequence[LedgerEntry]) -> Action:
    """Return the next action of a release.

    Args:
        plan: of the change as it is now; its digest must be the one the release started with.
        journal: the entries of this change in ledger order; entries of other kinds are passed over.
    """
    return action(plan, progress(plan, journal))


def action(plan: Plan, state: Progress) -> Action:
    """Return the next action, for a journal that is already folded."""
    if state.broken:
        return Broken(state.broken)
    if state.started is None:
        return Start()
    if state.finished is not None:
        return Nothing(_final_state(state.finished.body.state), state.resolved is not None)
    if state.turned is None:
        return _next_forward(plan, state)
    return _next_backward(plan, state)


def _next_forward(plan: Plan, state: Progress) -> Action:
    for step in plan.forward:
        match state.status(step):
            case StepStatus.DONE:
                continue
            case StepStatus.FAILED:
                return TurnRound(step)
            case _:
                return _towards_done(step, state)
    return Finish("implemented")


def _next_backward(plan: Plan, state: Progress) -> Action:
    if not state.touched:
        return Finish("rolled_back")
    way = way_back(plan, begun_steps(plan, state))
    for one in way.left_out:
        if one.step.key not in state.last:
            return LeaveOut(one.step, one.reason)
    for step in way.steps:
        match state.status(step):
            case StepStatus.DONE:
                continue
            case StepStatus.FAILED:
                return Finish("rollback_failed", left=left_behind(plan, state))
            case _:
                return _towards_done(step, state)
    if way.stays:
        return Finish("rollback_failed", left=way.stays)
    return Finish("rolled_back")


def left_behind(plan: Plan, state: Progress) -> tuple[PlannedStep, ...]:
    """Return what a release that turned back has not undone.

    First the steps of the way back that are not done, then the steps that nothing undoes.
    """
    way = way_back(plan, begun_steps(plan, state))
    return (*state.undone(way.steps), *way.stays)


def _towards_done(step: PlannedStep, state: Progress) -> Action:
    """Return the action for a step that is neither done nor failed."""
    match state.status(step):
        case StepStatus.OPEN:
            return RunStep(step) if step.manual is None else AskPerson(step)
        case StepStatus.WAITING:
            return AwaitConfirmation(step, state.last[step.key].entry)
        case StepStatus.SAID_DONE:
            return CheckConfirmed(step)
        case StepStatus.UNKNOWN:
            return VerifyUnknown(step, state.last[step.key].entry)
        case StepStatus.UNDECIDED:
            return AwaitDecision(step, state.last[step.key].entry)
        case StepStatus.DONE | StepStatus.FAILED:
            raise ValueError(f"{step.key} has already ended")
        case _ as never:
            assert_never(never)


def _final_state(state: FinalState | None) -> FinalState:
    # `finished` without a state may be a release that left the service broken: assume the worst.
    return state or "rollback_failed"
