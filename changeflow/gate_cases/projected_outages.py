"""What the changes of a schedule leave of the service levels of services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from changeflow.gate.change_states import LifecycleState
from changeflow.gate_cases.other_changes_states import standings_of_head
from changeflow.gate_cases.service_budgets import StateOf, planned_outages
from changeflow.model.answers.outage_budget import told_budget
from changeflow.model.answers.schedule import ProjectedOutage
from changeflow.model.times import local_day
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View
from changeflow.schedule.service_budget import budgets_of

_INSTANT = timedelta(microseconds=1)
# figures are reported to this many decimals of a minute, as those of a budget
_DIGITS = 6


def projected_outages(
    view: View,
    base: Rulebook,
    known: Mapping[str, str],
    since: datetime,
    until: datetime,
    now: datetime,
) -> Iterator[ProjectedOutage]:
    """Yield what is taken from each budget whose period touches [since, until).

    Used and planned are those of `report sla`; beside them stands what changes propose that wait for
    approval.

    Args:
        view: the main branch.
        base: its rulebook.
        known: the states of changes that were computed already; empty: it cannot be told.
        since: the beginning.
        until: the end.
        now: the time.
    """
    services, zone = base.services, base.config.zone
    if services is None:
        return
    days = local_day(since, zone), local_day(until.astimezone(UTC) - _INSTANT, zone)
    there = view.of_base().for_many()
    evidence, state = there.ledger.evidence(there.base, ""), _states(there, known, now)
    every = planned_outages(base, there.base, evidence, state, days, now, proposed=True)
    approved = [one for one in every if not one.proposed]
    rows = budgets_of(services.levels, days, approved, zone)
    for row, whole in zip(rows, budgets_of(services.levels, days, every, zone), strict=True):
        if whole.changes:
            yield ProjectedOutage(
                **told_budget(row),
                proposed=round(whole.planned - row.planned, _DIGITS),
                left=whole.left,
                over=whole.over,
                unknown=whole.unknown,
                changes=whole.changes,
            )


def _states(there: View, known: Mapping[str, str], now: datetime) -> StateOf:
    """Return what tells the state of a change: the row of the schedule, else the gates."""
    standings = standings_of_head(there, now)

    def state(name: str) -> LifecycleState | None:
        told = known.get(name)
        if told is None:
            return standings.state(name)
        return LifecycleState(told) if told else None

    return state
