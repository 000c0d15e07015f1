"""Fit a card of whole points to changes of the past: a risk score that people can add up.

A card is a list of lines such as "15 or more incidents on its items in 30 days: 4 points". They are
found by a regularised logistic regression: line by line, the one that helps most; then each line
is offered its best replacement; then coefficients become whole points, which are moved one by one
while that helps. The sum of the points becomes a chance by one more logistic regression, of
two numbers. The same changes give the same card.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from changeflow.insight.card_candidates import FREE, LOWERS, RAISES, Candidates, candidates
from changeflow.insight.card_points import (
    QUICK_SCALES,
    SCALES,
    Limits,
    Points,
    Scale,
    reach_of_facts,
    scale_of_totals,
    whole_points,
)
from changeflow.insight.logistic import Logistic, chances, crossed, loss, losses, regression
from changeflow.insight.wide_card import wide_card_points

Numbers = NDArray[np.float64]

LINES: Final = 25
# A card's points span at most so many: about half of the likelihood side (docs/decisions/scorecard.md).
SPAN: Final = 24
# Penalties that are tried, and the share of the changes, the earliest, that they are tried on.
_PENALTIES: Final = (2.0, 8.0, 30.0)
_EARLIER: Final = 0.7
# The fewest changes of either kind that a card can be fitted to.
FEWEST: Final = 10
# So many changes of the rarer kind stand behind each line, so that few outcomes make a short card.
PER_LINE: Final = 10
_SHORTEST: Final = 2
# So many candidates are looked at closely at each step.
_CLOSE_LOOK: Final = 30
# More changes than this are fitted by a sample of them.
SAMPLE: Final = 20_000


class Line(NamedTuple):
    """A line of a card: a change with at least so much of a fact gets so many points."""

    fact: str
    at_least: float
    points: int


class Card(NamedTuple):
    """A card, and how its total becomes a chance.

    Attributes:
        lines: ordered by fact, then by threshold. No fact gives less than 0 points in sum.
        intercept: log odds at 0 points.
        slope: log odds that each point adds.
    """

    lines: tuple[Line, ...]
    intercept: float
    slope: float

    def total(self, facts: Mapping[str, Numbers]) -> NDArray[np.int64]:
        """Return the points of each change, never less than 0.

        What is not known counts as the worst.
        """
        return wide_card_points(self.lines, facts)

    def chance(self, total: float | NDArray[np.int64]) -> Numbers:
        """Return the chance of trouble at a total of points."""
        return Scale(self.intercept, self.slope).chance(total)


class Unfit(ValueError):
    """There are too few changes with trouble, or too few without, to fit a card."""


class _Path(NamedTuple):
    """The regressions that one penalty leads to, a line more each."""

    chosen: list[tuple[int, ...]]
    models: list[Logistic]


class _Data(NamedTuple):
    lines: Candidates
    label: Numbers
    weights: Numbers


class Training(NamedTuple):
    """What a card is fitted to, and how.

    Attributes:
        data: lines that it may have, and which changes met with trouble.
        penalty: of the regression that finds the lines.
        size: how many lines that regression finds.
        limits: what the card may be.
    """

    data: _Data
    penalty: float
    size: int
    limits: Limits


def fit(
    facts: Mapping[str, Numbers],
    label: NDArray[np.bool_] | Numbers,
    directions: Mapping[str, str],
    lines: int = LINES,
) -> Card:
    """Fit a card to changes, given in the order of their start.

    Args:
        facts: a column for each fact; NaN where it is not known.
        label: whether each change met with trouble.
        directions: `raises`, `lowers` or `free` for each fact: which way its points may go.
        lines: how many lines the card may have.

    Raises:
        Unfit: there are too few changes of either kind.
    """
    return calibrated(uncalibrated(training(facts, label, directions, lines)), facts, label)


def training(
    facts: Mapping[str, Numbers],
    label: NDArray[np.bool_] | Numbers,
    directions: Mapping[str, str],
    lines: int = LINES,
) -> Training:
    """Return what a card is fitted to, its settings chosen by how they foretell later changes.

    Raises:
        Unfit: there are too few changes of either kind.
    """
    trouble = np.asarray(label, dtype=np.float64)
    rarer = min(int(trouble.sum()), int(len(trouble) - trouble.sum()))
    if rarer < FEWEST:
        raise Unfit(rarer)
    rows, weights = _sample(trouble)
    sampled = {name: np.asarray(values, dtype=np.float64)[rows] for name, values in facts.items()}
    allowed = allowed_directions(sampled, directions)
    data = _Data(candidates(sampled, allowed), trouble[rows], weights)
    most = min(lines, max(_SHORTEST, rarer // PER_LINE))
    penalty, size = _settings(data, most)
    return Training(data, penalty, size, Limits(most, SPAN))


def uncalibrated(of: Training) -> Card:
    """Return the card that is fitted; its chances are still to be calibrated."""
    return _fitted_card(of, quick=False)


def resampled(of: Training, draw: np.random.Generator) -> Card:
    """Return the card of as many changes, drawn with replacement; in less time, without chances."""
    rows = len(of.data.label)
    times = np.bincount(draw.integers(0, rows, rows), minlength=rows)
    data = of.data._replace(weights=of.data.weights * times)
    return _fitted_card(of._replace(data=data), quick=True)


def calibrated(
    card: Card, facts: Mapping[str, Numbers], label: NDArray[np.bool_] | Numbers
) -> Card:
    """Return the card with its chances fitted to these changes."""
    trouble = np.asarray(label, dtype=np.float64)
    scale = scale_of_totals(card.total(facts), trouble, np.ones(len(trouble)))
    return card._replace(intercept=scale.intercept, slope=scale.slope)


def _sample(label: Numbers) -> tuple[NDArray[np.int64], Numbers]:
    """Return which changes are fitted to, in order, and for how many each of them stands.

    Of many changes, the rarer kind gives up to half of the sample: every so-manyth of each kind.
    """
    if len(label) <= SAMPLE:
        return np.arange(len(label)), np.ones(len(label))
    bad = label.astype(bool)
    kinds = [np.flatnonzero(bad), np.flatnonzero(~bad)]
    rarer = min(len(kinds[0]), len(kinds[1]), SAMPLE // 2)
    taken, weights = [], []
    for rows in kinds:
        count = rarer if len(rows) == min(map(len, kinds)) else SAMPLE - rarer
        every = np.linspace(0, len(rows) - 1, min(count, len(rows))).astype(np.int64)
        taken.append(rows[every])
        weights.append(np.full(len(every), len(rows) / len(every)))
    rows, weight = np.concatenate(taken), np.concatenate(weights)
    order = np.argsort(rows, kind="stable")
    scaled = weight[order] * len(rows) / len(label)
    return rows[order], scaled


def allowed_directions(
    facts: Mapping[str, Numbers], directions: Mapping[str, str]
) -> dict[str, str]:
    """Return the direction of each fact that may have lines.

    Points that a fact takes away are given to every change first, by a line at 0. A fact that
    can be negative has no such line, so it may only add points.
    """
    allowed = {}
    for fact, values in facts.items():
        direction = str(directions.get(fact, FREE))
        negative = bool(np.nanmin(values, initial=0.0) < 0)
        if negative and direction == LOWERS:
            continue
        allowed[fact] = RAISES if negative else direction
    return allowed


def _settings(data: _Data, most: int) -> tuple[float, int]:
    """Return the penalty and the number of lines that foretell the later changes best.

    It is no line at all where none foretells them better than the mere share of trouble does.
    """
    rows = len(data.label)
    cut = int(rows * _EARLIER)
    earlier, later = _rows(data, slice(0, cut)), _rows(data, slice(cut, rows))
    best, foretold = (np.inf, _PENALTIES[0], most), None
    if 0 < later.label.sum() < len(later.label) and 0 < earlier.label.sum() < len(earlier.label):
        for penalty in _PENALTIES:
            path = _forward(earlier, penalty, most)
            for chosen, model in zip(path.chosen, path.models, strict=True):
                log_odds = model.log_odds(later.lines.holds(chosen))
                lost = loss(log_odds, later.label, later.weights)
                if (lost, penalty, len(chosen)) < best:
                    best, foretold = (lost, penalty, len(chosen)), log_odds
        if foretold is None or not _foretells(foretold, earlier, later):
            return best[1], 0
    return best[1], best[2]


def _foretells(log_odds: Numbers, earlier: _Data, later: _Data) -> bool:
    """Return whether log odds lose less than the mere share of trouble, by a standard error.

    Of many lines that say nothing, one always looks a little better by chance.
    """
    share = float(np.average(earlier.label, weights=earlier.weights))
    alike = np.full(len(later.label), np.log(share / (1.0 - share)))
    gained = losses(alike, later.label) - losses(log_odds, later.label)
    mean = float(np.average(gained, weights=later.weights))
    noise = float(np.sqrt(np.sum((later.weights * (gained - mean)) ** 2)) / later.weights.sum())
    return mean > noise


def _rows(data: _Data, rows: slice) -> _Data:
    return _Data(data.lines.of(rows), data.label[rows], data.weights[rows])


def _fitted_card(of: Training, *, quick: bool) -> Card:
    path = _forward(of.data, of.penalty, of.size)
    if not path.chosen:
        return Card((), 0.0, 0.0)
    chosen, model = path.chosen[-1], path.models[-1]
    if not quick:
        chosen, model = _swapped(of.data, chosen, model, of.penalty)
    coefficients = dict(zip(chosen, map(float, model.coefficients), strict=True))
    scales = QUICK_SCALES if quick else SCALES
    points = whole_points(
        of.data.lines, coefficients, of.data.label, of.data.weights, of.limits, scales
    )
    return Card(_written(of.data.lines, points), 0.0, 0.0)


def _written(lines: Candidates, points: Points) -> tuple[Line, ...]:
    """Return the lines of a card; a fact that takes points gives them to every change first."""
    written = []
    for fact, (lowest, _) in reach_of_facts(lines, points).items():
        if lowest < 0:
            written.append(Line(fact, 0.0, -int(lowest)))
        places = [place for place in points if lines.facts[place] == fact]
        written += [Line(fact, lines.at_least[one], points[one]) for one in sorted(places)]
    return tuple(written)


def _forward(data: _Data, penalty: float, most: int) -> _Path:
    """Add the line that helps most, as often as lines are allowed and one helps."""
    path = _Path([], [])
    chosen: tuple[int, ...] = ()
    model = regression(data.lines.holds(()), data.label, data.weights, penalty=penalty)
    while len(chosen) < most:
        place = _best_line(data, chosen, model, penalty)
        if place is None:
            break
        chosen = (*chosen, place)
        start = Logistic(model.intercept, np.append(model.coefficients, 0.0))
        model = _refitted(data, chosen, penalty, start)
        path.chosen.append(chosen)
        path.models.append(model)
    return path


def _refitted(
    data: _Data, chosen: Sequence[int], penalty: float, start: Logistic | None = None
) -> Logistic:
    return regression(
        data.lines.holds(chosen),
        data.label,
        data.weights,
        penalty=penalty,
        signs=data.lines.signs[list(chosen)],
        start=start,
    )


def _best_line(data: _Data, chosen: Sequence[int], model: Logistic, penalty: float) -> int | None:
    """Return the line whose score statistic beside those that are chosen is the highest."""
    signs, held = data.lines.signs, data.lines.holds(chosen)
    chance = chances(model.log_odds(held))
    spread = data.weights * chance * (1.0 - chance)
    slope = data.lines.sums(data.weights * (data.label - chance))
    curve = data.lines.sums(spread)
    alone = curve - curve * curve / spread.sum()
    rough = slope * slope / (alone + penalty)
    rough[signs * slope < 0] = 0.0
    rough[list(chosen)] = 0.0
    near = np.argsort(-rough, kind="stable")[:_CLOSE_LOOK]
    near = np.sort(near[rough[near] > 0])
    if near.size == 0:
        return None
    beside = np.column_stack([np.ones(len(held)), held])
    weighted = spread[:, None] * beside
    inner = crossed(beside, weighted)
    inner[np.diag_indices_from(inner)] += penalty
    across = crossed(data.lines.holds(near.tolist()), weighted)
    left = curve[near] - np.sum(across * np.linalg.solve(inner, across.T).T, axis=1)
    score = slope[near] ** 2 / (np.maximum(left, 0.0) + penalty)
    # The last digits differ between machines: they decide nothing.
    return int(near[np.argmax(np.round(score / score.max(), 6))])


def _swapped(
    data: _Data, chosen: tuple[int, ...], model: Logistic, penalty: float
) -> tuple[tuple[int, ...], Logistic]:
    """Offer each line its best replacement once, and take what lowers the loss."""
    best = _penalised(data, chosen, model, penalty)
    for place in chosen:
        rest = tuple(one for one in chosen if one != place)
        without = _refitted(data, rest, penalty)
        other = _best_line(data, rest, without, penalty)
        if other is None or other == place:
            continue
        tried = (*rest, other)
        fitted = _refitted(data, tried, penalty)
        now = _penalised(data, tried, fitted, penalty)
        if now < best - 1e-9:
            chosen, model, best = tried, fitted, now
    return chosen, model


def _penalised(data: _Data, chosen: Sequence[int], model: Logistic, penalty: float) -> float:
    log_odds = model.log_odds(data.lines.holds(chosen))
    lost = loss(log_odds, data.label, data.weights) * float(data.weights.sum())
    return lost + 0.5 * penalty * float(np.sum(model.coefficients**2))
