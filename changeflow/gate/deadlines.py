"""Until when approvals are due, by the rules of the policy about time.

The deadline of a review is in `gate.owed_review`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from changeflow.gate.decision import ask
from changeflow.gate.gate_rules import NO_BASIS
from changeflow.gate.gates.approve import APPROVE, ApproveCase
from changeflow.gate.gates.close import CLOSE, CloseCase
from changeflow.model.policy import Rule
from changeflow.model.times import BEGINNING_OF_TIME
from changeflow.policy.cel import ConditionError, facts_but
from changeflow.policy.deadline import LONGEST, deadline
from changeflow.policy.facts_read import paths_read

_APPROVED: Final = ("evidence", "approved_at")
_LEAD: Final = ("calendar", "lead_hours")


def approval_due(case: ApproveCase, now: datetime) -> datetime | None:
    """Return until when approvals open the gate `approve`; None where no window says it.

    It is the start of the window, or earlier where a rule that can shut the gate asks for a lead
    time.

    Args:
        case: what the gate asks.
        now: the time.
    """
    window = case.common.change.spec.window
    if window is None:
        return None
    asked = ask(APPROVE, case, NO_BASIS, now)
    found = [window.start]
    for result in asked.results:
        if result.rule.level == "deny" and _reads(result.rule, _LEAD):
            due = _by_lead(result.rule, asked.facts, window.start)
            if due is not None:
                found.append(due)
    return min(found)


def _by_lead(rule: Rule, facts: Mapping[str, Any], start: datetime) -> datetime | None:
    """Return the last moment at which the lead time of a change is long enough for a rule."""

    def seen(now: datetime) -> Mapping[str, Any]:
        lead = (start - now).total_seconds() / 3_600
        calendar = facts_but(facts["calendar"], lead_hours=lead)
        return facts_but(facts, calendar=calendar, now=now)

    return deadline(rule, seen, start - min(LONGEST, start - BEGINNING_OF_TIME))


def retrospective_due(case: CloseCase, now: datetime) -> datetime | None:
    """Return until when the approvals of the gate `close` are due; None: its rules do not say.

    Args:
        case: what the gate asks, of a release that has ended.
        now: the time.
    """
    asked = ask(CLOSE, case, NO_BASIS, now)
    found: list[datetime] = []
    for result in asked.results:
        if case.release.ended is not None and _reads(result.rule, _APPROVED):
            due = deadline(result.rule, asked.facts, case.release.ended)
            if due is not None:
                found.append(due)
    return min(found, default=None)


def _reads(rule: Rule, fact: tuple[str, ...]) -> bool:
    """Return whether the `assert` of a rule reads a fact."""
    try:
        return rule.assert_ is not None and fact in paths_read(rule.assert_)
    except (ConditionError, ValueError):
        return False
