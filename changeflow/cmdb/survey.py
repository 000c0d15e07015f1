"""A summary of the CMDB as a whole: size, gaps, rings, and the items that most others need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from changeflow.cmdb.graph import HARD, Graph
from changeflow.cmdb.impact import blast_radius
from changeflow.model.riskmodel import ImpactWeights

MOST_NAMED: Final = 10
# items up to which every one is followed to see what it takes down
SMALL: Final = 1_000


@dataclass(frozen=True, slots=True)
class Survey:
    """A summary of the CMDB. All ids are sorted; nothing here is an error by itself.

    Attributes:
        items: number of items.
        dependencies: number of dependencies; each member of a group counts.
        groups: number of redundancy groups.
        no_owner: items without an owner; each raises the risk of changes near it.
        no_criticality: items without a tier; they count as the highest.
        no_environment: items that no calendar can protect.
        isolated: live items that need nothing and that nothing needs: forgotten dependencies, or
            things to retire.
        rings: items that need each other, by hard dependencies: if one fails, all of them do.
        foundations: the items that take most others down with them when they fail, with how many,
            most first.
    """

    items: int
    dependencies: int
    groups: int
    no_owner: tuple[str, ...]
    no_criticality: tuple[str, ...]
    no_environment: tuple[str, ...]
    isolated: tuple[str, ...]
    rings: tuple[tuple[str, ...], ...]
    foundations: tuple[tuple[str, int], ...]


def survey(graph: Graph) -> Survey:
    """Return the summary of all items."""
    return Survey(
        items=len(graph),
        dependencies=graph.edges,
        groups=len(graph.tipping),
        no_owner=_items_without(graph, "owner"),
        no_criticality=_items_without(graph, "criticality"),
        no_environment=_items_without(graph, "environment"),
        isolated=tuple(_isolated_items(graph)),
        rings=_rings_of_items(graph),
        foundations=_most_needed_items(graph),
    )


def _items_without(
    graph: Graph, fact: Literal["owner", "criticality", "environment"]
) -> tuple[str, ...]:
    """Return the items about which a fact is not known, by name."""
    status, known = graph.facts["status"], graph.facts[fact]
    missing = (number for number in range(len(graph.ids)) if status[number] and not known[number])
    return tuple(graph.ids[number] for number in missing)


def _isolated_items(graph: Graph) -> Iterator[str]:
    """Yield live items that need nothing and that nothing needs."""
    dependents = set(graph.dependents)
    for number, ci in enumerate(graph.ids):
        is_needed = graph.first[number] < graph.first[number + 1]
        if graph.status(ci) == "live" and not is_needed and number not in dependents:
            yield ci


def _hard_edges(graph: Graph) -> Iterator[tuple[int, int]]:
    for number in range(len(graph.ids)):
        for at in range(graph.first[number], graph.first[number + 1]):
            if graph.codes[at] == HARD:
                yield number, graph.dependents[at]


def _rings_of_items(graph: Graph) -> tuple[tuple[str, ...], ...]:
    """Return the strongly connected items.

    networkx computes them, because this runs now and then and not with every assessment.
    """
    import networkx as nx

    hard: nx.DiGraph[int] = nx.DiGraph(_hard_edges(graph))
    found = [sorted(ring) for ring in nx.strongly_connected_components(hard) if len(ring) > 1]
    return tuple(tuple(graph.ids[number] for number in ring) for ring in sorted(found))


def _most_needed_items(graph: Graph) -> tuple[tuple[str, int], ...]:
    """Return the items that take most others down.

    In a large CMDB only those with most direct dependents are followed.
    """
    order = sorted(
        range(len(graph.ids)),
        key=lambda number: (graph.first[number] - graph.first[number + 1], number),
    )
    followed = order if len(order) <= SMALL else order[: 5 * MOST_NAMED]
    # only what fails outright
    weights = ImpactWeights(threshold=1.0)
    felled: list[tuple[str, int]] = []
    for number in followed:
        ci = graph.ids[number]
        affected = blast_radius([ci], graph, weights).affected
        if affected:
            felled.append((ci, len(affected)))
    felled.sort(key=lambda entry: (-entry[1], entry[0]))
    return tuple(felled[:MOST_NAMED])
