"""A card of whole points is fitted to changes of the past."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pytest
from fitted_changes import DIRECTIONS, changes

from changeflow.insight.card_candidates import candidates, thresholds
from changeflow.insight.card_fit import Card, Line, Unfit, fit


def area(score: np.ndarray, label: np.ndarray) -> float:
    """Return the share of pairs that the score puts in the right order; ties are half."""
    bad, good = score[label][:, None], score[~label][None, :]
    return float(np.mean((bad > good) + 0.5 * (bad == good)))


def points_of(card: Card, fact: str) -> list[int]:
    """Return the points of the lines of a fact."""
    return [line.points for line in card.lines if line.fact == fact]


def test_a_card_puts_changes_nearly_in_the_order_of_their_true_chances() -> None:
    facts, label = changes()
    later, outcome = changes(seed=8)
    truth = 0.5 * later["incidents"] - 0.05 * later["quiet_days"]
    card = fit(facts, label, DIRECTIONS)
    assert area(card.total(later), outcome) > area(truth, outcome) - 0.02


def test_chances_are_those_that_later_changes_have() -> None:
    facts, label = changes()
    later, outcome = changes(seed=8)
    card = fit(facts, label, DIRECTIONS)
    chance = card.chance(card.total(later))
    assert abs(chance.mean() - outcome.mean()) < 0.02
    risky = chance > 0.5
    assert abs(chance[risky].mean() - outcome[risky].mean()) < 0.06


def test_the_same_changes_give_the_same_card() -> None:
    facts, label = changes(800)
    assert fit(facts, label, DIRECTIONS) == fit(facts, label, DIRECTIONS)


@pytest.mark.parametrize("most", [1, 2, 4, 9])
def test_a_card_has_no_more_lines_than_are_allowed(most: int) -> None:
    facts, label = changes(1500)
    assert len(fit(facts, label, DIRECTIONS, most).lines) <= most


def test_a_fact_that_raises_never_takes_points_and_one_that_lowers_only_gives_them_back() -> None:
    facts, label = changes()
    # Both facts say the opposite here of what they may say.
    against = {**DIRECTIONS, "incidents": "lowers", "quiet_days": "raises"}
    card = fit(facts, label, DIRECTIONS)
    assert all(points > 0 for points in points_of(card, "incidents"))
    first, *rest = points_of(card, "quiet_days")
    assert first == -sum(rest)
    assert all(points < 0 for points in rest)
    told_wrongly = fit(facts, label, against)
    assert points_of(told_wrongly, "incidents") == points_of(told_wrongly, "quiet_days") == []


def test_no_change_has_less_than_no_points() -> None:
    facts, label = changes()
    card = fit(facts, label, DIRECTIONS)
    worst = {**facts, "quiet_days": np.full(4000, 60.0), "incidents": np.zeros(4000)}
    assert card.total(facts).min() >= 0
    assert card.total(worst).min() >= 0


def test_what_is_not_known_counts_as_the_worst() -> None:
    facts, label = changes()
    card = fit(facts, label, DIRECTIONS)
    for name, values in facts.items():
        unknown = card.total({**facts, name: np.full(len(values), np.nan)})
        assert np.all(unknown >= card.total(facts))


def test_the_worst_of_a_free_fact_may_lie_in_the_middle() -> None:
    lines = (Line("hours", 0.0, 1), Line("hours", 5.0, 6), Line("hours", 9.0, -7))
    card = Card(lines, 0.0, 1.0)
    totals = card.total({"hours": np.array([1.0, 5.0, 9.0, np.nan])})
    assert totals.tolist() == [1, 7, 0, 7]


def test_a_fact_that_can_be_negative_only_adds_points() -> None:
    facts, label = changes()
    moved = {**facts, "quiet_days": facts["quiet_days"] - 30.0}
    card = fit(moved, label, DIRECTIONS)
    assert points_of(card, "quiet_days") == []
    free = fit(moved, label, {**DIRECTIONS, "quiet_days": "free"})
    assert all(points > 0 for points in points_of(free, "quiet_days"))


def test_noise_has_hardly_any_points() -> None:
    facts, label = changes()
    card = fit(facts, label, DIRECTIONS)
    assert sum(map(abs, points_of(card, "noise"))) <= 2


def test_thresholds_of_counts_are_whole_and_all_are_short() -> None:
    facts, _ = changes()
    assert all(mark == int(mark) for mark in thresholds(facts["incidents"]))
    assert all(len(f"{mark:g}") <= 5 for mark in thresholds(facts["lead_hours"]))


def test_a_fact_with_one_value_or_none_has_no_thresholds() -> None:
    assert thresholds(np.full(100, 3.0)) == []
    assert thresholds(np.full(100, np.nan)) == []


@pytest.mark.parametrize("bad", [0, 9, 1500, 1491])
def test_too_few_changes_of_either_kind_are_no_reason_for_a_card(bad: int) -> None:
    facts, _ = changes(1500)
    with pytest.raises(Unfit):
        fit(facts, np.arange(1500) < bad, DIRECTIONS)


def test_a_fact_that_is_unknown_everywhere_is_left_out() -> None:
    facts, label = changes(1500)
    card = fit({**facts, "unknown": np.full(1500, np.nan)}, label, DIRECTIONS)
    assert points_of(card, "unknown") == []


def test_many_changes_are_fitted_by_a_sample_and_calibrated_by_all() -> None:
    facts, label = changes(60_000)
    begun = perf_counter()
    card = fit(facts, label, DIRECTIONS)
    assert perf_counter() - begun < 60
    assert abs(card.chance(card.total(facts)).mean() - label.mean()) < 0.002


def test_sums_over_a_part_of_the_changes_are_those_of_its_columns() -> None:
    facts, _ = changes(1000)
    lines = candidates(facts, DIRECTIONS)
    # The highest thresholds are reached by none of these.
    few = lines.of(slice(0, 12))
    values = np.arange(12.0)
    places = list(range(len(few.facts)))
    assert few.sums(values).tolist() == (values @ few.holds(places)).tolist()


def test_few_outcomes_make_a_short_card() -> None:
    facts, label = changes(4000)
    rare = label & (np.cumsum(label) <= 30)
    assert 1 <= len(fit(facts, rare, DIRECTIONS).lines) <= 3


def noise(seed: int, count: int = 900) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return changes whose trouble has nothing to do with any of twenty facts."""
    draw = np.random.default_rng(seed)
    facts = {f"fact-{one}": draw.poisson(2, count).astype(float) for one in range(20)}
    return facts, draw.random(count) < 0.1


def test_facts_that_say_nothing_of_trouble_seldom_make_a_card() -> None:
    cards = [fit(*noise(seed), dict.fromkeys(noise(seed)[0], "free")) for seed in range(20)]
    assert sum(bool(card.lines) for card in cards) <= 5


def test_a_signal_among_facts_that_say_nothing_is_found() -> None:
    for seed in range(5):
        facts, _ = noise(seed)
        draw = np.random.default_rng(100 + seed)
        label = draw.random(900) < np.where(facts["fact-3"] >= 4, 0.3, 0.05)
        card = fit(facts, label, dict.fromkeys(facts, "free"))
        assert points_of(card, "fact-3")
