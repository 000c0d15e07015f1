"""What items rest on, and how hard each of these would hit them: the blast radius, seen backwards.

An item's score for another is the one that the other has in the blast radius of that item alone.
Without redundancy groups it is the strongest product of weights along a path, so that one walk
against the dependencies tells all of them. A group fails only with several of its members. So an
item that reaches several members of one is followed by itself, among the items of the answer.
"""

from __future__ import annotations

import heapq
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from changeflow.cmdb.graph import FIRST_GROUP, HARD, SOFT, Graph, Needs
from changeflow.cmdb.spread import DIGITS, spread
from changeflow.model.impact_weights import ImpactWeights

# scores that are nearer to the threshold than this are computed as the blast radius does it
_NEAR: float = 1e-9


class Cause(NamedTuple):
    """An item that others rest on.

    Attributes:
        number: of the item.
        score: that the hardest hit of them has in its blast radius.
        hops: the fewest dependencies between.
    """

    number: int
    score: float
    hops: int


class Upstream:
    """Everything that some items rest on, themselves included.

    Args:
        items: numbers of the items.
        graph: the CMDB.
        needs: its dependencies, from an item to what it needs.
        weights: the share that each kind of dependency passes on.
    """

    def __init__(
        self, items: Sequence[int], graph: Graph, needs: Needs, weights: ImpactWeights
    ) -> None:
        self._items, self._graph, self._needs, self._weights = items, graph, needs, weights
        self.hops = self._walk(items)

    def causes(self) -> list[Cause]:
        """Return what hits the items, hardest first; the items themselves are left out."""
        several = self._several
        found: list[Cause] = []
        for number, hops in self.hops.items():
            if not hops:
                continue
            score = self._along_paths.get(number, 0.0)
            if number in several or abs(score - self._weights.threshold) < _NEAR:
                score = self.score_of([number])
            if score and score >= self._weights.threshold - _NEAR:
                found.append(Cause(number, round(score, DIGITS), hops))
        return sorted(found, key=lambda one: (-one.score, one.hops, one.number))

    def score_of(self, numbers: Iterable[int]) -> float:
        """Return the score that the hardest hit item has when these fail together.

        Those that no item rests on do not count.
        """
        roots = sorted(self._place[number] for number in set(numbers) if number in self._place)
        if not roots:
            return 0.0
        if any(self._members[root] in self._items for root in roots):
            return 1.0
        found = spread(roots, self._part, self._weights, None)
        return max(found.score_of(self._place[item]) for item in self._items)

    def _stretch(self, number: int) -> range:
        """Return where the dependencies of an item are."""
        return range(self._needs.first[number], self._needs.first[number + 1])

    def _walk(self, start: Iterable[int]) -> dict[int, int]:
        """Return everything that some items rest on, with the fewest dependencies between."""
        dependencies = self._needs.dependencies
        hops = dict.fromkeys(start, 0)
        frontier, far = list(hops), 0
        while frontier:
            far += 1
            reached: list[int] = []
            for number in frontier:
                for at in self._stretch(number):
                    needed = dependencies[at]
                    if needed not in hops:
                        hops[needed] = far
                        reached.append(needed)
            frontier = reached
        return hops

    @cached_property
    def _along_paths(self) -> dict[int, float]:
        """Return the scores along single paths, as if a group never failed that needs several."""
        needs, best = self._needs, dict.fromkeys(self._items, 1.0)
        # few different scores exist, so items wait in one pile for each
        piles, waiting, settled = {1.0: list(best)}, [-1.0], set[int]()
        while waiting:
            level = -heapq.heappop(waiting)
            pile = piles[level]
            while pile:
                number = pile.pop()
                if number in settled:
                    continue
                settled.add(number)
                for at in self._stretch(number):
                    needed = needs.dependencies[at]
                    score = level * self._share(needs.codes[at])
                    if score > best.get(needed, 0.0):
                        best[needed] = score
                        if score not in piles:
                            piles[score] = []
                            heapq.heappush(waiting, -score)
                        piles[score].append(needed)
            del piles[level]
        return best

    def _share(self, code: int) -> float:
        """Return how much of its score an item hands on, as if groups that need several held."""
        weights = self._weights
        if code == HARD:
            return weights.hard
        if code == SOFT:
            return weights.soft
        if self._graph.tipping[code - FIRST_GROUP] == 1:
            return max(weights.hard, weights.weakened)
        return weights.weakened

    @cached_property
    def _several(self) -> Collection[int]:
        """Return the items that enough members of a group rest on to make it fail."""
        groups: dict[int, set[int]] = {}
        tipping, needs = self._graph.tipping, self._needs
        if max(tipping, default=0) <= 1:
            return ()
        for number in self.hops:
            for at in self._stretch(number):
                group = needs.codes[at] - FIRST_GROUP
                if group >= 0 and tipping[group] > 1:
                    groups.setdefault(group, set()).add(needs.dependencies[at])
        below: dict[int, Collection[int]] = {}
        found = set[int]()
        for group, members in groups.items():
            reached: Counter[int] = Counter()
            for member in members:
                if member not in below:
                    below[member] = frozenset(self._walk([member]))
                reached.update(below[member])
            enough = self._graph.tipping[group]
            found.update(number for number, count in reached.items() if count >= enough)
        return found

    @cached_property
    def _members(self) -> list[int]:
        return sorted(self.hops)

    @cached_property
    def _place(self) -> dict[int, int]:
        return {number: place for place, number in enumerate(self._members)}

    @cached_property
    def _part(self) -> Graph:
        """Return the graph of these items alone: all that they pass on to each other."""
        needs = self._needs
        rows: list[dict[tuple[int, int], None]] = [{} for _ in self._members]
        for place, number in enumerate(self._members):
            for at in self._stretch(number):
                # a member of a group counts once, however often it is written
                rows[self._place[needs.dependencies[at]]][place, needs.codes[at]] = None
        first, dependents, codes = array("i", [0]), array("i"), array("i")
        for row in rows:
            for dependent, code in row:
                dependents.append(dependent)
                codes.append(code)
            first.append(len(dependents))
        graph = self._graph
        return Graph(
            ids=graph.ids,
            words=graph.words,
            facts=graph.facts,
            first=first,
            dependents=dependents,
            codes=codes,
            tipping=graph.tipping,
        )
