"""Articulation points: nodes without which a connected part of a graph falls apart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from changeflow.cmdb.health.adjacency import Adjacency


def articulation_points(graph: Adjacency, back: Adjacency) -> list[int]:
    """Return the articulation points, sorted. The direction of edges does not count.

    It is by Hopcroft and Tarjan (1973), without recursion.

    Args:
        graph: the edges.
        back: the same edges turned round.
    """
    search = _Search(graph, back)
    for root in range(graph.size):
        if not search.visit[root]:
            search.follow(root)
    return sorted(search.found)


class _Search:
    """A search in depth along edges, in both directions.

    Attributes:
        visit: when each node was seen first; 0: not yet.
        low: the earliest visit that a node and those below it reach by one edge upwards.
        found: the articulation points so far.
    """

    def __init__(self, graph: Adjacency, back: Adjacency) -> None:
        self.graph, self.back = graph, back
        self.visit, self.low = [0] * graph.size, [0] * graph.size
        self.visits = 0
        self.found: set[int] = set()

    def follow(self, root: int) -> None:
        """Look at everything that hangs together with a node."""
        branches = 0
        path = [(root, root, self._enter(root))]
        while path:
            node, came_from, rest = path[-1]
            other = self._next(node, came_from, rest)
            if other is not None:
                path.append((other, node, self._enter(other)))
                continue
            path.pop()
            self.low[came_from] = min(self.low[came_from], self.low[node])
            if came_from == root:
                branches += node != root
            elif self.low[node] >= self.visit[came_from]:
                self.found.add(came_from)
        if branches > 1:
            self.found.add(root)

    def _enter(self, node: int) -> Iterator[int]:
        """Return the neighbours of a node that is seen for the first time."""
        self.visits += 1
        self.visit[node] = self.low[node] = self.visits
        return chain(self.graph.after(node), self.back.after(node))

    def _next(self, node: int, came_from: int, rest: Iterator[int]) -> int | None:
        """Return the next neighbour that was not seen; note the earliest of those that were."""
        visit, low = self.visit, self.low[node]
        found = None
        for other in rest:
            if not visit[other]:
                found = other
                break
            if visit[other] < low and other != came_from:
                low = visit[other]
        self.low[node] = low
        return found
