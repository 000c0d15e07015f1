"""Changes on the base about which the ledger says nothing: most of a long schedule.

Nothing has been said about such a change and nothing was done, so it is submitted, unless the
policy lets it through without an approval. Whether it may, is mostly told by its class
alone, without gathering everything that a gate may know.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from changeflow import errors
from changeflow.cmdb.impact import affected_items, blast_radius
from changeflow.gate.class_floor import ClassRules
from changeflow.gate.classify import classify
from changeflow.gate.unmentioned import ApproveRules
from changeflow.gate_cases.record_facts import record_facts
from changeflow.model.answers.assessment import Classification, Risk
from changeflow.model.answers.impact import Impact
from changeflow.model.change import ChangeRequest, ChangeType
from changeflow.model.document_paths import review_path
from changeflow.model.times import local_day
from changeflow.reading.evidence import Evidence
from changeflow.reading.other_changes import Past
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View
from changeflow.risk.history import NOTHING
from changeflow.risk.score import score


class Unanswered:
    """Tells of changes on the base that are surely submitted, and nothing more.

    Args:
        view: where the base and the ledger are.
        base: policies, roster, CMDB and settings there.
        names: the changes that may be asked about.
        now: the time.
    """

    def __init__(self, view: View, base: Rulebook, names: Iterable[str], now: datetime) -> None:
        self._view, self._base, self._now = view, base, now
        self._names = tuple(names)
        self._today = local_day(now, base.config.zone)
        self._rules = ApproveRules(base.policies)
        self._models, self._items = dict(base.models), base.items
        # by the changed items: many changes of a long schedule have the same
        self._impacts: dict[tuple[str, ...], Impact] = {}
        self._risks: dict[str, Risk] = {}
        self._sure: dict[str, bool] = {}

    def surely_submitted(self, change: ChangeRequest) -> bool:
        """Return whether a change is submitted, told without everything that a gate may know."""
        if change.id not in self._sure:
            self._sure[change.id] = self._is_sure(change)
        return self._sure[change.id]

    def _is_sure(self, change: ChangeRequest) -> bool:
        spec = change.spec
        if spec.draft or spec.type is ChangeType.STANDARD or not self._is_silent(change.id):
            return False
        services = self._base.services
        if services is not None and services.failing(change.changed):
            # the class depends on what is left of their budgets
            return False
        try:
            return self._rules.surely_shut(_Known(self, change))
        except errors.Unreadable:
            return False

    def failing(self, change: ChangeRequest) -> Collection[str]:
        """Return the items that fail with those a change changes."""
        return affected_items(self.impact(change)).failing

    def impact(self, change: ChangeRequest) -> Impact:
        """Return the blast radius of a change."""
        changed = change.changed
        if changed not in self._impacts:
            weights = self._base.risk_model.weights
            self._impacts[changed] = blast_radius(changed, self._base.graph, weights, most=0)
        return self._impacts[changed]

    def risk(self, change: ChangeRequest) -> Risk:
        """Return the risk of a change."""
        if change.id not in self._risks:
            base, impact = self._base, self.impact(change)
            record = record_facts(change, base, self._view.base, self._evidence, self._now)
            counts = self._past.counts
            found = score(change, impact, base.graph, base.risk_model, counts, record)
            self._risks[change.id] = found
        return self._risks[change.id]

    def classification(self, change: ChangeRequest) -> Classification:
        """Return the class of a change that is not declared standard."""
        base, risk = self._base, self.risk(change)
        roster, zone = base.roster, base.config.zone
        rules, today = ClassRules.of(base.risk_model, base.config), self._today
        return classify(
            change, risk, self._models, self._items, roster, NOTHING, today, zone=zone, rules=rules
        )

    @property
    def promises_levels(self) -> bool:
        """Return whether any item promises a service level."""
        return self._base.services is not None

    def impact_facts(self, change: ChangeRequest) -> Mapping[str, Any]:
        """Return `impact` as conditions see it."""
        # few policies decide by it whether a change needs an approval
        from changeflow.policy.condition_facts import impact_facts

        return impact_facts(self.impact(change), self._items)

    def _is_silent(self, name: str) -> bool:
        """Return whether the ledger says nothing about a change, and there is no review of it."""
        if name in self._spoken_of or self._view.base.exists(review_path(name)):
            return False
        # Who wrote a change cannot be told there, and that is an error of the command.
        return not self._view.git.facts.shallow

    @cached_property
    def _spoken_of(self) -> frozenset[str | None]:
        return self._evidence_about(self._names[0]).about

    @cached_property
    def _past(self) -> Past:
        """Return how earlier changes ended, as read for one that the ledger is silent about."""
        return self._evidence.past(self._view.base)

    @cached_property
    def _evidence(self) -> Evidence:
        """Return the ledger, as read for a change that it is silent about."""
        silent = next(name for name in self._names if name not in self._spoken_of)
        return self._evidence_about(silent)

    def _evidence_about(self, name: str) -> Evidence:
        return self._view.ledger.evidence(self._view.base, name)


class _Known:
    """The facts about one change by their names, each computed when it is asked for."""

    def __init__(self, about: Unanswered, change: ChangeRequest) -> None:
        self._about, self._change = about, change

    def __call__(self, name: str) -> Any:
        found = _FACTS.get(name)
        if found is not None:
            return found(self)
        if name in _OF_SERVICES and self._about.promises_levels:
            return None
        variable, _, field = name.partition(".")
        return self._impact.get(field) if variable == "impact" else None

    @cached_property
    def kind(self) -> Classification:
        return self._about.classification(self._change)

    @cached_property
    def risk(self) -> Risk:
        return self._about.risk(self._change)

    @cached_property
    def _impact(self) -> Mapping[str, Any]:
        return self._about.impact_facts(self._change)

    @property
    def declared(self) -> str:
        return self._change.spec.type.value


# What is left of the budgets of services takes the ledger to tell.
_OF_SERVICES: Final = ("impact.sla", "impact.sla_degraded")

_FACTS: Final[Mapping[str, Callable[[_Known], Any]]] = {
    "change.type": lambda known: known.kind.computed,
    "change.class": lambda known: known.kind.class_,
    "change.declared_type": lambda known: known.declared,
    "risk.level": lambda known: known.risk.level,
    "risk.score": lambda known: known.risk.score,
    "risk.likelihood": lambda known: known.risk.likelihood,
    "risk.impact": lambda known: known.risk.impact,
}
