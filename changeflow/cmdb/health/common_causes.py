"""What passes a redundancy group: an item whose failure alone fells too many of its members.

Two caches behind one switch are redundant until the switch fails. Such a common cause is added to
the graph as an edge from it to the item that has the group; then the group can be left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from changeflow.cmdb.health.adjacency import Adjacency

# dependencies that are followed before the rest of the groups is left alone
MOST_FOLLOWED: Final = 20_000_000


class Group(NamedTuple):
    """A redundancy group.

    Attributes:
        owner: the item that has it.
        members: the items in it.
        tipping: how many of them must fail until it fails; two or more.
    """

    owner: int
    members: tuple[int, ...]
    tipping: int


class Causes(NamedTuple):
    """What passes groups.

    Attributes:
        edges: from a common cause to the item that fails with it.
        unfollowed: groups that were left alone.
    """

    edges: Sequence[tuple[int, int]]
    unfollowed: int


def common_causes(needs: Adjacency, groups: Sequence[Group], most: int | None = None) -> Causes:
    """Return what passes groups, the nearest common causes of each.

    What a common cause needs itself passes the group, too, by way of it. One group's common cause
    may be what makes the members of another one fail, so this is repeated until nothing new is
    found: the least fixed point.

    Args:
        needs: from an item to those without which it fails.
        groups: the redundancy groups.
        most: how many dependencies to follow; None: `MOST_FOLLOWED`.
    """
    search = _Search(needs, MOST_FOLLOWED if most is None else most)
    found: dict[tuple[int, int], None] = {}
    while True:
        before = len(found)
        unfollowed = 0
        for group in groups:
            if search.left <= 0:
                unfollowed += 1
                continue
            for cause in search.nearest(group):
                if cause != group.owner and (cause, group.owner) not in found:
                    found[cause, group.owner] = None
                    search.more.setdefault(group.owner, []).append(cause)
        if len(found) == before:
            return Causes(sorted(found), unfollowed)


class _Search:
    """Follows what members of groups need.

    Attributes:
        more: what items need beside their hard dependencies: the common causes found so far.
        left: how many dependencies may still be followed.
    """

    def __init__(self, needs: Adjacency, left: int) -> None:
        self.needs, self.left = needs, left
        self.more: dict[int, list[int]] = {}

    def nearest(self, group: Group) -> list[int]:
        """Return the common causes of a group that are not needed by another one of them."""
        if sum(map(self._needs_anything, group.members)) < group.tipping - 1:
            # a member may be what the others need, and all others need something
            return []
        felled: dict[int, int] = {}
        for member in group.members:
            for node in self._needed(member):
                felled[node] = felled.get(node, 0) + 1
        causes = [node for node, count in felled.items() if count >= group.tipping]
        return self._uppermost(causes)

    def _needs_anything(self, node: int) -> bool:
        return node in self.more or self.needs.first[node] < self.needs.first[node + 1]

    def _needed(self, member: int) -> set[int]:
        """Return the item and everything without which it fails."""
        seen, waiting = {member}, [member]
        while waiting:
            for other in self._direct(waiting.pop()):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return seen

    def _direct(self, node: int) -> Sequence[int]:
        direct = self.needs.after(node)
        self.left -= len(direct) + 1
        return [*direct, *self.more[node]] if node in self.more else direct

    def _uppermost(self, causes: list[int]) -> list[int]:
        """Return enough of the causes that the others are needed by one of them.

        Whatever a cause needs is a cause, too. Of causes that need each other, one is enough.
        """
        covered, found = set[int](), list[int]()
        for cause in self._dependents_first(sorted(causes)):
            if cause not in covered:
                found.append(cause)
                covered |= self._needed(cause)
        return found

    def _dependents_first(self, nodes: Sequence[int]) -> list[int]:
        """Return nodes in the reverse order in which a search leaves them.

        The first one that is left uncovered is then needed by no other, but for those that it
        needs itself.
        """
        seen, order = set[int](), list[int]()
        for start in nodes:
            if start in seen:
                continue
            seen.add(start)
            path = [(start, iter(self._direct(start)))]
            while path:
                node, rest = path[-1]
                for other in rest:
                    if other not in seen:
                        seen.add(other)
                        path.append((other, iter(self._direct(other))))
                        break
                else:
                    path.pop()
                    order.append(node)
        return order[::-1]
