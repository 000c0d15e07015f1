"""Several sources for one item: attribute by attribute, whatever the order."""

from __future__ import annotations

import random
from typing import Any

from cmdb_items import item
from hypothesis import given
from hypothesis import strategies as st
from sourced import told

from changeflow.cmdb.origins import Origin
from changeflow.cmdb_sources.merge import Merged
from changeflow.cmdb_sources.rows import EdgeRow, ItemRow, Place, SourceRows


def source(name: str, precedence: int, *rows: ItemRow | EdgeRow, **defaults: str) -> SourceRows:
    items = tuple(row for row in rows if isinstance(row, ItemRow))
    edges = tuple(row for row in rows if isinstance(row, EdgeRow))
    return SourceRows(name, precedence, defaults, items, edges)


def row(ci: str, line: int = 1, **values: Any) -> ItemRow:
    return ItemRow(ci, Place("f", line), **values)


def edge(dependent: str, dependency: str, **values: Any) -> EdgeRow:
    return EdgeRow(dependent, dependency, Place("f", 9), **values)


def test_each_attribute_comes_from_the_source_that_weighs_most_and_knows_it() -> None:
    low, high = source("low", 1, row("a", type="service", owner="x")), source("high", 5, row("a", owner="y"))
    merged = Merged({}, [low, high], {})
    assert (merged.items["a"].spec.type, merged.items["a"].spec.owner) == ("service", "y")
    origins = merged.provenance("a").attributes
    assert (origins["type"].source, origins["owner"].source) == ("low", "high")


def test_native_yaml_weighs_a_hundred() -> None:
    native = {"a": item("a", owner="us", type="service")}
    merged = Merged(native, [source("s", 99, row("a", owner="them")), source("t", 101, row("a", type="database"))], {})
    assert (merged.items["a"].spec.owner, merged.items["a"].spec.type) == ("us", "database")
    assert merged.provenance("a").attributes["owner"] == Origin("", Place(""))


def test_a_status_that_native_yaml_does_not_state_is_no_opinion() -> None:
    merged = Merged({"a": item("a")}, [source("s", 1, row("a", status="retired"))], {})
    assert merged.items["a"].spec.status.value == "retired"
    assert merged.findings == ()


def test_of_sources_that_weigh_the_same_the_first_by_id_counts() -> None:
    merged = Merged({}, [source("b", 1, row("a", owner="x")), source("a", 1, row("a", owner="y"))], {})
    assert merged.items["a"].spec.owner == "y"


def test_a_disagreement_is_a_warning_that_names_both_and_a_default_disagrees_with_nobody() -> None:
    merged = Merged({}, [source("a", 1, row("a", 2, owner="x"), environment="e"), source("b", 1, row("a", 3, owner="y", environment="p"))], {})
    assert told(merged.findings) == [("source-conflict", "warning", "f", 3)]
    assert "`y` here; `x` in f counts" in merged.findings[0].message
    assert [(one.ci, one.attribute, [value.text for value in one.values]) for one in merged.conflicts] == [("a", "owner", ["x", "y"])]
    assert merged.items["a"].spec.environment == "p"


def test_edges_are_those_of_all_and_hard_beats_soft() -> None:
    native = {"a": item("a", "~b"), "b": item("b")}
    merged = Merged(native, [source("s", 1, row("c"), edge("a", "b"), edge("a", "c", strength="soft"))], {})
    assert [(need.ci, need.strength) for need in merged.items["a"].spec.depends_on] == [("b", "hard"), ("c", "soft")]  # type: ignore[union-attr]
    assert {origin.source for origin in merged.provenance("a").dependencies["b",]} == {"", "s"}


def test_groups_of_one_name_are_one_group() -> None:
    rows = [row(name) for name in "abcd"]
    one = source("s", 1, *rows, edge("a", "b", group="g"), edge("a", "c", group="g"))
    other = source("t", 1, edge("a", "d", group="g", least=2))
    (group,) = Merged({}, [one, other], {}).items["a"].spec.depends_on
    assert (group.any_of, group.min) == (("b", "c", "d"), 2)  # type: ignore[union-attr]


def test_an_item_in_a_part_of_a_system_may_depend_on_what_is_outside() -> None:
    part = source("s", 1, row("a"), edge("a", "z"))._replace(partial=True)
    assert told(Merged({}, [part], {}).findings) == [("source-unknown-item", "warning", "f", 9)]


VALUES = st.fixed_dictionaries({
    "owner": st.sampled_from([None, "x", "y"]), "type": st.sampled_from([None, "service", "database"]),
    "status": st.sampled_from([None, "live", "retired"]),
})  # fmt: skip
EDGES = st.tuples(st.sampled_from("abc"), st.sampled_from("abcz"), st.sampled_from(["hard", "soft"]), st.sampled_from([None, "g"]))


@given(
    st.lists(st.tuples(st.integers(0, 2), st.dictionaries(st.sampled_from("abc"), VALUES), st.lists(EDGES)), max_size=4),
    st.randoms(use_true_random=False),
)
def test_the_order_of_sources_and_of_rows_makes_no_difference(drawn: list[Any], shuffle: random.Random) -> None:
    sources = []
    for index, (precedence, items, edges) in enumerate(drawn):
        rows: list[Any] = [row(name, index, **values) for name, values in items.items()]
        rows += [edge(a, b, strength=how, group=group) for a, b, how, group in edges if a != b]
        sources.append(source(f"s{index}", precedence, *rows))
    mixed = [one._replace(items=tuple(shuffle.sample(one.items, len(one.items))), edges=tuple(shuffle.sample(one.edges, len(one.edges)))) for one in sources]
    shuffle.shuffle(mixed)
    first, second = Merged({}, sources, {}), Merged({}, mixed, {})
    assert first.items == second.items
    assert first.conflicts == second.conflicts
    assert sorted(map(repr, first.findings)) == sorted(map(repr, second.findings))
    assert {ci: first.provenance(ci) for ci in first.items} == {ci: second.provenance(ci) for ci in second.items}
