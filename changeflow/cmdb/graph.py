"""The dependency graph of the CMDB, reversed: from an item to those that need it.

Compact on purpose: ids become numbers in the order of the ids, and reverse edges are in flat arrays
(compressed sparse rows). A graph of a million edges takes tens of megabytes, and a traversal
touches no objects. docs/decisions/graph-library.md has the figures.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from itertools import accumulate
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeGuard, cast

from changeflow.cmdb.words import Ints, Words
from changeflow.lazy_dataclass import dataclass

# A graph that was built before is read without the records, which cost an import of pydantic.
if TYPE_CHECKING:
    from changeflow.model.cmdb import (
        ConfigurationItem,
        Dependency,
        DependsOnAnyOf,
        DependsOnItem,
    )

HARD: Final = 0
SOFT: Final = 1
# an edge code from here up is a redundancy group's number plus this
FIRST_GROUP: Final = 2

Strength = Literal["hard", "soft", "group"]


class Node(NamedTuple):
    """The facts of the CMDB about one item that the core needs. `None` is unknown."""

    name: str | None
    type: str | None
    status: str
    criticality: str | None
    owner: str | None
    environment: str | None


# The facts of a node in the order of `Node`.
FACTS: Final = Node._fields


@dataclass(frozen=True, slots=True)
class Graph:
    """Dependents of every item, in columns.

    Attributes:
        ids: every id that is an item or is named by one, sorted; a node's number is its place here.
        words: what the facts of items say; number 0 is what is not known.
        facts: for each fact of `Node` the numbers of the nodes' words. A node without a status is
            no item: its id is only named by others (dangling).
        first: `first[u]:first[u + 1]` is the stretch of `dependents` and `codes` that belongs to
            `u`.
        dependents: numbers of the nodes that need `u`, rising.
        codes: how: `HARD`, `SOFT`, or `FIRST_GROUP + g` for membership of `u` in group `g`.
        tipping: for each group, how many members must fail until it fails (n - min + 1).
    """

    ids: Words
    words: Words
    facts: Mapping[str, Ints]
    first: Ints
    dependents: Ints
    codes: Ints
    tipping: Ints

    @staticmethod
    def of(items: Iterable[ConfigurationItem]) -> Graph:
        """Return the graph of these items.

        Of several items with one id the first describes it, and the dependencies of all count.
        """
        return GraphBuilder(items).graph()

    def __contains__(self, ci: object) -> bool:
        """Return whether the CMDB holds an item of this id.

        An id that other items merely name is not in it.
        """
        return isinstance(ci, str) and self.node(ci) is not None

    def __len__(self) -> int:
        """Return the number of items, without dangling ids."""
        return sum(map(bool, self.facts["status"]))

    def item_ids(self) -> list[str]:
        """Return the ids of all items, sorted, without dangling ids."""
        status = self.facts["status"]
        return [ci for number, ci in enumerate(self.ids) if status[number]]

    def called(self, name: str) -> list[str]:
        """Return the items of this name, then those whose id ends with it, each sorted.

        An id ends with a name behind a sign such as `/`, `:` or `-`. Letter case makes no
        difference.
        """
        wanted, facts = name.casefold(), self.facts
        words = {number for number, word in enumerate(self.words) if word.casefold() == wanted}
        ends = tuple(sign + wanted for sign in "/:-._")
        same, similar = [], []
        for number, ci in enumerate(self.ids):
            if not facts["status"][number]:
                continue
            if facts["name"][number] in words:
                same.append(ci)
            elif ci.casefold().endswith(ends):
                similar.append(ci)
        return same + similar

    @property
    def edges(self) -> int:
        """Return the number of dependencies; each member of a group counts."""
        return len(self.dependents)

    def node(self, ci: str) -> Node | None:
        """Return the facts about an item, or None if the CMDB lacks it."""
        number = self.ids.number_of(ci)
        return self.node_at(number) if number is not None else None

    def node_at(self, number: int) -> Node | None:
        """Return the facts about the item with this number; None if its id is only named."""
        told = [self.facts[name][number] for name in FACTS]
        if not told[FACTS.index("status")]:
            return None
        name, type_, status, criticality, owner, environment = map(self._word, told)
        return Node(name, type_, status or "", criticality, owner, environment)

    def _word(self, number: int) -> str | None:
        return self.words[number] if number else None

    def criticality(self, ci: str) -> str | None:
        """Return `tier1` to `tier4`, or `None` when unknown."""
        node = self.node(ci)
        return node.criticality if node else None

    def owner(self, ci: str) -> str | None:
        """Return the role or person that owns the item, or `None` when unknown."""
        node = self.node(ci)
        return node.owner if node else None

    def environment(self, ci: str) -> str | None:
        """Return the environment, or `None` when unknown."""
        node = self.node(ci)
        return node.environment if node else None

    def status(self, ci: str) -> str | None:
        """Return `planned`, `live` or `retired`; `None` for an id that is not in the CMDB."""
        node = self.node(ci)
        return node.status if node else None

    def needed_by(self, ci: str) -> tuple[tuple[str, Strength], ...]:
        """Return the items that need this id, with the strength, sorted.

        The id may be one that others only name.
        """
        number = self.ids.number_of(ci)
        if number is None:
            return ()
        stretch = range(self.first[number], self.first[number + 1])
        return tuple((self.ids[self.dependents[at]], strength_of(self.codes[at])) for at in stretch)


def strength_of(code: int) -> Strength:
    """Return the word for an edge code."""
    if code == HARD:
        return "hard"
    if code == SOFT:
        return "soft"
    return "group"


@dataclass(frozen=True, slots=True)
class Needs:
    """Dependencies of every item, in the order in which they are written.

    Attributes:
        first: `first[u]:first[u + 1]` is the stretch of `dependencies` and `codes` that `u` needs.
        dependencies: numbers of what is needed; the members of a group stand together, each as
            often as it is written.
        codes: how, as in `Graph`.
    """

    first: Ints
    dependencies: Ints
    codes: Ints

    def edges(self) -> Iterator[tuple[int, int, int]]:
        """Yield (dependency, dependent, code) by rising dependent; a member of a group once."""
        for dependent in range(len(self.first) - 1):
            seen: set[tuple[int, int]] = set()
            for at in range(self.first[dependent], self.first[dependent + 1]):
                dependency, code = self.dependencies[at], self.codes[at]
                if code >= FIRST_GROUP:
                    if (dependency, code) in seen:
                        continue
                    seen.add((dependency, code))
                yield dependency, dependent, code


@dataclass(slots=True)
class GraphBuilder:
    """Collects dependencies under numbers in the order of appearance, then renumbers by id.

    Args:
        items: what the CMDB holds.
    """

    items: Iterable[ConfigurationItem]
    seen: dict[str, int] = field(default_factory=dict)
    # the numbers of an item's words, in the order of `FACTS`
    nodes: dict[int, tuple[int, ...]] = field(default_factory=dict)
    # dependent -> flat pairs (dependency, code)
    pairs: dict[int, array[int]] = field(default_factory=dict)
    tipping: array[int] = field(default_factory=lambda: array("i"))
    words: dict[str, int] = field(default_factory=lambda: {"": 0})
    ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Take in all items."""
        for item in self.items:
            self._add(item)
        self.ids = sorted(self.seen)

    def _add(self, item: ConfigurationItem) -> None:
        number = self._number_of(item.metadata.id)
        if number not in self.nodes:
            self.nodes[number] = self._node_of_item(item)
        pairs = self.pairs.setdefault(number, array("i"))
        for dependency in item.spec.depends_on:
            if names_one(dependency):
                pairs.append(self._number_of(dependency.ci))
                pairs.append(HARD if dependency.strength == "hard" else SOFT)
            else:
                group = cast("DependsOnAnyOf", dependency)
                code = FIRST_GROUP + len(self.tipping)
                self.tipping.append(len(set(group.any_of)) - group.min + 1)
                for member in group.any_of:
                    pairs.append(self._number_of(member))
                    pairs.append(code)

    def graph(self, needs: Needs | None = None) -> Graph:
        """Return the graph.

        Args:
            needs: its dependencies, if they were asked for before.
        """
        first, dependents, codes = rows_by_dependency(needs or self.needs())
        return Graph(
            ids=Words.of(self.ids),
            words=Words.of(self.words),
            facts=self._facts(),
            first=first,
            dependents=dependents,
            codes=codes,
            tipping=self.tipping,
        )

    def needs(self) -> Needs:
        """Return the dependencies as they are written."""
        new = array("i", bytes(4 * len(self.ids)))
        for place, ci in enumerate(self.ids):
            new[self.seen[ci]] = place
        first, dependencies, codes = array("i", [0]), array("i"), array("i")
        empty: array[int] = array("i")
        for ci in self.ids:
            pairs = self.pairs.get(self.seen[ci], empty)
            for at in range(0, len(pairs), 2):
                dependencies.append(new[pairs[at]])
                codes.append(pairs[at + 1])
            first.append(len(dependencies))
        return Needs(first, dependencies, codes)

    def _number_of(self, ci: str) -> int:
        return self.seen.setdefault(ci, len(self.seen))

    def _node_of_item(self, item: ConfigurationItem) -> tuple[int, ...]:
        spec = item.spec
        node = Node(
            name=item.metadata.name,
            type=spec.type,
            status=spec.status.value,
            criticality=spec.criticality.value if spec.criticality else None,
            owner=spec.owner,
            environment=spec.environment,
        )
        return tuple(self.words.setdefault(word or "", len(self.words)) for word in node)

    def _facts(self) -> Mapping[str, Ints]:
        """Return the numbers of words, by fact, in the order of the ids."""
        columns = {name: array("i", bytes(4 * len(self.ids))) for name in FACTS}
        for place, ci in enumerate(self.ids):
            told = self.nodes.get(self.seen[ci])
            if told is not None:
                for name, word in zip(FACTS, told, strict=True):
                    columns[name][place] = word
        return columns


def names_one(need: Dependency) -> TypeGuard[DependsOnItem]:
    """Return whether a dependency names one item, and no group."""
    # told by what it has: to name its class would import pydantic
    return hasattr(need, "ci")


def rows_by_dependency(needs: Needs) -> tuple[array[int], array[int], array[int]]:
    """Return compressed sparse rows by dependency.

    Two passes: count, then place; the order within a row is that of the dependents.
    """
    size = len(needs.first) - 1
    counts = array("i", bytes(4 * (size + 1)))
    for dependency, _, _ in needs.edges():
        counts[dependency + 1] += 1
    first = array("i", accumulate(counts))
    dependents, codes = array("i", bytes(4 * first[-1])), array("i", bytes(4 * first[-1]))
    free = first[:]
    for dependency, dependent, code in needs.edges():
        at = free[dependency]
        dependents[at], codes[at] = dependent, code
        free[dependency] = at + 1
    return first, dependents, codes
