"""The risk of a change: likelihood x impact, every point with its reason.

A consequence/likelihood matrix as IEC 31010:2019 describes it, with points on each side instead of
a gut feeling. Evidence can only earn points back: an item or answer that is not declared, not
owned, not in the CMDB or without a record counts as the worst. docs/concepts/risk.md explains every
step.
"""

from __future__ import annotations

from changeflow.cmdb.graph import Graph
from changeflow.model.answers.assessment import Risk, RiskFactor
from changeflow.model.answers.impact import Impact
from changeflow.model.change import ChangeRequest
from changeflow.model.history_facts import FactValues
from changeflow.model.riskmodel import RiskModelSpec
from changeflow.risk.consequence import consequence
from changeflow.risk.history import History
from changeflow.risk.likelihood import likelihood


def score(
    change: ChangeRequest,
    impact: Impact,
    graph: Graph,
    model: RiskModelSpec,
    history: History,
    record: FactValues | None = None,
) -> Risk:
    """Score a change.

    Points are whole; `score` is their sum (0 to 100), `level` comes from the 5 x 5 matrix.

    Args:
        change: the request; a draft counts what it leaves out as the worst answer.
        impact: the blast radius of the items of this change on `graph`.
        graph: the CMDB.
        model: points, bands and matrix.
        history: counts from earlier changes.
        record: facts for the scorecard; None where no incidents are recorded at all.
    """
    likely = likelihood(change, model, history, record)
    hurting = consequence(change, impact, graph, model)
    row = _band_of_points(_sum_of_points(likely), model.likelihood_bands)
    column = _band_of_points(_sum_of_points(hurting), model.impact_bands)
    return Risk(
        score=_sum_of_points(likely) + _sum_of_points(hurting),
        level=model.matrix[row - 1][column - 1],
        likelihood=row,
        impact=column,
        factors=tuple(one for one in (*likely, *hurting) if one.points),
        without_points=tuple(one for one in (*likely, *hurting) if not one.points),
    )


def _sum_of_points(factors: tuple[RiskFactor, ...]) -> int:
    return sum(factor.points for factor in factors)


def _band_of_points(points: int, starts: tuple[int, int, int, int]) -> int:
    """Return 1 to 5: one more than the number of bands begun."""
    return 1 + sum(points >= start for start in starts)
