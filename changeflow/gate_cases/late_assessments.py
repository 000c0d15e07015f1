"""Assess changes whose window is past late: what they can break is computed when something reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any, Final

from changeflow.cmdb.impact import blast_radius
from changeflow.gate.case import LateAssessment
from changeflow.gate.class_floor import ClassRules
from changeflow.gate.classify import classify
from changeflow.gate_cases.assessment import inputs_of, scored
from changeflow.gate_cases.edited_steps import edited_files
from changeflow.gate_cases.record_facts import record_facts, records_digest_where
from changeflow.gate_cases.scope import scope_of_branch, taken_away
from changeflow.gate_cases.way_back_facts import returning_now
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.assessment import Classification, Debt, Risk
from changeflow.model.answers.impact import Impact
from changeflow.model.change import ChangeType
from changeflow.model.scope import BranchScope
from changeflow.model.times import END_OF_TIME, local_day
from changeflow.model.watched_time import unnoted
from changeflow.reading.change import ChangeState
from changeflow.reading.evidence import Evidence
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View
from changeflow.risk.history import NOTHING
from changeflow.schedule.agenda import Agenda

_MOMENT: Final = timedelta(seconds=1)


@dataclass(frozen=True)
class LateAssessed:
    """A late assessment with what it is made from (see `assessment.Assessed`).

    `is_over`: the release of the change has ended, so that all that gates are told may be late, too.
    """

    assessment: LateAssessment
    base: Rulebook
    content: ChangeState
    make_scope: Callable[[], BranchScope]
    planned_later: Mapping[str, datetime]
    is_over: bool

    @cached_property
    def scope(self) -> BranchScope:
        """Return what its branch touches."""
        return self.make_scope()


def assess_late(
    view: View,
    content: ChangeState,
    base: Rulebook,
    now: datetime,
    evidence: Evidence,
    debt: Debt,
) -> LateAssessed | None:
    """Assess a change whose window is past, without regard to other changes.

    None where it is assessed at once: it may still start, or a part of the answer may be unreadable
    or depend on the time.

    Args:
        view: where the base and the head are.
        content: the change.
        base: the rulebook of the base.
        now: the time.
        evidence: the ledger.
        debt: what its team and its items owe.

    Raises:
        errors.HostFailed: when git fails.
    """
    change, window = content.change, content.change.spec.window
    if window is None or window.end > unnoted(now):
        return None
    if base.problems or base.services is not None or change.spec.type is ChangeType.STANDARD:
        return None
    if not _calendars_hold(view, base, unnoted(now)):
        return None
    taken = partial(taken_away, view, base, change)

    def scope() -> BranchScope:
        on_base = view.base.exists(content.path)
        found = scope_of_branch(view, base).of_request(change.id, change.changed, on_base=on_base)
        return found._replace(unread=(*found.unread, *taken().unread))

    def risk(impact: Impact) -> Risk:
        record = record_facts(change, base, view.base, evidence, now)
        return scored(change, impact, base, evidence.past(view.base), record)

    def inputs() -> Mapping[str, Any]:
        recorded = records_digest_where(view.base, base, debt)
        return {**inputs_of(content, base), **recorded, **view.told}

    def kind(impact: Impact, risk: Risk) -> Classification:
        config = base.config
        return classify(
            change, risk, dict(base.models), base.items, base.roster,
            evidence.past(view.base).counts.models.get(change.spec.model or "", NOTHING),
            local_day(unnoted(now), config.zone), edited_files(view, content), config.zone,
            ClassRules.of(base.risk_model, config, taken().items), impact.sla,
        )  # fmt: skip

    weights = base.risk_model.weights
    found = LateAssessment(
        change,
        partial(blast_radius, change.changed, base.graph, weights, most=0),
        risk,
        kind,
        partial(returning_now, content, base, evidence),
        debt,
        inputs,
    )
    return LateAssessed(found, base, content, scope, {}, change.id in evidence.finished)


def _calendars_hold(view: View, base: Rulebook, now: datetime) -> bool:
    """Return whether every calendar can be read about a moment, which is looked at once."""
    known = view.moments_with_calendars
    if now not in known:
        until = now + min(_MOMENT, END_OF_TIME - now)
        known[now] = Agenda(base.calendars, now, until).complete
    return known[now]
