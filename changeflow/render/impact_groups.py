"""The affected items by service, environment, tier and owner, as lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from changeflow.model.answers.impact import AffectedGroup, ImpactAnswer
from changeflow.render.presentation import Presentation

# names on a line; the rest is counted
MOST_NAMED: Final = 8


def group_lines(impact: ImpactAnswer, to: Presentation) -> Iterator[str]:
    """Yield a line for the services that are hit, and one for each way to count items."""
    if not impact.fail_together and len(impact.changed) > 1:
        yield to.says("impact.alone")
    if impact.only_together is not None:
        yield _only_together(impact, to)
    if impact.services:
        parts = []
        for one in impact.services[:MOST_NAMED]:
            case = "fails" if one.score >= 1 else None
            parts.append(to.says("impact.service", case=case, ci=one.ci, score=f"{one.score:.2f}"))
        yield _listed("services", parts, impact.services_total, to)
    groups = impact.groups
    for case, rows in (
        ("environment", groups.environment),
        ("tier", groups.criticality),
        ("owner", groups.owner),
    ):
        if rows:
            parts = [_group(case, row, to) for row in rows[:MOST_NAMED]]
            yield _listed(case, parts, len(rows), to)


def _only_together(impact: ImpactAnswer, to: Presentation) -> str:
    found = impact.only_together or ()
    if not found:
        return to.says("impact.together", case="none")
    parts = []
    for one in found[:MOST_NAMED]:
        scores = {"score": f"{one.score:.2f}", "alone": f"{one.alone:.2f}"}
        parts.append(to.says("impact.together", case="one", ci=one.ci, **scores))
    return _listed("together", parts, len(found), to)


def _listed(case: str, parts: list[str], total: int, to: Presentation) -> str:
    if total > len(parts):
        parts = [*parts, to.says("impact.others", count=total - len(parts))]
    return to.says("impact.by", case=case, parts=parts)


def _group(kind: str, row: AffectedGroup, to: Presentation) -> str:
    """Return a name with how many items have it, and how many of them fail."""
    case = kind if row.name is not None else f"no_{kind}"
    name = to.says("impact.named", case=case, name=row.name)
    failing = {0: None, 1: "one_failing"}.get(row.failing, "failing")
    return to.says(
        "impact.counted", case=failing, name=name, count=row.affected, failing=row.failing
    )
