"""How the changes on the base stand, each read when another change runs into it or waits for it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from changeflow import errors
from changeflow.model.deployer import NOBODY
from changeflow.reading.other_changes import Standings
from changeflow.reading.view import View

if TYPE_CHECKING:
    from changeflow.gate.lifecycle import LifeCase


def standings(view: View, now: datetime) -> Standings:
    """Return how the changes on the base stand."""
    return standings_of_head(view.of_base(), now)


def standings_of_head(view: View, now: datetime) -> Standings:
    """Return how the changes of the head stand.

    One view for all of them keeps what the rules see beside a request.
    """
    return Standings(lambda name: _alone(view, name, now), now)


def _alone(view: View, name: str, now: datetime) -> LifeCase | None:
    """Return what the state of a change of the head depends on, with no other one looked at."""
    # Most changes run into no other one, and gates take long to import.
    from changeflow.gate_cases.assessment import assess_change
    from changeflow.gate_cases.for_state import for_state
    from changeflow.gate_cases.gate_inputs import GateInputs

    try:
        content = view.head.change(name)
        evidence = view.evidence(name)
        assessed = assess_change(view, content, view.base.rulebook, now, evidence, None)
        return for_state(GateInputs(view, assessed, evidence, None, None, NOBODY, now))
    except (errors.NothingToDo, errors.Unreadable):
        return None
