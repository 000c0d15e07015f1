"""Edges of a directed graph as compressed sparse rows, and the same edges turned round."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple

from changeflow.cmdb.words import Ints


class Adjacency(NamedTuple):
    """Edges by the node where they begin.

    Attributes:
        first: `first[u]:first[u + 1]` is the stretch of `ends` that belongs to `u`.
        ends: where the edges of each node end.
    """

    first: Ints
    ends: Ints

    @classmethod
    def of(cls, size: int, edges: Iterable[tuple[int, int]]) -> Adjacency:
        """Return the edges of a graph; those of one node stay in their order."""
        listed = list(edges)
        return _rows(size, [begin for begin, _ in listed], [end for _, end in listed])

    @property
    def size(self) -> int:
        """Return the number of nodes."""
        return len(self.first) - 1

    def after(self, node: int) -> Ints:
        """Return where the edges of a node end."""
        return self.ends[self.first[node] : self.first[node + 1]]

    def begins(self) -> array[int]:
        """Return the node where each edge begins, in the order of `ends`."""
        found: array[int] = array("i")
        for node in range(self.size):
            found.extend([node] * (self.first[node + 1] - self.first[node]))
        return found

    def turned(self) -> Adjacency:
        """Return the same edges, each from its end to its beginning."""
        return _rows(self.size, self.ends, self.begins())


def _rows(size: int, begins: Ints, ends: Ints) -> Adjacency:
    """Return compressed sparse rows in two passes: count, then place."""
    counts = [0] * (size + 1)
    for begin in begins:
        counts[begin + 1] += 1
    first = array("i", accumulate(counts))
    free, placed = first.tolist(), array("i", bytes(4 * len(ends)))
    for begin, end in zip(begins, ends, strict=True):
        at = free[begin]
        placed[at] = end
        free[begin] = at + 1
    return Adjacency(first, placed)
