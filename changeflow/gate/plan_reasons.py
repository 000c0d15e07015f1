"""What gates say of plans: whether they are there, and whether they still are what was approved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from changeflow.gate.case import Common
from changeflow.gate.reasons import reason, warning
from changeflow.model.answers.decision import Outcome, Reason
from changeflow.model.document_paths import plan_path


def missing_plans(common: Common) -> Iterable[Reason]:
    """Return that plans which the request asks for are not kept beside it.

    What will happen cannot be reviewed then.
    """
    missing: list[str] = []
    for number, program in common.change.spec.plans:
        if number not in common.kept_plans:
            missing.append(plan_path(common.change.id, number, program.format))
    if missing:
        outcome: Outcome = "pending" if common.change.spec.draft else "fail"
        data = {"change": common.change.id, "paths": missing}
        yield reason("plan", outcome, "plan.missing", data)


def compared_plans(common: Common, planned: Mapping[int, str] | None) -> Iterable[Reason]:
    """Return whether what would happen now is what was approved.

    Args:
        common: what every gate asks.
        planned: digests of plans that were made now, by their numbers; None: none was made.
    """
    asked = common.change.spec.plans
    if not asked:
        return
    if planned is None:
        data = {"change": common.change.id, "count": len(asked)}
        yield warning("plan", "plan.not_compared", data)
        return
    differing: list[str] = []
    for number, program in asked:
        kept = common.kept_plans.get(number)
        if kept is None or planned.get(number) != kept:
            differing.append(plan_path(common.change.id, number, program.format))
    if differing:
        data = {"change": common.change.id, "paths": differing}
        yield reason("plan", "fail", "plan.differs", data)
        return
    yield reason("plan", "pass", "plan.same", {"count": len(asked)})
