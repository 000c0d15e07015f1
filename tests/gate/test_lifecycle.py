"""The state of a change: every state can be reached, and what happened outranks what was decided."""

from __future__ import annotations

from typing import Any

import pytest

from changeflow.gate.states import State

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
        ({"of": change(draft=True)}, State.DRAFT),
        ({}, State.SUBMITTED),
        ({"reviews": (CAROL,)}, State.SUBMITTED),
        ({"reviews": (CAROL, DAVE), "merged_digest": None}, State.APPROVED),
        ({"reviews": (CAROL, DAVE), "merged_digest": OTHER}, State.APPROVED),
        ({"reviews": (CAROL, DAVE), "merged_digest": DIGEST}, State.SCHEDULED),
        ({"reviews": (CAROL, DAVE, says("erin", "reject"))}, State.REJECTED),
        ({"reviews": (CAROL, DAVE, says("alice", "withdraw"))}, State.WITHDRAWN),
        ({"release": release("implementing", started=NOW)}, State.IMPLEMENTING),
        ({"release": OVER}, State.IMPLEMENTED),
        ({"release": OVER.model_copy(update={"state": "rolled_back"})}, State.ROLLED_BACK),
        (
            {"release": OVER.model_copy(update={"state": "rollback_failed"}), "review": pir()},
            State.ROLLBACK_FAILED,
        ),
        ({"release": OVER, "review": pir(problems=("empty",))}, State.IN_REVIEW),
        ({"release": OVER, "review": pir(reviewer="carol")}, State.CLOSED),
        ({"release": OVER, "reviews": (says("alice", "withdraw"),)}, State.IMPLEMENTED),
        ({"release": OVER, "reviews": (says("erin", "reject"),)}, State.IMPLEMENTED),
    ],
)
def test_states(over: dict[str, Any], expected: State) -> None:
    assert state(case(**({"policies": ALL} | over)), NOW) is expected


def test_an_assessment_on_record_makes_a_submitted_change_assessed() -> None:
    assert state(case(policies=ALL), NOW, assessed=True) is State.ASSESSED


def test_sealed_approval_schedules_a_change_without_opinions_of_its_own() -> None:
    assert state(case(policies=ALL, recorded=recorded(NOW)), NOW) is State.SCHEDULED
