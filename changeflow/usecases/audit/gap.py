"""`audit --gap`: each clause of a standard with the evidence of it, a score, the gap and the action.

A score never stands on more than was found: what cannot be told is evidence that is missing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import get_args

from changeflow import errors
from changeflow.gate_cases.clause_probes import look, looked
from changeflow.gate_cases.gap_facts import GapFacts
from changeflow.gate_cases.told_changes import told_changes
from changeflow.insight.clause_score import lacking_for_more, needs_met, score_of
from changeflow.insight.period import Period
from changeflow.model.answers.gap import (
    ClauseGap,
    ControlRow,
    EvidenceFound,
    EvidencePart,
    GapAnalysis,
    MappedClause,
    OutsideClause,
)
from changeflow.model.answers.report import KpiAnswer
from changeflow.model.clock import Clock
from changeflow.model.standard import Clause, StandardSpec
from changeflow.reading.objectives import objectives_of
from changeflow.reading.paper_head import repository_head
from changeflow.reading.standards import ISO_20000, standard_of
from changeflow.reading.view import View
from changeflow.usecases.report.completeness import completeness
from changeflow.usecases.report.improvements import improvements_paper
from changeflow.usecases.report.kpi import kpi_report
from changeflow.usecases.report.own_tables import own_tables

_PARTS: tuple[EvidencePart, ...] = get_args(EvidencePart)


def gap_analysis(
    view: View, period: Period, clock: Clock, standard: str = ISO_20000
) -> GapAnalysis:
    """Return what is there of each clause of a standard, and what is missing.

    Args:
        view: the main branch.
        period: whose changes, ledger and reviews count; an open begin is the first record, an open
            end is now.
        clock: the time.
        standard: its id.

    Raises:
        errors.UsageError: when a library is not installed.
        errors.NothingToDo: when there is no such standard.
        errors.Unreadable: when policies, roster, CMDB or the standard cannot be read.
        errors.HostFailed: when git fails.
    """
    view = view.of_base().for_many()
    read = standard_of(view.base, standard)
    facts, head = _facts(view, period, clock)
    spec = read.standard.spec
    clauses = tuple(_clauses(spec, facts))
    scores = {one.clause: one.score for one in clauses}
    return GapAnalysis.model_validate(
        {
            **head,
            "standard": read.standard.metadata.id,
            "standard_name": read.standard.metadata.name or read.standard.metadata.id,
            "standard_path": read.path,
            "standard_sha256": hashlib.sha256(read.text).hexdigest(),
            "wanted": spec.wanted,
            "scale": spec.scale,
            "clauses": clauses,
            "outside": tuple(_outside(spec)),
            "controls": tuple(_controls(spec, scores, clauses)),
            "gaps": sum(one.gap for one in clauses),
        }
    )


def _facts(view: View, period: Period, clock: Clock) -> tuple[GapFacts, Mapping[str, object]]:
    """Return what probes look at, and the head of the paper."""
    told = told_changes(view, period, clock)
    start, end = period.start, period.end
    if start is None:
        start = min((one.listed.moment for one in told.changes), default=clock.now)
    whole = Period(start, min(end or clock.now, clock.now), period.zone)
    head = repository_head(view, period, clock.now, told.inputs, told.unreadable)
    holds = head["ledger_holds"]
    facts = GapFacts(
        view=view,
        told=told,
        improvements=improvements_paper(view, period, clock).improvements,
        kpis={} if holds is False else _kpis(view, period, clock.now),
        unauthorised=tuple(_unauthorised(view, period, clock)),
        period=whole,
        clock=clock,
        ledger_holds=holds,
    )
    return facts, head


def _kpis(view: View, period: Period, now: datetime) -> dict[str, KpiAnswer]:
    """Return the measures of a period; none where there is nothing to measure."""
    try:
        targets = objectives_of(view.base)
    except errors.Unreadable:
        targets = ()
    with own_tables(view, now) as own:
        if not own.changes:
            return {}
        found = kpi_report((), period, objectives=targets, own=own, now=now)
    return {one.id: one for one in found.kpis}


def _unauthorised(view: View, period: Period, clock: Clock) -> Iterator[str]:
    """Yield what was delivered in the period without a request, as far as that can be told."""
    for one in completeness(view, period, clock).deliveries:
        if one.unauthorised:
            yield f"{one.what} {one.name}"


def _clauses(spec: StandardSpec, facts: GapFacts) -> Iterator[ClauseGap]:
    for clause in spec.clauses:
        if clause.scope != "outside":
            yield _clause(clause, spec, facts)


def _clause(clause: Clause, spec: StandardSpec, facts: GapFacts) -> ClauseGap:
    found = tuple(_evidence(clause, spec, facts))
    met = needs_met(map(looked, found))
    score = min(score_of(spec.scale, met), clause.most)
    steps = [step for step in spec.scale if step.score <= clause.most]
    return ClauseGap.model_validate(
        {
            "clause": clause.id,
            "title": clause.title,
            "asks": clause.asks,
            "scope": clause.scope,
            "reason": clause.reason,
            "role": clause.role,
            "score": score,
            "met": met,
            "most": clause.most,
            "lacking": lacking_for_more(steps, met, score),
            "evidence_missing": "any" not in met,
            "gap": score < min(spec.wanted, clause.most),
            "evidence": found,
        }
    )


def _evidence(clause: Clause, spec: StandardSpec, facts: GapFacts) -> Iterator[EvidenceFound]:
    for part in _PARTS:
        for probe in getattr(clause.evidence, part):
            yield look(facts, part, probe, spec.enough, spec.cites)


def _outside(spec: StandardSpec) -> Iterator[OutsideClause]:
    for clause in spec.clauses:
        if clause.scope == "outside" and clause.reason is not None:
            yield OutsideClause(clause=clause.id, title=clause.title, reason=clause.reason)


def _controls(
    spec: StandardSpec, scores: Mapping[str, int], clauses: Sequence[ClauseGap]
) -> Iterator[ControlRow]:
    """Yield the control matrix: each control with the clauses that show it, and their evidence."""
    by_clause = {one.clause: one for one in clauses}
    for framework in spec.frameworks:
        for control in framework.controls:
            mapped = [MappedClause(clause=name, score=scores.get(name)) for name in control.clauses]
            known = [one.score for one in mapped if one.score is not None]
            evidence: dict[str, None] = {}
            for name in control.clauses:
                if name in by_clause:
                    evidence.update(_names_of_found(by_clause[name]))
            yield ControlRow(
                framework=framework.id,
                framework_name=framework.name,
                control=control.id,
                title=control.title,
                asks=control.asks,
                clauses=tuple(mapped),
                score=min(known, default=None),
                evidence=tuple(evidence),
            )


def _names_of_found(clause: ClauseGap) -> dict[str, None]:
    found: dict[str, None] = {}
    for one in clause.evidence:
        if one.have:
            found[one.probe] = None
    return found
