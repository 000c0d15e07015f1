"""How many affected items there are of each environment, tier and owner, and which services."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any, Final, NamedTuple

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.spread import Spread
from changeflow.cmdb.words import Ints

# the facts of items that are counted
TALLIED: Final = ("environment", "criticality", "owner")


class Tally(NamedTuple):
    """The number of affected items that have a fact. `name` is None where it is not known."""

    name: str | None
    affected: int
    direct: int
    failing: int


def tallies(spread: Spread, graph: Graph, depth: int | None) -> dict[str, tuple[Tally, ...]]:
    """Return the numbers of affected items by what each fact says, the largest first.

    Args:
        spread: what the changed items reach.
        graph: the CMDB.
        depth: leave out items that are further away.
    """
    every = list(spread.numbers(depth))
    near = list(spread.numbers(1 if depth is None else min(depth, 1)))
    failing = list(spread.numbers(depth, failing=True))
    found: dict[str, tuple[Tally, ...]] = {}
    for fact in TALLIED:
        column = graph.facts[fact]
        of_every, of_near, of_failing = (_counts(column, some) for some in (every, near, failing))
        rows = []
        for word, count in of_every.items():
            name = graph.words[word] if word else None
            rows.append(Tally(name, count, of_near[word], of_failing[word]))
        found[fact] = tuple(sorted(rows, key=_rank))
    return found


def _rank(row: Tally) -> tuple[int, int, str]:
    return -row.failing, -row.affected, row.name or "\U0010ffff"


def _counts(column: Ints, numbers: Iterable[Any]) -> Counter[int]:
    """Return how many of the items have each word."""
    found: Counter[int] = Counter()
    for some in numbers:
        if isinstance(some, array | list):
            found.update(map(column.__getitem__, some))
        else:
            from changeflow.cmdb.wide_spread import counted_words

            found.update(counted_words(column, some))
    return found


class HitServices(NamedTuple):
    """The affected items of a service type: how many, and scores and numbers of the strongest."""

    total: int
    strongest: tuple[tuple[float, int], ...]


def hit_services(
    spread: Spread, graph: Graph, depth: int | None, types: Collection[str], most: int | None
) -> HitServices:
    """Return the affected items of a service type.

    Args:
        spread: what the changed items reach.
        graph: the CMDB.
        depth: leave out items that are further away.
        types: the types of services.
        most: name so many of them; None: all.
    """
    column = graph.facts["type"]
    every = list(spread.numbers(depth))
    words = {word for word in _counts(column, every) if word and graph.words[word] in types}

    def keep(numbers: Any) -> Any:
        if isinstance(numbers, array | list):
            return array("i", (number for number in numbers if column[number] in words))
        from changeflow.cmdb.wide_spread import having_words

        return having_words(column, numbers, words)

    total = sum(len(keep(numbers)) for numbers in every)
    return HitServices(total, tuple(spread.strongest(most, depth, keep)) if total else ())
