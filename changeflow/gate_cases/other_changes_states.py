"""How the changes on the base stand, each read when another change runs into it or waits for it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from changeflow import errors
from changeflow.model.watched_time import Holding, hold, unnoted
from changeflow.reading.other_changes import Standings
from changeflow.reading.view import View

if TYPE_CHECKING:
    from changeflow.gate.lifecycle import LifeCase
    from changeflow.model.answers.assessment import Debt
    from changeflow.model.change import ChangeRequest
    from changeflow.reading.evidence import Evidence
    from changeflow.reading.rulebook import Rulebook


def standings(view: View, now: datetime) -> Standings:
    """Return how the changes on the base stand."""
    return standings_of_head(view.of_base(), now)


def standings_of_head(view: View, now: datetime) -> Standings:
    """Return how the changes of the head stand.

    One view for all of them keeps what the rules see beside a request.
    """
    return Standings(lambda name: _alone(view, name, now), now)


def debt_of(
    view: View, change: ChangeRequest, base: Rulebook, evidence: Evidence, now: datetime
) -> Debt:
    """Return what the team and the items of a change owe, where a rule reads it.

    Whether a review of another change is overdue does not depend on what is owed to others: those
    are looked at without their debts, each once.

    Args:
        view: where the base is.
        change: the request.
        base: the rulebook of the base.
        evidence: the ledger.
        now: the time.

    Raises:
        errors.UsageError: when a library is needed and not installed.
        errors.Unreadable: when a table of the past is none.
    """
    # long schedules ask no gate
    from changeflow.model.answers.assessment import NOT_ASKED
    from changeflow.policy.facts_read import reads_debt

    if not reads_debt(base.policies):
        return NOT_ASKED
    # few policies read it
    from changeflow.gate_cases.debt_facts import debt_facts

    at = unnoted(now)
    # what is counted may be another number at any other moment
    hold(now, Holding(at, at))
    if at not in view.standings_without_debts:
        there = view.of_base()
        look = partial(_alone, there, now=at, with_debt=False)
        view.standings_without_debts[at] = Standings(look, at)
    others = view.standings_without_debts[at]
    return debt_facts(change, base, view.base, evidence, others, at)


def _alone(view: View, name: str, now: datetime, *, with_debt: bool = True) -> LifeCase | None:
    """Return what the state of a change of the head depends on, with no other one looked at.

    Args:
        view: where the base and the head are.
        name: the change.
        now: the time.
        with_debt: whether its conditions see what its team and its items owe.
    """
    # Most changes run into no other one, and gates take long to import.
    from changeflow.gate_cases.assessment import assess_change
    from changeflow.gate_cases.for_state import for_state
    from changeflow.gate_cases.gate_inputs import GateInputs
    from changeflow.gate_cases.late_assessments import assess_late
    from changeflow.gate_cases.record_facts import require_records
    from changeflow.model.answers.assessment import NOT_ASKED
    from changeflow.model.deployer import NOBODY

    # None stands for one change that cannot be read. The score of all rests on these records.
    require_records(view.base.rulebook, view.base)
    try:
        content, base = view.head.change(name), view.base.rulebook
        evidence = view.evidence(name)
        debt = NOT_ASKED
        if with_debt:
            debt = debt_of(view, content.change, base, evidence, now)
        late = assess_late(view, content, base, now, evidence, debt)
        assessed = late or assess_change(view, content, base, now, evidence, None, debt)
        return for_state(GateInputs(view, assessed, evidence, None, None, NOBODY, now, None))
    except (errors.NothingToDo, errors.Unreadable):
        return None
