"""The blast radius: what a change can hurt, how badly, and along which path.

docs/concepts/risk.md explains it under "Impact".
"""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from changeflow.cmdb.graph import FIRST_GROUP, HARD, SOFT, Graph
from changeflow.model.answers.assessment import Affected, Impact
from changeflow.model.riskmodel import ImpactWeights

# scores are reported to this many decimals; the traversal itself does not round
DIGITS: Final = 6

Link = Literal["hard", "soft", "group", "weakened"]


def blast_radius(
    changed: Sequence[str], graph: Graph, weights: ImpactWeights, depth: int | None = None
) -> Impact:
    """Return everything that the changed items can hurt, strongest first.

    A score is the least fixed point of "the largest score that a dependency passes on". Passing on
    is monotone and never yields more than it was given (weights are at most 1). So no later step
    can raise the largest score that is not yet final: settling items from the largest score down is
    exact (Knuth's generalisation of Dijkstra's algorithm, 1977), with cycles and groups. The tests
    compare it with plain iteration from zero.

    Args:
        changed: ids of the items changed directly, each with score 1. One that is not in the CMDB
            is reported in `unknown`, and what is known to need it is followed all the same.
        graph: the CMDB.
        weights: the share that each kind of dependency passes on, and the least score that is
            listed.
        depth: leave out items that are further away than this many hops on their strongest path.
            Scores do not depend on it.

    Returns:
        `affected` sorted by score (falling), hops, id. `path` is the strongest path; of equally
        strong ones the shortest, then the first in the order of ids. Through a group it runs over a
        member whose score decides: one that tips it, or, while it holds, its worst.
    """
    roots = tuple(dict.fromkeys(changed))
    numbers = sorted(graph.numbers[ci] for ci in roots if ci in graph.numbers)
    scores = _Scores(graph, weights)
    scores.settle(numbers)
    ways = _strongest_ways(numbers, scores)
    listed = [_affected_item(number, scores, way) for number, way in ways.items() if way.links]
    if depth is not None:
        listed = [item for item in listed if item.hops <= depth]
    listed.sort(key=lambda item: (-item.score, item.hops, item.ci))
    also: list[Affected] = []
    if len(numbers) > 1:
        also += (_also_hit(number, scores) for number in numbers if scores.handed_back.get(number))
    return Impact(
        changed=roots,
        affected=tuple(listed),
        also_hit=tuple(also),
        unknown=tuple(ci for ci in roots if ci not in graph),
    )


class _Scores:
    """Scores while they settle and after.

    Attributes:
        node: each item's score; 0 when the change does not reach it.
        worst: each group's worst member score.
        tipped: the score of the member with which the group fails; 0 while it holds.
        handed_back: the largest score that others pass on to a changed item, by its number.
    """

    def __init__(self, graph: Graph, weights: ImpactWeights) -> None:
        self.graph, self.weights = graph, weights
        groups = len(graph.tipping)
        self.node = array("d", bytes(8 * len(graph.ids)))
        self.worst, self.tipped = array("d", bytes(8 * groups)), array("d", bytes(8 * groups))
        self.handed_back: dict[int, float] = {}
        self._roots: frozenset[int] = frozenset()
        self._failing = array("i", bytes(4 * groups))
        self._settled = bytearray(len(graph.ids))
        self._piles: dict[float, list[int]] = {}
        self._levels: list[float] = []

    def settle(self, roots: Iterable[int]) -> None:
        """Settle all scores from the largest down.

        Few different scores exist, so items wait in one pile for each.
        """
        self._roots = frozenset(roots)
        for number in sorted(self._roots):
            self._raise_score(number, 1.0)
        while self._levels:
            level = -heapq.heappop(self._levels)
            pile = self._piles[level]
            # the pile grows meanwhile: a hard dependency passes on its whole score
            while pile:
                number = pile.pop()
                if not self._settled[number]:
                    self._settled[number] = 1
                    self._pass_on(number, level)
            del self._piles[level]

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
            dependent = graph.dependents[at]
            if dependent in self._roots and handed >= weights.threshold:
                self.handed_back[dependent] = max(handed, self.handed_back.get(dependent, 0.0))
            if handed > self.node[dependent] and handed >= weights.threshold:
                self._raise_score(dependent, handed)

    def _through_group(self, group: int, level: float) -> float:
        """Return the score that a group passes on when one more member settles at `level`.

        `level` is at most the level of the members before it.
        """
        self._failing[group] += 1
        if self._failing[group] == 1:
            self.worst[group] = level
        if self._failing[group] != self.graph.tipping[group]:
            return level * self.weights.weakened
        self.tipped[group] = level
        return level * max(self.weights.hard, self.weights.weakened)

    def _raise_score(self, number: int, score: float) -> None:
        self.node[number] = score
        if score not in self._piles:
            self._piles[score] = []
            heapq.heappush(self._levels, -score)
        self._piles[score].append(number)


class _Way(NamedTuple):
    """An item's strongest path: the ids from a changed item to it, and the kind of each step."""

    path: tuple[str, ...]
    links: tuple[Link, ...]


def _strongest_ways(start: Sequence[int], scores: _Scores) -> dict[int, _Way]:
    """Return the strongest path of every item with a score, breadth first on deciding edges.

    Level by level in the order of the paths: rows are sorted by dependent, so the first edge to
    reach an item ends the path that comes first in the order of ids among the shortest.
    """
    graph = scores.graph
    ways = {number: _Way((graph.ids[number],), ()) for number in start}
    frontier = list(start)
    while frontier:
        reached: list[int] = []
        for number in frontier:
            path, links = ways[number]
            for at in range(graph.first[number], graph.first[number + 1]):
                dependent = graph.dependents[at]
                if dependent in ways or not scores.node[dependent]:
                    continue
                link = _deciding_link(number, at, scores)
                if link is not None:
                    ways[dependent] = _Way((*path, graph.ids[dependent]), (*links, link))
                    reached.append(dependent)
        frontier = reached
    return ways


def _deciding_link(number: int, at: int, scores: _Scores) -> Link | None:
    """Return how the edge at `at` passes on its dependent's score, or `None`.

    It is `None` if another edge decides.
    """
    own, weights = scores.node[number], scores.weights
    wanted = scores.node[scores.graph.dependents[at]]
    code = scores.graph.codes[at]
    if code == HARD:
        return "hard" if own * weights.hard == wanted else None
    if code == SOFT:
        return "soft" if own * weights.soft == wanted else None
    if own == scores.tipped[code - FIRST_GROUP] and own * weights.hard == wanted:
        return "group"
    if own == scores.worst[code - FIRST_GROUP] and own * weights.weakened == wanted:
        return "weakened"
    return None


def _also_hit(number: int, scores: _Scores) -> Affected:
    """Return a changed item as an affected item.

    Its score is what other changed items, or a ring through itself, pass on to it.
    """
    own = _affected_item(number, scores, _Way((scores.graph.ids[number],), ()))
    return own.model_copy(update={"score": round(scores.handed_back[number], DIGITS)})


def _affected_item(number: int, scores: _Scores, way: _Way) -> Affected:
    node = scores.graph.nodes[number]
    return Affected(
        ci=way.path[-1],
        score=round(scores.node[number], DIGITS),
        hops=len(way.links),
        path=way.path,
        strengths=way.links,
        criticality=node.criticality if node else None,
        owner=node.owner if node else None,
    )
