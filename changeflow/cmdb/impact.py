"""The blast radius: what a change can hurt, how badly, and along which path.

docs/concepts/risk.md explains it under "Impact".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, cached_property
from typing import NamedTuple

from changeflow.cmdb.affected_items import AffectedItems, no_items, texts
from changeflow.cmdb.graph import Graph
from changeflow.cmdb.spread import DIGITS, FEW, Spread, TooWideError, spread
from changeflow.garbage_collection import nothing_to_collect
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.impact import Affected, Impact
from changeflow.model.impact_weights import ImpactWeights


def blast_radius(
    changed: Sequence[str],
    graph: Graph,
    weights: ImpactWeights,
    depth: int | None = None,
    most: int | None = None,
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
        most: list no more than so many; all are counted, and `affected_items` asks about all.

    Returns:
        `affected` sorted by score (falling), hops, id. `path` is the strongest path; of equally
        strong ones the shortest, then the first in the order of ids. Through a group it runs over a
        member whose score decides: one that tips it, or, while it holds, its worst.
    """
    return Blast(tuple(dict.fromkeys(changed)), graph, weights, depth).impact(most)


def affected_items(impact: Impact) -> AffectedItems:
    """Return everything that a change affects, listed or not.

    Raises:
        ValueError: when it is not known, because the impact was not made by `blast_radius`.
    """
    if isinstance(impact.blast, Blast):
        return impact.blast.affected
    if impact.affected or impact.affected_total:
        raise ValueError("an impact without its blast does not tell what is affected")
    return no_items()


def listing(impact: Impact, most: int | None) -> Impact:
    """Return an impact that lists so many of the affected items; None: all."""
    return replace(impact, affected=impact.blast.listed(most))


def scores_in_blast(
    changed: Sequence[str], graph: Graph, weights: ImpactWeights, of: Iterable[str]
) -> dict[str, float]:
    """Return the scores of some items as `blast_radius` has them: 1 if changed, 0 if not hit."""
    return Blast(tuple(dict.fromkeys(changed)), graph, weights).scores(of)


@dataclass(frozen=True)
class Blast:
    """The blast radius before anything of it is written down.

    Attributes:
        changed: ids of the changed items, each once.
        graph: the CMDB.
        weights: as in `blast_radius`.
        depth: as in `blast_radius`.
        few: dependencies that are followed one by one before numpy is asked for.
        together: whether several changed items fail at the same time; else one after the other.
    """

    changed: tuple[str, ...]
    graph: Graph
    weights: ImpactWeights
    depth: int | None = None
    few: int = FEW
    together: bool = True

    def impact(self, most: int | None = None) -> Impact:
        """Return the blast radius with all affected items, or with so many of them.

        Args:
            most: as in `blast_radius`.
        """
        return Impact(
            changed=self.changed,
            affected=self.listed(most) if most != 0 else (),
            affected_total=len(self.affected),
            direct=len(self.affected.direct),
            failing=len(self.affected.failing),
            also_hit=tuple(self._also_hit()),
            unknown=tuple(ci for ci in self.changed if ci not in self.graph),
            blast=self,
        )

    def listed(self, most: int | None) -> tuple[Affected, ...]:
        """Return the affected items, strongest first; no more than so many, or all."""
        found = list(self.affected.strongest(most))
        told = _Texts.of(self.graph, len(found))
        with nothing_to_collect():
            return tuple([self._affected_item(*one, told) for one in found])

    @cached_property
    def affected(self) -> AffectedItems:
        """Return everything that is affected, without records."""
        return AffectedItems(self._spread, self.graph, self.depth)

    def scores(self, of: Iterable[str]) -> dict[str, float]:
        """Return the scores of some items: 1 for changed ones, 0 for those that are not hit."""
        changed = frozenset(self.changed)
        return {ci: 1.0 if ci in changed else self._score(ci) for ci in of}

    def _score(self, ci: str) -> float:
        number = self.graph.ids.number_of(ci)
        if number is None:
            return 0.0
        return round(self._spread.score_of(number), DIGITS)

    @cached_property
    def _roots(self) -> list[int]:
        numbers = map(self.graph.ids.number_of, self.changed)
        return sorted(number for number in numbers if number is not None)

    @property
    def alone(self) -> Blast:
        """Return the same where the changed items fail one after the other."""
        return replace(self, together=False)

    @property
    def spread(self) -> Spread:
        """Return the scores and paths of everything that is reached."""
        return self._spread

    @cached_property
    def _spread(self) -> Spread:
        if not self.together and len(self._roots) > 1:
            from changeflow.cmdb.one_by_one import spread_of_each

            return spread_of_each([self._spread_of([one]) for one in self._roots], self._roots)
        return self._spread_of(self._roots)

    def _spread_of(self, roots: list[int]) -> Spread:
        try:
            return spread(roots, self.graph, self.weights, self.few)
        except TooWideError:
            try:
                from changeflow.cmdb.wide_spread import wide_spread
            except ImportError:
                return spread(roots, self.graph, self.weights, None)
            return wide_spread(roots, self.graph, self.weights)

    def _affected_item(self, score: float, number: int, told: _Texts) -> Affected:
        way = self._spread.way(number)
        return Affected(
            ci=told.ids[number],
            score=score,
            hops=len(way) - 1,
            path=tuple([told.ids[one] for one in way]),
            strengths=tuple(self._spread.links(way, self.graph, self.weights)),
            criticality=told.criticality(number),
            owner=told.owner(number),
        )

    def _also_hit(self) -> Iterator[Affected]:
        """Yield the changed items that others hit, of several.

        Their score is what other changed items, or a ring through themselves, pass on to them.
        """
        if len(self._roots) > 1:
            told = _Texts.of(self.graph, len(self._roots))
            for number, score in sorted(self._spread.handed_back.items()):
                ci = told.ids[number]
                yield Affected(
                    ci=ci,
                    score=round(score, DIGITS),
                    hops=0,
                    path=(ci,),
                    criticality=told.criticality(number),
                    owner=told.owner(number),
                )


class _Texts(NamedTuple):
    """What is told of affected items."""

    graph: Graph
    ids: Sequence[str]
    word: Callable[[int], str]

    @classmethod
    def of(cls, graph: Graph, told: int) -> _Texts:
        """Return the texts of a graph, all made at once where a good part of them is told."""
        # Many items have the same few tiers and owners.
        return cls(graph, texts(graph.ids, told), cache(graph.words.__getitem__))

    def criticality(self, number: int) -> str | None:
        """Return the tier of an item; None where it is not known."""
        word = self.graph.facts["criticality"][number]
        return self.word(word) if word else None

    def owner(self, number: int) -> str | None:
        """Return the owner of an item; None where it is not known."""
        word = self.graph.facts["owner"][number]
        return self.word(word) if word else None
