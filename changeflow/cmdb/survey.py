"""A summary of the CMDB as a whole: size, gaps, rings, and the items that most others need."""

from __future__ import annotations

from typing import Final

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.health.estate import Estate
from changeflow.cmdb.health.felled import felled
from changeflow.cmdb.health.orphans import orphans_of
from changeflow.cmdb.health.rings import rings_of
from changeflow.cmdb.health.single_points import SinglePoints
from changeflow.lazy_dataclass import dataclass

MOST_NAMED: Final = 10
# ids in a list, and lists in a list; `Totals` has the numbers
MOST_LISTED: Final = 1_000


@dataclass(frozen=True, slots=True)
class Totals:
    """How many there are of what a survey lists the first of."""

    no_owner: int
    no_criticality: int
    no_environment: int
    isolated: int
    rings: int


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
        totals: how many of these there are, because only the first are listed.
        foundations: the items that take most others down with them when they fail, with how many,
            most first.
        single_points: items that alone take down several live items of tier 1 and 2.
    """

    items: int
    dependencies: int
    groups: int
    no_owner: tuple[str, ...]
    no_criticality: tuple[str, ...]
    no_environment: tuple[str, ...]
    isolated: tuple[str, ...]
    rings: tuple[tuple[str, ...], ...]
    totals: Totals
    foundations: tuple[tuple[str, int], ...]
    single_points: SinglePoints


def survey(estate: Estate, points: SinglePoints) -> Survey:
    """Return the summary of all items.

    Args:
        estate: the CMDB.
        points: its single points of failure.
    """
    graph, ids = estate.graph, estate.graph.ids
    gaps = {fact: _items_without(graph, fact) for fact in ("owner", "criticality", "environment")}
    isolated = orphans_of(graph, estate.is_live)
    rings = rings_of(estate.failures.hard)
    listed = {
        name: tuple(ids[number] for number in numbers[:MOST_LISTED])
        for name, numbers in (gaps | {"isolated": isolated}).items()
    }
    return Survey(
        items=len(graph),
        dependencies=graph.edges,
        groups=len(graph.tipping),
        no_owner=listed["owner"],
        no_criticality=listed["criticality"],
        no_environment=listed["environment"],
        isolated=listed["isolated"],
        rings=tuple(
            tuple(ids[number] for number in ring.members[:MOST_LISTED])
            for ring in rings[:MOST_LISTED]
        ),
        totals=Totals(
            no_owner=len(gaps["owner"]),
            no_criticality=len(gaps["criticality"]),
            no_environment=len(gaps["environment"]),
            isolated=len(isolated),
            rings=len(rings),
        ),
        foundations=_most_needed_items(estate),
        single_points=points,
    )


def _items_without(graph: Graph, fact: str) -> list[int]:
    """Return the numbers of the items of which a fact is not known."""
    status, words = graph.facts["status"], graph.facts[fact]
    return [number for number, word in enumerate(words) if not word and status[number]]


def _most_needed_items(estate: Estate) -> tuple[tuple[str, int], ...]:
    """Return the items that take most down; in a very large CMDB by an estimate."""
    ids = estate.graph.ids
    counts = felled(estate.condensed, range(len(ids))).counts
    order = sorted(range(len(ids)), key=lambda number: (-counts[number], number))
    found = [(ids[number], counts[number]) for number in order[:MOST_NAMED]]
    return tuple((ci, count) for ci, count in found if count)
