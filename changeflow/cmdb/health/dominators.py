"""Immediate dominators: the last item through which every way from the roots to an item leads."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Final

from changeflow.cmdb.health.adjacency import Adjacency

# Several ways lead to the item that have nothing in common, or it is a root.
NONE: Final = -1
UNREACHED: Final = -2


def immediate_dominators(graph: Adjacency, back: Adjacency, roots: Iterable[int]) -> array[int]:
    """Return for each node its immediate dominator, seen from an entrance before all roots.

    Args:
        graph: the edges.
        back: the same edges turned round.
        roots: where ways begin.

    It is by Semi-NCA (Georgiadis and Tarjan 2005), whose time grows with the edges. `NONE` is the
    entrance, `UNREACHED` a node to which no way leads.
    """
    entered = set(roots)
    order, number, parent = _depth_first(graph, sorted(entered))
    above = list(parent)
    semi = list(range(len(order)))
    label = list(semi)
    for place in range(len(order) - 1, 0, -1):
        node = order[place]
        # the entrance has number 0
        best = 0 if node in entered else parent[place]
        if best:
            for before in back.after(node):
                at = number[before]
                if at:
                    reached = semi[_lowest(at, place + 1, above, label, semi)]
                    best = min(best, reached)
        semi[place] = best
    found = array("i", [UNREACHED]) * graph.size
    for place in range(1, len(order)):
        candidate = parent[place]
        while candidate > semi[place]:
            candidate = parent[candidate]
        # from here on it is the dominator
        parent[place] = candidate
        found[order[place]] = order[candidate] if candidate else NONE
    return found


def _depth_first(graph: Adjacency, roots: list[int]) -> tuple[list[int], list[int], list[int]]:
    """Return nodes by number, numbers by node (0: not reached), and the number of each's parent."""
    first, ends = graph.first, graph.ends
    order, number, parent = [NONE], [0] * graph.size, [0]
    place = list(first[: graph.size])
    for root in roots:
        if number[root]:
            continue
        number[root] = len(order)
        order.append(root)
        parent.append(0)
        path = [root]
        while path:
            node = path[-1]
            at, stop = place[node], first[node + 1]
            while at < stop:
                other = ends[at]
                at += 1
                if not number[other]:
                    number[other] = len(order)
                    order.append(other)
                    parent.append(number[node])
                    path.append(other)
                    break
            else:
                path.pop()
            place[node] = at
    return order, number, parent


def _lowest(place: int, linked: int, above: list[int], label: list[int], semi: list[int]) -> int:
    """Return the node with the lowest semidominator on the way up, and shorten that way."""
    if above[place] < linked:
        return label[place]
    path = []
    while above[place] >= linked:
        path.append(place)
        place = above[place]
    best = label[place]
    upper = place
    while path:
        place = path.pop()
        above[place] = above[upper]
        if semi[best] < semi[label[place]]:
            label[place] = best
        else:
            best = label[place]
        upper = place
    return label[place]
