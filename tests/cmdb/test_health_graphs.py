"""What the health of the CMDB rests on, against networkx and against definitions that anybody can check by eye."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import networkx as nx
import pytest
from cmdb_items import item

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.health.adjacency import Adjacency
from changeflow.cmdb.health.articulation import articulation_points
from changeflow.cmdb.health.common_causes import Group, common_causes
from changeflow.cmdb.health.components import components
from changeflow.cmdb.health.dominators import NONE, UNREACHED, immediate_dominators
from changeflow.cmdb.health.estate import Estate
from changeflow.cmdb.health.failures import Failures
from changeflow.cmdb.health.felled import condensed, felled
from changeflow.cmdb.health.inversions import inversions
from changeflow.cmdb.health.orphans import orphans
from changeflow.cmdb.health.rings import rings_of
from changeflow.cmdb.health.single_points import single_points
from changeflow.model.cmdb import ConfigurationItem, DependsOnItem

SEEDS = range(4)
GRAPHS = 700


def plain_graphs(seed: int) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Graphs with rings, with double edges and with parts that do not hang together."""
    draw = random.Random(seed)  # noqa: S311  # no secret
    for _ in range(GRAPHS):
        size = draw.randint(1, 12)
        edges = [(draw.randrange(size), draw.randrange(size)) for _ in range(draw.randint(0, 2 * size))]
        yield size, [edge for edge in edges if edge[0] != edge[1]]


def as_networkx(size: int, edges: list[tuple[int, int]]) -> nx.DiGraph[Any]:
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_nodes_from(range(size))
    graph.add_edges_from(edges)
    return graph


@pytest.mark.parametrize("seed", SEEDS)
def test_dominators_are_those_of_networkx(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311  # no secret
    for size, edges in plain_graphs(seed):
        graph = Adjacency.of(size, edges)
        roots = draw.sample(range(size), draw.randint(1, size))
        theirs = as_networkx(size, edges)
        theirs.add_edges_from(("entrance", root) for root in roots)
        named = {"entrance": NONE}
        wanted = nx.immediate_dominators(theirs, "entrance")
        ours = immediate_dominators(graph, graph.turned(), roots)
        for node in range(size):
            dominator = wanted.get(node, UNREACHED)
            assert ours[node] == named.get(dominator, dominator)


@pytest.mark.parametrize("seed", SEEDS)
def test_articulation_points_components_and_rings_are_those_of_networkx(seed: int) -> None:
    for size, edges in plain_graphs(seed):
        graph, theirs = Adjacency.of(size, edges), as_networkx(size, edges)
        assert articulation_points(graph, graph.turned()) == sorted(nx.articulation_points(nx.Graph(theirs)))
        strong = [sorted(one) for one in nx.strongly_connected_components(theirs)]
        found = components(graph)
        assert found.number == len(strong)
        assert all(len({found.of[node] for node in one}) == 1 for one in strong)
        assert all(found.of[end] <= found.of[begin] for begin, end in edges)
        rings = rings_of(graph)
        assert sorted(list(ring.members) for ring in rings) == sorted(one for one in strong if len(one) > 1)
        for ring in rings:
            assert ring.way[0] == ring.way[-1] == ring.members[0]
            assert set(pairwise(ring.way)) <= set(edges)
            assert len(set(ring.way)) == len(ring.way) - 1


def cmdbs(seed: int, *, groups: bool = True) -> Iterator[list[ConfigurationItem]]:
    draw = random.Random(seed)  # noqa: S311  # no secret
    for _ in range(GRAPHS):
        names = [f"n{number:02}" for number in range(draw.randint(1, 11))]
        items = []
        for name in names:
            needs = [_need(draw, names, groups) for _ in range(draw.choice([0, 0, 1, 1, 2, 3]))]
            tier, status = draw.choice([None, 1, 2, 3, 4]), draw.choice(["live"] * 4 + ["planned", "retired"])
            one = item(name, *needs, **({"criticality": f"tier{tier}"} if tier else {}), status=status)
            items.append(one)
        yield items


def _need(draw: random.Random, names: list[str], groups: bool) -> dict[str, Any]:
    kind = draw.random()
    if kind < 0.5 or not groups:
        return {"ci": draw.choice(names), "strength": "soft" if kind < 0.1 else "hard"}
    members = draw.sample(names, min(len(names), draw.randint(1, 4)))
    return {"any_of": members, "min": draw.randint(1, len(members))}


def failing_with(ci: str, items: list[ConfigurationItem], immune: str = "") -> set[str]:
    """Everything that fails when one item fails alone: repeat until nothing new fails."""
    failed = {ci}
    while True:
        new = {one.metadata.id for one in items if any(_fails(need, failed) for need in one.spec.depends_on)}
        new -= {immune}
        if new <= failed:
            return failed
        failed |= new


def _fails(need: Any, failed: set[str]) -> bool:
    if isinstance(need, DependsOnItem):
        return need.strength == "hard" and need.ci in failed
    members = set(need.any_of)
    return len(members - failed) < need.min


def estate(items: list[ConfigurationItem], *, lists_all: bool = False) -> Estate:
    graph = Graph.of(items)
    return Estate(graph, bytes(len(graph.ids)), {}, (), lists_all=lists_all)


def reached(edges: Adjacency, start: int) -> set[int]:
    seen, waiting = {start}, [start]
    while waiting:
        for other in edges.after(waiting.pop()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen


@pytest.mark.parametrize("seed", SEEDS)
def test_what_fails_with_an_item_is_what_can_be_reached_from_it(seed: int) -> None:
    for items in cmdbs(seed):
        graph = Graph.of(items)
        failures = Failures.of(graph)
        assert failures.unfollowed == 0
        for number, ci in enumerate(graph.ids):
            assert {graph.ids[one] for one in reached(failures.dependents, number)} == failing_with(ci, items)


def important(items: list[ConfigurationItem]) -> set[str]:
    tiers = {one.metadata.id: one.spec.criticality for one in items if one.spec.status.value == "live"}
    return {ci for ci, tier in tiers.items() if tier and tier.value in ("tier1", "tier2")}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_single_point_of_failure_is_listed_with_what_it_takes_down(seed: int) -> None:
    for items in cmdbs(seed):
        wanted: dict[str, set[str]] = {}
        for one in items:
            felled_by = (failing_with(one.metadata.id, items) & important(items)) - {one.metadata.id}
            if felled_by and one.spec.status.value == "live":
                wanted[one.metadata.id] = felled_by
        found = single_points(estate(items, lists_all=True))
        assert {point.ci: point.count for point in found.points} == {ci: len(names) for ci, names in wanted.items()}
        assert all(set(point.items) <= wanted[point.ci] for point in found.points)
        order = [(-point.count, point.ci) for point in found.points]
        assert order == sorted(order)
        assert found.is_exact


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_left_out_takes_down_no_more_than_one_that_is_listed(seed: int) -> None:
    for items in cmdbs(seed):
        whole, short = single_points(estate(items, lists_all=True)), single_points(estate(items))
        listed = {point.ci for point in short.points}
        assert short.total == len(listed)
        for point in whole.points:
            if point.count < 2 or point.ci in listed:
                continue
            mine = failing_with(point.ci, items) & important(items)
            hides = [ci for ci in listed if mine <= failing_with(ci, items) | {point.ci} and ci in failing_with(point.ci, items)]
            assert hides, (point, listed)


@pytest.mark.parametrize("seed", SEEDS)
def test_without_groups_an_item_is_behind_the_one_that_all_of_its_failures_pass(seed: int) -> None:
    for items in cmdbs(seed, groups=False):
        live = {one.metadata.id for one in items if one.spec.status.value == "live"}
        for point in single_points(estate(items)).points:
            behind = set[str]()
            for ci in live - {point.ci} - important(items):
                hit = failing_with(ci, items) & important(items)
                if hit and not failing_with(ci, items, immune=point.ci) & important(items):
                    behind.add(ci)
            assert point.behind == len(behind)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_inversion_names_a_live_item_of_the_highest_tier_that_fails_with_it(seed: int) -> None:
    for items in cmdbs(seed):
        tiers = {one.metadata.id: one.spec.criticality.value for one in items if one.spec.criticality}
        live = {one.metadata.id for one in items if one.spec.status.value == "live"}
        wanted = {}
        for ci in live & tiers.keys():
            best = min(tiers[one] for one in failing_with(ci, items) & live if one in tiers)
            if best < tiers[ci]:
                wanted[ci] = best
        problems = inversions(estate(items)).problems
        assert {one.ci: one.data["other_tier"] for one in problems} == wanted
        for one in problems:
            way = one.data["path"].split(" -> ")
            assert (way[0], way[-1]) == (one.data["other"], one.ci)
            assert tiers[way[0]] == one.data["other_tier"]
            assert all(upper in failing_with(lower, items) for upper, lower in pairwise(way))


def test_orphans_are_live_and_neither_need_nor_are_needed() -> None:
    items = [
        item("alone"), item("planned", status="planned"), item("retired", status="retired"),
        item("user", {"ci": "used", "strength": "soft"}), item("used"), item("grouped"), item("owner", {"any_of": ["grouped"]}),
    ]  # fmt: skip
    assert [one.ci for one in orphans(estate(items)).problems] == ["alone"]


def test_what_both_caches_stand_on_is_a_single_point_of_failure_and_no_cache_is_one() -> None:
    items = [
        item("shop", {"any_of": ["cache-1", "cache-2"]}, criticality="tier1"),
        item("till", {"ci": "shop"}, criticality="tier1"),
        item("cache-1", {"ci": "rack"}), item("cache-2", {"ci": "switch"}), item("switch", {"ci": "rack"}),
        item("rack", {"ci": "power"}), item("power"),
    ]  # fmt: skip
    (point,) = single_points(estate(items)).points
    assert (point.ci, point.count, point.items, point.behind) == ("rack", 2, ("shop", "till"), 1)


def test_a_search_for_common_causes_that_takes_too_long_ends_and_says_so() -> None:
    needs = Adjacency.of(5, [(1, 3), (2, 3), (3, 4)])
    groups = [Group(0, (1, 2), 2)]
    assert common_causes(needs, groups).edges == [(3, 0)]
    stopped = common_causes(needs, groups, most=0)
    assert (list(stopped.edges), stopped.unfollowed) == ([], 1)


def test_a_sample_counts_what_is_taken_down_about_right() -> None:
    size = 2_000
    items = [item("base")] + [item(f"n{number:04}", {"ci": "base"}, criticality="tier1") for number in range(size)]
    graph = Graph.of(items)
    small = condensed(Failures.of(graph).dependents)
    every = list(range(1, size + 1))
    exact = felled(small, every)
    assert (exact.counts[0], exact.is_exact) == (size, True)
    rough = felled(small, every, most=1, bits=64 * size)
    assert (rough.counts[0], rough.is_exact) == (size, False)
