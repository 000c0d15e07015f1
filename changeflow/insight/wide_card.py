"""The committed risk model on all changes of the past: points of what records can tell.

They are those of `risk.card`, and those for emergencies. What people answer to questions about a
change is in no export, so it is left out: it would be the same for all. Points are not cut at the
most that a side may weigh, since that changes no order but at the top.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from changeflow.model.riskmodel import LikelihoodPoints
from changeflow.risk.card import PointsLine, worst_points

Numbers = NDArray[np.float64]
Points = NDArray[np.int64]


def model_points(points: LikelihoodPoints, facts: Mapping[str, Numbers]) -> Points:
    """Return the points of each change under a risk model."""
    emergency = np.where(facts["emergency"] > 0, points.emergency, 0)
    return wide_card_points(points.record, facts) + emergency.astype(np.int64)


def wide_card_points(lines: Sequence[PointsLine], facts: Mapping[str, Numbers]) -> Points:
    """Return the points of each change on a scorecard, never less than 0.

    A fact that is not known counts as the worst that its lines can give.
    """
    rows = len(next(iter(facts.values()), ()))
    total = np.zeros(rows, np.int64)
    for fact in dict.fromkeys(line.fact for line in lines):
        about = [line for line in lines if line.fact == fact]
        total += _points_of_fact(about, facts.get(fact), rows)
    return np.maximum(total, 0)


def _points_of_fact(lines: Sequence[PointsLine], values: Numbers | None, rows: int) -> Points:
    worst = worst_points(lines)
    if values is None:
        return np.full(rows, worst)
    points = np.zeros(rows, np.int64)
    for line in lines:
        points += np.where(values >= line.at_least, line.points, 0)
    return np.where(np.isnan(values), worst, points)
