"""What gates say of plans: whether they are there, and whether they still are what was approved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from changeflow.gate.case import Common
from changeflow.gate.reasons import reason, warning
from changeflow.model.answers.decision import Outcome, Reason
from changeflow.model.document_paths import plan_path


def missing_plans(common: Common) -> Iterable[Reason]:
    """Return that the plans which the request asks for are not what is kept beside it.

    What will happen cannot be reviewed while one is missing. Where a file of another program, or of
    no step, lies there, a reviewer may have taken it for the plan.
    """
    plans, missing = common.plans, list[str]()
    for number, program in common.change.spec.plans:
        path = plan_path(common.change.id, number, program.format)
        if number not in plans.digests and path not in plans.foreign:
            missing.append(path)
    outcome: Outcome = "pending" if common.change.spec.draft else "fail"
    found = (
        ("plan.missing", missing),
        ("plan.foreign", list(plans.foreign)),
        ("plan.unasked", list(plans.unasked)),
    )
    for code, paths in found:
        if paths:
            data = {"change": common.change.id, "paths": paths}
            yield reason("plan", outcome, code, data)


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
        kept = common.plans.digests.get(number)
        if kept is None or planned.get(number) != kept:
            differing.append(plan_path(common.change.id, number, program.format))
    if differing:
        data = {"change": common.change.id, "paths": differing}
        yield reason("plan", "fail", "plan.differs", data)
        return
    yield reason("plan", "pass", "plan.same", {"count": len(asked)})
