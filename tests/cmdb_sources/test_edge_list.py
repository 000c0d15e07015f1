"""Lines of two names: the first depends on the second."""

from __future__ import annotations

from pathlib import Path

import pytest
from sourced import merged, needs, rows, told

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.impact import blast_radius
from changeflow.cmdb_sources.merge import Merged
from changeflow.model.riskmodel import RiskModelSpec


@pytest.mark.parametrize("separator", ["\t", ",", " ", "   "])
def test_the_first_line_decides_what_separates_the_names(separator: str) -> None:
    items, findings = merged("edges", f"a{separator}b\nb{separator}c{separator}soft\na{separator}c{separator}1.2\n\n")
    assert findings == []
    assert (needs(items, "a"), needs(items, "b"), needs(items, "c")) == (["b", "c"], ["~c"], [])
    assert set(items["c"]) == {"status", "depends_on"}


def test_a_dependency_that_stands_twice_is_hard_if_it_is_hard_once() -> None:
    items, _ = merged("edges", "a b soft\na b hard\na b soft\n")
    assert needs(items, "a") == ["b"]


def test_names_that_are_no_ids_are_written_as_ids_and_kept_as_names() -> None:
    said, _ = rows("edges", "libstdc++6 libc6\n")
    assert [(item.id, item.name) for item in said.items] == [("libc6", None), ("libstdc_u2b.2b_6", "libstdc++6")]


@pytest.mark.parametrize(("text", "wanted"), [
    ("a b\nc\n", ("source-row", "error", "a", 2)),
    ("a,b\nc,\n", ("source-row", "error", "a", 2)),
    ("a b\na a\n", ("source-self-dependency", "warning", "a", 2)),
    ("\n\n", ("source-empty", "error", "a", 0)),
])  # fmt: skip
def test_a_line_without_two_names_is_a_finding(text: str, wanted: tuple[str, str, str, int]) -> None:
    assert told(rows("edges", text)[1]) == [wanted]


def test_the_packages_of_debian_and_what_rests_on_libc6(large_shared_data: Path) -> None:
    data = (large_shared_data / "graphs" / "debian_depends_edges.tsv.gz").read_bytes()
    said, findings = rows("edges", data)
    whole = Merged({}, [said], {})
    assert (findings, whole.findings) == ((), ())
    # 4,054 of the 63,666 packages depend on nothing and nothing on them: an edge list does not name these
    assert (len(whole.items), len(said.edges)) == (59_612, 264_760)
    graph = Graph.of(whole.items.values())
    assert len(blast_radius(["libc6"], graph, RiskModelSpec().weights, None).affected) == 49_544
