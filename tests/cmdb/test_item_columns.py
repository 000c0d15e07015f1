"""Columns say all that records say: each record can be made of them, exactly, and so can its origins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from cmdb_items import item
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.cmdb.columns_of_records import columns_of, native_provenance
from changeflow.cmdb.item_columns import ItemColumns, ids_having
from changeflow.cmdb.items_view import ItemsView
from changeflow.cmdb.origins import Place, Provenance
from changeflow.cmdb.snapshot import decode, encode
from changeflow.cmdb_sources.merge import Merged
from changeflow.cmdb_sources.rows import EdgeRow, ItemRow, SourceRows
from changeflow.model.cmdb import ConfigurationItem
from tests.examples import examples

NAMES = ("a", "b", "c:1/x", "D.e")
TEXTS = st.sampled_from(["x", "Zahlungen 支付", 'two\nlines, "quoted"', "\U0001f600"])


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values)


dependencies = st.one_of(
    st.builds(lambda ci, s: {"ci": ci, "strength": s}, st.sampled_from(NAMES), st.sampled_from(["hard", "soft"])),
    st.lists(st.sampled_from([*NAMES, "ghost"]), min_size=1, max_size=5).flatmap(
        lambda members: st.integers(1, len(set(members))).map(lambda least: {"any_of": members, "min": least})
    ),
)
specs = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["service", "database"]),
        "status": st.sampled_from(["planned", "live", "retired"]),
        "criticality": st.sampled_from(["tier1", "tier4"]),
        "owner": st.sampled_from(["team", "alice"]),
        "environment": st.just("production"),
        "description": TEXTS,
        "maps": st.sampled_from([{"paths": ["infra/**"]}, {"images": ["shop", "api"], "helm": ["支付"]}]),
        "service_level": st.sampled_from([{"target": 99.9, "period": "month"}, {"target": 99, "period": "year"}]),
        "confirmed": st.sampled_from(["2026-11-01", "2025-02-28"]),
        "depends_on": st.lists(dependencies, max_size=4),
    },
)
metadata = st.fixed_dictionaries(
    {}, optional={"name": st.sampled_from(["Name", "名"]), "labels": st.dictionaries(st.sampled_from(["z", "a"]), st.just("v"))}
)


def record(ci: str, said: tuple[dict[str, Any], dict[str, Any]]) -> ConfigurationItem:
    document = {"apiVersion": "changeflow/v1", "kind": "ConfigurationItem"}
    return ConfigurationItem.model_validate({**document, "metadata": {"id": ci, **said[0]}, "spec": said[1]})


natives = st.dictionaries(st.sampled_from(NAMES), st.tuples(metadata, specs)).map(
    lambda said: {ci: record(ci, one) for ci, one in said.items()}
)
rows = st.builds(
    ItemRow,
    st.sampled_from(NAMES),
    st.builds(Place, st.sampled_from(["f", "g"]), st.integers(0, 9)),
    name=maybe(TEXTS),
    type=maybe(st.just("server")),
    status=maybe(st.sampled_from(["planned", "live"])),
    criticality=maybe(st.just("tier2")),
    owner=maybe(st.just("them")),
    environment=maybe(st.just("test")),
    description=maybe(TEXTS),
    labels=maybe(st.dictionaries(st.sampled_from(["k", "a"]), st.just("w"))),
)
edges = st.builds(
    EdgeRow,
    st.sampled_from(NAMES),
    st.sampled_from([*NAMES, "ghost"]),
    st.builds(Place, st.just("e"), st.integers(1, 9)),
    strength=st.sampled_from(["hard", "soft"]),
    group=maybe(st.sampled_from(["g", "h"])),
    least=st.integers(1, 2),
)
sources = st.builds(
    SourceRows,
    st.sampled_from(["s", "t", "u"]),
    st.sampled_from([10, 100, 200]),
    st.sampled_from([{}, {"environment": "production", "type": "server"}]),
    st.lists(rows, max_size=3, unique_by=lambda row: row.id).map(tuple),
    st.lists(edges, max_size=5).map(tuple),
    st.booleans(),
)


def through_bytes(columns: ItemColumns) -> ItemColumns:
    return decode(b"".join(map(bytes, encode(columns, {})))).columns


def same(view: Mapping[str, ConfigurationItem], items: Mapping[str, ConfigurationItem]) -> None:
    assert list(view) == sorted(items)
    assert (len(view), bool(view)) == (len(items), bool(items))
    for ci, expected in items.items():
        assert ci in view
        assert view[ci] == expected
        assert view[ci].model_dump() == expected.model_dump()
        assert view[ci].model_dump_json() == expected.model_dump_json()
    assert "ghost" not in view
    with pytest.raises(KeyError):
        view["ghost"]


@settings(max_examples=examples(200))
@given(items=natives)
def test_each_record_of_native_yaml_comes_back_as_it_was(items: dict[str, ConfigurationItem]) -> None:
    places = {ci: Place(f"cmdb/{number}.yaml", number) for number, ci in enumerate(items)}
    columns = columns_of(items, places=places)
    for found in (columns, through_bytes(columns)):
        same(ItemsView(found), items)
        assert {ci: found.native_place(ci) for ci in items} == places
        for name in ("maps", "service_level", "confirmed"):
            assert found.ids_having(name) == sorted(ci for ci in items if getattr(items[ci].spec, name))
            assert ids_having(name, items) == ids_having(name, ItemsView(found)) == found.ids_having(name)
        assert {ci: found.provenance(ci) for ci in items} == {ci: native_provenance(items[ci], places) for ci in items}


def told(found: Provenance) -> tuple[Any, ...]:
    return list(found.attributes.items()), dict(found.dependencies)


@settings(max_examples=examples(300))
@given(items=natives, said=st.lists(sources, max_size=3, unique_by=lambda source: source.id))
def test_records_of_several_sources_and_their_origins_come_back(
    items: dict[str, ConfigurationItem], said: list[SourceRows]
) -> None:
    places = {ci: Place(f"cmdb/{ci}.yaml", 3) for ci in items}
    merged = Merged(items, said, places)
    columns = columns_of(merged.items, merged.provenance, places)
    for found in (columns, through_bytes(columns)):
        same(ItemsView(found), merged.items)
        for ci in merged.items:
            assert told(found.provenance(ci)) == told(merged.provenance(ci))
            assert found.native_place(ci) == places.get(ci)


def test_a_status_that_is_not_written_stays_unwritten() -> None:
    view = ItemsView(columns_of({"a": item("a"), "b": item("b", status="live")}))
    assert [("status" in view[ci].spec.model_fields_set) for ci in ("a", "b")] == [False, True]


def test_what_is_kept_beside_the_columns_comes_back() -> None:
    data = b"".join(map(bytes, encode(columns_of({}), {"why": "test"}, {"files": b"odd", "none": b""})))
    _, about, extra = decode(data)
    assert about == {"why": "test"}
    assert {name: bytes(column) for name, column in extra.items()} == {"files": b"odd", "none": b""}
