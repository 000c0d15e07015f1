"""How sure a card is: which of its lines come again when changes are drawn anew.

A card is fitted to as many changes, drawn with replacement, again and again. A fact that
nearly every such card has is no accident of these changes; a fact that few have could as well have
been another one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import numpy as np

from changeflow.insight.card_fit import Card, Line, Training, resampled

RESAMPLES: Final = 100
_SEED: Final = 20
# A 90 % interval: so many percent of the cards lie below it, and above.
_BELOW, _ABOVE = 5, 95


class LineSureness(NamedTuple):
    """How sure a line is.

    Attributes:
        line: the line.
        points_of_fact: what the fact gives in sum to a change that just reaches the line.
        low: the same in the cards of changes drawn anew: the lower end of a 90 % interval.
        high: the upper end.
        chosen: how many of these cards have a line about the fact.
    """

    line: Line
    points_of_fact: int
    low: int
    high: int
    chosen: int


def sureness(
    card: Card,
    of: Training,
    *,
    resamples: int = RESAMPLES,
    tick: Callable[[], None] = lambda: None,
) -> tuple[LineSureness, ...]:
    """Return how sure each line of a card is.

    Args:
        card: fitted to the training.
        of: what it was fitted to.
        resamples: how often changes are drawn.
        tick: called after each.
    """
    draw = np.random.default_rng(_SEED)
    others = []
    for _ in range(resamples):
        others.append(resampled(of, draw).lines)
        tick()
    return tuple(_sureness(line, card.lines, others) for line in card.lines)


def _sureness(line: Line, lines: Sequence[Line], others: Sequence[Sequence[Line]]) -> LineSureness:
    there, chosen = [], 0
    for other in others:
        there.append(points_at(other, line.fact, line.at_least))
        chosen += any(one.fact == line.fact for one in other)
    low, high = 0, 0
    if there:
        low, high = map(int, np.percentile(there, [_BELOW, _ABOVE], method="nearest"))
    own = points_at(lines, line.fact, line.at_least)
    return LineSureness(line, own, low, high, chosen)


def points_at(lines: Sequence[Line], fact: str, value: float) -> int:
    """Return the points that a fact of this value gives."""
    return sum(line.points for line in lines if line.fact == fact and value >= line.at_least)
