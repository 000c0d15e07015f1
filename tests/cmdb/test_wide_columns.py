"""Columns put together from parts by numpy say what columns made of records say, to the byte however they are dealt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.cmdb import wide_words
from changeflow.cmdb.columns_of_records import columns_of
from changeflow.cmdb.item_columns import ItemColumns
from changeflow.cmdb.items_view import ItemsView
from changeflow.cmdb.origins import Place
from changeflow.cmdb.snapshot import encode
from changeflow.cmdb.wide_columns import combined, part_of
from changeflow.cmdb.wide_words import AlikeError, Finder, Texts, distinct, joined, sorting
from changeflow.cmdb_sources.merge import Merged
from changeflow.cmdb_sources.rows import SourceRows
from changeflow.model.cmdb import ConfigurationItem
from tests.cmdb.test_item_columns import natives, sources
from tests.examples import examples

Items = dict[str, ConfigurationItem]


def in_bytes(columns: ItemColumns) -> bytes:
    return b"".join(map(bytes, encode(columns, {})))


def native_columns(items: Items) -> ItemColumns:
    return columns_of(items, places={ci: Place(f"cmdb/{ci}.yaml") for ci in items})


def only(items: Items, wanted: set[str]) -> Items:
    return {ci: item for ci, item in items.items() if ci in wanted}


def same(found: ItemColumns, expected: ItemColumns) -> None:
    assert list(found.graph.ids) == list(expected.graph.ids)
    assert dict(ItemsView(found)) == dict(ItemsView(expected))
    for ci in expected.graph.ids:
        assert found.graph.node(ci) == expected.graph.node(ci)
        assert found.graph.needed_by(ci) == expected.graph.needed_by(ci)
    for ci in ItemsView(expected):
        assert found.provenance(ci) == expected.provenance(ci)
        assert found.native_place(ci) == expected.native_place(ci)
    for field in {*found.having, *expected.having}:
        assert found.ids_having(field) == expected.ids_having(field)


@settings(max_examples=examples(150))
@given(items=natives, first=st.sets(st.sampled_from(["a", "b", "c:1/x", "D.e"])))
def test_items_dealt_to_parts_are_the_same_to_the_byte(items: Items, first: set[str]) -> None:
    whole = native_columns(items)
    parts = [only(items, first), only(items, items.keys() - first)]
    found = combined([part_of(native_columns(part)) for part in parts])
    same(found, whole)
    assert in_bytes(found) == in_bytes(combined([part_of(whole)])) == in_bytes(combined([part_of(found)]))


@settings(max_examples=examples(150))
@given(items=natives, gone=st.sets(st.sampled_from(["a", "b", "c:1/x", "D.e"])))
def test_items_that_are_left_out_leave_nothing_behind(items: Items, gone: set[str]) -> None:
    whole = native_columns(items)
    flags = np.array([ci in gone for ci in whole.graph.ids], dtype=np.bool_)
    rest = native_columns(only(items, items.keys() - gone))
    assert in_bytes(combined([part_of(whole).without(flags)])) == in_bytes(combined([part_of(rest)]))


@settings(max_examples=examples(150))
@given(items=natives, said=st.lists(sources, max_size=2, unique_by=lambda one: one.id))
def test_what_several_sources_say_is_kept_too(items: Items, said: Sequence[SourceRows]) -> None:
    places = {ci: Place(f"cmdb/{ci}.yaml") for ci in items}
    merged = Merged(items, said, places)
    whole = columns_of(merged.items, merged.provenance, places)
    same(combined([part_of(whole)]), whole)


words = st.lists(st.text(st.sampled_from("ab變\U0001f600"), max_size=20), max_size=40)


@given(some=words, others=words)
def test_texts_are_numbered_found_and_sorted_like_strings(some: list[str], others: list[str]) -> None:
    texts, known = Texts.of(some), list(dict.fromkeys(some))
    firsts, numbers = distinct(texts)
    assert [some[first] for first in firsts] == known
    assert [known[number] for number in numbers] == some
    found = Finder(texts.taken(firsts)).numbers(Texts.of(others))
    assert found.tolist() == [known.index(one) if one in known else -1 for one in others]
    assert [some[place] for place in sorting(texts)] == sorted(some)
    assert list(joined([texts, Texts.of(others)]).words()) == some + others


def test_texts_made_to_look_alike_are_refused_and_never_mixed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def hashes(texts: Texts, _: int) -> np.typing.NDArray[np.uint64]:
        return np.zeros(len(texts), dtype=np.uint64)

    monkeypatch.setattr(wide_words, "_hashes", hashes)
    with pytest.raises(AlikeError):
        distinct(Texts.of(["a", "b"]))
    with pytest.raises(AlikeError):
        Finder(Texts.of(["a", "b"]))
