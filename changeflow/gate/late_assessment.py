"""An assessment whose parts are made when something reads them.

Of a change that is over, most conditions ask how it ended, and not what it could have broken. The
state of thousands of such changes is told without their blast radius and their score.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from changeflow.model.answers.assessment import Classification, Conflict, Debt, Returning, Risk
from changeflow.model.answers.impact import Impact
from changeflow.model.change import ChangeRequest, ChangeType


@dataclass(frozen=True)
class LateAssessment:
    """What gates read of the assessment of a change, each part made once and only if it is read.

    The makers must not fail: where anything that an assessment rests on may be unreadable, it is
    made at once (`gate_cases.late_assessments`).

    Attributes:
        change: the request.
        make_impact: returns its blast radius.
        make_risk: returns its score.
        make_type: returns its class.
        make_returning: returns how it can be taken back.
        debt: what its team and its items owe.
        inputs: digests of what was read.
    """

    change: ChangeRequest
    make_impact: Callable[[], Impact]
    make_risk: Callable[[Impact], Risk]
    make_type: Callable[[Impact, Risk], Classification]
    make_returning: Callable[[], Returning]
    debt: Debt
    inputs: Mapping[str, Any]

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Return none: a change that is over collides with no other one."""
        return ()

    @cached_property
    def impact(self) -> Impact:
        """Return the blast radius."""
        return self.make_impact()

    @cached_property
    def risk(self) -> Risk:
        """Return the score."""
        return self.make_risk(self.impact)

    @cached_property
    def type(self) -> Classification:
        """Return type and class."""
        return self.make_type(self.impact, self.risk)

    @property
    def computed(self) -> str:
        """Return the computed type. What is declared normal is normal, whatever its risk."""
        if self.change.spec.type is ChangeType.NORMAL:
            return ChangeType.NORMAL.value
        return self.type.computed

    @cached_property
    def returning(self) -> Returning:
        """Return how the change can be taken back."""
        return self.make_returning()
