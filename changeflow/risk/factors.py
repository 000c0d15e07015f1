"""Factors of the two sides of a risk score, and the cap of a side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from changeflow.language.sentences import in_english
from changeflow.model.answers.assessment import RiskFactor
from changeflow.model.told import Told, told

MOST_PER_SIDE: Final = 50
# names listed in a reason before "and n more"
SHOWN: Final = 3

Side = Literal["likelihood", "impact"]
Source = Literal["declared", "computed", "history"]
# id, points, source, reason as data
Draft = tuple[str, int, Source, Told]


def factors(side: Side, drafts: Iterable[Draft]) -> tuple[RiskFactor, ...]:
    """Return the factors of one side that are worth points.

    If they exceed the most that a side may weigh, a negative `<side>-cap` follows.
    """
    found = []
    for name, points, source, why in drafts:
        if points:
            found.append(_factor(name, points, source, why, side))
    over = sum(factor.points for factor in found) - MOST_PER_SIDE
    if over > 0:
        why = told("risk.cap", side=side, most=MOST_PER_SIDE, total=MOST_PER_SIDE + over)
        found.append(_factor(f"{side}-cap", -over, "computed", why, side))
    return tuple(found)


def _factor(name: str, points: int, source: Source, why: Told, side: Side) -> RiskFactor:
    return RiskFactor(
        id=name, points=points, source=source, reason=in_english(why), data=why, side=side
    )


def few(ids: Sequence[str]) -> dict[str, object]:
    """Return the first ids and how many there are, for the format `few_items`."""
    return {"first": list(ids[:SHOWN]), "total": len(ids)}
