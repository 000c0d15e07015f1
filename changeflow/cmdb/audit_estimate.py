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

from collections.abc import Iterable, Mapping, Sequence
from math import inf, sqrt
from statistics import variance
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from changeflow.cmdb.audit_sample import Stratum

# of the normal distribution, for 95 %
Z: Final = 1.959963984540054
CONFIDENCE: Final = 0.95


class Unit(NamedTuple):
    """An item of the sample: how much of it was looked at, and how much of that agrees."""

    agrees: int
    looked_at: int


def added(units: Iterable[Unit]) -> Unit:
    """Return several units as one."""
    agrees = looked_at = 0
    for unit in units:
        agrees += unit.agrees
        looked_at += unit.looked_at
    return Unit(agrees, looked_at)


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
    agrees = looked_at = 0.0
    for one in drawn:
        whole = added(one.units)
        agrees += one.size * whole.agrees / len(one.units)
        looked_at += one.size * whole.looked_at / len(one.units)
    if not looked_at:
        return None
    value = agrees / looked_at
    return _interval(value, _effective_size(drawn, value, looked_at))


def simple(part: int, whole: int) -> Share | None:
    """Return a share of what was counted with Wilson's interval; None of nothing."""
    if not whole:
        return None
    return _interval(part / whole, whole)


def _effective_size(strata: Sequence[SampledStratum], value: float, looked_at: float) -> float:
    """Return the size of a simple sample that would tell as much."""
    estimated, size = list[SampledStratum](), 0.0
    units: list[Unit] = []
    for one in strata:
        size += one.size
        units += one.units
        if len(one.units) < one.size:
            estimated.append(one)
    if not estimated:
        return inf
    left, scatter = 1 - len(units) / size, 0.0
    for group in _with_spread(estimated):
        count = len(group.units)
        spread = _spread(group.units, value)
        scatter += group.size**2 * (1 - count / group.size) / count * spread
    scatter /= looked_at**2
    if scatter <= 0 or not 0 < value < 1:
        return len(units) / left
    return min(value * (1 - value) / scatter, added(units).looked_at / left)


def _with_spread(strata: Sequence[SampledStratum]) -> list[SampledStratum]:
    """Return the strata with those together of which one item was drawn."""
    several, alone = list[SampledStratum](), list[SampledStratum]()
    for one in sorted(strata, key=lambda one: one.size):
        (several if len(one.units) > 1 else alone).append(one)
    if len(alone) == 1 and several:
        # the largest other one takes it in
        alone.append(several.pop())
    if alone:
        together = SampledStratum(0.0, ())
        for one in alone:
            together = SampledStratum(together.size + one.size, (*together.units, *one.units))
        several.append(together)
    return several


def _spread(units: Sequence[Unit], value: float) -> float:
    """Return the variance of what units differ from a share; 0 of a single one."""
    if len(units) < 2:  # noqa: PLR2004 - one value has no variance
        return 0.0
    return variance([unit.agrees - value * unit.looked_at for unit in units])


def _interval(value: float, size: float) -> Share:
    if size == inf:
        return Share(round(value, 6), round(value, 6), round(value, 6))
    middle = (value + Z**2 / (2 * size)) / (1 + Z**2 / size)
    half = Z / (1 + Z**2 / size) * sqrt(value * (1 - value) / size + Z**2 / (4 * size**2))
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Share(round(value, 6), round(low, 6), round(high, 6))
