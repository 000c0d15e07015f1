"""Assess a change: read both places, then let the core speak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from changeflow import errors
from changeflow.cmdb.graph import Graph
from changeflow.cmdb.impact import blast_radius, listing
from changeflow.cmdb.outages import Outages
from changeflow.gate.assess import assess
from changeflow.gate.class_floor import ClassRules
from changeflow.gate_cases.edited_steps import edited_files
from changeflow.gate_cases.record_facts import Values, record_facts, records_digest
from changeflow.gate_cases.scope import scope_of_branch, taken_away
from changeflow.gate_cases.way_back_facts import returning_now
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.assessment import Assessment, Conflict, Debt, Risk
from changeflow.model.answers.impact import MOST_AFFECTED, Impact
from changeflow.model.change import ChangeRequest
from changeflow.model.scope import BranchScope
from changeflow.reading.change import ChangeState
from changeflow.reading.evidence import Evidence
from changeflow.reading.other_changes import OVER, Past, Standings
from changeflow.reading.parsed import unreadable
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View
from changeflow.risk.history import NOTHING
from changeflow.risk.score import score
from changeflow.schedule.conflicts import (
    MOST_CONFLICTS,
    ConflictRules,
    candidates,
    conflicts,
    planned_later,
)
from changeflow.schedule.open_changes import NO_CHANGES, OpenChanges, open_change
from changeflow.schedule.recurrence import RecurrenceError
from changeflow.schedule.told_conflicts import dead_dependency


@dataclass(frozen=True)
class Assessed:
    """An assessment with what it was made from.

    `assessment` counts affected items and lists none: gates ask about all of them, by columns.
    """

    assessment: Assessment
    base: Rulebook
    content: ChangeState
    graph: Graph
    planned_later: Mapping[str, datetime]
    scope: BranchScope

    @property
    def is_over(self) -> bool:
        """Return no: who asks for all of it at once is told all else at once, too."""
        return False

    def listing(self, most: int | None = MOST_AFFECTED) -> Assessment:
        """Return the assessment with so many affected items in its list; None: all."""
        impact = listing(self.assessment.impact, most)
        first = self.assessment.conflicts[:MOST_CONFLICTS]
        return replace(self.assessment, impact=impact, conflicts=first)


def assess_change(
    view: View,
    content: ChangeState,
    base: Rulebook,
    now: datetime,
    evidence: Evidence,
    standings: Standings | None,
    debt: Debt,
) -> Assessed:
    """Assess one change.

    Args:
        view: where the base and the head are.
        content: the change.
        base: the rulebook of the base.
        now: the time.
        evidence: the ledger, for history and for which other changes are over.
        standings: how other changes stand; None: they are not looked at.
        debt: what its team and its items owe.

    Raises:
        errors.Unreadable: when something that judges cannot be read.
    """
    if base.problems:
        raise unreadable(base.problems)
    try:
        scope = scope_of_branch(view, base)
        return assess_content(view, content, base, now, evidence, standings, scope, debt)
    except RecurrenceError as error:
        raise errors.Unreadable.of(
            "file.calendar",
            case="on",
            place=base.label,
            why=error.why,
            hint=error.hint,
        ) from error


def assess_content(
    view: View,
    content: ChangeState,
    base: Rulebook,
    now: datetime,
    evidence: Evidence,
    standings: Standings | None,
    scope: BranchScope,
    debt: Debt,
) -> Assessed:
    """Assess a change by a base that can be read (see `assess_change`).

    Args:
        view: where the base and the head are.
        content: the change.
        base: the rulebook of the base.
        now: the time.
        evidence: the ledger.
        standings: how other changes stand; None: they are not looked at.
        scope: what the branch touches.
        debt: what its team and its items owe.

    Raises:
        RecurrenceError: when a calendar cannot be read.
    """
    change = content.change
    on_base = view.base.exists(content.path)
    scope = scope.of_request(
        change.id,
        change.changed,
        on_base=on_base,
        is_over=lambda name: standings is not None and standings.state(name) in OVER,
    )
    taken = taken_away(view, base, change)
    scope = scope._replace(unread=(*scope.unread, *taken.unread))
    graph = base.graph
    weights = base.risk_model.weights
    impact = blast_radius(change.changed, graph, weights, most=0)
    past = evidence.past(view.base)
    record = record_facts(change, base, view.base, evidence, now)
    risk = scored(change, impact, base, past, record)
    recorded = records_digest(view.base, record, debt)
    if base.services is not None:
        from changeflow.gate_cases.service_budgets import with_budgets

        impact = with_budgets(impact, change, base, view.base, evidence, standings, now)
    others = evidence.open_changes(view.base) if standings is not None else NO_CHANGES
    colliding = conflicts_of(change, base, others, standings)
    assessment = assess(
        change,
        digest=content.digest,
        impact=impact,
        risk=risk,
        items=base.items,
        models=base.models,
        roster=base.roster,
        policies=base.policies,
        calendars=base.calendars,
        conflicts=colliding,
        model_record=past.counts.models.get(change.spec.model or "", NOTHING),
        inputs={**inputs_of(content, base), **recorded, **view.told},
        now=now,
        scope=scope,
        debt=debt,
        returning=returning_now(content, base, evidence),
        edited=edited_files(view, content),
        zone=base.config.zone,
        class_rules=ClassRules.of(base.risk_model, base.config, taken.items),
    )
    return Assessed(
        assessment,
        base,
        content,
        graph,
        planned_later(change, others.named(change.spec.depends_on)),
        scope,
    )


def conflicts_of(
    change: ChangeRequest, base: Rulebook, others: OpenChanges, standings: Standings | None
) -> tuple[Conflict, ...]:
    """Return the conflicts of a change with others that may still run, and with dead ones it awaits.

    A change without a window has none: an emergency goes first.
    """
    window = change.spec.window
    if standings is None or window is None:
        return ()
    rules = ConflictRules.of(base.config.conflicts)
    mine = open_change(change, window)
    outages = Outages(base.graph, base.risk_model.weights, base.columns.needs)
    near = candidates(mine, others)
    found = standings.alive(conflicts(mine, near, outages, rules))
    dead: list[Conflict] = []
    for name in change.spec.depends_on:
        why = standings.hopeless(name)
        if why:
            dead.append(dead_dependency(change, name, why, rules.hard))
    return (*dead, *(one for one in found if one.change not in {end.change for end in dead}))


def scored(
    change: ChangeRequest, impact: Impact, base: Rulebook, past: Past, record: Values | None
) -> Risk:
    """Return the score of a change, with the digest of the model that it rests on."""
    risk = score(change, impact, base.graph, base.risk_model, past.counts, record)
    return replace(risk, model=base.risk_model.digest)


def inputs_of(content: ChangeState, base: Rulebook) -> Mapping[str, str | None]:
    """Return digests of everything an answer rests on, and the commits it was read from."""
    nothing = "sha256:" + "0" * 64
    found: dict[str, str | None] = {"rfc": content.rfc_digest}
    for name in ("cmdb", "policies", "models", "config"):
        found[name] = base.digests.get(name, nothing)
    if "exceptions" in base.digests:
        found["exceptions"] = base.digests["exceptions"]
    return found | {"base": base.commit, "head": content.subjects[0].commit}
