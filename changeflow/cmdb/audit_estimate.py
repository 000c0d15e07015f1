"""Estimates a share of the whole CMDB from a stratified sample, with an interval.

The items are the units that were drawn, and their attributes are looked at together. The share is
the combined ratio estimate (Cochran, Sampling Techniques, 3rd edition 1977, 6.11): the sum
over strata of N times the mean of what agrees, by the same sum of what was looked at. Its variance
is linearised, with the finite population correction of each stratum. Strata of which one item was
drawn are taken together for the variance alone (collapsed strata, 5A.12), which makes it
rather too large. Strata of which none was drawn are stood for by their tier.

The interval is Wilson's (1927) with the effective size of the sample, p(1 - p) / variance, in the
place of its size (Franco, Little, Louis and Slud, Journal of Survey Statistics and Methodology 7,
2019). Where all agree, or none, the variance is 0 and says nothing: the number of items drawn is
the size then, corrected for the finite population. Where all items were looked at there is nothing
to estimate, and the interval is the value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, sqrt
from typing import Final, NamedTuple

from changeflow.cmdb.audit_sample import Stratum

# of the normal distribution, for 95 %
Z: Final = 1.959963984540054
CONFIDENCE: Final = 0.95


class Unit(NamedTuple):
    """An item of the sample: how much of it was looked at, and how much of that agrees."""

    agrees: int
    looked_at: int


class Share(NamedTuple):
    """A share with its interval, all from 0 to 1, rounded to six places."""

    value: float
    low: float
    high: float


class SampledStratum(NamedTuple):
    """A stratum: how many items it stands for, and those that were drawn."""

    size: float
    units: Sequence[Unit]


def stood_for(sizes: Mapping[Stratum, int], drawn: Mapping[Stratum, int]) -> dict[Stratum, float]:
    """Return how many items each stratum stands for of which any was drawn.

    Items of a stratum of which none was drawn are stood for by the other strata of its tier, where
    there are any, else by all, in proportion to their sizes.

    Args:
        sizes: items of each stratum.
        drawn: how many of them were drawn, at most as many.
    """
    there = {stratum: float(sizes[stratum]) for stratum, count in drawn.items() if count}
    for stratum, size in sizes.items():
        if stratum in there:
            continue
        near = [one for one in there if one.tier == stratum.tier] or list(there)
        whole = sum(sizes[one] for one in near)
        for one in near:
            there[one] += size * sizes[one] / whole
    return there


def stratified(strata: Sequence[SampledStratum]) -> Share | None:
    """Estimate a share of all items; None where nothing was looked at.

    Args:
        strata: in any order.
    """
    drawn = [one for one in strata if one.units]
    agrees = sum(_total(one, [unit.agrees for unit in one.units]) for one in drawn)
    looked_at = sum(_total(one, [unit.looked_at for unit in one.units]) for one in drawn)
    if not looked_at:
        return None
    value = agrees / looked_at
    return _interval(value, _effective_size(drawn, value, looked_at))


def simple(part: int, whole: int) -> Share | None:
    """Return a share of what was counted with Wilson's interval; None of nothing."""
    if not whole:
        return None
    return _interval(part / whole, whole)


def _total(stratum: SampledStratum, values: Sequence[int]) -> float:
    return stratum.size * sum(values) / len(values)


def _effective_size(strata: Sequence[SampledStratum], value: float, looked_at: float) -> float:
    """Return the size of a simple sample that would tell as much."""
    estimated = [one for one in strata if len(one.units) < one.size]
    if not estimated:
        return inf
    items = sum(len(one.units) for one in strata)
    left = 1 - items / sum(one.size for one in strata)
    variance = 0.0
    for group in _with_spread(estimated):
        spread = _spread([unit.agrees - value * unit.looked_at for unit in group.units])
        count = len(group.units)
        variance += group.size**2 * (1 - count / group.size) / count * spread
    variance /= looked_at**2
    if variance <= 0 or not 0 < value < 1:
        return items / left
    attributes = sum(unit.looked_at for one in strata for unit in one.units)
    return min(value * (1 - value) / variance, attributes / left)


def _with_spread(strata: Sequence[SampledStratum]) -> list[SampledStratum]:
    """Return the strata with those together of which one item was drawn."""
    several = sorted((one for one in strata if len(one.units) > 1), key=lambda one: one.size)
    alone = [one for one in strata if len(one.units) == 1]
    if len(alone) == 1 and several:
        # the largest other one takes it in
        alone.append(several.pop())
    if alone:
        units = [unit for one in alone for unit in one.units]
        several.append(SampledStratum(sum(one.size for one in alone), units))
    return several


def _spread(values: Sequence[float]) -> float:
    """Return the variance of a sample; 0 of a single value."""
    if len(values) < 2:  # noqa: PLR2004 - one value has no variance
        return 0.0
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)


def _interval(value: float, size: float) -> Share:
    if size == inf:
        return Share(round(value, 6), round(value, 6), round(value, 6))
    middle = (value + Z**2 / (2 * size)) / (1 + Z**2 / size)
    half = Z / (1 + Z**2 / size) * sqrt(value * (1 - value) / size + Z**2 / (4 * size**2))
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Share(round(value, 6), round(low, 6), round(high, 6))
