"""Large tables are read in columns by numpy, and merged in columns: the same items and findings as row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.cmdb.columns_of_records import columns_of
from changeflow.cmdb.items_view import ItemsView
from changeflow.cmdb.origins import Place
from changeflow.cmdb_sources import plain_lines, reading_sources
from changeflow.cmdb_sources.collect import collect
from changeflow.cmdb_sources.merge import Merged
from changeflow.cmdb_sources.plain_text import NotPlainError
from changeflow.cmdb_sources.rows import SourceFile, SourceRows
from changeflow.cmdb_sources.table import SourceSpec
from changeflow.cmdb_sources.wide_csv import collect_wide
from changeflow.cmdb_sources.wide_merge import WideMerged
from changeflow.cmdb_sources.wide_rows import WideRows
from changeflow.model.cmdb import ConfigurationItem
from tests.cmdb.test_item_columns import natives as native_items
from tests.cmdb.test_item_columns import sources as other_sources
from tests.examples import examples

NODES, EDGES = "cmdb/exports/nodes.csv", "cmdb/exports/edges.csv"
# cells as exports have them, and as nobody should write them
CELLS = st.sampled_from(
    [
        "", "", "a", "b", "c", "c:1/x", "D.e", "ghost", "g++", "id.x", "a_u2b_", "zwölf", "支付", "生产", "数据库", " a ", "a\t", "\u3000a", "b\xa0",
        "live", "Retired", "in stock", "1 - most critical", "tier2", "tier 9", "hard", "Soft", "2", "2,0", "x" * 250,
        "two  blanks", "hid\u202eden", "them", "not an id!", "production",
    ]
)  # fmt: skip
HEADERS = (
    "id,name,type,status,criticality,owner,environment",
    "id,status,description,Rack Unit,name",
    " ID ;Owner;owner tag;",
    "id",
    "编号,名称,负责人,机柜",
)
EDGE_HEADERS = ("from,to,strength", "from,to", "to,from,strength,group,min,note")
ENDS = st.sampled_from(["\n", "\r\n"])


# cells that have to be quoted, and quotes where none belong
QUOTED = st.sampled_from(
    [
        'say "hi"',
        "a,b;c",
        "two\nlines",
        "two\r\nlines",
        '"',
        "",
        "a",
        "b",
        " a ",
        "zwölf",
        "，",
        "\u3000b",
    ]
)
BROKEN = st.sampled_from(
    ['5" disk', '"a"b', ' "a"', '"never closed', 'a"', '""', '"', 'x""', '"a\n']
)


def quoted(cells: Sequence[str]) -> list[str]:
    return ['"' + cell.replace('"', '""') + '"' for cell in cells]


@st.composite
def tables(draw: st.DrawFn, headers: Sequence[str]) -> bytes:
    header = draw(st.sampled_from(headers))
    separator = ";" if ";" in header else ","
    width = header.count(separator) + 1
    row = st.lists(CELLS, min_size=width, max_size=width)
    plain = st.lists(st.sampled_from(["a", "b", "c", "D.e"]), min_size=width, max_size=width)
    ragged = st.lists(CELLS, max_size=width + 1)
    in_quotes = st.lists(st.one_of(CELLS, QUOTED), min_size=width, max_size=width).map(quoted)
    some_quoted = st.tuples(row, in_quotes, st.integers(0, width)).map(
        lambda both: both[0][: both[2]] + both[1][both[2] :]
    )
    broken = st.lists(st.one_of(CELLS, BROKEN), min_size=width, max_size=width)
    kinds = draw(st.sampled_from([[], [], [in_quotes, some_quoted], [in_quotes, broken]]))
    rows = draw(st.lists(st.one_of(plain, plain, row, ragged, *kinds), max_size=8))
    if kinds and draw(st.booleans()):
        header = separator.join(quoted(header.split(separator)))
    lines = [header, *(separator.join(cells) for cells in rows)]
    blank = draw(st.integers(0, 3))
    if not blank:
        lines.insert(
            draw(st.integers(0, len(lines))),
            draw(st.sampled_from(["", "  ", separator * (width - 1)])),
        )
    end = draw(ENDS)
    mark = draw(st.sampled_from(["", "", "\ufeff"]))
    return (mark + end.join(lines) + draw(st.sampled_from(["", end]))).encode()


specs = st.builds(
    SourceSpec,
    st.just("csv"),
    st.just(NODES),
    st.just(EDGES),
    precedence=st.sampled_from([10, 100, 200]),
    defaults=st.sampled_from(
        [{}, {"environment": "production", "type": "server"}, {"status": "planned"}]
    ),
    columns=st.sampled_from([{}, {"owner": "owner tag"}]),
    values=st.sampled_from([{}, {"status": {"a": "live", "b": "what"}, "strength": {"a": "soft"}}]),
)


@pytest.fixture(
    autouse=True, params=[5, 16 * 1024 * 1024], ids=["cut line by line", "cut as a whole"]
)
def pieces(request: pytest.FixtureRequest) -> Iterator[None]:
    """Cut tables into pieces of so many bytes."""
    before, plain_lines._AT_ONCE = plain_lines._AT_ONCE, request.param
    yield
    plain_lines._AT_ONCE = before


def said(found: Any) -> list[tuple[Any, ...]]:
    return [(one.rule, one.level, one.path, one.line, one.data, one.message) for one in found]


def same_rows(spec: SourceSpec, files: Sequence[SourceFile]) -> WideRows | None:
    rows, findings = collect("estate", spec, files)
    shares: list[float] = []
    try:
        wide, found = collect_wide("estate", spec, files, shares.append)
    except NotPlainError:
        return None
    assert said(found) == said(findings)
    assert shares == sorted(shares)
    everything = wide.about(wide.lines == wide.lines) if len(wide.ids) == wide.items else None
    if everything is not None:
        assert everything.items == tuple(
            row._replace(labels=row.labels or None) for row in rows.items
        )
    return wide


def same_merged(
    items: Mapping[str, ConfigurationItem],
    rows: Sequence[SourceRows],
    wide: Sequence[WideRows],
    others: Sequence[SourceRows],
) -> None:
    places = {ci: Place(f"cmdb/{ci}.yaml") for ci in items}
    slow, fast = Merged(items, [*rows, *others], places), WideMerged(items, wide, others, places)
    assert said(fast.findings) == said(slow.findings)
    assert fast.conflicts == slow.conflicts
    expected = columns_of(slow.items, slow.provenance, places)
    assert list(fast.columns.graph.ids) == list(expected.graph.ids)
    assert dict(ItemsView(fast.columns)) == slow.items
    for ci, item in slow.items.items():
        assert ItemsView(fast.columns)[ci].model_dump() == item.model_dump()
        assert fast.columns.provenance(ci) == expected.provenance(ci)
    for ci in expected.graph.ids:
        assert fast.columns.graph.needed_by(ci) == expected.graph.needed_by(ci)


@settings(max_examples=examples(400))
@given(spec=specs, nodes=tables(HEADERS), edges=tables(EDGE_HEADERS))
def test_plain_tables_say_the_same_in_columns_as_row_by_row(
    spec: SourceSpec, nodes: bytes, edges: bytes
) -> None:
    same_rows(spec, [SourceFile(NODES, nodes), SourceFile(EDGES, edges)])


@settings(max_examples=examples(300))
@given(
    spec=specs,
    nodes=tables(HEADERS),
    edges=tables(EDGE_HEADERS),
    items=native_items,
    others=st.lists(other_sources, max_size=2, unique_by=lambda one: one.id),
)
def test_large_sources_are_merged_with_all_others_as_ever(
    spec: SourceSpec,
    nodes: bytes,
    edges: bytes,
    items: dict[str, ConfigurationItem],
    others: list[SourceRows],
) -> None:
    files = [SourceFile(NODES, nodes), SourceFile(EDGES, edges)]
    wide = same_rows(spec, files)
    if wide is not None:
        same_merged(items, [collect("estate", spec, files)[0]], [wide], others)


@settings(max_examples=examples(150))
@given(
    specs=st.tuples(specs, specs),
    nodes=st.tuples(tables(HEADERS), tables(HEADERS)),
    edges=tables(EDGE_HEADERS),
    items=native_items,
)
def test_several_large_sources_are_merged_as_ever(
    specs: tuple[SourceSpec, SourceSpec],
    nodes: tuple[bytes, bytes],
    edges: bytes,
    items: dict[str, ConfigurationItem],
) -> None:
    rows, wide = [], []
    for name, spec, data in zip(("estate", "other"), specs, nodes, strict=True):
        files = [SourceFile(NODES, data), SourceFile(EDGES, edges)]
        try:
            wide.append(collect_wide(name, spec, files, lambda _: None)[0])
        except NotPlainError:
            return
        rows.append(collect(name, spec, files)[0])
    same_merged(items, rows, wide, [])


def test_a_table_that_says_what_separates_its_columns_is_read_row_by_row() -> None:
    with pytest.raises(NotPlainError):
        collect_wide("estate", SourceSpec("csv"), [SourceFile(NODES, b"sep=;\nid;name\na;A\n")], lambda _: None)


def test_a_large_table_of_bad_rows_alone_is_as_wrong_as_a_small_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading_sources, "_LARGE", 1_000)
    file = SourceFile("cmdb/exports/estate/items.csv", b"id,name\n" + b"a\n" * 1_000)
    rows, findings = reading_sources.collected("estate", SourceSpec("csv"), [file])
    assert not isinstance(rows, WideRows)
    assert not rows.items
    assert [findings[0].rule, findings[-1].rule] == ["source-row", "source-more"]
    assert findings[0].level == "error"


HEADER = '"id","name","status","description"'
QUOTES = {
    "all cells in quotes": (HEADER, ['"a","A","live","one, two; three"', '"b","","retired",""']),
    "some cells in quotes": ("id,name,status", ['a,"A",live', '"b",B,"live"', "c,C,live"]),
    "doubled quotes": (HEADER, ['"a","the ""A""","live",""""', '"b","B","live","x"']),
    "a cell on several lines": (HEADER, ['"a","A","live","one\n\ntwo"', '"b","B","live","x"', '"c","C","live","\n"']),
    "a quote within a cell": ("id,name,status", ['a,5" disk,live', 'b,a "b" c,live', "c,C,live"]),
    "a blank before the quote": ("id,name,status", ['a, "A",live', 'b,"B" ,live', "c,C,live"]),
    "a quote that never closes": ("id,name,status", ["a,A,live", 'b,"B,live', "c,C,live", "d,D,live"]),
    "a quote that closes too early": ("id,name,status", ["a,A,live", 'b,"B"x,live', "c,C,live"]),
    "a header on two lines": ('id,"na\nme",status', ["a,A,live"]),
    "an empty id in quotes": (HEADER, ['"a","A","live",""', '"","B","live",""', '"c","C","live",""']),
    "too few cells": (HEADER, ['"a","A"', '"b","B","live","x"']),
}  # fmt: skip


TOLD = {
    "a blank before the quote": {"source-row"},
    "a quote that never closes": {"source-row"},
    "a quote that closes too early": {"source-row"},
    "an empty id in quotes": {"source-column"},
    "too few cells": {"source-row"},
}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("what", QUOTES)
def test_quotes_in_a_table_mean_the_same_in_columns(what: str, end: str) -> None:
    header, rows = QUOTES[what]
    data = end.join([header, *rows]).encode()
    files = [SourceFile(NODES, data), SourceFile(EDGES, b'"from","to"\n"a","b"\n"a","b"\n')]
    spec = SourceSpec("csv", NODES, EDGES)
    wide = same_rows(spec, files)
    assert wide is not None
    rules = {finding.rule for finding in collect("estate", spec, files)[1]}
    assert rules == TOLD.get(what, set())
    same_merged({}, [collect("estate", spec, files)[0]], [wide], [])
