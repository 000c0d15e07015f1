"""How well a score tells changes that met with trouble from those that did not.

All measures need only how many changes of either kind have each score, so they are computed from
these counts. Changes of equal score have no order: what is said of them is what a random order
gives on average.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int64]

BANDS: Final = 10
RESAMPLES: Final = 200
# More different scores than this are put together in as many groups of equal size.
_MOST_SCORES: Final = 4_096
_SEED: Final = 11
# A 95 % interval.
_BELOW, _ABOVE = 2.5, 97.5


class Ranked(NamedTuple):
    """How many changes have each score, the highest first.

    Attributes:
        bad: those with trouble.
        good: those without.
    """

    bad: Numbers
    good: Numbers

    @property
    def both(self) -> bool:
        """Return whether there are changes of both kinds."""
        return bool(self.bad.sum() > 0 and self.good.sum() > 0)


class Interval(NamedTuple):
    """The ends of a 95 % interval."""

    low: float
    high: float


class Band(NamedTuple):
    """Changes with about the same chance: what was predicted, and what share met with trouble."""

    predicted: float
    observed: float
    changes: int


def ranked(score: Numbers | Codes, label: Flags | Numbers) -> Ranked:
    """Return the counts of changes by their score."""
    place, cells = _cells(score)
    trouble = np.asarray(label, dtype=np.float64)
    bad = np.bincount(place, trouble, cells).astype(np.float64)
    good = np.bincount(place, 1.0 - trouble, cells).astype(np.float64)
    return Ranked(bad, good)


def _cells(score: Numbers | Codes) -> tuple[Codes, int]:
    """Return the place of each change among the scores, the highest first, and their number."""
    values, place = np.unique(-np.asarray(score, dtype=np.float64), return_inverse=True)
    if len(values) > _MOST_SCORES:
        place = place * _MOST_SCORES // len(values)
    return place, min(len(values), _MOST_SCORES)


def auc(of: Ranked) -> float:
    """Return the share of pairs, one with trouble and one without, that the score orders rightly.

    A pair of equal score counts half. 0.5 is what no knowledge gives; NaN where a kind is missing.
    """
    if not of.both:
        return float("nan")
    lower = of.good.sum() - np.cumsum(of.good)
    return float(np.sum(of.bad * (lower + of.good / 2)) / (of.bad.sum() * of.good.sum()))


def recall_at(of: Ranked, share: float) -> float:
    """Return which share of the trouble lies among the riskiest changes.

    Args:
        of: the counts.
        share: of all changes that are looked at, 0 to 1.
    """
    if of.bad.sum() == 0:
        return float("nan")
    changes = of.bad + of.good
    so_far = np.cumsum(changes)
    room = share * so_far[-1]
    # the first score of which not all changes are looked at, or the last one
    place = min(int(np.searchsorted(so_far, room)), len(changes) - 1)
    missing = so_far[place] - room
    part = (changes[place] - missing) / changes[place] if missing > 0 else 1.0
    return float((of.bad[:place].sum() + part * of.bad[place]) / of.bad.sum())


def interval(
    score: Numbers | Codes,
    label: Flags,
    measure: Callable[[Ranked], float],
    *,
    blocks: Codes | None = None,
    resamples: int = RESAMPLES,
) -> Interval | None:
    """Return the 95 % interval of a measure, as `intervals` does."""
    [of_score] = intervals([score], label, [measure], blocks=blocks, resamples=resamples)
    return of_score[0]


def intervals(
    scores: Sequence[Numbers | Codes],
    label: Flags,
    measures: Sequence[Callable[[Ranked], float]],
    *,
    blocks: Codes | None = None,
    resamples: int = RESAMPLES,
) -> list[list[Interval | None]]:
    """Return for each score the 95 % interval of each measure, from blocks drawn anew.

    Changes of a block are drawn together: one incident may be the trouble of all of them. All scores
    are judged by the same draws. The same changes give the same intervals; None where a kind is missing.

    Args:
        scores: each with a number for each change.
        label: whether a change met with trouble.
        measures: of the counts.
        blocks: the block of each change; each is one by itself where there are none.
        resamples: how often blocks are drawn.
    """
    nothing: list[Interval | None] = [None] * len(measures)
    if label.all() or not label.any():
        return [nothing] * len(scores)
    different, block = np.unique(
        np.arange(len(label)) if blocks is None else blocks, return_inverse=True
    )
    parts = [_parts(score, label, block) for score in scores]
    found: list[list[list[float]]] = [[] for _ in scores]
    draw = np.random.default_rng(_SEED)
    for _ in range(resamples):
        drawn = draw.integers(0, len(different), len(different))
        times = np.bincount(drawn, minlength=len(different))
        for told, part in zip(found, parts, strict=True):
            again = part.drawn(times)
            if again.both:
                told.append([measure(again) for measure in measures])
    return [_ends(told) if told else nothing for told in found]


def _ends(found: Sequence[Sequence[float]]) -> list[Interval | None]:
    low, high = np.percentile(np.array(found), [_BELOW, _ABOVE], axis=0)
    return [Interval(float(one), float(other)) for one, other in zip(low, high, strict=True)]


class _Parts(NamedTuple):
    """The changes by score, the highest first, to be counted again and again.

    Attributes:
        block: of each change.
        starts: the first change of each score.
        troubled: block and score of each change with trouble.
    """

    block: Codes
    starts: Codes
    troubled: tuple[Codes, Codes]

    def drawn(self, times: Codes) -> Ranked:
        """Return the counts when each block is taken so many times."""
        changes = np.add.reduceat(times.take(self.block), self.starts)
        block, cell = self.troubled
        bad = np.bincount(cell, times[block], len(self.starts)).astype(np.float64)
        return Ranked(bad, changes - bad)


def _parts(score: Numbers | Codes, label: Flags, block: Codes) -> _Parts:
    cell, cells = _cells(score)
    order = np.argsort(cell, kind="stable")
    cell, block, label = cell[order], block[order], label[order]
    # every score has a change
    starts = np.searchsorted(cell, np.arange(cells))
    return _Parts(block, starts, (block[label], cell[label]))


def brier(chance: Numbers, label: Flags | Numbers) -> float:
    """Return the mean squared difference between chance and outcome; less is better."""
    trouble = np.asarray(label, dtype=np.float64)
    return float(np.mean((chance - trouble) ** 2)) if len(chance) else float("nan")


def calibration(chance: Numbers, label: Flags | Numbers, bands: int = BANDS) -> tuple[Band, ...]:
    """Return what became of changes by their chance, in bands of equal size.

    Where a band ends between changes of equal chance, their trouble is shared out evenly.
    """
    order = np.argsort(chance, kind="stable")
    _, place = np.unique(chance, return_inverse=True)
    trouble = np.asarray(label, dtype=np.float64)
    mean = np.bincount(place, trouble) / np.maximum(np.bincount(place), 1)
    trouble = mean[place]
    told = []
    for rows in np.array_split(order, bands):
        if len(rows):
            predicted, observed = float(chance[rows].mean()), float(trouble[rows].mean())
            told.append(Band(predicted, observed, len(rows)))
    return tuple(told)


def calibration_error(bands: tuple[Band, ...]) -> float:
    """Return the mean distance between predicted and observed share, over all changes."""
    changes = sum(band.changes for band in bands)
    if not changes:
        return float("nan")
    far = sum(band.changes * abs(band.predicted - band.observed) for band in bands)
    return far / changes
