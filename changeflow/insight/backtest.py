"""Test scores against what happened: fitted to earlier changes, judged on later ones.

Changes are split by their actual start, and never at random: what was learned from a change may
not judge one before it. Changes whose outcome is not known are left out and counted.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from changeflow.insight.card_fit import Card, Unfit
from changeflow.insight.event_counts import UNKNOWN, Flags, Instants, Numbers
from changeflow.insight.labels import Label, labelled
from changeflow.insight.measures import (
    Band,
    Interval,
    auc,
    brier,
    calibration,
    calibration_error,
    intervals,
    ranked,
    recall_at,
)
from changeflow.insight.past import Past
from changeflow.insight.rivals import RIVALS, Judged, NothingRecorded, by_number, fitted_card
from changeflow.insight.wide_card import model_points
from changeflow.model.riskmodel import LikelihoodPoints

# Shares of all changes that are looked at.
BUDGETS: Final = (0.05, 0.10, 0.20)
# Changes of the first part, where nothing else is said: two thirds of those that are judged.
_EARLIER: Final = 2 / 3
_LATEST: Final = np.iinfo(np.int64).max
_MICROSECOND: Final = timedelta(microseconds=1)
# Fewer changes with trouble than this say hardly anything.
FEW: Final = 30


class Limits(NamedTuple):
    """Which changes take part, by their actual start; `UNKNOWN` stands for an open end.

    Attributes:
        since: the first.
        until: the first that does not take part.
        train_until: the first that is judged; the earlier ones are learned from.
    """

    since: int = UNKNOWN
    until: int = UNKNOWN
    train_until: int = UNKNOWN


class Part(NamedTuple):
    """Changes of one part: when the first and the last started, and how many had trouble."""

    since: int
    until: int
    changes: int
    positive: int


class Result(NamedTuple):
    """How well a score told trouble beforehand.

    Attributes:
        name: of the score.
        auc: None where it could not be computed, as all that follows.
        auc_interval: 95 %.
        recall: which share of the trouble lies among the riskiest changes, for each budget.
        recall_intervals: 95 %.
        brier: mean squared difference of chance and outcome.
        bands: chance and outcome in ten bands.
        error: mean distance of the two.
        missing: why there are no figures.
    """

    name: str
    auc: float | None = None
    auc_interval: Interval | None = None
    recall: dict[float, float] | None = None
    recall_intervals: dict[float, Interval | None] | None = None
    brier: float | None = None
    bands: tuple[Band, ...] = ()
    error: float | None = None
    missing: str | None = None


class LeftOut(NamedTuple):
    """Changes that are not judged.

    Attributes:
        not_started: no actual start is recorded.
        open: the time after them was not over when the records end.
        unknown: how they ended is not recorded, or their items.
        overlapping: they started before the first judged one, and it was not known by then how they
            ended, so nothing is learned from them.
    """

    not_started: int
    open: int
    unknown: int
    overlapping: int


class BackTest(NamedTuple):
    """What a back-test came to.

    Attributes:
        train: changes that were learned from.
        test: changes that were judged.
        results: of each score.
        placebo: share of the judged changes, of both parts, that had as many incidents before them.
        share: of the same changes, those with trouble.
        left_out: changes that were not judged.
        card: that was fitted, if there was one.
    """

    train: Part
    test: Part
    results: tuple[Result, ...]
    placebo: float | None
    share: float
    left_out: LeftOut
    card: Card | None


class Untestable(ValueError):
    """The records cannot test a score for this label.

    Attributes:
        why: `nothing`, `train`, `test`: which part has no changes, or changes of one kind alone.
        part: the part, if there is one.
    """

    def __init__(self, why: str, part: Part | None = None) -> None:
        super().__init__(why)
        self.why, self.part = why, part


def backtest(
    past: Past,
    facts: dict[str, Numbers],
    points: LikelihoodPoints,
    label: Label,
    limits: Limits = Limits(),  # noqa: B008 - it is a tuple
) -> BackTest:
    """Test the committed risk model and its rivals.

    Args:
        past: the tables.
        facts: of all changes, as `wide_facts` returns them.
        points: of the committed risk model.
        label: what counts as trouble.
        limits: which changes take part.

    Raises:
        Untestable: when a part has no changes, or none with trouble, or none without.
    """
    found = labelled(past, label)
    within = _within(past, limits)
    rows = np.flatnonzero(found.judged & within)
    rows = rows[np.argsort(past.start[rows], kind="stable")]
    train, test = _split(past.start[rows], limits)
    learned = train & _known_by(past, rows, label, past.start[rows][test].min(initial=_LATEST))
    overlapping = int(np.count_nonzero(train & ~learned))
    train = learned
    positive = found.positive[rows]
    parts = (
        _part(past.start[rows][train], positive[train]),
        _part(past.start[rows][test], positive[test]),
    )
    _require_both_kinds(*parts)
    learned_rows, judged_rows = rows[train], rows[test]
    earlier = {name: values[learned_rows] for name, values in facts.items()}
    later = {name: values[judged_rows] for name, values in facts.items()}
    card, judged = _judged(points, earlier, positive[train], later)
    results = tuple(_measured(name, one, positive[test]) for name, one in judged)
    placebo = None if found.placebo is None else float(found.placebo[rows].mean())
    left_out = LeftOut(
        int(np.count_nonzero(past.start == UNKNOWN)),
        int(np.count_nonzero(found.open & within)),
        int(np.count_nonzero(within & ~found.judged & ~found.open)),
        overlapping,
    )
    return BackTest(parts[0], parts[1], results, placebo, float(positive.mean()), left_out, card)


def _within(past: Past, limits: Limits) -> Flags:
    within: Flags = np.not_equal(past.start, UNKNOWN)
    if limits.since != UNKNOWN:
        within &= past.start >= limits.since
    if limits.until != UNKNOWN:
        within &= past.start < limits.until
    return within


def _split(starts: Instants, limits: Limits) -> tuple[Flags, Flags]:
    """Return the earlier and the later changes; those that started together stay together."""
    if not len(starts):
        raise Untestable("nothing")
    until = limits.train_until
    if until == UNKNOWN:
        until = int(starts[min(int(len(starts) * _EARLIER), len(starts) - 1)])
    earlier: Flags = np.less(starts, until)
    return earlier, np.logical_not(earlier)


def _known_by(past: Past, rows: NDArray[np.int64], label: Label, moment: int) -> Flags:
    """Return of which changes it was known before a moment how they ended."""
    ended = np.where(past.end[rows] == UNKNOWN, past.start[rows], past.end[rows])
    known: Flags = ended + (label.within or timedelta()) // _MICROSECOND <= moment
    return known


def _part(starts: Instants, positive: Flags) -> Part:
    if not len(starts):
        return Part(UNKNOWN, UNKNOWN, 0, 0)
    return Part(int(starts[0]), int(starts[-1]), len(starts), int(positive.sum()))


def _require_both_kinds(train: Part, test: Part) -> None:
    for name, part in (("train", train), ("test", test)):
        if not 0 < part.positive < part.changes:
            raise Untestable(name, part)


def _judged(
    points: LikelihoodPoints, earlier: dict[str, Numbers], label: Flags, later: dict[str, Numbers]
) -> tuple[Card | None, list[tuple[str, Judged | str]]]:
    first = model_points(points, earlier).astype(np.float64)
    second = model_points(points, later).astype(np.float64)
    told: list[tuple[str, Judged | str]] = [("changeflow", by_number(first, label, second))]
    card = None
    try:
        fitted, card = fitted_card(earlier, label, later)
        told.append(("fitted", fitted))
    except Unfit:
        told.append(("fitted", "few"))
    for name, rival in RIVALS.items():
        try:
            told.append((name, rival(earlier, label, later)))
        except NothingRecorded:
            told.append((name, "unrecorded"))
        except ImportError:
            told.append((name, "extra"))
    return card, told


def _measured(name: str, judged: Judged | str, label: Flags) -> Result:
    if isinstance(judged, str):
        return Result(name, missing=judged)
    of = ranked(judged.score, label)
    bands = calibration(judged.chance, label)
    recalls = [partial(recall_at, share=budget) for budget in BUDGETS]
    of_area, *of_recalls = intervals(of, [auc, *recalls])
    return Result(
        name,
        auc(of),
        of_area,
        {budget: recall_at(of, budget) for budget in BUDGETS},
        dict(zip(BUDGETS, of_recalls, strict=True)),
        brier(judged.chance, label),
        bands,
        calibration_error(bands),
    )
