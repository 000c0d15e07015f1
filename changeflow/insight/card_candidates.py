"""The lines that a card may have: `fact >= threshold`, at values that people can say.

Thresholds lie at quantiles of the values that are known. They are whole numbers where all values
are, and rounded to what a person would say: 15 incidents, half a day, 120 lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

# Shares of the values that are known, and of those above the lowest, at which a line may begin.
_QUANTILES: Final = np.linspace(0.04, 0.96, 13)
# A line needs so many changes on both sides, and so large a share.
_FEWEST: Final = 15
_SMALLEST_SHARE: Final = 0.004
# Each number says "below this, thresholds are multiples of that".
_STEPS: Final = ((0.1, 0.01), (1, 0.05), (5, 0.5), (20, 1), (100, 5), (500, 10), (2000, 100))

RAISES: Final = "raises"
LOWERS: Final = "lowers"
FREE: Final = "free"
_SIGNS: Final = {RAISES: 1.0, LOWERS: -1.0, FREE: 0.0}


class Candidates(NamedTuple):
    """Lines that a card may have, and which changes they hold for.

    Attributes:
        facts: the fact of each line; lines of a fact stand together.
        at_least: the threshold of each line, ascending within its fact.
        signs: 1 where a line may only add points, -1 where it may only take some, 0 where both.
        reached: a row for each fact, a column for each change: how many of the fact's thresholds
            the change reaches.
        ranks: for each line the row of its fact, and how many thresholds it takes.
        counts: how many lines the fact of each row has.
    """

    facts: tuple[str, ...]
    at_least: tuple[float, ...]
    signs: Numbers
    reached: NDArray[np.int16]
    ranks: tuple[tuple[int, int], ...]
    counts: tuple[int, ...]

    def holds(self, places: Sequence[int]) -> Numbers:
        """Return a row for each change, a column for each of these lines: 1 where it holds."""
        columns = np.empty((self.reached.shape[1], len(places)))
        for column, place in enumerate(places):
            fact, needed = self.ranks[place]
            columns[:, column] = self.reached[fact] >= needed
        return columns

    def sums(self, values: Numbers) -> Numbers:
        """Return for each line the sum of a value over the changes that it holds for."""
        sums = np.empty(len(self.facts))
        first = 0
        for reached, count in zip(self.reached, self.counts, strict=True):
            parts = np.bincount(reached, weights=values, minlength=count + 1)
            sums[first : first + count] = np.cumsum(parts[:0:-1])[::-1]
            first += count
        return sums

    def of(self, changes: slice) -> Candidates:
        """Return the same lines for some of the changes."""
        return self._replace(reached=self.reached[:, changes])


def thresholds(values: Numbers) -> list[float]:
    """Return where lines about a fact may begin, in order, from its values at earlier changes."""
    known = values[~np.isnan(values)]
    if known.size == 0:
        return []
    whole = bool(np.all(known == np.round(known)))
    above = known[known > known.min()]
    if above.size == 0:
        return []
    marks = np.unique(
        np.concatenate(
            [
                np.quantile(known, _QUANTILES, method="higher"),
                np.quantile(above, _QUANTILES, method="higher"),
                above.min(keepdims=True),
            ]
        )
    )
    sayable = sorted({_sayable(float(mark), whole=whole) for mark in marks})
    fewest = max(_FEWEST, _SMALLEST_SHARE * known.size)
    chosen, before = [], known.size
    for mark in sayable:
        held = int(np.count_nonzero(known >= mark))
        # Two marks that split the changes alike are one line.
        if fewest <= held <= known.size - fewest and held < before:
            chosen.append(mark)
            before = held
    return chosen


def _sayable(value: float, *, whole: bool) -> float:
    """Return the nearest number that people would say."""
    size = abs(value)
    step = next((step for below, step in _STEPS if size < below), None)
    if step is None:
        step = 10.0 ** (len(str(int(size))) - 2)
    if whole:
        step = max(1.0, step)
    return round(round(value / step) * step, 6)


def candidates(facts: Mapping[str, Numbers], directions: Mapping[str, str]) -> Candidates:
    """Return all lines that a card about these changes may have, in the order of the facts.

    Args:
        facts: a column for each fact; NaN where it is not known.
        directions: of the facts that may have lines.
    """
    names: list[str] = []
    at_least: list[float] = []
    signs: list[float] = []
    ranks: list[tuple[int, int]] = []
    counts: list[int] = []
    reached: list[NDArray[np.int16]] = []
    for fact, direction in directions.items():
        marks = thresholds(facts[fact])
        if marks:
            ranks += [(len(reached), needed) for needed in range(1, len(marks) + 1)]
            counts.append(len(marks))
            filled = with_unknown_as_worst(facts[fact], direction)
            reached.append(np.searchsorted(marks, filled, side="right").astype(np.int16))
        names += [fact] * len(marks)
        at_least += marks
        signs += [_SIGNS[direction]] * len(marks)
    changes = len(next(iter(facts.values()))) if facts else 0
    rows = np.stack(reached) if reached else np.zeros((0, changes), dtype=np.int16)
    return Candidates(
        tuple(names), tuple(at_least), np.array(signs), rows, tuple(ranks), tuple(counts)
    )


def with_unknown_as_worst(values: Numbers, direction: str) -> Numbers:
    """Return the values with the worst one in the place of those that are not known.

    Which value of a free fact is the worst is known only when its lines are: until then the
    middle one stands for it.
    """
    unknown = np.isnan(values)
    if not unknown.any():
        return values
    if direction == RAISES:
        worst = np.inf
    elif direction == LOWERS or unknown.all():
        worst = -np.inf
    else:
        worst = float(np.median(values[~unknown]))
    return np.where(unknown, worst, values)
