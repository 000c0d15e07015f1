"""The strongly connected components of a directed graph, in one pass and without recursion."""

from __future__ import annotations

from array import array
from typing import NamedTuple

from changeflow.cmdb.health.adjacency import Adjacency


class Components(NamedTuple):
    """Which nodes reach each other.

    Attributes:
        of: the number of each node's component. An edge to another component leads to a lower
            number.
        number: how many components there are.
    """

    of: array[int]
    number: int

    def rings(self) -> list[list[int]]:
        """Return the components of more than one node, each sorted, in the order of their nodes."""
        sizes = [0] * self.number
        for component in self.of:
            sizes[component] += 1
        found: dict[int, list[int]] = {}
        for node, component in enumerate(self.of):
            if sizes[component] > 1:
                found.setdefault(component, []).append(node)
        return list(found.values())


def components(graph: Adjacency) -> Components:
    """Return the strongly connected components (Tarjan 1972, with Pearce's single array)."""
    first, ends = graph.first, graph.ends
    size = graph.size
    # 0: not seen; else the lowest visit that it reaches; finished nodes have a high number
    root = [0] * size
    place = list(first[:size])
    waiting: list[int] = []
    visits, finished = 1, size + 1
    for start in range(size):
        if root[start]:
            continue
        # the visit number of each node on the path
        path, numbers = [start], [visits]
        root[start] = visits
        visits += 1
        while path:
            node = path[-1]
            at, stop = place[node], first[node + 1]
            low = root[node]
            while at < stop:
                other = ends[at]
                at += 1
                seen = root[other]
                if not seen:
                    place[node] = at
                    root[other] = visits
                    path.append(other)
                    numbers.append(visits)
                    visits += 1
                    break
                if seen < low:
                    root[node] = low = seen
            else:
                path.pop()
                if low == numbers.pop():
                    root[node] = finished
                    while waiting and size >= root[waiting[-1]] >= low:
                        root[waiting.pop()] = finished
                    finished += 1
                else:
                    waiting.append(node)
                if path and root[node] < root[path[-1]]:
                    root[path[-1]] = root[node]
    return Components(array("i", (one - size - 1 for one in root)), finished - size - 1)
