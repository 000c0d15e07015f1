"""The highest tier among the live items that fail when an item fails alone, and the way there."""

from __future__ import annotations

from array import array
from typing import Final, NamedTuple

from changeflow.cmdb.health.adjacency import Adjacency

# The number of the lowest tier; nothing is below it.
_LOWEST: Final = 4


class Importance(NamedTuple):
    """The highest tier that each item takes down.

    Attributes:
        best: its number, also that of the item's own tier; 0 where there is none.
        by: the dependent that is next on a shortest way to such an item; -1 at its end.
    """

    best: bytearray
    by: array[int]

    def way(self, node: int) -> list[int]:
        """Return the items from the one of the highest tier down to this one."""
        found = [node]
        while self.by[found[-1]] >= 0:
            found.append(self.by[found[-1]])
        return found[::-1]


def importance(ranks: bytes, is_live: bytes, needs: Adjacency) -> Importance:
    """Return the highest tier that each item takes down.

    Args:
        ranks: the number of each item's tier, 0 where it is not known.
        is_live: whether the item is live; others are not important yet, or no more.
        needs: from an item to those without which it fails.
    """
    best, by = bytearray(len(ranks)), array("i", [-1]) * len(ranks)
    for rank in range(1, _LOWEST + 1):
        reached = []
        for node, own in enumerate(ranks):
            if own == rank and is_live[node] and not best[node]:
                best[node] = rank
                reached.append(node)
        while reached:
            further = []
            for node in reached:
                for other in needs.after(node):
                    if not best[other]:
                        best[other] = rank
                        by[other] = node
                        further.append(other)
            reached = further
    return Importance(best, by)
