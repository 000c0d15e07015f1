"""What fails with items, and what two outages bring down together that neither does alone.

An item fails with what it needs by a hard dependency, and with a redundancy group of which fewer
members are left than it needs. That is the part of the blast radius whose score is 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from changeflow.cmdb.graph import FIRST_GROUP, HARD, SOFT, Graph, Needs
from changeflow.lazy_dataclass import dataclass
from changeflow.model.impact_weights import ImpactWeights

# dependencies that are followed back from items, before all that fails with others is looked for
_FEW: Final = 20_000


@dataclass(frozen=True)
class Outage:
    """What fails with some items.

    Attributes:
        failing: numbers of the items that fail, the items themselves included.
        weakened: group -> its members that fail, of every group that still holds.
        needing: group -> the item that needs it, of the same groups.
    """

    failing: frozenset[int]
    weakened: Mapping[int, frozenset[int]]
    needing: Mapping[int, int]


class Outages:
    """What fails with items of a CMDB.

    Args:
        graph: the CMDB.
        weights: where a hard dependency passes on less than all, nothing fails but the items
            themselves.
        needs: what the items need; None: not at hand. With it, what cannot fail with others is
            often known without all that does.
        few: how many dependencies may be followed back for that.
    """

    def __init__(
        self, graph: Graph, weights: ImpactWeights, needs: Needs | None = None, few: int = _FEW
    ) -> None:
        self.graph = graph
        self._needs, self._few = needs, few
        self._follows = weights.hard >= 1
        self._known: dict[tuple[str, ...], Outage] = {}
        self._numbers: dict[str, int | None] = {}

    def of(self, items: Iterable[str]) -> Outage:
        """Return what fails with items; ids that the CMDB does not know bring down nothing."""
        asked = tuple(items)
        found = self._known.get(asked)
        if found is None:
            key = tuple(sorted(set(asked)))
            found = self._known.get(key) or self._of_sorted(key)
            self._known[asked] = self._known[key] = found
        return found

    def _of_sorted(self, key: tuple[str, ...]) -> Outage:
        roots: list[int] = []
        for number in map(self.number_of, key):
            if number is not None:
                roots.append(number)
        first = self.graph.first
        if all(first[number] == first[number + 1] for number in roots):
            # nothing needs them
            return Outage(frozenset(roots), {}, {})
        return self._spread(roots, frozenset(), ({}, {}))

    def look_up(self, items: Iterable[str]) -> None:
        """Look for the numbers of many items at once."""
        self._numbers.update(self.graph.ids.numbers_of(set(items).difference(self._numbers)))

    def number_of(self, ci: str) -> int | None:
        """Return the number of an item in the graph; None where the CMDB does not know it."""
        if ci not in self._numbers:
            self._numbers[ci] = self.graph.ids.number_of(ci)
        return self._numbers[ci]

    def failing_of(self, items: Iterable[str], cause: Iterable[str]) -> tuple[str, ...]:
        """Return those of some items that fail where others do, sorted."""
        asked, failed = set(items), tuple(sorted(set(cause)))
        if failed not in self._known and not self._may_fail(asked, failed):
            return ()
        failing = self.of(failed).failing
        return tuple(sorted(ci for ci in asked if self.number_of(ci) in failing))

    def _may_fail(self, items: Iterable[str], cause: Iterable[str]) -> bool:
        """Tell whether any of some items rests on others by what is not soft, or may."""
        needs = self._needs
        if needs is None:
            return True
        causes, waiting, left = set(map(self.number_of, cause)), [], self._few
        for number in map(self.number_of, items):
            if number is not None:
                waiting.append(number)
        seen = set(waiting)
        while waiting:
            number = waiting.pop()
            if number in causes:
                return True
            stretch = range(needs.first[number], needs.first[number + 1])
            left -= len(stretch)
            if left < 0:
                return True
            for at in stretch:
                if needs.codes[at] != SOFT and needs.dependencies[at] not in seen:
                    seen.add(needs.dependencies[at])
                    waiting.append(needs.dependencies[at])
        return False

    def both(self, one: Iterable[str], other: Iterable[str]) -> frozenset[int]:
        """Return the items that fail with both changes at once and with neither alone.

        Where there are no groups, or the first weakens none, nothing does, and no more is looked at.
        """
        if not len(self.graph.tipping):
            return frozenset()
        first = self.of(one)
        return self.together(first, self.of(other)) if first.weakened else frozenset()

    def together(self, one: Outage, other: Outage) -> frozenset[int]:
        """Return the items that fail with both outages at once and with neither alone."""
        few, many = one, other
        if len(few.weakened) > len(many.weakened):
            few, many = many, few
        tipping, lost = self.graph.tipping, []
        for group, members in few.weakened.items():
            shared = many.weakened.get(group)
            if shared is not None and len(members | shared) >= tipping[group]:
                lost.append(few.needing[group])
        before = one.failing | other.failing if lost else frozenset()
        start = [number for number in lost if number not in before]
        if not start or not self._follows:
            return frozenset()
        return self._spread(start, before, (one.weakened, other.weakened)).failing - before

    def _spread(
        self,
        start: Iterable[int],
        before: frozenset[int],
        known: tuple[Mapping[int, frozenset[int]], Mapping[int, frozenset[int]]],
    ) -> Outage:
        """Return what fails with `start`, where some items fail already.

        Args:
            start: numbers of items.
            before: those that fail already, and are not followed again.
            known: the members of groups that fail with those.
        """
        graph = self.graph
        failing = set(start)
        waiting = sorted(failing)
        members: dict[int, set[int]] = {}
        needing: dict[int, int] = {}
        while waiting and self._follows:
            number = waiting.pop()
            for at in range(graph.first[number], graph.first[number + 1]):
                code, dependent = graph.codes[at], graph.dependents[at]
                if code >= FIRST_GROUP:
                    group = code - FIRST_GROUP
                    if group not in members:
                        members[group] = set().union(*(told.get(group, ()) for told in known))
                    members[group].add(number)
                    needing[group] = dependent
                    falls = len(members[group]) >= graph.tipping[group]
                else:
                    falls = code == HARD
                if falls and dependent not in failing and dependent not in before:
                    failing.add(dependent)
                    waiting.append(dependent)
        holds = {
            group: frozenset(found)
            for group, found in members.items()
            if len(found) < graph.tipping[group]
        }
        return Outage(frozenset(failing), holds, {group: needing[group] for group in holds})
