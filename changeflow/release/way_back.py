"""The way back of a release: what is undone after how far it came, in which order, and what stays.

Only what was begun is undone, the latest first: a step whose intent is on the ledger may have been
done. Then the steps of the rollback plan run that are not tied to steps of which none was begun.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.assessment import Returning
from changeflow.model.change import ChangeRequest
from changeflow.model.config import ReleaseConfig
from changeflow.release.plan import Plan, PlannedStep, unbound_plan


@dataclass(frozen=True)
class LeftOut:
    """A step of the way back that does not run, and why. The reason is kept on the ledger."""

    step: PlannedStep
    reason: str


@dataclass(frozen=True)
class WayBack:
    """The way back from where a release is.

    Attributes:
        steps: in the order in which they run.
        left_out: undos and rollback steps that do not run.
        stays: steps of the implementation that were begun and that nothing undoes.
    """

    steps: tuple[PlannedStep, ...]
    left_out: tuple[LeftOut, ...]
    stays: tuple[PlannedStep, ...]


def way_back(plan: Plan, begun: Collection[str]) -> WayBack:
    """Return the way back of a release.

    Args:
        plan: the plan of the release.
        begun: keys of the steps that were begun. A step that cannot be undone and is known not to
            have happened is none of them.
    """
    steps: list[PlannedStep] = []
    left_out: list[LeftOut] = []
    for undo in plan.undo:
        if f"implementation/{undo.index}" not in begun:
            if not undo.irreversible:
                left_out.append(LeftOut(undo, "the step was never begun"))
        elif undo.irreversible:
            left_out.append(LeftOut(undo, f"irreversible: {undo.irreversible}"))
        else:
            steps.append(undo)
    for step in plan.rollback:
        if step.undoes and not any(key in begun for key in step.undoes):
            left_out.append(LeftOut(step, "none of the steps that it undoes was begun"))
        else:
            steps.append(step)
    return WayBack(tuple(steps), tuple(left_out), _staying(plan, begun))


def _staying(plan: Plan, begun: Collection[str]) -> tuple[PlannedStep, ...]:
    undone = {undo.index for undo in plan.undo if not undo.irreversible}
    stays: list[PlannedStep] = []
    for step in plan.implementation:
        if step.key not in begun or step.index in undone:
            continue
        if step.irreversible or not any(_undoes(one, step) for one in plan.rollback):
            stays.append(step)
    return tuple(stays)


def _undoes(step: PlannedStep, other: PlannedStep) -> bool:
    return not step.undoes or other.key in step.undoes


@dataclass(frozen=True)
class ReturnTimes:
    """How a change can be taken back, as the plan says it beforehand.

    Attributes:
        reversible: the share of the steps that can be undone, from 0 to 1; 1 without steps.
        point_of_no_return: the first step after which there is no whole way back; None if there
            is none.
        times: for each step of the implementation, the longest that returning may take once it was
            begun; None where not everything can be undone.
    """

    reversible: float
    point_of_no_return: PlannedStep | None
    times: tuple[timedelta | None, ...]

    @property
    def longest(self) -> timedelta | None:
        """Return the longest of the times; None where there is no way back from a step."""
        known = [time for time in self.times if time is not None]
        if len(known) < len(self.times):
            return None
        return max(known, default=timedelta())


def return_times(plan: Plan) -> ReturnTimes:
    """Return how a change can be taken back from each of its steps.

    Each program may take the time-out of its step, and `verify` as much again.
    """
    begun: set[str] = set()
    times: list[timedelta | None] = []
    point: PlannedStep | None = None
    for step in plan.implementation:
        begun.add(step.key)
        way = way_back(plan, begun)
        if way.stays:
            point = point or step
            times.append(None)
        else:
            times.append(sum((step.longest for step in way.steps), timedelta()))
    stays = len(way_back(plan, begun).stays)
    count = len(plan.implementation)
    return ReturnTimes((count - stays) / count if count else 1.0, point, tuple(times))


def returning(change: ChangeRequest, config: ReleaseConfig) -> Returning:
    """Return how a change can be taken back, as an assessment has it."""
    found = return_times(unbound_plan(change, config))
    point = found.point_of_no_return
    return Returning(
        reversible=found.reversible,
        point_of_no_return=point.name if point is not None else None,
        longest=found.longest,
    )
