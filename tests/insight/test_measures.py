"""Measures of a score agree with their definitions, written out pair by pair."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.insight.measures import (
    auc,
    brier,
    calibration,
    calibration_error,
    interval,
    intervals,
    ranked,
    recall_at,
)
from tests.examples import examples

SCORED = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=40)


@settings(max_examples=examples(60))
@given(SCORED)
def test_the_area_is_the_share_of_pairs_in_the_right_order(scored: list[tuple[int, bool]]) -> None:
    score = np.array([one for one, _ in scored], dtype=float)
    label = np.array([bad for _, bad in scored])
    found = auc(ranked(score, label))
    bad, good = score[label], score[~label]
    if not len(bad) or not len(good):
        assert math.isnan(found)
        return
    pairs = [(b > g) + 0.5 * (b == g) for b in bad for g in good]
    assert found == pytest.approx(sum(pairs) / len(pairs))


@settings(max_examples=examples(60))
@given(SCORED, st.sampled_from([0.05, 0.1, 0.5, 1.0]))
def test_recall_is_the_mean_over_all_orders_of_equal_scores(
    scored: list[tuple[int, bool]], share: float
) -> None:
    score = np.array([one for one, _ in scored], dtype=float)
    label = np.array([bad for _, bad in scored])
    if not label.any():
        assert math.isnan(recall_at(ranked(score, label), share))
        return
    room, got = share * len(score), 0.0
    for value in sorted(set(score), reverse=True):
        mine = score == value
        taken = min(room, mine.sum())
        got += label[mine].mean() * taken
        room -= taken
    assert recall_at(ranked(score, label), share) == pytest.approx(got / label.sum())


def test_an_interval_holds_the_measure_and_is_the_same_each_time() -> None:
    draw = np.random.default_rng(3)
    score = draw.normal(size=500)
    label = score + draw.normal(size=500) > 1
    of = ranked(score, label)
    found = interval(score, label, auc)
    assert found is not None
    assert found.low < auc(of) < found.high
    assert found == interval(score, label, auc)
    assert interval(score, np.zeros(500, bool), auc) is None


def test_changes_that_share_their_trouble_are_no_more_evidence_than_one_of_them() -> None:
    draw = np.random.default_rng(3)
    score = draw.normal(size=300)
    label = score + draw.normal(size=300) > 1
    once = interval(score, label, auc)
    blocks = np.repeat(np.arange(300), 5)
    assert interval(np.repeat(score, 5), np.repeat(label, 5), auc, blocks=blocks) == once
    taken_alone = interval(np.repeat(score, 5), np.repeat(label, 5), auc)
    assert once is not None
    assert taken_alone is not None
    assert taken_alone.high - taken_alone.low < 0.6 * (once.high - once.low)


def test_very_many_scores_are_put_together_without_a_difference_that_counts() -> None:
    draw = np.random.default_rng(3)
    score = draw.normal(size=30_000)
    label = score + draw.normal(size=30_000) > 1
    of = ranked(score, label)
    assert len(of.bad) <= 4_096
    bad = np.sort(score[label])
    below = np.searchsorted(np.sort(score[~label]), bad)
    assert auc(of) == pytest.approx(below.mean() / (~label).sum(), abs=1e-3)


def test_chances_that_come_true_have_no_error() -> None:
    chance = np.repeat([0.1, 0.5], 100)
    label = np.concatenate([np.arange(100) < 10, np.arange(100) < 50])
    bands = calibration(chance, label, 2)
    assert [(band.predicted, band.observed, band.changes) for band in bands] == [
        (pytest.approx(0.1), pytest.approx(0.1), 100),
        (pytest.approx(0.5), pytest.approx(0.5), 100),
    ]
    assert calibration_error(bands) == pytest.approx(0, abs=1e-12)
    assert calibration_error(calibration(chance + 0.1, label, 2)) == pytest.approx(0.1)
    assert brier(chance, label) == pytest.approx((0.09 + 0.25) / 2)


def test_changes_of_equal_chance_share_their_trouble_out_evenly_whatever_their_order() -> None:
    draw = np.random.default_rng(4)
    chance = np.repeat([0.1, 0.4], [70, 30])
    label = np.arange(100) % 7 == 0
    orders = [draw.permutation(100) for _ in range(3)]
    told = [calibration(chance[order], label[order]) for order in orders]
    assert told[0] == told[1] == told[2]
    assert sum(band.observed * band.changes for band in told[0]) == pytest.approx(label.sum())


def test_area_and_brier_score_are_those_of_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    draw = np.random.default_rng(9)
    for _ in range(5):
        chance = np.round(draw.random(400), 2)
        label = draw.random(400) < chance
        assert auc(ranked(chance, label)) == pytest.approx(metrics.roc_auc_score(label, chance))
        assert brier(chance, label) == pytest.approx(metrics.brier_score_loss(label, chance))


def test_several_measures_have_the_intervals_that_each_of_them_has_alone() -> None:
    draw = np.random.default_rng(9)
    score, label = draw.integers(0, 9, 300), draw.random(300) < 0.3
    other = draw.random(300)
    several = intervals([other, score], label, [auc, lambda drawn: recall_at(drawn, 0.1)], resamples=50)
    assert several[0][0] == interval(other, label, auc, resamples=50)
    assert several[1][0] == interval(score, label, auc, resamples=50)


def test_an_interval_is_that_of_blocks_counted_change_by_change() -> None:
    """The definition, change by change: each draw takes the changes of as many blocks as there are."""
    draw = np.random.default_rng(4)
    for kinds in (3, 40, 200):
        score, label, blocks = draw.integers(0, kinds, 200), draw.random(200) < 0.3, draw.integers(5, 60, 200)
        names = np.unique(blocks)
        again, found = np.random.default_rng(11), []
        for _ in range(20):
            rows = np.concatenate([np.flatnonzero(blocks == names[one]) for one in again.integers(0, len(names), len(names))])
            found.append(auc(ranked(score[rows], label[rows])))
        low, high = np.percentile(found, [2.5, 97.5])
        assert interval(score, label, auc, blocks=blocks, resamples=20) == pytest.approx((low, high), rel=1e-12)


def test_the_interval_of_an_area_is_about_that_of_its_standard_error() -> None:
    """Hanley and McNeil (1982), for scores without knowledge: the standard error of an area of 0.5."""
    draw = np.random.default_rng(2)
    score, label = draw.random(2_000), draw.random(2_000) < 0.3
    found = interval(score, label, auc, resamples=400)
    assert found is not None
    bad, good = label.sum(), (~label).sum()
    error = math.sqrt((bad + good + 1) / (12 * bad * good))
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.2)
