"""Control charts: is a measure steady over time, or did something change.

A chart has a centre line and limits three sigma away from it, all computed from its own points.

- Shares of changing numbers: the p chart; counts: the c chart, or the u chart where sub-periods are
  not equally long (Montgomery, Introduction to Statistical Quality Control, 7.2 and 7.3). Where
  they vary more from point to point than chance explains, the limits are wider by that factor: the
  p' and u' charts (Laney, Improved Control Charts for Attributes, Quality Engineering 14(4), 2002).
  They are never made narrower.
- Times: the XmR chart of individual values, whose sigma is the mean moving range divided by 1.128
  (Wheeler and Chambers, Understanding Statistical Process Control; Montgomery, 6.4).

Signals are found by four of Nelson's rules (The Shewhart Control Chart: Tests for Special Causes,
Journal of Quality Technology 16(4), 1984): 1, 2, 3 and 5. They look at the distance of each point
from the centre in its own sigma, as limits differ from point to point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from math import sqrt
from typing import Final, Literal, NamedTuple

ChartKind = Literal["p", "p'", "c", "c'", "u", "u'", "XmR"]
RuleName = Literal[
    "beyond_3_sigma", "nine_on_one_side", "six_trending", "two_of_three_beyond_2_sigma"
]
Side = Literal["above", "below", "up", "down"]
# Why no limits are drawn: too few points; too little is counted in a point; all points are alike.
Reason = Literal["few", "rare", "steady"]

# Points below which limits say nothing, and from which on they are firm (Wheeler; Montgomery 5.3).
FEWEST: Final = 10
FIRM: Final = 20
# Expected in a point: with less, most points are zero and all of them lie on one side.
FEWEST_EXPECTED: Final = 1.0
SIGMAS: Final = 3.0
# The mean range of two values from a normal distribution, in sigma.
_D2: Final = 1.128
_NEAR: Final = 2.0
_RUN: Final = 9
_TREND: Final = 6
_TWO, _OF_THREE = 2, 3


class Sample(NamedTuple):
    """What was counted in a sub-period, among so many records or in so many days."""

    name: str
    counted: int
    size: int


class Timed(NamedTuple):
    """A value that was measured in a sub-period, such as a median."""

    name: str
    value: float


class ChartPoint(NamedTuple):
    """A point of a chart.

    Attributes:
        name: of the sub-period.
        value: a share of 1, a count, a count per day, or what was measured.
        lower: limit; None where there is none.
        upper: limit; None where there is none.
        distance: from the centre line, in sigma; None without limits.
    """

    name: str
    value: float
    lower: float | None = None
    upper: float | None = None
    distance: float | None = None


class Signal(NamedTuple):
    """What a rule found: where, and the places of its points in the chart."""

    rule: RuleName
    side: Side
    points: tuple[int, ...]


class ControlChart(NamedTuple):
    """A chart.

    Attributes:
        kind: which one it is.
        centre: line; None where there is no point.
        factor: by which limits are wider than chance alone asks for; 1 where they are not.
        points: in the order of time.
        signals: by rule, and then by time.
        why: there are no limits; None where there are.
    """

    kind: ChartKind
    centre: float | None
    factor: float
    points: tuple[ChartPoint, ...]
    signals: tuple[Signal, ...] = ()
    why: Reason | None = None

    @property
    def is_firm(self) -> bool:
        """Return whether there are enough points for limits that will hardly move."""
        return self.why is None and len(self.points) >= FIRM


def share_chart(samples: Sequence[Sample]) -> ControlChart:
    """Return the p or p' chart of shares; sub-periods without records are left out."""
    found = list(filter(_has_records, samples))
    counted, among = _sums(found)
    points = _points(found)
    if not among:
        return ControlChart("p", None, 1.0, (), why="few")
    centre = counted / among
    expected = min(counted, among - counted) / len(found)
    why = _why_not(points, expected)
    if why is not None:
        return ControlChart("p", centre, 1.0, points, why=why)
    sigmas = [sqrt(centre * (1 - centre) / one.size) for one in found]
    factor = _factor(_distances(found, sigmas))
    charted = _with_limits(found, points, sigmas, factor, highest=1.0)
    return _with_signals("p" if factor == 1 else "p'", centre, factor, charted)


def count_chart(samples: Sequence[Sample]) -> ControlChart:
    """Return the c or u chart of counts; the size of each is the days of its sub-period."""
    found = list(filter(_has_records, samples))
    counted, days = _sums(found)
    if not days:
        return ControlChart("c", None, 1.0, (), why="few")
    is_even = len(set(map(_size, found))) == 1
    if is_even:
        found = [one._replace(size=1) for one in found]
        days = len(found)
    plain: ChartKind = "c" if is_even else "u"
    wider: ChartKind = "c'" if is_even else "u'"
    points = _points(found)
    centre = counted / days
    why = _why_not(points, counted / len(found))
    if why is not None:
        return ControlChart(plain, centre, 1.0, points, why=why)
    sigmas = [sqrt(centre / one.size) for one in found]
    factor = _factor(_distances(found, sigmas))
    charted = _with_limits(found, points, sigmas, factor)
    return _with_signals(plain if factor == 1 else wider, centre, factor, charted)


def individuals_chart(values: Sequence[Timed]) -> ControlChart:
    """Return the XmR chart of measured values, none of which can be negative."""
    points = tuple(ChartPoint(*one) for one in values)
    if not points:
        return ControlChart("XmR", None, 1.0, (), why="few")
    measured = [one.value for one in values]
    centre = sum(measured) / len(measured)
    sigma = _moving_range(measured) / _D2
    why = _why_not(points, FEWEST_EXPECTED)
    if why is not None:
        return ControlChart("XmR", centre, 1.0, points, why=why)
    charted = []
    for point in points:
        distance = (point.value - centre) / sigma
        charted.append(_limited(point, centre, sigma, distance, None))
    return _with_signals("XmR", centre, 1.0, tuple(charted))


# -- limits ----------------------------------------------------------------------------------------


def _sums(samples: Sequence[Sample]) -> tuple[int, int]:
    counted = among = 0
    for one in samples:
        counted += one.counted
        among += one.size
    return counted, among


def _size(sample: Sample) -> int:
    return sample.size


def _has_records(sample: Sample) -> bool:
    return sample.size > 0


def _points(samples: Sequence[Sample]) -> tuple[ChartPoint, ...]:
    return tuple(ChartPoint(one.name, one.counted / one.size) for one in samples)


def _why_not(points: Sequence[ChartPoint], expected: float) -> Reason | None:
    if len(points) < FEWEST:
        return "few"
    if len({one.value for one in points}) == 1:
        return "steady"
    if expected < FEWEST_EXPECTED:
        return "rare"
    return None


def _distances(samples: Sequence[Sample], sigmas: Sequence[float]) -> list[float]:
    """Return how far each is from the centre in its own sigma; exactly 0 for one on it."""
    counted, among = _sums(samples)
    found = []
    for one, sigma in zip(samples, sigmas, strict=True):
        away = one.counted * among - counted * one.size
        found.append(away / (one.size * among) / sigma)
    return found


def _moving_range(values: Sequence[float]) -> float:
    ranges = 0.0
    for before, after in pairwise(values):
        ranges += abs(after - before)
    return ranges / max(1, len(values) - 1)


def _factor(distances: Sequence[float]) -> float:
    """Return Laney's sigma of the distances, at least 1."""
    return max(1.0, _moving_range(distances) / _D2)


def _with_limits(
    samples: Sequence[Sample],
    points: Sequence[ChartPoint],
    sigmas: Sequence[float],
    factor: float,
    *,
    highest: float | None = None,
) -> tuple[ChartPoint, ...]:
    counted, among = _sums(samples)
    charted = []
    for point, sigma, distance in zip(points, sigmas, _distances(samples, sigmas), strict=True):
        wide = sigma * factor
        charted.append(_limited(point, counted / among, wide, distance / factor, highest))
    return tuple(charted)


def _limited(
    point: ChartPoint, centre: float, sigma: float, distance: float, highest: float | None
) -> ChartPoint:
    upper = centre + SIGMAS * sigma
    if highest is not None:
        upper = min(highest, upper)
    return point._replace(lower=max(0.0, centre - SIGMAS * sigma), upper=upper, distance=distance)


# -- signals ---------------------------------------------------------------------------------------


def _with_signals(
    kind: ChartKind, centre: float, factor: float, points: tuple[ChartPoint, ...]
) -> ControlChart:
    distances = [one.distance for one in points if one.distance is not None]
    return ControlChart(kind, centre, factor, points, signals_of(distances))


def signals_of(distances: Sequence[float]) -> tuple[Signal, ...]:
    """Return what the rules find in distances from a centre line, in sigma."""
    found: list[Signal] = []
    for rule in _RULES:
        found += rule(distances)
    return tuple(found)


def _beyond(distances: Sequence[float]) -> Iterator[Signal]:
    """Yield each point outside the limits (Nelson 1)."""
    for place, distance in enumerate(distances):
        if abs(distance) > SIGMAS:
            yield Signal("beyond_3_sigma", "above" if distance > 0 else "below", (place,))


def _one_side(distances: Sequence[float]) -> Iterator[Signal]:
    """Yield runs of nine points or more on one side of the centre (Nelson 2)."""
    for sign, places in _runs([_sign(one) for one in distances]):
        if sign and len(places) >= _RUN:
            yield Signal("nine_on_one_side", "above" if sign > 0 else "below", places)


def _trending(distances: Sequence[float]) -> Iterator[Signal]:
    """Yield six points or more of which each is higher, or each lower (Nelson 3)."""
    steps = [_sign(after - before) for before, after in pairwise(distances)]
    for sign, places in _runs(steps):
        # one point more than steps
        if sign and len(places) + 1 >= _TREND:
            yield Signal("six_trending", "up" if sign > 0 else "down", (*places, places[-1] + 1))


def _two_of_three(distances: Sequence[float]) -> Iterator[Signal]:
    """Yield points beyond two sigma, two of three in a row on the same side (Nelson 5)."""
    for sign, side in ((1, "above"), (-1, "below")):
        far = [place for place, one in enumerate(distances) if sign * one > _NEAR]
        near: list[int] = []
        for place in far:
            if near and place - near[-1] >= _OF_THREE:
                yield from _pair(near, side)
                near = []
            near.append(place)
        yield from _pair(near, side)


def _pair(places: Sequence[int], side: str) -> Iterator[Signal]:
    if len(places) >= _TWO:
        name: Side = "above" if side == "above" else "below"
        yield Signal("two_of_three_beyond_2_sigma", name, tuple(places))


def _runs(signs: Sequence[int]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield each run of equal signs with its places."""
    start = 0
    for place in range(1, len(signs) + 1):
        if place == len(signs) or signs[place] != signs[start]:
            yield signs[start], tuple(range(start, place))
            start = place


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


_RULES: Final[tuple[Callable[[Sequence[float]], Iterator[Signal]], ...]] = (
    _beyond,
    _one_side,
    _trending,
    _two_of_three,
)
