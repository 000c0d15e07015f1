"""Factors of the two sides of a risk score, and the cap of a side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from changeflow.model.answers.assessment import RiskFactor
from changeflow.model.phrases import shortened

MOST_PER_SIDE: Final = 50
# names listed in a reason before "and n more"
SHOWN: Final = 3

Side = Literal["likelihood", "impact"]
# id, points, source, reason
Draft = tuple[str, int, Literal["declared", "computed", "history"], str]


def factors(side: Side, drafts: Iterable[Draft]) -> tuple[RiskFactor, ...]:
    """Return the factors of one side that are worth points.

    If they exceed the most that a side may weigh, a negative `<side>-cap` follows.
    """
    found = []
    for name, points, source, reason in drafts:
        if points:
            factor = RiskFactor(id=name, points=points, source=source, reason=reason, side=side)
            found.append(factor)
    over = sum(factor.points for factor in found) - MOST_PER_SIDE
    if over > 0:
        reason = (
            f"{side} weighs at most {MOST_PER_SIDE} points; the reasons above come to "
            f"{MOST_PER_SIDE + over}"
        )
        found.append(
            RiskFactor(id=f"{side}-cap", points=-over, source="computed", reason=reason, side=side)
        )
    return tuple(found)


def names(ids: Sequence[str]) -> str:
    """Return `a, b, c and 4 more`."""
    return shortened(ids, SHOWN)
