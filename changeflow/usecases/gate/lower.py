"""What would lower the risk of a change: computed for the request as it stands."""

from __future__ import annotations

from datetime import datetime

from changeflow.cmdb.impact import blast_radius
from changeflow.gate_cases.assessment import Assessed
from changeflow.gate_cases.record_facts import Values, record_facts
from changeflow.model.answers.assessment import Risk
from changeflow.model.answers.impact import Impact
from changeflow.model.change import ChangeRequest
from changeflow.reading.view import View
from changeflow.risk.lower import Proposal, what_lowers
from changeflow.risk.score import score


def what_lowers_risk(view: View, assessed: Assessed, now: datetime) -> tuple[Proposal, ...]:
    """Return the smallest work that brings the risk of a change one level down.

    Args:
        view: where the base and the ledger are.
        assessed: the change with its assessment.
        now: the time.
    """
    found = _Scores(view, assessed, now)
    base = assessed.base
    risk, change = assessed.assessment.risk, assessed.content.change
    return what_lowers(change, risk, base.risk_model, found.risk, base.config.zone)


class _Scores:
    """Computes the risk of variants of a request. What variants share is computed once."""

    def __init__(self, view: View, assessed: Assessed, now: datetime) -> None:
        self._view, self._base, self._now = view, assessed.base, now
        self._evidence = view.evidence(assessed.content.change.id)
        model = self._base.risk_model
        owned = model.impact.model_copy(update={"no_owner": 0})
        self._models = {False: model, True: model.model_copy(update={"impact": owned})}
        self._impacts: dict[tuple[str, ...], Impact] = {}
        self._records: dict[object, Values | None] = {}

    def risk(self, change: ChangeRequest, all_owned: bool) -> Risk:
        """Return the risk of a request, as if every item had an owner where that is asked."""
        base = self._base
        past = self._evidence.past(self._view.base)
        model, impact = self._models[all_owned], self._impact(change.changed)
        return score(change, impact, base.graph, model, past.counts, self._record(change))

    def _impact(self, changed: tuple[str, ...]) -> Impact:
        if changed not in self._impacts:
            base = self._base
            found = blast_radius(changed, base.graph, base.risk_model.weights, most=0)
            self._impacts[changed] = found
        return self._impacts[changed]

    def _record(self, change: ChangeRequest) -> Values | None:
        spec, said = change.spec, change.spec.assessment
        undone = spec.has_way_back
        key = (spec.items, spec.window, said, bool(spec.verification), undone, spec.implementation)
        if key not in self._records:
            place = self._view.base
            found = record_facts(change, self._base, place, self._evidence, self._now)
            self._records[key] = found
        return self._records[key]
