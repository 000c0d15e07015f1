"""How far a change spreads that reaches a good part of a large graph, in whole columns at a time.

The same answer as `spread`, by numpy. It is imported only where a change reaches so much that
following one dependency after the other takes longer than importing numpy does.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from changeflow.cmdb.graph import FIRST_GROUP, HARD, SOFT, Graph
from changeflow.cmdb.spread import Spread
from changeflow.cmdb.words import Ints
from changeflow.lazy_dataclass import dataclass
from changeflow.model.impact_weights import ImpactWeights
from changeflow.numpy_alone import np

# dependencies that are looked at together
_AT_ONCE: Final = 500_000

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int32]
    Flags = NDArray[np.bool_]


def wide_spread(roots: Sequence[int], graph: Graph, weights: ImpactWeights) -> Spread:
    """Return what changes to these items reach; see `spread.spread`."""
    columns = _Columns(graph)
    scores = _Scores(columns, weights)
    scores.settle(np.array(roots, dtype=np.int32))
    ways = _Ways(columns, scores, weights)
    ways.follow(np.array(roots, dtype=np.int32))
    return WideSpread(
        scores.levels,
        ways.hops,
        ways.before,
        ways.link,
        scores.handed_back,
        scores.node,
        scores.tipped,
    )


@dataclass(frozen=True)
class WideSpread(Spread):
    """What a change reaches, as arrays."""

    levels: dict[float, Any]
    hops: Any
    before: Any
    link: Any
    score: Any
    tipped: Any

    def counted_words(self, column: Ints, numbers: Any) -> dict[int, int]:
        """See `Spread`. Counting is quicker than sorting: words are numbers from 0 up."""
        counts = np.bincount(_array(column)[numbers])
        words = np.flatnonzero(counts)
        return dict(zip(words.tolist(), counts[words].tolist(), strict=True))

    def having_words(self, column: Ints, numbers: Any, words: Collection[int]) -> Any:
        """See `Spread`."""
        if not words:
            return numbers[:0]
        wanted = np.fromiter(words, dtype=np.int32, count=len(words))
        return numbers[np.isin(_array(column)[numbers], wanted)]

    def first_with_each(
        self, columns: Sequence[Ints], numbers: Iterable[Any], without: Collection[int | None]
    ) -> Iterable[int]:
        """See `Spread`."""
        found = np.sort(np.concatenate([np.empty(0, dtype=np.int32), *numbers]))
        found = found[~np.isin(found, [one for one in without if one is not None])]
        kinds = np.zeros(len(found), dtype=np.int64)
        for column in columns:
            _, words = np.unique(_array(column)[found], return_inverse=True)
            # numbered anew each time, so that no product leaves the range of the type
            _, kinds = np.unique(kinds * len(found) + words, return_inverse=True)
        _, first = np.unique(kinds, return_index=True)
        chosen: list[int] = found[first].tolist()
        return chosen

    def _within(self, numbers: Any, depth: int) -> Any:
        return numbers[self.hops[numbers] <= depth]

    def _nearest(self, numbers: Sequence[Any], most: int | None, depth: int | None) -> list[int]:
        found = np.concatenate(numbers)
        hops = self.hops[found]
        furthest = int(hops.max(initial=0)) if depth is None else depth
        if most is not None:
            # No item behind the hop that completes the number is asked for.
            enough = np.flatnonzero(np.cumsum(np.bincount(hops)) >= most)
            furthest = min(furthest, int(enough[0])) if len(enough) else furthest
        near = hops <= furthest
        found, hops = found[near], hops[near]
        chosen: list[int] = found[np.lexsort((found, hops))][:most].tolist()
        return chosen


class _Columns:
    """The columns of a graph as arrays, without a copy."""

    def __init__(self, graph: Graph) -> None:
        self.first = _array(graph.first)
        self.dependents = _array(graph.dependents)
        self.codes = _array(graph.codes)
        self.tipping = _array(graph.tipping)
        self.size = len(graph.ids)

    def parts(self, numbers: Numbers) -> Iterator[Numbers]:
        """Yield these items in order, in parts with so many dependencies that memory stays small."""
        behind = np.cumsum(self.first[numbers + 1] - self.first[numbers], dtype=np.int64)
        if not len(numbers) or behind[-1] <= _AT_ONCE:
            yield numbers
            return
        cuts = np.searchsorted(behind, np.arange(_AT_ONCE, behind[-1], _AT_ONCE))
        for part in np.split(numbers, np.unique(cuts + 1)):
            if len(part):
                yield part

    def places(self, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """Return the places of all dependencies on these items, in order, and how many each has."""
        start = self.first[numbers]
        many = self.first[numbers + 1] - start
        total = int(many.sum())
        before = np.cumsum(many, dtype=np.int32) - many
        places = np.repeat(start - before, many)
        places += np.arange(total, dtype=np.int32)
        return places, many


def _array(column: Ints) -> Numbers:
    return np.frombuffer(_buffer(column), dtype=np.int32)


def _buffer(column: Any) -> Any:
    """Return a column that numpy can share; an empty one has no address."""
    return column if len(column) else b""


class _Scores:
    def __init__(self, columns: _Columns, weights: ImpactWeights) -> None:
        self._columns, self._weights = columns, weights
        self.node = np.zeros(columns.size)
        groups = len(columns.tipping)
        self.worst, self.tipped = np.zeros(groups), np.zeros(groups)
        self.handed_back: dict[int, float] = {}
        self.levels: dict[float, Any] = {}
        self._failing = np.zeros(groups, dtype=np.int32)
        self._settled = np.zeros(columns.size, dtype=np.bool_)
        # items about whose scores more may be said: those that are not settled, and changed ones
        self._is_open = np.ones(columns.size, dtype=np.bool_)
        self._is_root = np.zeros(columns.size, dtype=np.bool_)
        self._mark = np.empty(columns.size, dtype=np.int32)
        self._piles: dict[float, list[Numbers]] = {}
        self._waiting: list[float] = []

    def settle(self, roots: Numbers) -> None:
        """Settle all scores from the largest down, a pile at a time."""
        self._is_root[roots] = True
        self._raise_scores(roots, 1.0)
        while self._waiting:
            level = -heapq.heappop(self._waiting)
            pile, settled = self._piles[level], []
            # the pile grows meanwhile: a hard dependency passes on its whole score
            while pile:
                numbers = pile.pop()
                numbers = self._once(numbers[~self._settled[numbers]])
                if len(numbers):
                    self._settled[numbers] = True
                    self._is_open[numbers] = self._is_root[numbers]
                    settled.append(numbers[~self._is_root[numbers]])
                    for part in self._columns.parts(numbers):
                        self._pass_on(part, level)
            del self._piles[level]
            if settled:
                self.levels[level] = np.concatenate(settled)

    def _pass_on(self, numbers: Numbers, level: float) -> None:
        columns, weights = self._columns, self._weights
        places, _ = columns.places(numbers)
        dependents = columns.dependents.take(places)
        if len(columns.tipping):
            codes = columns.codes.take(places)
            grouped = np.flatnonzero(codes >= FIRST_GROUP)
            self._through_groups(codes[grouped] - FIRST_GROUP, dependents[grouped], level)
        open_ones = np.flatnonzero(self._is_open.take(dependents))
        codes = columns.codes.take(places.take(open_ones))
        dependents = dependents.take(open_ones)
        self._offer(dependents[codes == HARD], level * weights.hard)
        self._offer(dependents[codes == SOFT], level * weights.soft)

    def _through_groups(self, groups: Numbers, dependents: Numbers, level: float) -> None:
        """Offer what groups pass on when so many more of their members settle at `level`."""
        weights = self._weights
        found, many = np.unique(groups, return_counts=True)
        before = self._failing[found]
        after = before + many.astype(np.int32)
        self._failing[found] = after
        self.worst[found[before == 0]] = level
        tipping = self._columns.tipping[found]
        tips = found[(before < tipping) & (tipping <= after)]
        self.tipped[tips] = level
        self._offer(dependents, level * weights.weakened)
        tip = np.isin(groups, tips)
        self._offer(dependents[tip], level * max(weights.hard, weights.weakened))

    def _offer(self, numbers: Numbers, score: float) -> None:
        """Raise the scores of items that have a smaller one, and note what is handed back."""
        if score < self._weights.threshold:
            return
        # `np.unique` would import masked arrays, which takes longer than all of this
        for number in set(numbers[self._is_root[numbers]].tolist()):
            self.handed_back[number] = max(score, self.handed_back.get(number, 0.0))
        self._raise_scores(numbers, score)

    def _raise_scores(self, numbers: Numbers, score: float) -> None:
        raised = numbers[self.node[numbers] < score]
        if not len(raised):
            return
        self.node[raised] = score
        if score not in self._piles:
            self._piles[score] = []
            heapq.heappush(self._waiting, -score)
        self._piles[score].append(raised)

    def _once(self, numbers: Numbers) -> Numbers:
        """Return the numbers without repetitions."""
        order = np.arange(len(numbers), dtype=np.int32)
        self._mark[numbers] = order
        once: Numbers = numbers[self._mark[numbers] == order]
        return once


class _Ways:
    """The strongest paths; see `spread`."""

    def __init__(self, columns: _Columns, scores: _Scores, weights: ImpactWeights) -> None:
        self._columns, self._scores, self._weights = columns, scores, weights
        self.hops = np.zeros(columns.size, dtype=np.int32)
        self.before = np.full(columns.size, -1, dtype=np.int32)
        self.link = np.full(columns.size, -1, dtype=np.int32)
        self._mark = np.empty(columns.size, dtype=np.int32)

    def follow(self, roots: Numbers) -> None:
        columns, node = self._columns, self._scores.node
        # items that a path is still to reach
        is_open = node > 0
        is_open[roots] = False
        frontier, hops = roots, 0
        while len(frontier):
            hops += 1
            reached = [self._step(part, is_open, hops) for part in columns.parts(frontier)]
            frontier = np.concatenate(reached)

    def _step(self, frontier: Numbers, is_open: Flags, hops: int) -> Numbers:
        """Reach what needs these items, the first of several ways first."""
        columns = self._columns
        places, many = columns.places(frontier)
        dependents = columns.dependents.take(places)
        chosen = np.flatnonzero(is_open.take(dependents))
        origins = np.repeat(frontier, many).take(chosen)
        places, dependents = places.take(chosen), dependents.take(chosen)
        chosen = np.flatnonzero(self._deciding(origins, places, dependents))
        chosen = chosen[self._first(dependents.take(chosen))]
        reached: Numbers = dependents.take(chosen)
        is_open[reached] = False
        self.hops[reached] = hops
        self.before[reached] = origins.take(chosen)
        self.link[reached] = places.take(chosen)
        return reached

    def _deciding(self, origins: Numbers, places: Numbers, dependents: Numbers) -> Flags:
        """Return which dependencies pass on the score of their dependent."""
        scores, weights = self._scores, self._weights
        own, wanted = scores.node[origins], scores.node[dependents]
        codes = self._columns.codes[places]
        found: Flags = (codes == HARD) & (own * weights.hard == wanted)
        found |= (codes == SOFT) & (own * weights.soft == wanted)
        grouped = np.flatnonzero(codes >= FIRST_GROUP)
        if len(grouped):
            groups = codes[grouped] - FIRST_GROUP
            own, wanted = own[grouped], wanted[grouped]
            tips = (own == scores.tipped[groups]) & (own * weights.hard == wanted)
            found[grouped] = tips | (
                (own == scores.worst[groups]) & (own * weights.weakened == wanted)
            )
        return found

    def _first(self, numbers: Numbers) -> Flags:
        """Return which places are the first with their number."""
        order = np.arange(len(numbers), dtype=np.int32)
        # Of several values for one place the last one stays, so they are written backwards.
        self._mark[numbers[::-1]] = order[::-1]
        found: Flags = self._mark[numbers] == order
        return found
