"""The likelihood of failure: declared answers, preparation, and the record of earlier changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from changeflow.model.answers.assessment import RiskFactor
from changeflow.model.change import ChangeRequest, ChangeType, DeclaredAssessment
from changeflow.model.history_facts import FactValues
from changeflow.model.phrases import Told, told
from changeflow.model.riskmodel import RiskModelSpec
from changeflow.risk.factors import Draft, Source, factors
from changeflow.risk.history import NOTHING, Count, History


def likelihood(
    change: ChangeRequest, model: RiskModelSpec, history: History, record: FactValues | None = None
) -> tuple[RiskFactor, ...]:
    """Return the factors of the likelihood side, in the order of the risk model.

    Args:
        change: the request.
        model: points.
        history: counts from earlier changes.
        record: facts for the scorecard; None where no incidents are recorded at all.
    """
    return factors(
        "likelihood",
        [
            *_declared_answers(change, model),
            *_preparation_of_steps(change, model),
            *_record_of_changes(change, model, history),
            *_record_of_incidents(model, record),
        ],
    )


def _declared_answers(change: ChangeRequest, model: RiskModelSpec) -> Iterator[Draft]:
    said, points = change.spec.assessment or DeclaredAssessment(), model.likelihood
    answers: tuple[tuple[str, str | None, Mapping[Any, int]], ...] = (
        ("complexity", said.complexity, points.complexity),
        ("experience", said.experience, points.experience),
        ("tested", said.tested, points.tested),
    )
    for question, answer, worth in answers:
        why = told("risk.answer", question=question, answer=answer)
        if answer is None:
            why["case"] = "missing"
        yield question, worth[answer or "unknown"], "declared", why


def _preparation_of_steps(change: ChangeRequest, model: RiskModelSpec) -> Iterator[Draft]:
    points, spec = model.likelihood, change.spec
    if not spec.verification:
        why = told("risk.no_verification")
        yield "no-verification", points.no_verification, "declared", why
    if spec.implementation is None:
        why = told("risk.steps", case="unwritten")
        yield "manual-steps", points.manual_steps, "declared", why
    elif manual := sum(step.manual is not None for step in spec.implementation.steps):
        why = told("risk.steps", manual=manual, steps=len(spec.implementation.steps))
        yield "manual-steps", points.manual_steps, "declared", why
    if spec.type is ChangeType.EMERGENCY:
        yield "emergency", points.emergency, "declared", told("risk.emergency")


def _record_of_changes(
    change: ChangeRequest, model: RiskModelSpec, history: History
) -> Iterator[Draft]:
    points, kind = model.likelihood.history, change.spec.type.value
    yield _worst_item(change, model, history)
    count = history.types.get(kind, NOTHING)
    of_type = told("risk.changes", case="type", type=kind)
    yield "type-history", *_points_of_record(count, points.type, of_type, model)
    if name := change.spec.model:
        count = history.models.get(name, NOTHING)
        of_model = told("risk.changes", case="model", model=name)
        yield "model-history", *_points_of_record(count, points.model, of_model, model)


def _record_of_incidents(model: RiskModelSpec, record: FactValues | None) -> Iterable[Draft]:
    if record is None:
        return ()
    # most repositories have no records
    from changeflow.risk.card import card_factors

    return card_factors(model.likelihood.record, record)


def _worst_item(change: ChangeRequest, model: RiskModelSpec, history: History) -> Draft:
    """Return the record of the changed item with the worst one.

    Items without a record count as the worst.
    """
    most, changed = model.likelihood.history.item, change.changed
    if not changed:
        return "item-history", most, "history", told("risk.history", case="no_items")
    new = [ci for ci in changed if history.items.get(ci, NOTHING).changes < model.smoothing.enough]
    if new:
        why = told("risk.history", case="new", items=new, enough=model.smoothing.enough)
        return "item-history", most, "history", why
    # the first of equals
    worst = max(changed, key=lambda ci: history.items[ci].rate(model.smoothing))
    of_item = told("risk.changes", case="item", ci=worst)
    return "item-history", *_points_of_record(history.items[worst], most, of_item, model)


def _points_of_record(
    count: Count, most: int, what: Told, model: RiskModelSpec
) -> tuple[int, Source, Told]:
    seen, enough = count.changes, model.smoothing.enough
    if seen < enough:
        why = told("risk.history", case="little", what=[what], seen=seen, enough=enough)
    else:
        rate = f"{100 * count.rate(model.smoothing):.1f} %"
        why = told("risk.history", what=[what], seen=seen, failures=count.failures, rate=rate)
    return count.points(most, model.smoothing), "history", why
