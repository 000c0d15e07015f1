"""When a change may start: the gate `deploy`, asked along time, as things stand and once people agree."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Final

from changeflow.gate.calendar_part import timed_rules
from changeflow.gate.gates.deploy import DeployCase
from changeflow.gate.start_answer import StartAnswer, agreeing, start_answer, what_is_told
from changeflow.gate.stretches import Stretch, stretches
from changeflow.gate_cases.assessment import assess_content, conflicts_of
from changeflow.gate_cases.for_deploy import for_deploy
from changeflow.gate_cases.gate_inputs import GateInputs
from changeflow.gate_cases.other_changes_states import standings
from changeflow.model.answers.assessment import Assessment, Conflict
from changeflow.model.change import ChangeRequest, ChangeType, Window
from changeflow.model.opinions import Review
from changeflow.model.times import END_OF_TIME, start_of_day
from changeflow.model.watched_time import unnoted

# how far ahead of now another window is looked for, and a start without one
HORIZON: Final = timedelta(days=60)
_SECOND: Final = timedelta(seconds=1)


class StartTimes:
    """When one change may start.

    Args:
        inputs: the change as it was read.
        now: the time.
        apart_from: changes with which it is not compared.
    """

    def __init__(self, inputs: GateInputs, now: datetime, apart_from: Collection[str] = ()) -> None:
        self.inputs, self.now, self._apart_from = inputs, now, apart_from
        self.case = self._without(for_deploy(inputs))
        self.timed = timed_rules(inputs.base.policies)
        self._assessments: dict[tuple[bool, ...], Assessment] = {}

    @property
    def change(self) -> ChangeRequest:
        """Return the request."""
        return self.inputs.change

    @property
    def until(self) -> datetime:
        """Return how far it is looked: to the end of its window; without one for 60 days."""
        window = self.change.spec.window
        if window is None:
            return self.now + min(HORIZON, END_OF_TIME - self.now)
        last = max(self.now, window.end)
        return last + min(_SECOND, END_OF_TIME - last)

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Return its conflicts with other open changes."""
        return self.case.common.assessment.conflicts

    @cached_property
    def agreeing(self) -> tuple[Review, ...]:
        """Return approvals of the people who are still to be asked, as if they agreed now."""
        return agreeing(self.case, self.now)

    @cached_property
    def stretches(self) -> tuple[Stretch[StartAnswer], ...]:
        """Return what the gate says from now on, stretch by stretch."""
        found = stretches(self._at, self.now, self.until, what_is_told, self._model_days)
        return tuple(found)

    def moved_to(self, window: Window) -> tuple[StartAnswer, tuple[Conflict, ...]]:
        """Return what the gate says at the start of another window, and the conflicts there."""
        spec = self.change.spec.model_copy(update={"window": window})
        moved = self.change.model_copy(update={"spec": spec})
        inputs = self.inputs
        others = inputs.evidence.open_changes(inputs.view.base)
        found = self._apart(conflicts_of(moved, inputs.base, others, inputs.others))
        case = self._judged_at(self.case, window.start)
        assessment = _with_conflicts(case, found)
        common = case.common.model_copy(update={"change": moved, "assessment": assessment})
        return self._answer(case.with_common(common), window.start), found

    def _at(self, at: datetime) -> StartAnswer:
        return self._answer(self._judged_at(self.case, unnoted(at)), at)

    def _answer(self, case: DeployCase, at: datetime) -> StartAnswer:
        return start_answer(case, self.agreeing, self.timed, at)

    def _apart(self, found: Iterable[Conflict]) -> tuple[Conflict, ...]:
        return tuple(one for one in found if one.change not in self._apart_from)

    def _without(self, case: DeployCase) -> DeployCase:
        if not self._apart_from:
            return case
        left = _with_conflicts(case, self._apart(case.common.assessment.conflicts))
        return case.with_common(case.common.model_copy(update={"assessment": left}))

    @cached_property
    def _model_days(self) -> tuple[datetime, ...]:
        """Return when the change model begins to hold, and when it has ceased to."""
        found: list[datetime] = []
        zone = self.inputs.base.config.zone
        model = self.inputs.base.models.get(self.change.spec.model or "")
        if model is not None and self.change.spec.type is ChangeType.STANDARD:
            if model.spec.valid_from is not None:
                found.append(start_of_day(model.spec.valid_from, zone))
            if model.spec.expires < date.max:
                found.append(model_ends(model.spec.expires, zone))
        return tuple(found)

    def _judged_at(self, case: DeployCase, at: datetime) -> DeployCase:
        """Return the case as it will be assessed: a standard change is none without its model."""
        if not self._model_days:
            return case
        side = tuple(at >= day for day in self._model_days)
        if side not in self._assessments:
            self._assessments[side] = self._assessed_at(at)
        then = case.common.model_copy(update={"assessment": self._assessments[side]})
        return self._without(case.with_common(then))

    def _assessed_at(self, at: datetime) -> Assessment:
        inputs = self.inputs
        others = standings(inputs.view, at)
        scope, debt = inputs.assessed.scope, inputs.assessed.assessment.debt
        found = assess_content(
            inputs.view, inputs.content, inputs.base, at, inputs.evidence, others, scope, debt
        )
        return found.assessment


def model_ends(expires: date, zone: tzinfo) -> datetime:
    """Return the first moment at which a change model does not hold any more in a zone."""
    return start_of_day(expires + timedelta(days=1), zone)


def _with_conflicts(case: DeployCase, conflicts: tuple[Conflict, ...]) -> Assessment:
    assessment = case.common.assessment
    # only the states of changes rest on late ones
    assert isinstance(assessment, Assessment)  # noqa: S101 - for the type checker
    return replace(assessment, conflicts=conflicts)
