"""Whole points for the lines of a card, from the coefficients of a regression.

Coefficients are scaled so that the points of the whole card span what they may, and rounded; then
single points are moved as long as the loss falls. The loss is that of the chance which one
logistic regression makes of the total, so it needs only how many changes, and how many with
trouble, have each total.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from changeflow.insight.card_candidates import Candidates
from changeflow.insight.logistic import chances

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

_NEWTON: Final = 12
_NO_STEP: Final = 1e-7
# What a move must gain, as a share of the loss.
_WORTH: Final = 1e-6
_MOVES: Final = 200
# How much more or less than what fits exactly is tried, before single points are moved.
SCALES: Final = (0.8, 0.9, 1.0, 1.1, 1.25)
QUICK_SCALES: Final = (1.0,)
_MOST: Final = 20
# So many new lines are tried at each move.
_TRIED: Final = 12
# A little pulls the slope towards 0, so that separated classes have an end.
_RIDGE: Final = 1e-2


class Scale(NamedTuple):
    """How a total becomes a chance: log odds = intercept + slope times total."""

    intercept: float
    slope: float

    def chance(self, total: float | Numbers | Whole) -> Numbers:
        """Return the chance of trouble of a total of points."""
        return chances(np.asarray(self.intercept + self.slope * np.asarray(total, dtype=float)))


class _Fitted(NamedTuple):
    scale: Scale
    loss: float


def scale_of_totals(
    totals: Whole, label: Numbers, weights: Numbers, *, start: Scale | None = None
) -> Scale:
    """Return the logistic regression of the label on the total."""
    return _fitted(totals, label * weights, weights, start).scale


def _fitted(totals: Whole, positive: Numbers, weights: Numbers, start: Scale | None) -> _Fitted:
    lowest = int(totals.min())
    shifted = totals - lowest
    every: Numbers = np.bincount(shifted, weights).astype(np.float64)
    bad: Numbers = np.bincount(shifted, positive).astype(np.float64)
    held = every > 0
    total = np.flatnonzero(held).astype(np.float64) + lowest
    return _fit_counts(total, bad[held], every[held], start)


def _fit_counts(total: Numbers, bad: Numbers, every: Numbers, start: Scale | None) -> _Fitted:
    """Fit two numbers by Newton steps, from the counts for each total."""
    mass = float(every.sum())
    share = float(np.clip(bad.sum() / mass, 1e-6, 1 - 1e-6))
    intercept, slope = start or Scale(float(np.log(share / (1 - share))), 0.0)
    for _ in range(_NEWTON):
        chance = chances(intercept + slope * total)
        left, spread = every * chance - bad, every * chance * (1 - chance)
        g0, g1 = float(left.sum()), float(left @ total) + _RIDGE * slope
        h00, h01 = float(spread.sum()) + 1e-9, float(spread @ total)
        h11 = float(spread @ (total * total)) + _RIDGE
        fall = h00 * h11 - h01 * h01
        step0, step1 = (h11 * g0 - h01 * g1) / fall, (h00 * g1 - h01 * g0) / fall
        # A wide step from a poor start would overshoot.
        wide = max(1.0, abs(step0) / 4, abs(step1) / 2)
        intercept, slope = intercept - step0 / wide, slope - step1 / wide
        if abs(step0) + abs(step1) < _NO_STEP:
            break
    log_odds = intercept + slope * total
    lost = float(every @ np.logaddexp(0.0, log_odds) - bad @ log_odds) / mass
    return _Fitted(Scale(intercept, slope), lost)


class Limits(NamedTuple):
    """What a card may be: at most so many lines, at most so many points between best and worst."""

    lines: int
    span: int


class _Search(NamedTuple):
    """What a search for whole points is about."""

    lines: Candidates
    label: Numbers
    weights: Numbers
    limits: Limits


Points = dict[int, int]


def whole_points(
    lines: Candidates,
    coefficients: dict[int, float],
    label: Numbers,
    weights: Numbers,
    limits: Limits,
    scales: Sequence[float] = SCALES,
) -> Points:
    """Return the points of lines, by their place among the candidates, from coefficients."""
    search = _Search(lines, label, weights, limits)
    widest = _extent(lines, coefficients).span
    if widest == 0:
        return {}
    found: list[tuple[float, Points]] = []
    for scale in scales:
        start = _rounded(search, coefficients, scale * limits.span / widest)
        if start:
            found.append(_improved(search, start))
    return min(found, key=lambda one: one[0])[1] if found else {}


class _Extent(NamedTuple):
    span: float
    lines: int


def _extent(lines: Candidates, points: Mapping[int, float]) -> _Extent:
    """Return how far the points reach, and how many lines it takes to write them.

    A fact that may take points needs one line more, which gives as many to every change first.
    """
    span, starts = 0.0, 0
    for lowest, highest in reach_of_facts(lines, points).values():
        span += highest - lowest
        starts += lowest < 0
    return _Extent(span, len(points) + starts)


def reach_of_facts(
    lines: Candidates, points: Mapping[int, float]
) -> dict[str, tuple[float, float]]:
    """Return the fewest and the most points that each fact can give."""
    reach: dict[str, tuple[float, float]] = {}
    running: dict[str, float] = {}
    for place in sorted(points):
        fact = lines.facts[place]
        running[fact] = running.get(fact, 0.0) + points[place]
        lowest, highest = reach.get(fact, (0.0, 0.0))
        reach[fact] = (min(lowest, running[fact]), max(highest, running[fact]))
    return reach


def _rounded(search: _Search, coefficients: dict[int, float], scale: float) -> Points:
    """Return the coefficients as points, made smaller until they keep the limits."""
    while True:
        points = {place: round(scale * one) for place, one in coefficients.items()}
        points = {place: max(-_MOST, min(_MOST, one)) for place, one in points.items() if one}
        if _allowed(search, points):
            return points
        scale *= 0.96


def _allowed(search: _Search, points: Points) -> bool:
    extent = _extent(search.lines, points)
    return extent.span <= search.limits.span and extent.lines <= search.limits.lines


def _improved(search: _Search, points: Points) -> tuple[float, Points]:
    """Move single points as long as the loss falls, and return it with them."""
    totals = total_points(search.lines, points)
    positive = search.label * search.weights
    fitted = _fitted(totals, positive, search.weights, None)
    for _ in range(_MOVES):
        better = None
        for moved in _moves(search, points, totals, fitted.scale):
            if not _allowed(search, moved):
                continue
            tried = totals + _difference(search.lines, points, moved)
            after = _fitted(tried, positive, search.weights, fitted.scale)
            if after.loss < (better[0] if better else fitted).loss * (1 - _WORTH):
                better = after, moved, tried
        if better is None:
            break
        fitted, points, totals = better
    return fitted.loss, points


def total_points(lines: Candidates, points: Points) -> Whole:
    """Return the sum of the points of each change."""
    total = np.zeros(lines.reached.shape[1], dtype=np.int64)
    for column, worth in zip(lines.holds(list(points)).T, points.values(), strict=True):
        total += worth * column.astype(np.int64)
    return total


def _difference(lines: Candidates, before: Points, after: Points) -> Whole:
    changed = {
        place: after.get(place, 0) - before.get(place, 0)
        for place in sorted({*before, *after})
        if after.get(place, 0) != before.get(place, 0)
    }
    return total_points(lines, changed)


def _moves(search: _Search, points: Points, totals: Whole, scale: Scale) -> Iterator[Points]:
    """Return what may be tried next: a point more or less, a threshold higher or lower."""
    lines = search.lines
    for place, worth in points.items():
        for more in (1, -1):
            if lines.signs[place] * (worth + more) >= 0 and abs(worth + more) <= _MOST:
                yield _with(points, {place: worth + more})
        for neighbour in (place - 1, place + 1):
            if 0 <= neighbour < len(lines.facts) and lines.facts[neighbour] == lines.facts[place]:
                yield _with(points, {place: 0, neighbour: worth + points.get(neighbour, 0)})
                if abs(worth) > 1:
                    one = 1 if worth > 0 else -1
                    shifted = points.get(neighbour, 0) + one
                    if lines.signs[place] * shifted >= 0:
                        yield _with(points, {place: worth - one, neighbour: shifted})
    left = search.weights * (search.label - scale.chance(totals))
    slope = lines.sums(left)
    for place in np.argsort(-np.abs(slope), kind="stable")[:_TRIED]:
        one = 1 if slope[place] > 0 else -1
        if int(place) not in points and lines.signs[place] * one >= 0:
            yield _with(points, {int(place): one})


def _with(points: Points, changed: Points) -> Points:
    merged = {**points, **changed}
    return {place: merged[place] for place in sorted(merged) if merged[place]}
