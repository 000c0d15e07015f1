"""Large lists of dependencies are read in columns by numpy: the same items and findings as row by row."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.cmdb.columns_of_records import columns_of
from changeflow.cmdb_sources import plain_lines, reading_sources
from changeflow.cmdb_sources.collect import MOST, collect
from changeflow.cmdb_sources.merge import Merged
from changeflow.cmdb_sources.plain_text import NotPlainError
from changeflow.cmdb_sources.rows import SourceFile, SourceRows
from changeflow.cmdb_sources.table import SourceSpec
from changeflow.cmdb_sources.wide_edge_list import collect_wide
from changeflow.cmdb_sources.wide_rows import WideRows
from changeflow.model.cmdb import ConfigurationItem
from tests.cmdb.test_item_columns import natives as native_items
from tests.cmdb.test_item_columns import sources as other_sources
from tests.cmdb_sources.test_wide_csv import said, same_merged
from tests.examples import examples

NAMES = st.sampled_from(
    [
        "a", "b", "c", "D.e", "a", "b", "", " ", "g++", "id.x", "a_u2b_", "zwölf", "支付", '"a"', 'b"', " a ", "\u3000a", "b\xa0",
        "a\x1cb", "\x85", "x" * 250, "two words", "soft", "hid\u202eden", "a\rb",
    ]
)  # fmt: skip
WORDS = st.sampled_from(["soft", "hard", "Soft", "1.2", "", " soft ", "\u3000soft", "SOFT"])
SPECS = st.builds(
    SourceSpec,
    st.just("edges"),
    precedence=st.sampled_from([10, 100]),
    defaults=st.sampled_from([{}, {"environment": "production", "status": "planned"}]),
)


@st.composite
def lists(draw: st.DrawFn) -> bytes:
    separator = draw(st.sampled_from(["\t", ",", " ", "   "]))
    plain = st.tuples(st.sampled_from("abc"), st.sampled_from("abc"))
    strong = st.tuples(NAMES, NAMES, WORDS)
    ragged = st.lists(NAMES, max_size=4).map(tuple)
    rows = draw(st.lists(st.one_of(plain, plain, strong, ragged), max_size=8))
    end = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    mark = draw(st.sampled_from(["", "", "\ufeff"]))
    text = end.join(separator.join(row) for row in rows) + draw(
        st.sampled_from(["", end, end + end])
    )
    data = (mark + text).encode()
    return gzip.compress(data, mtime=0) if draw(st.booleans()) else data


@pytest.fixture(params=[5, 16 * 1024 * 1024], ids=["cut line by line", "cut as a whole"])
def pieces(request: pytest.FixtureRequest) -> Iterator[None]:
    """Cut lists into pieces of so many bytes."""
    before, plain_lines._AT_ONCE = plain_lines._AT_ONCE, request.param
    yield
    plain_lines._AT_ONCE = before


def read(spec: SourceSpec, contents: Sequence[bytes]) -> tuple[SourceRows, WideRows | None]:
    files = [SourceFile(f"cmdb/{number}.tsv", data) for number, data in enumerate(contents)]
    rows, findings = collect("packages", spec, files)
    shares: list[float] = []
    try:
        wide, found = collect_wide("packages", spec, files, shares.append)
    except NotPlainError:
        return rows, None
    assert said(found) == said(findings)
    assert shares == sorted(shares)
    assert wide.all_rows() == rows
    return rows, wide


@pytest.mark.usefixtures("pieces")
@settings(max_examples=examples(500))
@given(spec=SPECS, contents=st.lists(lists(), min_size=1, max_size=2))
def test_lists_say_the_same_in_columns_as_row_by_row(
    spec: SourceSpec, contents: list[bytes]
) -> None:
    read(spec, contents)


@pytest.mark.usefixtures("pieces")
@settings(max_examples=examples(200))
@given(
    spec=SPECS,
    content=lists(),
    items=native_items,
    others=st.lists(other_sources, max_size=1),
)
def test_large_lists_are_merged_with_all_others_as_ever(
    spec: SourceSpec, content: bytes, items: dict[str, ConfigurationItem], others: list[SourceRows]
) -> None:
    rows, wide = read(spec, [content])
    if wide is not None:
        same_merged(items, [rows], [wide], others)


@pytest.mark.usefixtures("pieces")
def test_of_many_findings_the_same_are_listed() -> None:
    lines = [f"n{number} n{number}\n" for number in range(MOST + 5)]
    lines += ["alone\n" for _ in range(MOST + 7)]
    lines = [*lines[::3], *lines[1::3], *lines[2::3]]
    assert read(SourceSpec("edges"), ["".join(lines).encode()])[1] is not None


@pytest.mark.parametrize(
    "content",
    [
        "a b\n".encode("utf-16"),
        b"a \xff\n",
        b"a\0 b\n",
        b"a b\rc d\n",
        b"PK\x03\x04",
        b"a " + b"b" * 2_000_000,
    ],
    ids=["UTF-16", "no UTF-8", "a NUL", "old line ends", "an archive", "a long line"],
)
def test_what_is_not_plain_is_left_to_the_reader_of_rows(content: bytes) -> None:
    with pytest.raises(NotPlainError):
        collect_wide("s", SourceSpec("edges"), [SourceFile("f", content)], lambda _: None)


def test_a_large_list_is_read_in_columns_also_where_it_is_compressed() -> None:
    text = "".join(f"package-{number}\tlib-{number % 100}\n" for number in range(120_000)).encode()
    for data in (text, gzip.compress(text, mtime=0)):
        rows, findings = reading_sources.collected(
            "s", SourceSpec("edges"), [SourceFile("f.tsv", data)]
        )
        assert isinstance(rows, WideRows)
        assert (findings, rows.items, len(rows.edges.lines)) == ((), 120_100, 120_000)


def test_the_packages_of_debian_are_those_that_are_read_row_by_row(large_shared_data: Path) -> None:
    data = (large_shared_data / "graphs" / "debian_depends_edges.tsv.gz").read_bytes()
    files, spec = (
        [SourceFile("debian.tsv.gz", data)],
        SourceSpec("edges", defaults={"type": "library"}),
    )
    rows, findings = collect("debian", spec, files)
    wide, found = reading_sources.collected("debian", spec, files)
    assert isinstance(wide, WideRows)
    assert said(found) == said(findings)
    slow, fast = Merged({}, [rows], {}), reading_sources.merged({}, [wide], {})
    expected = columns_of(slow.items, slow.provenance, {})
    assert list(fast.columns.graph.ids) == list(expected.graph.ids)
    assert list(fast.columns.graph.dependents) == list(expected.graph.dependents)
    assert list(fast.columns.graph.codes) == list(expected.graph.codes)
    assert said(fast.findings) == said(slow.findings)
    for ci in ("libc6", "libstdc_u2b.2b_6", "0ad"):
        assert fast.columns.provenance(ci) == expected.provenance(ci)
