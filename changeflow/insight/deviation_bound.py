"""What a sample says about all changes: the most of them that may deviate, with confidence.

The bound is exact for a sample without replacement from a population that is known: the largest
number D of deviating changes under which a sample with as few deviations as were found is not
rarer than 1 in 20 (hypergeometric distribution; Cochran, Sampling Techniques, 3rd edition 1977,
3.6). In a large population a sample of n without any deviation bounds their share near 3/n, the
rule of three (Hanley and Lippman-Hand, JAMA 249, 1983, 1743-1745).

Everything is computed with whole numbers, and is the same on every machine.
"""

from __future__ import annotations

from math import comb
from typing import Final

CONFIDENCE: Final = 0.95
# a sample that is rarer than 1 in so many is not believed
_RARE: Final = 20


def most_deviating(population: int, drawn: int, found: int) -> int:
    """Return the most changes of a population that may deviate, at a confidence of 95 %.

    Args:
        population: how many there are.
        drawn: how many of them were looked at.
        found: how many of those deviate.
    """
    low, high = found, population - (drawn - found)
    while low < high:
        middle = (low + high + 1) // 2
        if _is_believed(population, drawn, found, middle):
            low = middle
        else:
            high = middle - 1
    return low


def _is_believed(population: int, drawn: int, found: int, deviating: int) -> bool:
    """Return whether a sample with so few deviations is no rarer than 1 in 20."""
    sound, ways = population - deviating, 0
    for count in range(found + 1):
        ways += comb(deviating, count) * comb(sound, drawn - count)
    return ways * _RARE >= comb(population, drawn)
