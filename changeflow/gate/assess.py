"""Assess a change: class, risk, blast radius, conflicts, and the approvals that it will need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from changeflow.cmdb.affected_items import AffectedItems
from changeflow.cmdb.impact import affected_items
from changeflow.gate.class_floor import ClassRules
from changeflow.gate.classify import classify
from changeflow.gate.evidence_seen import NO_EVIDENCE
from changeflow.model.answers.assessment import (
    Assessment,
    Classification,
    Conflict,
    Debt,
    NamedFreeze,
    RequiredApproval,
    Returning,
    Risk,
)
from changeflow.model.answers.impact import Impact
from changeflow.model.calendars import Calendar
from changeflow.model.change import ChangeRequest, ChangeType
from changeflow.model.change_model import ChangeModel
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.people import Roster
from changeflow.model.policy import Gate, Policy
from changeflow.model.scope import BranchScope
from changeflow.model.times import local_day
from changeflow.model.watched_time import hold, noted
from changeflow.policy.calendar_facts import calendar_facts
from changeflow.policy.condition_facts import (
    change_facts,
    conflict_facts,
    facts,
    history_facts,
    impact_facts,
    risk_facts,
)
from changeflow.policy.engine import RuleResult, evaluate
from changeflow.risk.history import Count
from changeflow.schedule.windows import Timing, timing


def assess(
    change: ChangeRequest,
    *,
    digest: str,
    impact: Impact,
    risk: Risk,
    items: Mapping[str, ConfigurationItem],
    models: Mapping[str, ChangeModel],
    roster: Roster,
    policies: Sequence[Policy],
    calendars: Sequence[Calendar],
    conflicts: tuple[Conflict, ...],
    model_record: Count,
    inputs: Mapping[str, Any],
    now: datetime,
    scope: BranchScope,
    debt: Debt,
    returning: Returning,
    edited: Sequence[str] = (),
    zone: tzinfo = UTC,
    class_rules: ClassRules = ClassRules(),  # noqa: B008 - frozen
) -> Assessment:
    """Put an assessment together. Pure: the same arguments give the same bytes.

    Args:
        change: the request.
        digest: of its effective content.
        impact: its blast radius.
        risk: its score.
        items: the CMDB by id.
        models: change models by id.
        roster: people and roles.
        policies: rules of all gates.
        calendars: freezes and maintenance windows.
        conflicts: with other open changes.
        model_record: changes under its change model so far, and those that failed.
        inputs: digests of what was read, for the record.
        now: for validity of models and for lead time.
        scope: what its branch touches.
        debt: what its team and its items owe.
        returning: how it can be taken back.
        edited: files its steps name that came, went or changed together with the request: no change
            model covers them.
        zone: in which the days of a model's validity begin.
        class_rules: what makes it at least significant or major.

    Raises:
        schedule.recurrence.RecurrenceError: when a calendar cannot be read.
    """
    times = timing(change, calendars, items, roster, now, failing=failing(impact))
    today, day = noted(now, lambda: local_day(now, zone))
    if change.spec.type is ChangeType.STANDARD:
        # No other type goes by days.
        hold(now, day)
    kind = classify(
        change,
        risk,
        dict(models),
        items,
        roster,
        model_record,
        today,
        edited,
        zone,
        class_rules,
        impact.sla,
    )
    seen = facts(
        change=change_facts(change, kind, scope, returning),
        impact=impact_facts(impact, items),
        risk=risk_facts(risk),
        calendar=calendar_facts(times, change, tuple(calendars), now),
        conflicts=conflict_facts(conflicts),
        evidence=NO_EVIDENCE,
        history=history_facts(debt),
        now=now,
    )
    results = evaluate(policies, Gate.APPROVE, seen)
    return Assessment(
        change=change.id,
        digest=digest,
        type=kind,
        risk=risk,
        impact=impact,
        approvals=required_approvals(results),
        conflicts=conflicts,
        conflicts_total=len(conflicts),
        freezes=tuple(named_freezes(times)),
        policy=_policy(results, kind),
        inputs=dict(inputs),
        debt=debt,
        returning=returning,
    )


def failing(impact: Impact) -> AffectedItems:
    """Return the items that fail with those that a change changes."""
    return affected_items(impact).failing


def named_freezes(times: Timing) -> Iterable[NamedFreeze]:
    """Return the freezes that keep a change waiting."""
    for hit in times.freezes:
        if not hit.exempt:
            yield NamedFreeze(id=hit.id, name=hit.name, start=hit.start, end=hit.end)


def required_approvals(results: Sequence[RuleResult]) -> tuple[RequiredApproval, ...]:
    """Return seats by role, each with the rule that asks for most."""
    most: dict[str, RequiredApproval] = {}
    for result in results:
        if not result.asked:
            continue
        for seat in result.seats:
            if seat.role not in most or seat.count > most[seat.role].count:
                most[seat.role] = RequiredApproval(
                    role=seat.role,
                    count=seat.count,
                    because=result.rule.message,
                    rule=result.rule.id,
                    translations=result.rule.translations,
                )
    return tuple(most.values())


def _policy(results: Sequence[RuleResult], kind: Classification) -> dict[str, Any]:
    """Return what each rule of the approve gate says as long as every seat is empty."""
    rules = [_rule(result) for result in results if result.outcome != "skipped"]
    return {"gate": "approve", "class": kind.class_, "rules": rules}


def _rule(result: RuleResult) -> dict[str, Any]:
    return {
        "policy": result.policy,
        "rule": result.rule.id,
        "level": result.rule.level,
        **_verdict(result),
        "message": result.message,
        "clause": result.rule.clause or "",
    }


def _verdict(result: RuleResult) -> dict[str, str]:
    """Return what a rule says while every seat is empty.

    What it asks people for is pending, whatever its facts say.
    """
    if result.asked and result.outcome == "pass" and result.seats:
        return {"outcome": "pending", "reason_code": "approvals.missing"}
    return {"outcome": result.outcome, "reason_code": result.reason_code}
