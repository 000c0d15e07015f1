"""Test scores against what happened: fitted to earlier changes, judged on later ones.

Changes are split by their actual start, and never at random: what was learned from a change may
not judge one before it. Changes whose outcome is not known are left out and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from changeflow.insight.blocks import blocks_of
from changeflow.insight.card_fit import Card, Unfit
from changeflow.insight.event_counts import Codes, Flags, Instants, Numbers
from changeflow.insight.instants import UNKNOWN
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
    until = _train_until(past.start[rows], limits)
    # Those that started together stay together.
    earlier = past.start[rows] < until
    train, test = earlier & (found.known_at[rows] <= until), ~earlier
    overlapping = int(np.count_nonzero(earlier & ~train))
    positive = found.positive[rows]
    parts = (
        _part(past.start[rows][train], positive[train]),
        _part(past.start[rows][test], positive[test]),
    )
    _require_both_kinds(*parts)
    learned_rows, judged_rows = rows[train], rows[test]
    before = {name: values[learned_rows] for name, values in facts.items()}
    later = {name: values[judged_rows] for name, values in facts.items()}
    card, judged = _judged(points, before, positive[train], later)
    blocks = blocks_of(past, judged_rows)
    results = _all_measured(judged, positive[test], blocks)
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


def _train_until(starts: Instants, limits: Limits) -> int:
    """Return the start of the first change that is judged."""
    if not len(starts):
        raise Untestable("nothing")
    if limits.train_until != UNKNOWN:
        return limits.train_until
    return int(starts[len(starts) * 2 // 3])


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


def _all_measured(
    told: Sequence[tuple[str, Judged | str]], label: Flags, blocks: Codes
) -> tuple[Result, ...]:
    """Return what each score is worth; the intervals of all of them by the same draws."""
    scores = [judged.score for _, judged in told if not isinstance(judged, str)]
    recalls = [partial(recall_at, share=budget) for budget in BUDGETS]
    sure = iter(intervals(scores, label, [auc, *recalls], blocks=blocks))
    results = []
    for name, judged in told:
        if isinstance(judged, str):
            results.append(Result(name, missing=judged))
        else:
            results.append(_measured(name, judged, label, next(sure)))
    return tuple(results)


def _measured(name: str, judged: Judged, label: Flags, sure: Sequence[Interval | None]) -> Result:
    of = ranked(judged.score, label)
    bands = calibration(judged.chance, label)
    of_area, *of_recalls = sure
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
