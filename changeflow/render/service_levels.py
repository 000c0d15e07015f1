"""What planned outages leave of service levels, as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changeflow.model.answers.impact import Impact, ServiceBudget
from changeflow.model.document_parts import format_instant
from changeflow.render.presentation import Presentation
from changeflow.render.sheet import Points, Section

if TYPE_CHECKING:
    from changeflow.model.answers.schedule import ProjectedOutage


def service_levels(impact: Impact, to: Presentation) -> tuple[Section, ...]:
    """Return a section with a point for each budget; nothing where no service has a level."""
    points = [(_left(row, to), tuple(_details(row, to))) for row in impact.sla]
    if impact.sla_degraded:
        points.append((to.says("sla.degraded", items=list(impact.sla_degraded)), ()))
    return (Section(to.says("sla.title"), (Points(tuple(points)),)),) if points else ()


def _left(row: ServiceBudget, to: Presentation) -> str:
    said = left_of_budget("sla.left", row.ci, row, to)
    return to.painted("conflict", said) if row.over or row.unknown else said


def left_of_budget(
    code: str, ci: str, row: ServiceBudget | ProjectedOutage, to: Presentation
) -> str:
    """Return what a sentence says of what is left of a budget, or how far it is exceeded."""
    return to.says(
        code,
        case="over" if row.over else None,
        ci=ci,
        left=f"{abs(row.left):g}",
        budget=f"{row.budget:g}",
        period=row.period,
        start=format_instant(row.start),
        target=f"{row.target:g}",
    )


def _details(row: ServiceBudget, to: Presentation) -> list[str]:
    taken = {name: f"{getattr(row, name):g}" for name in ("used", "planned", "outage")}
    found = [to.says("sla.taken", **taken)]
    if row.unknown:
        found.append(to.says("sla.unknown", changes=list(row.unknown)))
    if row.changes:
        found.append(to.says("sla.counted", changes=list(row.changes)))
    return found
