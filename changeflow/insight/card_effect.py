"""What a card would change: the levels of past changes before and after it.

Records do not tell what requesters state, and seldom how much a failure hurts. Each change is
taken as a usual request: the same points from what its requester states, and the middle band of
impact. Levels are therefore comparable, before and after, and are not those that people saw.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from changeflow.insight.card_points import Scale
from changeflow.model.riskmodel import RiskModelSpec

Whole = NDArray[np.int64]
_MOST: Final = 50
# The middle of the five bands of impact, counted from 0.
_IMPACT: Final = 2


class Moves(NamedTuple):
    """How many changes of a kind there are, and how many would have another level."""

    kind: str
    changes: int
    higher: int
    lower: int


class TotalBand(NamedTuple):
    """Changes with a total between two (both included)."""

    lowest: int
    highest: int
    changes: int
    positive: int
    chance: float


def usual_points(model: RiskModelSpec) -> int:
    """Return the points of what a usual requester states, by the middle answers of the model."""
    points = model.likelihood
    answers = (
        points.complexity["medium"],
        points.experience["done-before"],
        points.tested["partly"],
    )
    return sum(answers)


def bands(totals: Whole, other: int, model: RiskModelSpec) -> Whole:
    """Return the band of likelihood (0 to 4) of each change, from the points of its record."""
    points = np.minimum(totals + other, _MOST)
    return np.searchsorted(np.array(model.likelihood_bands), points, side="right").astype(np.int64)


def level_of_band(model: RiskModelSpec) -> tuple[str, ...]:
    """Return the level at each band of likelihood, where the impact is in the middle."""
    return tuple(row[_IMPACT] for row in model.matrix)


def moves(before: Whole, after: Whole, kinds: Sequence[str | None]) -> tuple[Moves, ...]:
    """Return for each kind how many changes are in another band than before."""
    named = np.array([kind or "unknown" for kind in kinds])
    told = []
    for kind in dict.fromkeys(named.tolist()):
        mine = named == kind
        higher = int(np.count_nonzero(mine & (after > before)))
        lower = int(np.count_nonzero(mine & (after < before)))
        told.append(Moves(kind, int(np.count_nonzero(mine)), higher, lower))
    return tuple(sorted(told, key=lambda one: (-one.changes, one.kind)))


def total_bands(
    totals: Whole, positive: NDArray[np.bool_], scale: Scale, width: int
) -> tuple[TotalBand, ...]:
    """Return what became of changes by their total, in bands of some points."""
    told = []
    for lowest in range(0, int(totals.max(initial=0)) + 1, width):
        mine = (totals >= lowest) & (totals < lowest + width)
        if mine.any():
            chance = float(np.mean(scale.chance(totals[mine])))
            count, bad = int(np.count_nonzero(mine)), int(np.count_nonzero(positive & mine))
            told.append(TotalBand(lowest, lowest + width - 1, count, bad, chance))
    return tuple(told)
