"""The sample of an audit, and what it says of the whole CMDB: properties, and oracles of their own."""

from __future__ import annotations

import hashlib
import math
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.cmdb.audit_estimate import SampledStratum, Unit, Z, simple, stood_for, stratified
from changeflow.cmdb.audit_sample import UNKNOWN, Candidate, Stratum, draw, smallest

TIERS = ("tier1", "tier2", "tier3", "tier4", UNKNOWN)
POPULATIONS = st.dictionaries(
    st.text(min_size=1, max_size=6),
    st.builds(Stratum, st.sampled_from(TIERS), st.sampled_from(("service", "cache", UNKNOWN))),
    min_size=1,
    max_size=80,
)


def candidates(population: dict[str, Stratum]) -> list[Candidate]:
    return [Candidate(ci, stratum) for ci, stratum in population.items()]


@given(POPULATIONS, st.integers(1, 100), st.text(max_size=10), st.randoms())
def test_the_order_of_the_items_does_not_matter_and_all_strata_are_covered(
    population: dict[str, Stratum], more: int, seed: str, chance: random.Random
) -> None:
    listed = candidates(population)
    size = smallest(listed) + more - 1
    first = draw(listed, size, seed)
    chance.shuffle(listed)
    assert draw(listed, size, seed) == first
    drawn = [ci for ids in first.drawn.values() for ci in ids]
    assert len(drawn) == len(set(drawn)) == min(size, len(population))
    assert all(population[ci] == stratum for stratum, ids in first.drawn.items() for ci in ids)
    assert first.sizes == Counter(population.values())
    for stratum, ids in first.drawn.items():
        if stratum.tier in ("tier1", "tier2", UNKNOWN):
            assert ids, stratum


@given(POPULATIONS, st.integers(1, 100))
def test_shares_are_in_proportion_to_within_one_item_where_no_stratum_is_forced(
    population: dict[str, Stratum], size: int
) -> None:
    calm = {ci: Stratum("tier4", stratum.type) for ci, stratum in population.items()}
    sample = draw(candidates(calm), size, "s")
    for stratum, ids in sample.drawn.items():
        quota = min(size, len(calm)) * sample.sizes[stratum] / len(calm)
        assert abs(len(ids) - quota) < 1


@given(POPULATIONS, st.integers(2, 40))
def test_a_larger_sample_of_one_stratum_holds_the_smaller_one(population: dict[str, Stratum], size: int) -> None:
    one = [Candidate(ci, Stratum("tier3", "cache")) for ci in population]
    (smaller,) = draw(one, size - 1, "seed").drawn.values()
    (larger,) = draw(one, size, "seed").drawn.values()
    assert larger[: len(smaller)] == smaller


def test_the_algorithm_is_the_one_that_is_documented() -> None:
    ids = ["cache-1", "缓存-2", "cache-3", "cache-4"]
    wanted = sorted(ids, key=lambda ci: hashlib.sha256(b"2026-11-27\n" + ci.encode()).hexdigest())[:2]
    stratum = Stratum("tier3", "cache")
    assert draw([Candidate(ci, stratum) for ci in ids], 2, "2026-11-27").drawn[stratum] == tuple(wanted)


def test_every_item_is_drawn_about_as_often() -> None:
    stratum = Stratum("tier3", "cache")
    listed = [Candidate(f"host-{number}", stratum) for number in range(20)]
    counts = Counter(ci for seed in range(2_000) for ci in draw(listed, 5, str(seed)).drawn[stratum])
    # 500 each, with a standard deviation of 19
    assert len(counts) == 20
    assert all(400 < count < 600 for count in counts.values())


# -- estimates -------------------------------------------------------------------------------------


def wilson(part: float, size: float) -> tuple[float, float]:
    """Wilson's interval as it is defined: the p for which the score test just accepts, by bisection."""

    def accepts(p: float) -> bool:
        return abs(part - p) <= Z * math.sqrt(p * (1 - p) / size)

    def edge(outside: float) -> float:
        inside = part
        for _ in range(200):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if accepts(middle) else (inside, middle)
        return inside

    return edge(0.0), edge(1.0)


@given(st.integers(1, 500), st.data())
def test_the_interval_of_a_proportion_is_wilsons(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    share = simple(part, whole)
    assert share is not None
    low, high = wilson(part / whole, whole)
    assert share.value == pytest.approx(part / whole, abs=1e-6)
    assert share.low == pytest.approx(low, abs=2e-6)
    assert share.high == pytest.approx(high, abs=2e-6)


def test_nothing_looked_at_says_nothing() -> None:
    assert simple(0, 0) is None
    assert stratified([]) is None
    assert stratified([SampledStratum(4, [Unit(0, 0)])]) is None


def test_strata_are_weighted_by_their_sizes() -> None:
    large = SampledStratum(900, [Unit(5, 5)] * 9)
    small = SampledStratum(100, [Unit(0, 5)] * 9)
    share = stratified([large, small])
    assert share is not None
    assert share.value == 0.9


def test_strata_of_which_nothing_was_drawn_are_stood_for_by_their_tier_and_nothing_is_lost() -> None:
    a, b, c, d = (Stratum(*names) for names in (("tier3", "x"), ("tier3", "y"), ("tier3", "z"), ("tier4", "x")))
    sizes = {a: 30, b: 10, c: 4, d: 6}
    assert stood_for(sizes, {a: 3, b: 1, d: 1}) == {a: 33.0, b: 11.0, d: 6.0}
    # no stratum of its tier was drawn: all stand for it
    assert stood_for(sizes, {a: 3, b: 1}) == {a: 37.5, b: 12.5}
    assert stood_for(sizes, {a: 3, b: 1, c: 1, d: 1}) == sizes


def test_where_all_items_were_looked_at_the_interval_is_the_value() -> None:
    share = stratified([SampledStratum(2, [Unit(3, 6), Unit(6, 6)]), SampledStratum(1, [Unit(6, 6)])])
    assert share is not None
    assert share.value == share.low == share.high == pytest.approx(15 / 18, abs=1e-6)


def test_where_all_agree_the_items_are_what_was_sampled_and_not_their_attributes() -> None:
    share = stratified([SampledStratum(10**9, [Unit(6, 6)] * 30)])
    assert share is not None
    low, high = wilson(1.0, 30)
    assert (share.value, share.high) == (1.0, 1.0)
    assert share.low == pytest.approx(low, abs=1e-5)
    assert high == 1.0


def test_a_finite_population_makes_the_interval_narrower() -> None:
    units = [Unit(4, 6), Unit(6, 6), Unit(5, 6), Unit(6, 6)] * 5
    wide, narrow = stratified([SampledStratum(10**6, units)]), stratified([SampledStratum(25, units)])
    assert wide is not None
    assert narrow is not None
    assert narrow.high - narrow.low < 0.6 * (wide.high - wide.low)


def test_a_simple_random_sample_of_single_attributes_gives_wilsons_interval_with_the_correction() -> None:
    size, count, agrees = 400, 100, 80
    share = stratified([SampledStratum(size, [Unit(1, 1)] * agrees + [Unit(0, 1)] * (count - agrees))])
    assert share is not None
    # the variance of a simple random sample (Cochran 2.13): (1 - f) p q / (n - 1)
    effective = (count - 1) / (1 - count / size)
    low, high = wilson(0.8, effective)
    assert (share.low, share.high) == (pytest.approx(low, abs=1e-5), pytest.approx(high, abs=1e-5))


@pytest.mark.parametrize("truth", [0.7, 0.9, 0.97])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(truth: float) -> None:
    """A CMDB of four strata, one of them of few items; errors come in clusters within items."""
    chance = random.Random(f"audit {truth}")  # noqa: S311 - it makes an example
    strata: list[tuple[Stratum, list[Unit]]] = []
    for tier, count in (("tier1", 40), ("tier2", 150), ("tier3", 800), ("tier4", 8)):
        units = []
        for _ in range(count):
            mean = min(1.0, max(0.0, chance.gauss(truth, 0.15)))
            units.append(Unit(sum(chance.random() < mean for _ in range(6)), 6))
        strata.append((Stratum(tier, "service"), units))
    everything = [unit for _, units in strata for unit in units]
    real = sum(unit.agrees for unit in everything) / sum(unit.looked_at for unit in everything)
    listed = [Candidate(f"{stratum.tier}-{number}", stratum) for stratum, units in strata for number in range(len(units))]
    held = 0
    for seed in range(300):
        sample = draw(listed, 60, str(seed))
        drawn = []
        for stratum, units in strata:
            picked = [units[int(ci.rpartition("-")[2])] for ci in sample.drawn[stratum]]
            drawn.append(SampledStratum(len(units), picked))
        share = stratified(drawn)
        assert share is not None
        held += share.low <= real <= share.high
    assert held / 300 > 0.9
