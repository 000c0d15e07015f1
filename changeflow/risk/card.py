"""The scorecard of a risk model: points for what records of the past say about a change.

All lines of a fact that hold add up. A fact that is not known counts as the worst that its lines
can give, so that missing records never lower a score; nor does the card as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isnan
from typing import NamedTuple, Protocol

from changeflow.model.history_facts import TRAIT, FactValues
from changeflow.model.phrases import Told, told
from changeflow.model.riskmodel import RecordLine
from changeflow.risk.factors import Draft


class PointsLine(Protocol):
    """A line of a card, of a risk model or one that is being fitted."""

    @property
    def fact(self) -> str:
        """Return the fact."""

    @property
    def at_least(self) -> float:
        """Return the value from which it holds."""

    @property
    def points(self) -> int:
        """Return what it gives, or takes."""


class FactPoints(NamedTuple):
    """What the lines about a fact give.

    Attributes:
        fact: its name.
        value: None where it is not known.
        points: of all of its lines that hold.
    """

    fact: str
    value: float | None
    points: int


def card_points(lines: Sequence[RecordLine], facts: FactValues) -> tuple[FactPoints, ...]:
    """Return the points for each fact of the card, in the order of its first line."""
    by_fact: dict[str, list[RecordLine]] = {}
    for line in lines:
        by_fact.setdefault(line.fact, []).append(line)
    found = []
    for fact, about in by_fact.items():
        value = facts.get(fact)
        if value is None or isnan(value):
            found.append(FactPoints(fact, None, worst_points(about)))
        else:
            points = sum(line.points for line in about if value >= line.at_least)
            found.append(FactPoints(fact, value, points))
    return tuple(found)


def worst_points(lines: Sequence[PointsLine]) -> int:
    """Return the most points that the lines about one fact can give, and at least 0."""
    total = worst = 0
    for line in sorted(lines, key=lambda line: line.at_least):
        total += line.points
        worst = max(worst, total)
    return worst


def card_factors(lines: Sequence[RecordLine], facts: FactValues) -> Iterator[Draft]:
    """Yield a factor for each fact that gives or takes points."""
    found = card_points(lines, facts)
    for one in found:
        yield f"record-{one.fact.replace('_', '-')}", one.points, "history", _reason(one)
    total = sum(one.points for one in found)
    if total < 0:
        yield "record-floor", -total, "history", told("risk.record_floor", total=total)


def _reason(one: FactPoints) -> Told:
    what = [fact_phrase(one.fact)]
    if one.value is None:
        return told("risk.record", case="unknown", what=what)
    return told("risk.record", what=what, value=f"{round(one.value, 2):g}")


def fact_phrase(name: str) -> Told:
    """Return what a fact counts, as data of a sentence."""
    if name.startswith(TRAIT):
        return told("fact.trait", trait=name.removeprefix(TRAIT))
    return told(f"fact.{name}")
