"""What several changed items hit that fail one after the other, never together."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.spread import Link, Spread
from changeflow.lazy_dataclass import dataclass
from changeflow.model.impact_weights import ImpactWeights


@dataclass(frozen=True)
class SpreadOfEach(Spread):
    """The union of what each changed item reaches alone, with the largest of the scores.

    Attributes:
        parts: what each reaches, in the order of the items' numbers.
    """

    parts: tuple[Spread, ...] = ()

    def way(self, number: int) -> tuple[int, ...]:
        """Return the strongest path to an item: of equal ones the shortest, then the first."""
        return min(part.way(number) for part in self._deciding(number))

    def links(self, way: Sequence[int], graph: Graph, weights: ImpactWeights) -> Iterator[Link]:
        """Yield how each item of a path hands its score on to the next."""
        number = way[-1]
        part = next(one for one in self._deciding(number) if one.way(number) == tuple(way))
        return part.links(way, graph, weights)

    def _deciding(self, number: int) -> Iterator[Spread]:
        wanted = self.score_of(number), self.hops[number]
        for part in self.parts:
            if part.score_of(number) == wanted[0] and part.hops[number] == wanted[1]:
                yield part


def spread_of_each(parts: Sequence[Spread], roots: Sequence[int]) -> Spread:
    """Return what several changed items reach, each alone.

    Args:
        parts: what each of them reaches.
        roots: their numbers; they are not affected.
    """
    changed = frozenset(roots)
    score: dict[int, float] = {}
    hops: dict[int, int] = {}
    for part in parts:
        for level, numbers in part.levels.items():
            for number in map(int, numbers):
                if number in changed:
                    continue
                known, far = score.get(number, 0.0), int(part.hops[number])
                if level > known:
                    score[number], hops[number] = level, far
                elif level == known:
                    hops[number] = min(hops[number], far)
    levels: dict[float, array[int]] = {}
    for number, level in score.items():
        levels.setdefault(level, array("i")).append(number)
    return SpreadOfEach(levels, hops, {}, {}, {}, score, {}, tuple(parts))
