"""How far a change spreads: the score of each item that it reaches, and its strongest path.

Works on the columns of the graph and touches only what is reached. `wide_spread` gives the same
for changes that reach a good part of a large graph.
"""

from __future__ import annotations

import heapq
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import chain, pairwise
from typing import Final, Literal

from changeflow.cmdb.graph import FIRST_GROUP, HARD, SOFT, Graph
from changeflow.cmdb.words import Ints
from changeflow.lazy_dataclass import dataclass
from changeflow.model.impact_weights import ImpactWeights

Link = Literal["hard", "soft", "group", "weakened"]

# scores are reported to this many decimals; what settles is not rounded
DIGITS: Final = 6
# dependencies that are followed one by one before numpy is asked for
FEW: Final = 50_000


class TooWideError(Exception):
    """More dependencies have to be followed than `FEW`."""


@dataclass(frozen=True)
class Spread:
    """What a change reaches.

    Attributes:
        levels: score -> the numbers of the affected items that have it, in any order.
        hops: number -> how far the item is from a changed one on its strongest path; 0 for the
            changed ones.
        before: number -> the item before it on that path.
        link: number -> the place in the graph's columns of the dependency between the two.
        handed_back: the largest score that others pass on to a changed item, by its number.
        score: number -> score, of every item that is reached.
        tipped: group -> the score of the member with which it fails; 0 while it holds.
    """

    levels: Mapping[float, Ints]
    hops: Mapping[int, int] | Ints
    before: Mapping[int, int] | Ints
    link: Mapping[int, int] | Ints
    handed_back: Mapping[int, float]
    score: Mapping[int, float] | Sequence[float]
    tipped: Mapping[int, float] | Sequence[float]

    def score_of(self, number: int) -> float:
        """Return the score of an item; 0 if it is not reached."""
        if isinstance(self.score, Mapping):
            return self.score.get(number, 0.0)
        return float(self.score[number])

    def by_score(self, depth: int | None, *, failing: bool = False) -> Iterator[tuple[float, Ints]]:
        """Yield scores as they are reported, each with numbers of affected items that have it.

        Args:
            depth: leave out items that are further away.
            failing: leave out those whose reported score is less than 1.
        """
        for level, numbers in self.levels.items():
            score = round(level, DIGITS)
            if not failing or score == 1:
                yield score, numbers if depth is None else self._within(numbers, depth)

    def counted_words(self, column: Ints, numbers: Ints) -> Mapping[int, int]:
        """Return how many of the items have each word."""
        return Counter(map(column.__getitem__, numbers))

    def having_words(self, column: Ints, numbers: Ints, words: Collection[int]) -> Ints:
        """Return the items that have one of some words."""
        return array("i", (number for number in numbers if column[number] in words))

    def first_with_each(
        self, columns: Sequence[Ints], numbers: Iterable[Ints], without: Collection[int | None]
    ) -> Iterable[int]:
        """Return for each combination of words in some columns the first item that has it.

        Args:
            columns: facts.
            numbers: the items.
            without: items that are left out.
        """
        found: dict[tuple[int, ...], int] = {}
        for number in sorted(chain.from_iterable(numbers)):
            if number not in without:
                found.setdefault(tuple(column[number] for column in columns), number)
        return found.values()

    def _within(self, numbers: Ints, depth: int) -> Ints:
        return array("i", (number for number in numbers if self.hops[number] <= depth))

    def strongest(
        self,
        most: int | None,
        depth: int | None,
        keep: Callable[[Ints], Ints] = lambda numbers: numbers,
    ) -> Iterator[tuple[float, int]]:
        """Yield scores as they are reported and items, by score (falling), hops and number.

        Args:
            most: so many items; None: all.
            depth: leave out items that are further away.
            keep: returns those of some items that are wanted.
        """
        rest = most
        for score, numbers in self._reported():
            found = self._nearest([keep(some) for some in numbers], rest, depth)
            for number in found:
                yield score, number
            if rest is not None:
                rest -= len(found)
                if not rest:
                    return

    def _reported(self) -> Iterator[tuple[float, list[Ints]]]:
        """Yield the affected items by their score as it is reported, the largest first."""
        together: dict[float, list[Ints]] = {}
        for score, numbers in self.levels.items():
            together.setdefault(round(score, DIGITS), []).append(numbers)
        for score in sorted(together, reverse=True):
            yield score, together[score]

    def _nearest(self, numbers: Sequence[Ints], most: int | None, depth: int | None) -> list[int]:
        """Return items of one score by hops and number, so many and as far away at most."""
        found: list[tuple[int, int]] = []
        for some in numbers:
            for number in some:
                if depth is None or self.hops[number] <= depth:
                    found.append((self.hops[number], number))
        return [number for _, number in sorted(found)[:most]]

    def way(self, number: int) -> tuple[int, ...]:
        """Return the strongest path from a changed item to one that is reached."""
        found = [number]
        while self.hops[found[-1]]:
            found.append(int(self.before[found[-1]]))
        return tuple(reversed(found))

    def links(self, way: Sequence[int], graph: Graph, weights: ImpactWeights) -> Iterator[Link]:
        """Yield how each item of a path hands its score on to the next."""
        for number, reached in pairwise(way):
            code = graph.codes[self.link[reached]]
            if code == HARD:
                yield "hard"
            elif code == SOFT:
                yield "soft"
            elif self._tips(number, reached, code - FIRST_GROUP, weights):
                yield "group"
            else:
                yield "weakened"

    def _tips(self, number: int, reached: int, group: int, weights: ImpactWeights) -> bool:
        own = self.score[number]
        return own == self.tipped[group] and own * weights.hard == self.score[reached]


def spread(roots: Sequence[int], graph: Graph, weights: ImpactWeights, most: int | None) -> Spread:
    """Return what changes to these items reach.

    Args:
        roots: numbers of the changed items, rising.
        graph: the CMDB.
        weights: the share that each kind of dependency passes on, and the least score that counts.
        most: how many dependencies may be followed; None: all there are.

    Raises:
        TooWideError: when there are more.
    """
    scores = _Scores(graph, weights, most)
    scores.settle(roots)
    ways = _Ways(scores)
    ways.follow(roots)
    return Spread(
        scores.levels,
        ways.hops,
        ways.before,
        ways.link,
        scores.handed_back,
        scores.node,
        _Zero(scores.tipped),
    )


class _Zero(dict[int, float]):
    """Scores of which most are 0."""

    def __missing__(self, key: int) -> float:
        return 0.0


@dataclass
class _Scores:
    """Scores while they settle and after.

    Attributes:
        node: the score of each item that is reached.
        worst: each group's worst member score.
        tipped: the score of the member with which the group fails.
        handed_back: the largest score that others pass on to a changed item, by its number.
        levels: the items of each score.
    """

    graph: Graph
    weights: ImpactWeights
    most: int | None
    node: dict[int, float] = field(default_factory=dict)
    worst: dict[int, float] = field(default_factory=dict)
    tipped: dict[int, float] = field(default_factory=dict)
    handed_back: dict[int, float] = field(default_factory=dict)
    levels: dict[float, Ints] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._roots: frozenset[int] = frozenset()
        self._failing: dict[int, int] = {}
        self._settled: set[int] = set()
        self._piles: dict[float, list[int]] = {}
        self._waiting: list[float] = []
        self._to_follow = 0

    def settle(self, roots: Iterable[int]) -> None:
        """Settle all scores from the largest down.

        Few different scores exist, so items wait in one pile for each.
        """
        self._roots = frozenset(roots)
        for number in sorted(self._roots):
            self._raise_score(number, 1.0)
        while self._waiting:
            level = -heapq.heappop(self._waiting)
            pile, settled = self._piles[level], array("i")
            # the pile grows meanwhile: a hard dependency passes on its whole score
            while pile:
                number = pile.pop()
                if number not in self._settled:
                    self._settled.add(number)
                    if number not in self._roots:
                        settled.append(number)
                    self._pass_on(number, level)
            del self._piles[level]
            if settled:
                self.levels[level] = settled

    def _pass_on(self, number: int, level: float) -> None:
        graph, weights = self.graph, self.weights
        for at in range(graph.first[number], graph.first[number + 1]):
            code = graph.codes[at]
            if code == HARD:
                handed = level * weights.hard
            elif code == SOFT:
                handed = level * weights.soft
            else:
                handed = self._through_group(code - FIRST_GROUP, level)
            if handed < weights.threshold:
                continue
            dependent = graph.dependents[at]
            if dependent in self._roots:
                self.handed_back[dependent] = max(handed, self.handed_back.get(dependent, 0.0))
            if handed > self.node.get(dependent, 0.0):
                self._raise_score(dependent, handed)

    def _through_group(self, group: int, level: float) -> float:
        """Return the score that a group passes on when one more member settles at `level`.

        `level` is at most the level of the members before it.
        """
        failing = self._failing.get(group, 0) + 1
        self._failing[group] = failing
        if failing == 1:
            self.worst[group] = level
        if failing != self.graph.tipping[group]:
            return level * self.weights.weakened
        self.tipped[group] = level
        return level * max(self.weights.hard, self.weights.weakened)

    def _raise_score(self, number: int, score: float) -> None:
        if self.most is not None and number not in self.node:
            # All that need it will be followed, as soon as it settles.
            self._to_follow += self.graph.first[number + 1] - self.graph.first[number]
            if self._to_follow > self.most:
                raise TooWideError
        self.node[number] = score
        if score not in self._piles:
            self._piles[score] = []
            heapq.heappush(self._waiting, -score)
        self._piles[score].append(number)


class _Ways:
    """The strongest path of every item with a score, breadth first on deciding dependencies.

    Level by level in the order of the paths: rows are sorted by dependent, so the first dependency
    to reach an item ends the path that comes first in the order of ids among the shortest.
    """

    def __init__(self, scores: _Scores) -> None:
        self._scores = scores
        self.hops: dict[int, int] = {}
        self.before: dict[int, int] = {}
        self.link: dict[int, int] = {}

    def follow(self, roots: Sequence[int]) -> None:
        graph, node = self._scores.graph, self._scores.node
        self.hops = dict.fromkeys(roots, 0)
        frontier, hops = list(roots), 0
        while frontier:
            reached: list[int] = []
            hops += 1
            for number in frontier:
                for at in range(graph.first[number], graph.first[number + 1]):
                    dependent = graph.dependents[at]
                    if dependent in self.hops or dependent not in node:
                        continue
                    if self._decides(number, at):
                        self.hops[dependent] = hops
                        self.before[dependent], self.link[dependent] = number, at
                        reached.append(dependent)
            frontier = reached

    def _decides(self, number: int, at: int) -> bool:
        """Return whether the dependency at `at` passes on its dependent's score."""
        scores, weights = self._scores, self._scores.weights
        own = scores.node[number]
        wanted = scores.node[scores.graph.dependents[at]]
        code = scores.graph.codes[at]
        if code == HARD:
            return own * weights.hard == wanted
        if code == SOFT:
            return own * weights.soft == wanted
        group = code - FIRST_GROUP
        if own == scores.tipped.get(group) and own * weights.hard == wanted:
            return True
        return own == scores.worst.get(group) and own * weights.weakened == wanted
