"""How many important items fail with each item: exact where that takes bounded time, else sampled."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Final, NamedTuple

from changeflow.cmdb.health.adjacency import Adjacency
from changeflow.cmdb.health.components import components

# bits of all components together that are kept at a time: 128 MiB
_MOST_BITS: Final = 2**30
# edges between components that are followed in all
_MOST_FOLLOWED: Final = 20_000_000


class Felled(NamedTuple):
    """How many important items fail with each item, itself not counted.

    Attributes:
        counts: by number; 0 for items that take no important one down.
        is_exact: whether all were followed. If not, the counts are estimates by a part of the
            important items.
    """

    counts: array[int]
    is_exact: bool


class Condensed(NamedTuple):
    """What fails with what, with each ring as one node.

    Attributes:
        of: the node of each item.
        dependents: the nodes that fail with each node; all of them have lower numbers.
        edges: how many dependents there are in all.
    """

    of: Sequence[int]
    dependents: list[list[int]]
    edges: int


def felled(
    small: Condensed,
    important: Sequence[int],
    most: int = _MOST_FOLLOWED,
    bits: int = _MOST_BITS,
) -> Felled:
    """Return how many important items fail with each item alone.

    Args:
        small: what fails with what.
        important: the numbers of the important items.
        most: how many edges to follow. Beyond that only a sample of the important items counts.
        bits: how many are kept at a time.
    """
    passes = max(1, most // max(1, small.edges))
    width = max(64, bits // max(1, len(small.dependents)))
    chosen = important
    if len(important) > passes * width:
        step = len(important) / (passes * width)
        chosen = [important[int(at * step)] for at in range(passes * width)]
    by_component = [0] * len(small.dependents)
    for start in range(0, len(chosen), width):
        _add_counts(small, chosen[start : start + width], by_component)
    scale = len(important) / len(chosen) if chosen else 1.0
    own, counts = set(chosen), array("i")
    for node, component in enumerate(small.of):
        counts.append(round((by_component[component] - (node in own)) * scale))
    return Felled(counts, chosen is important)


def condensed(dependents: Adjacency) -> Condensed:
    """Return a graph with each ring as one node.

    Args:
        dependents: from an item to those that fail with it.
    """
    found = components(dependents)
    of, rows = found.of, [list[int]() for _ in range(found.number)]
    edges = 0
    for node, mine in enumerate(of):
        others = {of[other] for other in dependents.after(node)}
        others.discard(mine)
        rows[mine].extend(others)
        edges += len(others)
    return Condensed(of, rows, edges)


def _add_counts(small: Condensed, chosen: Sequence[int], counts: list[int]) -> None:
    """Add for each component how many of the chosen items fail with it.

    A whole number holds a bit for each of them.
    """
    bits = [0] * len(small.dependents)
    for at, node in enumerate(chosen):
        bits[small.of[node]] |= 1 << at
    for component, dependents in enumerate(small.dependents):
        mine = bits[component]
        for other in dependents:
            mine |= bits[other]
        bits[component] = mine
        counts[component] += mine.bit_count()
