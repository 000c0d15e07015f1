"""Small graphs that a person can follow, and two large ones."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cmdb_items import item

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.impact import affected_items, blast_radius, listing
from changeflow.model.answers.impact import Affected, Impact
from changeflow.model.cmdb import ConfigurationItem, DependsOnItem, ItemMetadata, ItemSpec
from changeflow.model.impact_weights import ImpactWeights

CACHES = {"any_of": ["a", "b", "c"], "min": 2}


def hurt(changed: str, *items: ConfigurationItem, depth: int | None = None) -> dict[str, Affected]:
    found = blast_radius(changed.split(), Graph.of(items), ImpactWeights(), depth)
    return {hit.ci: hit for hit in found.affected}


def scores(changed: str, *items: ConfigurationItem) -> dict[str, float]:
    return {ci: hit.score for ci, hit in hurt(changed, *items).items()}


def test_the_changed_item_is_not_among_the_affected_even_in_a_ring() -> None:
    assert scores("a", item("a", "b"), item("b", "a")) == {"b": 1.0}


def test_hard_hands_on_all_and_soft_half() -> None:
    assert scores("db", item("db"), item("api", "db"), item("web", "~api"), item("app", "~web")) == {
        "api": 1.0, "web": 0.5, "app": 0.25,
    }  # fmt: skip


def test_a_group_is_weakened_by_one_loss_and_fails_below_its_minimum() -> None:
    items = [item("a"), item("b"), item("c"), item("shop", CACHES)]
    assert scores("a", *items) == {"shop": 0.2}
    assert scores("a b", *items) == {"shop": 1.0}
    assert scores("a b c", *items) == {"shop": 1.0}


def test_a_group_counts_each_member_once_however_often_it_is_written() -> None:
    assert scores("a", item("shop", {"any_of": ["a", "a", "b"], "min": 1})) == {"shop": 0.2}


def test_a_group_of_half_broken_members_hands_on_the_tipping_one() -> None:
    items = [item("x"), item("a", "x"), item("b", "~x"), item("c"), item("shop", CACHES)]
    assert scores("x", *items)["shop"] == 0.5


def test_the_member_that_decides_is_on_the_path() -> None:
    items = [item("x"), item("a", "x"), item("b", "~x"), item("c"), item("shop", CACHES)]
    assert hurt("x", *items)["shop"].path == ("x", "b", "shop")
    assert hurt("x", *items)["shop"].strengths == ("soft", "group")
    assert hurt("a", *items)["shop"].strengths == ("weakened",)


def test_of_several_edges_between_two_items_the_strongest_counts() -> None:
    assert scores("db", item("api", "~db", "db", "~db")) == {"api": 1.0}


def test_the_threshold_keeps_what_is_just_on_it_and_drops_what_is_below() -> None:
    chain = [item(f"n{index}", f"~n{index - 1}") for index in range(1, 7)]
    assert scores("n0", *chain) == {"n1": 0.5, "n2": 0.25, "n3": 0.125, "n4": 0.0625}
    group = {"any_of": ["n2", "other"], "min": 1}
    assert scores("n0", *chain, item("edge", group))["edge"] == 0.05


def test_equally_strong_paths_are_settled_by_length_and_then_by_id() -> None:
    diamond = [item("b", "root"), item("a", "root"), item("top", "b", "a"), item("far", "top"), item("far2", "far", "root")]
    assert hurt("root", *diamond)["top"].path == ("root", "a", "top")
    assert hurt("root", *diamond)["far2"].path == ("root", "far2")


def test_an_unknown_changed_item_is_reported_and_its_dependents_are_found() -> None:
    found = blast_radius(["ghost", "stranger"], Graph.of([item("api", "ghost")]), ImpactWeights())
    assert found.unknown == ("ghost", "stranger")
    assert [hit.ci for hit in found.affected] == ["api"]


def test_nothing_changed_and_an_empty_cmdb_hurt_nothing() -> None:
    assert blast_radius([], Graph.of([]), ImpactWeights()) == Impact(changed=(), affected=())


def test_a_changed_item_is_listed_once_in_the_order_written() -> None:
    assert blast_radius(["b", "a", "b"], Graph.of([item("a"), item("b")]), ImpactWeights()).changed == ("b", "a")


def test_dependencies_of_two_items_with_one_id_all_count_and_the_first_describes_it() -> None:
    graph = Graph.of([item("api", "db", owner="first"), item("api", "cache", owner="second")])
    assert graph.owner("api") == "first"
    assert [hit.ci for hit in blast_radius(["cache"], graph, ImpactWeights()).affected] == ["api"]


def test_the_graph_answers_what_is_known_and_none_for_the_rest() -> None:
    graph = Graph.of([item("api", "db", criticality="tier2", owner="team", environment="production", status="planned")])
    assert (graph.criticality("api"), graph.owner("api"), graph.environment("api"), graph.status("api")) == (
        "tier2", "team", "production", "planned",
    )  # fmt: skip
    assert "api" in graph
    assert "db" not in graph
    assert len(graph) == 1
    assert graph.owner("db") is graph.criticality("nobody") is None
    assert graph.needed_by("db") == (("api", "hard"),)


def plain(edges: Iterator[tuple[str, str]]) -> Iterator[ConfigurationItem]:
    """Items from edges sorted by their source, without the cost of validating hundreds of thousands of records."""
    needs: dict[str, list[DependsOnItem]] = {}
    for source, target in edges:
        needs.setdefault(source, []).append(DependsOnItem.model_construct(ci=target, strength="hard"))
        needs.setdefault(target, [])
    for ci, depends_on in needs.items():
        spec = ItemSpec.model_construct(depends_on=tuple(depends_on))
        yield ConfigurationItem.model_construct(metadata=ItemMetadata.model_construct(id=ci), spec=spec)


def test_the_real_graph_of_debian_agrees_with_networkx(shared_data: Path) -> None:
    import networkx as nx

    with gzip.open(shared_data / "graphs" / "debian_depends_edges.tsv.gz", "rt", encoding="utf-8") as lines:
        edges = [tuple(line.rstrip("\n").split("\t")[:2]) for line in lines if not line.startswith("#")]
    pairs = [(source, target) for source, target in edges]
    graph = Graph.of(plain(iter(pairs)))
    needed = nx.DiGraph((target, source) for source, target in pairs)
    assert len(graph.ids) == needed.number_of_nodes()
    assert graph.edges == len(pairs) == 264_760
    found = blast_radius(["libboost-filesystem1.74.0"], graph, ImpactWeights())
    lengths = nx.single_source_shortest_path_length(needed, "libboost-filesystem1.74.0")
    assert {hit.ci: hit.hops for hit in found.affected} == {ci: hops for ci, hops in lengths.items() if hops}
    assert len(found.affected) == 862


@pytest.mark.parametrize("size", [20_000])
def test_a_chain_of_rings_with_many_edges_settles_quickly(size: int) -> None:
    edges = ((f"n{index}", f"n{(index * 7 + step) % size}") for index in range(size) for step in range(5))
    graph = Graph.of(plain(edges))
    assert graph.edges == 5 * size
    found = blast_radius(["n0"], graph, ImpactWeights())
    assert len(found.affected) > size // 2


def test_what_is_not_listed_is_known_all_the_same() -> None:
    items = [item("base"), *(item(f"n{number}", "base", owner="team") for number in range(9)), item("far", "n3", "~n4")]
    graph = Graph.of(items)
    whole, part = (blast_radius(["base"], graph, ImpactWeights(), most=most) for most in (None, 4))
    assert part.affected == whole.affected[:4]
    assert part.affected_total == len(affected_items(part)) == 10
    assert listing(part, None).affected == whole.affected
    assert list(affected_items(part)) == [one.ci for one in whole.affected]


def test_an_impact_that_does_not_tell_everything_is_refused() -> None:
    found = blast_radius(["base"], Graph.of([item("base"), item("n1", "base")]), ImpactWeights(), most=0)
    with pytest.raises(ValueError, match="without its blast"):
        affected_items(replace(found, blast=None))
    assert list(affected_items(Impact(changed=("base",), affected=()))) == []
