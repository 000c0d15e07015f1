"""Control charts: published examples, limits worked by hand, each rule, and how often they are wrong."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations, pairwise
from math import sqrt

import pytest

from changeflow.insight.control_chart import (
    ControlChart,
    Sample,
    Timed,
    count_chart,
    individuals_chart,
    share_chart,
    signals_of,
)

# Montgomery, Introduction to Statistical Quality Control, tables 7.1, 7.7 and 6.6.
CANS = (12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6)
BOARDS = (21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15)
LOANS = (310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304)


def samples(counts: Sequence[int], size: int) -> list[Sample]:
    return [Sample(str(number), count, size) for number, count in enumerate(counts, start=1)]


def plain_limits(chart: ControlChart) -> tuple[float, float]:
    """The limits of the first point, without Laney's factor."""
    first, centre = chart.points[0], chart.centre
    assert first.upper is not None
    assert first.lower is not None
    assert centre is not None
    upper = centre + (first.upper - centre) / chart.factor
    return round(2 * centre - upper, 4), round(upper, 4)


def test_shares_have_the_published_centre_and_limits() -> None:
    chart = share_chart(samples(CANS, 50))
    assert chart.centre == pytest.approx(0.2313, abs=0.00005)
    assert plain_limits(chart) == (0.0524, 0.4102)
    # they vary more than chance explains, so that their limits are wider
    assert (chart.kind, round(chart.factor, 2)) == ("p'", 1.66)


def test_counts_have_the_published_centre_and_limits() -> None:
    chart = count_chart(samples(BOARDS, 7))
    assert chart.centre == pytest.approx(19.85, abs=0.005)
    assert plain_limits(chart) == (6.4814, 33.2109)
    assert chart.kind == "c'"


def test_single_values_have_the_published_centre_and_limits() -> None:
    chart = individuals_chart([Timed(str(n), float(value)) for n, value in enumerate(LOANS)])
    assert (chart.kind, chart.centre) == ("XmR", 300.5)
    assert chart.points[0].upper == pytest.approx(321.22, abs=0.005)
    assert chart.points[0].lower == pytest.approx(279.78, abs=0.005)
    assert chart.signals == ()
    assert chart.is_firm


def test_limits_of_a_share_follow_the_number_of_records_of_each_point() -> None:
    sizes = (40, 10, 90, 40, 40, 40, 40, 40, 40, 40)
    counts = (10, 2, 23, 10, 10, 10, 10, 10, 10, 10)
    chart = share_chart([Sample(str(n), *pair) for n, pair in enumerate(zip(counts, sizes, strict=True))])
    assert (chart.kind, chart.factor) == ("p", 1.0)
    centre = 105 / 420
    assert chart.points[1].upper == pytest.approx(centre + 3 * sqrt(centre * (1 - centre) / 10))
    assert chart.points[1].lower == 0.0
    assert chart.points[2].upper == pytest.approx(centre + 3 * sqrt(centre * (1 - centre) / 90))
    # a point on the centre line lies on no side of it
    assert chart.points[0].distance == 0.0


def test_the_factor_is_the_mean_moving_range_of_the_distances() -> None:
    counts, sizes = [5, 30, 4, 35, 6, 28, 5, 33, 4, 30], [100, 120, 80, 110, 100, 90, 100, 120, 80, 100]
    chart = share_chart([Sample(str(n), *pair) for n, pair in enumerate(zip(counts, sizes, strict=True))])
    centre = sum(counts) / sum(sizes)
    away = [(c / n - centre) / sqrt(centre * (1 - centre) / n) for c, n in zip(counts, sizes, strict=True)]
    ranges = [abs(after - before) for before, after in pairwise(away)]
    assert chart.factor == pytest.approx(sum(ranges) / len(ranges) / 1.128)
    assert chart.kind == "p'"


def test_counts_of_months_are_counted_by_the_day() -> None:
    months = [Sample(str(n), 2 * days + n % 2, days) for n, days in enumerate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31))]
    chart = count_chart(months)
    assert chart.kind == "u"
    assert chart.points[1].value == pytest.approx(57 / 28)
    centre = (2 * 304 + 5) / 304
    assert chart.points[1].upper == pytest.approx(centre + 3 * sqrt(centre / 28))


def test_without_enough_to_go_by_no_limits_are_drawn_and_the_chart_says_why() -> None:
    few = share_chart(samples((1, 2, 3), 10))
    steady = count_chart(samples((4,) * 12, 7))
    rare = share_chart(samples((1, *(0,) * 20), 10))
    nothing = share_chart([Sample("1", 0, 0)])
    assert [one.why for one in (few, steady, rare, nothing)] == ["few", "steady", "rare", "few"]
    for chart in (few, steady, rare):
        assert [point.upper for point in chart.points if point.upper is not None] == []
        assert chart.signals == ()
    assert (nothing.centre, nothing.points) == (None, ())
    assert individuals_chart([]).why == "few"


def test_sub_periods_without_records_are_left_out_of_a_share() -> None:
    chart = share_chart([*samples((3, 4, 5, 4, 3, 4, 5, 4, 3, 4), 20), Sample("none", 0, 0)])
    assert "none" not in [point.name for point in chart.points]


@pytest.mark.parametrize(
    ("distances", "found"),
    [
        ((0, 3.1, 0, -3.2), [("beyond_3_sigma", "above", (1,)), ("beyond_3_sigma", "below", (3,))]),
        ((0, 3.0, 0), []),
        ((-1, *(0.5,) * 9, -1), [("nine_on_one_side", "above", tuple(range(1, 10)))]),
        ((-1, *(0.5,) * 8, -1), []),
        ((*(0.5,) * 5, 0.0, *(0.5,) * 5), []),
        ((0.1, 0, 0.2, 0.3, 0.4, 0.5, 0.6), [("six_trending", "up", (1, 2, 3, 4, 5, 6))]),
        ((0.1, 0, -0.2, -0.3, -0.3, -0.4, -0.5), []),
        ((2.1, 0, 2.2, 0, 0), [("two_of_three_beyond_2_sigma", "above", (0, 2))]),
        ((2.1, 0, 0, 2.2), []),
        ((2.1, -2.2), []),
        ((2.5, 2.5, 0, 2.5), [("two_of_three_beyond_2_sigma", "above", (0, 1, 3))]),
    ],
)  # fmt: skip
def test_each_rule_names_its_points(distances: tuple[float, ...], found: list[tuple[str, str, tuple[int, ...]]]) -> None:
    assert list(signals_of(distances)) == found


def places_by_windows(distances: Sequence[float]) -> dict[str, set[int]]:
    """The points of each rule, found by looking at every window as the rules are written."""
    found: dict[str, set[int]] = {"beyond_3_sigma": set(), "nine_on_one_side": set(), "six_trending": set(), "two_of_three_beyond_2_sigma": set()}
    for start in range(len(distances)):
        window = range(start, len(distances))
        if abs(distances[start]) > 3:
            found["beyond_3_sigma"].add(start)
        for sign in (1, -1):
            nine = [sign * distances[n] for n in window[:9]]
            if len(nine) == 9 and min(nine) > 0:
                found["nine_on_one_side"].update(window[:9])
            six = [sign * distances[n] for n in window[:6]]
            if len(six) == 6 and all(before < after for before, after in pairwise(six)):
                found["six_trending"].update(window[:6])
            for one, two in combinations(window[:3], 2):
                if sign * distances[one] > 2 and sign * distances[two] > 2:
                    found["two_of_three_beyond_2_sigma"].update((one, two))
    return found


def test_rules_find_what_looking_at_every_window_finds() -> None:
    draw = random.Random(11)  # noqa: S311 - no secret
    for _ in range(300):
        walk, distances = 0.0, []
        for _ in range(draw.randrange(1, 40)):
            walk = 0.7 * walk + draw.gauss(0, 1.2)
            distances.append(round(walk, 1))
        found: dict[str, set[int]] = {name: set() for name in places_by_windows(())}
        for signal in signals_of(distances):
            found[signal.rule].update(signal.points)
        assert found == places_by_windows(distances), distances


def test_how_often_a_rule_is_wrong_about_a_steady_process_is_what_it_is_known_for() -> None:
    draw = random.Random(7)  # noqa: S311 - no secret
    distances = [draw.gauss(0, 1) for _ in range(200_000)]
    count = {"beyond_3_sigma": 0, "nine_on_one_side": 0, "six_trending": 0, "two_of_three_beyond_2_sigma": 0}
    for signal in signals_of(distances):
        count[signal.rule] += 1
    rate = {name: number / len(distances) for name, number in count.items()}
    assert rate["beyond_3_sigma"] == pytest.approx(0.0027, rel=0.15)
    # a run of nine begins after a change of side: 1/2 to the 9th
    assert rate["nine_on_one_side"] == pytest.approx(1 / 2**9, rel=0.15)
    assert rate["six_trending"] < 0.003
    assert rate["two_of_three_beyond_2_sigma"] < 0.003


def test_a_steady_share_of_few_or_many_changes_seldom_gives_a_signal() -> None:
    draw = random.Random(3)  # noqa: S311 - no secret
    for size, share in ((12, 0.2), (60, 0.1), (400, 0.05)):
        wrong = points = 0
        for _ in range(120):
            counts = [sum(draw.random() < share for _ in range(size)) for _ in range(26)]
            chart = share_chart(samples(counts, size))
            wrong += len(chart.signals)
            points += len(chart.points)
        # 1.3 % is what the four rules come to for values of a normal distribution
        assert wrong / points < 0.02, (size, share)


def test_a_share_that_doubles_is_seen() -> None:
    draw = random.Random(5)  # noqa: S311 - no secret
    seen = 0
    for _ in range(50):
        counts = [sum(draw.random() < 0.1 for _ in range(200)) for _ in range(18)]
        counts += [sum(draw.random() < 0.2 for _ in range(200)) for _ in range(8)]
        seen += bool(share_chart(samples(counts, 200)).signals)
    assert seen >= 48
