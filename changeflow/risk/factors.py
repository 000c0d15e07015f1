"""What the two sides of a risk score share: factors worth nothing are left out, and a side is capped in the open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from changeflow.model.answers import RiskFactor
from changeflow.model.phrases import shortened

MOST_PER_SIDE: Final = 50
# names listed in a reason before "and n more"
SHOWN: Final = 3

Side = Literal["likelihood", "impact"]
# id, points, source, reason
Draft = tuple[str, int, Literal["declared", "computed", "history"], str]


def factors(side: Side, drafts: Iterable[Draft]) -> tuple[RiskFactor, ...]:
    """The factors of one side that are worth points, and a negative `<side>-cap` where they pass the most a side may weigh."""
    found = [
        RiskFactor(id=i, points=p, source=s, reason=why, side=side) for i, p, s, why in drafts if p
    ]
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
    """`a, b, c and 4 more`."""
    return shortened(ids, SHOWN)
