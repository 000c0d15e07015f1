"""`report models`: the catalogue of standard changes, with uses and failures of a period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from changeflow.gate_cases.told_changes import ToldChange, told_changes
from changeflow.insight.period import Period
from changeflow.model.answers.report_rules import ListedModel, ModelRules, ModelsPaper
from changeflow.model.change_model import ChangeModel
from changeflow.model.clock import Clock
from changeflow.model.times import local_day
from changeflow.reading.other_changes import history_of
from changeflow.reading.paper_head import inputs_at, repository_head
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View
from changeflow.release.ending import FAILURES
from changeflow.risk.history import Count
from changeflow.risk.model_record import suspended

Standing = Literal["in force", "not yet", "expired", "suspended"]


def models_paper(view: View, period: Period, clock: Clock) -> ModelsPaper:
    """Return every change model of the main branch by its id.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    view = view.of_base().for_many()
    base = view.base.require_readable()
    evidence = view.ledger.evidence(view.base, "")
    ever = history_of(view.base, evidence.finished).counts.models
    found = told_changes(view, period, clock, ("standard",))
    under: dict[str, list[ToldChange]] = defaultdict(list)
    for one in found.changes:
        under[one.request.spec.model or ""].append(one)
    today = local_day(clock.now, base.config.zone)
    rows = []
    for rules in rules_of_models(base):
        name = rules.model
        record = ever.get(name, Count(0, 0))
        rows.append(_row(rules, base.models[name], under.get(name, ()), record, today))
    paths = sorted(filter(None, (row.path for row in rows)))
    inputs = (*found.inputs, *inputs_at(view.base, paths))
    head = repository_head(view, period, clock.now, inputs, found.unreadable)
    return ModelsPaper.model_validate({**head, "models": rows, "total": len(rows)})


def rules_of_models(base: Rulebook) -> Iterator[ModelRules]:
    """Yield every change model by its id."""
    paths = {}
    for document in base.documents:
        if document.kind == "ChangeModel":
            paths[document.id] = document.path
    for name, model in sorted(base.models.items()):
        spec = model.spec
        yield ModelRules(
            model=name,
            name=model.metadata.name or "",
            description=spec.description,
            items=spec.scope.items or (),
            types=spec.scope.types or (),
            environments=spec.scope.environments or (),
            actions=tuple(action.value for action in spec.scope.actions),
            ceiling=spec.ceiling,
            max_failures=spec.max_failures,
            max_failure_percent=spec.max_failure_percent,
            authority=spec.authority,
            authorised_by=spec.authorised_by,
            valid_from=spec.valid_from,
            expires=spec.expires,
            path=paths.get(name, ""),
        )


def _row(
    rules: ModelRules, model: ChangeModel, under: Sequence[ToldChange], ever: Count, today: date
) -> ListedModel:
    uses, failures = [], []
    for one in under:
        outcome = one.record.get("outcome")
        if one.record.get("actual_start") is not None:
            uses.append(one.listed.row.change)
        if outcome in FAILURES:
            failures.append(one.listed.row.change)
    return ListedModel(
        **dict(rules),
        standing=_standing(model, ever, today),
        uses=tuple(uses),
        failures=tuple(failures),
        uses_ever=ever.changes,
        failures_ever=ever.failures,
    )


def _standing(model: ChangeModel, ever: Count, today: date) -> Standing:
    spec = model.spec
    if today > spec.expires:
        return "expired"
    if spec.valid_from is not None and today < spec.valid_from:
        return "not yet"
    return "suspended" if any(suspended(model, ever)) else "in force"
