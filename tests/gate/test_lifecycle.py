"""The state of a change: every state can be reached, and what happened outranks what was decided."""

from __future__ import annotations

from typing import Any

import pytest

from changeflow.gate.change_states import LifecycleState

from .builders import (
    APPROVE,
    DIGEST,
    NOW,
    OTHER,
    case,
    change,
    pir,
    policy,
    recorded,
    release,
    says,
    state,
)
from .test_decide import CAROL, CLOSE, DAVE, DEPLOY

ALL = (policy(APPROVE), DEPLOY, *CLOSE)
OVER = release("implemented", started=NOW, ended=NOW)


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ({"of": change(draft=True)}, LifecycleState.DRAFT),
        ({}, LifecycleState.SUBMITTED),
        ({"reviews": (CAROL,)}, LifecycleState.SUBMITTED),
        ({"reviews": (CAROL, DAVE), "merged_digest": None}, LifecycleState.APPROVED),
        ({"reviews": (CAROL, DAVE), "merged_digest": OTHER}, LifecycleState.APPROVED),
        ({"reviews": (CAROL, DAVE), "merged_digest": DIGEST}, LifecycleState.SCHEDULED),
        ({"reviews": (CAROL, DAVE, says("erin", "reject"))}, LifecycleState.REJECTED),
        ({"reviews": (CAROL, DAVE, says("alice", "withdraw"))}, LifecycleState.WITHDRAWN),
        ({"release": release("implementing", started=NOW)}, LifecycleState.IMPLEMENTING),
        ({"release": OVER}, LifecycleState.IMPLEMENTED),
        ({"release": OVER.model_copy(update={"state": "rolled_back"})}, LifecycleState.ROLLED_BACK),
        (
            {"release": OVER.model_copy(update={"state": "rollback_failed"}), "review": pir()},
            LifecycleState.ROLLBACK_FAILED,
        ),
        ({"release": OVER, "review": pir(problems=("empty",))}, LifecycleState.IN_REVIEW),
        ({"release": OVER, "review": pir(reviewer="carol")}, LifecycleState.CLOSED),
        ({"release": OVER, "reviews": (says("alice", "withdraw"),)}, LifecycleState.IMPLEMENTED),
        ({"release": OVER, "reviews": (says("erin", "reject"),)}, LifecycleState.IMPLEMENTED),
    ],
)
def test_states(over: dict[str, Any], expected: LifecycleState) -> None:
    assert state(case(**({"policies": ALL} | over)), NOW) is expected


def test_an_assessment_on_record_makes_a_submitted_change_assessed() -> None:
    assert state(case(policies=ALL, assessed=True), NOW) is LifecycleState.ASSESSED


def test_sealed_approval_schedules_a_change_without_opinions_of_its_own() -> None:
    assert state(case(policies=ALL, recorded=recorded(NOW)), NOW) is LifecycleState.SCHEDULED
