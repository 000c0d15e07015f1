"""Rows of any format as columns: merging them says the same, and makes no record of each item."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.cmdb_sources import merge, reading_sources
from changeflow.cmdb_sources.reading_sources import merged
from changeflow.cmdb_sources.rows import EdgeRow, ItemRow, Place, SourceRows
from changeflow.cmdb_sources.rows_in_columns import in_columns
from changeflow.model.cmdb import ConfigurationItem
from tests.cmdb.test_item_columns import natives as native_items
from tests.cmdb.test_item_columns import sources as other_sources
from tests.cmdb_sources.test_wide_csv import same_merged
from tests.examples import examples

several = st.lists(other_sources, min_size=1, max_size=3, unique_by=lambda one: one.id)


def in_order(rows: SourceRows) -> SourceRows:
    items = sorted(rows.items, key=lambda item: item.id)
    return rows._replace(
        items=tuple(items), edges=tuple(sorted(rows.edges, key=lambda edge: edge.place))
    )


@settings(max_examples=examples(400))
@given(items=native_items, sources=several, others=st.lists(other_sources, max_size=1))
def test_rows_in_columns_are_merged_as_rows_are(
    items: dict[str, ConfigurationItem], sources: list[SourceRows], others: list[SourceRows]
) -> None:
    rows = [in_order(one) for one in sources]
    wide = [in_columns(one) for one in rows]
    fast = [one for one in wide if one is not None]
    slow = [row for row, one in zip(rows, wide, strict=True) if one is None]
    rest = [one for one in others if all(one.id != row.id for row in rows)]
    same_merged(items, [row for row in rows if row not in slow], fast, [*slow, *rest])


@settings(max_examples=examples(200))
@given(rows=other_sources)
def test_columns_say_what_rows_said(rows: SourceRows) -> None:
    rows = in_order(rows)
    wide = in_columns(rows)
    if wide is not None:
        plain = tuple(row._replace(labels=row.labels or None) for row in rows.items)
        # how many of a group must remain says nothing where there is no group
        edges = tuple(edge if edge.group else edge._replace(least=1) for edge in rows.edges)
        assert wide.all_rows() == rows._replace(items=plain, edges=edges)


def edge(line: int, group: str | None = None, path: str = "e") -> EdgeRow:
    return EdgeRow("a", "b", Place(path, line), group=group)


@pytest.mark.parametrize(
    ("edges", "fits"),
    [
        ([edge(1), edge(1), edge(2, "g"), edge(3, path="d")], True),
        ([edge(2), edge(1)], False),
        ([edge(1, path="e"), edge(1, path="d"), edge(2, path="e")], False),
        ([edge(1), edge(1, "g")], False),
    ],
)
def test_rows_whose_findings_would_come_in_another_order_stay_rows(
    edges: list[EdgeRow], fits: bool
) -> None:
    rows = SourceRows("s", 10, {}, (), tuple(edges))
    assert (in_columns(rows) is not None) == fits


def test_many_rows_are_merged_without_a_record_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_record(*_: Any) -> Any:
        raise AssertionError("a record was made")

    items = tuple(ItemRow(f"i{number:02d}", Place("f", number)) for number in range(20))
    edges = (EdgeRow("i01", "i02", Place("f", 30)), EdgeRow("i03", "gone", Place("f", 31)))
    rows = SourceRows("s", 10, {"owner": "them"}, items, edges)
    slow = merged({}, [rows], {})
    monkeypatch.setattr(reading_sources, "_MANY_ROWS", 20)
    monkeypatch.setattr(merge, "_item", no_record)
    fast = merged({}, [rows], {})
    assert list(fast.columns.graph.ids) == list(slow.columns.graph.ids)
    assert fast.columns.graph.needed_by("i02") == (("i01", "hard"),)
    assert fast.columns.graph.owner("i07") == "them"
    assert list(fast.findings) == list(slow.findings)
    assert len(fast.findings) == 1
