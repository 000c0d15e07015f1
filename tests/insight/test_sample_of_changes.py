"""The sample of an audit is the same on every machine, has every stratum in it, and does not move when changes are added."""

from __future__ import annotations

import hashlib
import random
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.insight.audit_sample import REST, STRATA, ChangeSample, StratumName, draw_changes
from changeflow.insight.deviation_bound import most_deviating

TRAITS = st.frozensets(st.sampled_from(STRATA[:-1]), max_size=3)
CHANGES = st.dictionaries(st.from_regex(r"CHG-20261121-[a-z]{1,6}", fullmatch=True), TRAITS, max_size=40)
SEEDS = st.text(min_size=1, max_size=20)


def names(sample: ChangeSample) -> list[str]:
    return [one.change for one in sample.drawn]


@given(CHANGES, st.integers(1, 50), SEEDS)
def test_every_stratum_with_changes_is_represented_and_none_is_drawn_twice(changes: dict[str, frozenset[StratumName]], size: int, seed: str) -> None:
    sample = draw_changes(changes, size, seed)
    drawn = names(sample)
    assert len(drawn) == len(set(drawn))
    there = [name for name in STRATA if sample.strata[name].changes]
    for name in there:
        assert set(drawn) & set(sample.strata[name].changes), name
    assert min(size, len(changes)) <= len(drawn) <= max(min(size, len(changes)), len(there))
    for one in sample.drawn:
        assert one.stratum in (changes[one.change] or {REST})


@given(CHANGES, st.integers(1, 50), SEEDS, st.randoms())
def test_the_order_of_the_changes_plays_no_part(
    changes: dict[str, frozenset[StratumName]], size: int, seed: str, chance: random.Random
) -> None:
    shuffled = list(changes.items())
    chance.shuffle(shuffled)
    assert draw_changes(dict(shuffled), size, seed) == draw_changes(changes, size, seed)


@given(CHANGES, st.integers(1, 30), SEEDS)
def test_a_larger_sample_begins_with_the_smaller_one(changes: dict[str, frozenset[StratumName]], size: int, seed: str) -> None:
    small, large = (draw_changes(changes, many, seed) for many in (size, size + 5))
    assert names(large)[: len(small.drawn)] == names(small)


@given(CHANGES, TRAITS, st.integers(1, 30), SEEDS)
def test_a_change_that_is_added_moves_no_other_one(changes: dict[str, frozenset[StratumName]], traits: frozenset[StratumName], size: int, seed: str) -> None:
    before = draw_changes(changes, size, seed)
    after = draw_changes(changes | {"CHG-20261231-added": traits}, size, seed)
    for name in STRATA:
        left = [one for one in after.strata[name].changes if one != "CHG-20261231-added"]
        assert tuple(left) == before.strata[name].changes


def test_what_a_stratum_gave_are_its_changes_of_the_smallest_digests_of_seed_and_id() -> None:
    changes = {f"CHG-20261121-{number:02}": frozenset[StratumName]() for number in range(30)}
    sample = draw_changes(changes, 5, "2026-11-27")
    ranked = sorted(changes, key=lambda name: hashlib.sha256(f"2026-11-27\n{name}".encode()).hexdigest())
    assert names(sample) == ranked[:5]
    assert sample.drawn[0].rank == hashlib.sha256(f"2026-11-27\n{ranked[0]}".encode()).hexdigest()


def test_the_sample_of_a_seed_is_written_down() -> None:
    changes: dict[str, frozenset[StratumName]] = {f"CHG-20261121-{number:02}": frozenset() for number in range(20)}
    changes["CHG-20261121-03"] = frozenset({"emergency", "late"})
    changes["CHG-20261121-07"] = frozenset({"late"})
    drawn = draw_changes(changes, 4, "a day").drawn
    assert [(one.change[-2:], one.stratum) for one in drawn] == [("03", "emergency"), ("07", "late"), ("18", "rest"), ("02", "rest")]


@pytest.mark.parametrize(
    ("population", "drawn", "found", "most"),
    [(10_000, 60, 0, 485), (10_000, 25, 0, 1_127), (10_000, 60, 1, 764), (60, 60, 0, 0), (60, 60, 3, 3), (0, 0, 0, 0), (10, 0, 0, 10), (20, 10, 10, 20)],
)
def test_the_most_that_may_deviate_is_known(population: int, drawn: int, found: int, most: int) -> None:
    assert most_deviating(population, drawn, found) == most


@given(st.integers(1, 60).flatmap(lambda size: st.tuples(st.just(size), st.integers(1, size))).flatmap(lambda two: st.tuples(*map(st.just, two), st.integers(0, two[1]))))
def test_the_bound_is_the_largest_number_under_which_the_sample_is_not_rare(sizes: tuple[int, int, int]) -> None:
    population, drawn, found = sizes
    believed = []
    for deviating in range(found, population - (drawn - found) + 1):
        ways = sum(comb(deviating, count) * comb(population - deviating, drawn - count) for count in range(found + 1))
        if ways / comb(population, drawn) >= 0.05:
            believed.append(deviating)
    assert most_deviating(population, drawn, found) == max(believed)


def test_in_a_large_population_a_clean_sample_is_near_the_rule_of_three() -> None:
    assert most_deviating(1_000_000, 100, 0) / 1_000_000 == pytest.approx(3 / 100, rel=0.02)
