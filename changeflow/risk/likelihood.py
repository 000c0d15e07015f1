"""The likelihood of failure: declared answers, preparation, and the record of earlier changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from changeflow.model.answers.assessment import RiskFactor
from changeflow.model.change import ChangeRequest, ChangeType, DeclaredAssessment
from changeflow.model.riskmodel import RiskModelSpec
from changeflow.risk.factors import Draft, factors, names
from changeflow.risk.history import NOTHING, Count, History


def likelihood(
    change: ChangeRequest, model: RiskModelSpec, history: History
) -> tuple[RiskFactor, ...]:
    """Return the factors of the likelihood side, in the order of the risk model."""
    return factors(
        "likelihood",
        [
            *_declared_answers(change, model),
            *_preparation_of_steps(change, model),
            *_record_of_changes(change, model, history),
        ],
    )


def _declared_answers(change: ChangeRequest, model: RiskModelSpec) -> Iterator[Draft]:
    said, points = change.spec.assessment or DeclaredAssessment(), model.likelihood
    worth = points.complexity[said.complexity or "unknown"]
    yield "complexity", worth, "declared", _reason_of_answer("complexity", said.complexity)
    worth = points.experience[said.experience or "unknown"]
    yield "experience", worth, "declared", _reason_of_answer("experience", said.experience)
    worth = points.tested[said.tested or "unknown"]
    yield "tested", worth, "declared", _reason_of_answer("tested", said.tested)


def _reason_of_answer(question: str, answer: str | None) -> str:
    if answer is None:
        return f"`assessment.{question}` is not declared, so it counts as the worst answer"
    return f"`assessment.{question}` is declared as {answer}"


def _preparation_of_steps(change: ChangeRequest, model: RiskModelSpec) -> Iterator[Draft]:
    points, spec = model.likelihood, change.spec
    if not spec.verification:
        reason = "no `verification` says how success will be seen"
        yield "no-verification", points.no_verification, "declared", reason
    if spec.implementation is None:
        yield "manual-steps", points.manual_steps, "declared", "the steps are not written down yet"
    elif manual := sum(step.manual is not None for step in spec.implementation.steps):
        reason = f"{manual} of {len(spec.implementation.steps)} steps are done by hand"
        yield "manual-steps", points.manual_steps, "declared", reason
    if spec.type is ChangeType.EMERGENCY:
        reason = "an emergency leaves less time to prepare and to check"
        yield "emergency", points.emergency, "declared", reason


def _record_of_changes(
    change: ChangeRequest, model: RiskModelSpec, history: History
) -> Iterator[Draft]:
    points, kind = model.likelihood.history, change.spec.type.value
    yield _worst_item(change, model, history)
    count = history.types.get(kind, NOTHING)
    yield "type-history", *_points_of_record(count, points.type, f"{kind} changes", model)
    if name := change.spec.model:
        count = history.models.get(name, NOTHING)
        yield (
            "model-history",
            *_points_of_record(count, points.model, f"changes under model {name}", model),
        )


def _worst_item(change: ChangeRequest, model: RiskModelSpec, history: History) -> Draft:
    """Return the record of the changed item with the worst one.

    Items without a record count as the worst.
    """
    most, changed = model.likelihood.history.item, change.changed
    if not changed:
        reason = "no configuration items are named, so there is no record of them"
        return "item-history", most, "history", reason
    new = [ci for ci in changed if history.items.get(ci, NOTHING).changes < model.smoothing.enough]
    if new:
        reason = (
            f"too little is known about changes to {names(new)} (fewer than "
            f"{model.smoothing.enough} seen)"
        )
        return "item-history", most, "history", reason
    # the first of equals
    worst = max(changed, key=lambda ci: history.items[ci].rate(model.smoothing))
    return "item-history", *_points_of_record(
        history.items[worst], most, f"changes to {worst}", model
    )


def _points_of_record(
    count: Count, most: int, what: str, model: RiskModelSpec
) -> tuple[int, Literal["history"], str]:
    if count.changes < model.smoothing.enough:
        reason = (
            f"too little is known about {what} ({count.changes} seen, "
            f"{model.smoothing.enough} needed)"
        )
    else:
        rate = f"{100 * count.rate(model.smoothing):.1f} %"
        reason = f"{count.failures} of {count.changes} {what} failed; smoothed rate {rate}"
    return count.points(most, model.smoothing), "history", reason
