"""The items that a change affects, told by columns: how many, which, whose.

No record is made of any of them, so a blast radius of a million items costs as little as one of ten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Final, NamedTuple

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.spread import DIGITS, Spread
from changeflow.cmdb.words import Ints, Words
from changeflow.lazy_dataclass import dataclass

_MILLION: Final = 1_000_000
# the part of the ids that is told before all of them are made at once
_PART: Final = 8


class AffectedItem(NamedTuple):
    """An affected item with the facts about it, without its path."""

    ci: str
    score: float
    hops: int
    criticality: str | None
    owner: str | None


@dataclass(frozen=True, eq=False)
class AffectedItems(Collection[str]):
    """Ids of affected items: by score (falling), hops and id.

    Attributes:
        spread: what the changed items reach.
        graph: the CMDB.
        depth: leave out items that are further away than this many hops.
        only_failing: leave out those whose score is less than 1.
        kept: columns of facts, each with the words of which an item has to have one.
        said: by fact what the affected items say, kept or not, as it was asked for.
    """

    spread: Spread
    graph: Graph
    depth: int | None = None
    only_failing: bool = False
    kept: tuple[tuple[Ints, frozenset[int]], ...] = ()
    said: dict[str, Mapping[int, str | None]] = field(default_factory=dict)

    # -- some of them ----------------------------------------------------------------------------

    @property
    def failing(self) -> AffectedItems:
        """Return those whose score is 1."""
        return replace(self, only_failing=True)

    @property
    def direct(self) -> AffectedItems:
        """Return those that are one hop away."""
        return replace(self, depth=1 if self.depth is None else min(self.depth, 1))

    def having(self, fact: str, wanted: Callable[[str | None], bool]) -> AffectedItems:
        """Return those of which a fact is wanted; it is None where it is not known."""
        if fact not in self.said:
            words, every = self.graph.words, AffectedItems(self.spread, self.graph)
            known = every._counted(fact)
            self.said[fact] = {word: words[word] if word else None for word in known}
        chosen = (word for word, text in self.said[fact].items() if wanted(text))
        return replace(self, kept=(*self.kept, (self.graph.facts[fact], frozenset(chosen))))

    # -- what they are ---------------------------------------------------------------------------

    def __len__(self) -> int:
        return sum(len(numbers) for _, numbers in self._parts())

    def __iter__(self) -> Iterator[str]:
        numbers = [number for _, number in self.strongest()]
        return map(texts(self.graph.ids, len(numbers)).__getitem__, numbers)

    def __contains__(self, ci: object) -> bool:
        number = self.graph.ids.number_of(ci) if isinstance(ci, str) else None
        if number is None or not self.spread.score_of(number) or not self.spread.hops[number]:
            return False
        if self.depth is not None and self.spread.hops[number] > self.depth:
            return False
        if self.only_failing and round(self.spread.score_of(number), DIGITS) < 1:
            return False
        return all(column[number] in words for column, words in self.kept)

    def first(self, most: int) -> list[tuple[float, str]]:
        """Return the first of them with their scores."""
        return [(score, self.graph.ids[number]) for score, number in self.strongest(most)]

    def listed(self) -> Iterator[AffectedItem]:
        """Yield all of them with their facts."""
        found, hops = list(self.strongest()), self.spread.hops
        ids, words = (texts(table, len(found)) for table in (self.graph.ids, self.graph.words))
        tiers, owners = self.graph.facts["criticality"], self.graph.facts["owner"]
        for score, number in found:
            tier, owner = tiers[number], owners[number]
            yield AffectedItem(
                ids[number],
                score,
                int(hops[number]),
                words[tier] if tier else None,
                words[owner] if owner else None,
            )

    def strongest(self, most: int | None = None) -> Iterator[tuple[float, int]]:
        """Yield scores and numbers, of no more than so many."""
        for score, number in self.spread.strongest(most, self.depth, self._kept):
            if self.only_failing and score < 1:
                return
            yield score, number

    def millionths(self) -> int:
        """Return the sum of their scores, in millionths."""
        return sum(round(score * _MILLION) * len(numbers) for score, numbers in self._parts())

    def counts(self, fact: str) -> Mapping[str | None, int]:
        """Return how many there are for each value of a fact, which is None where not known."""
        found, words = self._counted(fact), self.graph.words
        return {words[word] if word else None: count for word, count in found.items()}

    def one_of_each(self, facts: Sequence[str], named: Collection[str] = ()) -> Iterator[str]:
        """Yield those that are named, and the first by id of the others with the same facts."""
        apart = [ci for ci in named if ci in self]
        yield from apart
        numbers = {self.graph.ids.number_of(ci) for ci in apart}
        columns = [self.graph.facts[fact] for fact in facts]
        parts = [some for _, some in self._parts()]
        for number in self.spread.first_with_each(columns, parts, numbers):
            yield self.graph.ids[number]

    # -- columns ---------------------------------------------------------------------------------

    def _parts(self) -> Iterator[tuple[float, Ints]]:
        for score, numbers in self.spread.by_score(self.depth, failing=self.only_failing):
            yield score, self._kept(numbers)

    def _kept(self, numbers: Ints) -> Ints:
        for column, words in self.kept:
            numbers = self.spread.having_words(column, numbers, words)
        return numbers

    def _counted(self, fact: str) -> Counter[int]:
        """Return how many there are for each word of a fact."""
        found: Counter[int] = Counter()
        for _, numbers in self._parts():
            found.update(self.spread.counted_words(self.graph.facts[fact], numbers))
        return found


def no_items() -> AffectedItems:
    """Return the items that a change affects which affects none."""
    return AffectedItems(Spread({}, {}, {}, {}, {}, {}, {}), Graph.of(()))


def texts(words: Words, told: int) -> Sequence[str]:
    """Return a table of texts, all made at once where a good part of them is told."""
    return words if told * _PART < len(words) else list(words)
