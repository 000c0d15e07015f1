"""Rings: items that need each other without any redundancy, so that all of them fail if one does."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from changeflow.cmdb.health.adjacency import Adjacency
from changeflow.cmdb.health.components import components
from changeflow.cmdb.health.estate import Estate, Found, Problem


class Ring(NamedTuple):
    """Items that need each other, by number.

    Attributes:
        members: all of them, sorted.
        way: a shortest way round, from the first item back to it.
    """

    members: tuple[int, ...]
    way: tuple[int, ...]


def rings(estate: Estate) -> Found:
    """Return a problem for each ring, at its first item."""
    ids = estate.graph.ids
    found = rings_of(estate.failures.hard)
    problems = []
    for ring in found:
        name = ids[ring.members[0]]
        way = " -> ".join(ids[node] for node in ring.way)
        data = {"ci": name, "ring": way, "count": len(ring.members)}
        case = "whole" if len(ring.way) == len(ring.members) + 1 else "part"
        problems.append(Problem(name, "", None, {"case": case, **data}, ids[ring.way[1]]))
    return estate.first_of(problems, len(problems))


def rings_of(needs: Adjacency) -> list[Ring]:
    """Return the rings of a graph, in the order of their first items.

    Args:
        needs: from an item to those without which it fails.
    """
    found = []
    for members in components(needs).rings():
        way = _way_round(needs, members[0], frozenset(members))
        found.append(Ring(tuple(members), tuple(way)))
    return found


def _way_round(needs: Adjacency, start: int, members: Collection[int]) -> list[int]:
    """Return a shortest way from an item along what is needed back to it."""
    by: dict[int, int] = {}
    reached = [start]
    while start not in by:
        further = []
        for node in reached:
            for other in needs.after(node):
                if other in members and other not in by:
                    by[other] = node
                    further.append(other)
        reached = further
    way = [start, by[start]]
    while way[-1] != start:
        way.append(by[way[-1]])
    return way[::-1]
