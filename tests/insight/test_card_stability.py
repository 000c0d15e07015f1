"""How sure the lines of a card are is told by the cards of changes drawn anew."""

from __future__ import annotations

import numpy as np
from fitted_changes import DIRECTIONS, changes

from changeflow.insight.card_fit import training, uncalibrated
from changeflow.insight.card_stability import points_at, sureness


def test_a_fact_that_matters_comes_again_and_the_points_of_its_lines_lie_in_their_intervals() -> (
    None
):
    facts, label = changes(1500)
    of = training(facts, label, DIRECTIONS)
    card = uncalibrated(of)
    ticks: list[None] = []
    told = sureness(card, of, resamples=8, tick=lambda: ticks.append(None))
    assert len(ticks) == 8
    assert [one.line for one in told] == list(card.lines)
    strong = [one for one in told if one.line.fact == "incidents"]
    assert strong
    assert all(one.chosen == 8 for one in strong)
    assert all(one.low - 2 <= one.points_of_fact <= one.high + 2 for one in told)
    for one in told:
        assert one.points_of_fact == points_at(card.lines, one.line.fact, one.line.at_least)


def test_the_same_changes_are_drawn_each_time() -> None:
    facts, label = changes(600)
    of = training(facts, label, DIRECTIONS)
    card = uncalibrated(of)
    assert sureness(card, of, resamples=3) == sureness(card, of, resamples=3)


def test_a_fact_that_tells_nothing_is_chosen_by_few_of_the_cards() -> None:
    facts, label = changes(1500)
    noise = np.random.default_rng(5).permutation(facts["incidents"])
    of = training({"noise": noise, **facts}, label, {"noise": "raises", **DIRECTIONS}, 6)
    told = sureness(uncalibrated(of), of, resamples=8)
    assert all(one.chosen < 8 for one in told if one.line.fact == "noise")
