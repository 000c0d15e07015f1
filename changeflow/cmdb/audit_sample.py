"""Draws a stratified sample of items: the same on every machine, whatever order they come in.

* Strata are the pairs of tier and type. Retired items are in none.
* A sample of n is spread over the strata in proportion to their sizes, with one item at least of
  every stratum of tier 1 and 2, and of those whose tier is not known. The shares are whole numbers
  by the largest remainder; of equal ones the stratum that comes first.
* Within a stratum the items with the smallest SHA-256 of `<seed>` LF `<id>` are drawn, in UTF-8 and
  compared as hexadecimal text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final, NamedTuple

from changeflow.model.seeded_rank import seeded_rank

# in the place of a tier or type that is not known
UNKNOWN: Final = "unknown"
_NEVER_EMPTY: Final = frozenset({"tier1", "tier2", UNKNOWN})


class Stratum(NamedTuple):
    """Items of one tier and type. Strata are in the order of tier, then type."""

    tier: str
    type: str


class Candidate(NamedTuple):
    """An item that may be drawn."""

    ci: str
    stratum: Stratum


class DrawnSample(NamedTuple):
    """A sample: ids by stratum in the order of drawing, and how many each stratum has."""

    drawn: Mapping[Stratum, tuple[str, ...]]
    sizes: Mapping[Stratum, int]


def draw(candidates: Iterable[Candidate], size: int, seed: str) -> DrawnSample:
    """Draw a sample. There are fewer items than `size`: all of them.

    Args:
        candidates: the items, each once, in any order.
        size: of the sample, at least `smallest(candidates)`.
        seed: any text.
    """
    by_stratum: dict[Stratum, list[str]] = {}
    for one in candidates:
        by_stratum.setdefault(one.stratum, []).append(one.ci)
    sizes = {stratum: len(by_stratum[stratum]) for stratum in sorted(by_stratum)}
    shares = _shares(sizes, size)
    drawn = {}
    for stratum, share in shares.items():
        ranked = sorted(by_stratum[stratum], key=lambda ci: (seeded_rank(seed, ci), ci))
        drawn[stratum] = tuple(ranked[:share])
    return DrawnSample(drawn, sizes)


def smallest(candidates: Iterable[Candidate]) -> int:
    """Return the size of the smallest sample that has an item of every stratum that must not lack.

    It is 1 where there is no such stratum.
    """
    strata = {one.stratum for one in candidates}
    return max(1, sum(stratum.tier in _NEVER_EMPTY for stratum in strata))


def _shares(sizes: Mapping[Stratum, int], size: int) -> dict[Stratum, int]:
    """Return how many items are drawn of each stratum."""
    total = sum(sizes.values())
    if size >= total:
        return dict(sizes)
    quotas = {stratum: Fraction(size * count, total) for stratum, count in sizes.items()}
    least = {stratum: int(stratum.tier in _NEVER_EMPTY) for stratum in sizes}
    shares = {stratum: max(least[stratum], int(quotas[stratum])) for stratum in sizes}
    # the largest remainder is served first, and what exceeds its quota most is taken from first
    while sum(shares.values()) < size:
        short = [stratum for stratum in sizes if shares[stratum] < sizes[stratum]]
        chosen = max(short, key=lambda stratum: quotas[stratum] - shares[stratum])
        shares[chosen] += 1
    while sum(shares.values()) > size:
        rich = [stratum for stratum in sizes if shares[stratum] > least[stratum]]
        chosen = max(rich, key=lambda stratum: shares[stratum] - quotas[stratum])
        shares[chosen] -= 1
    return shares
