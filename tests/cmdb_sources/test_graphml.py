"""GraphML: nodes, edges, and what XML can do to a reader."""

from __future__ import annotations

import io
import random

import networkx as nx
import pytest
from sourced import merged, needs, rows, told

GRAPH = """\
<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="d0" for="node" attr.name="type" attr.type="string"><default>service</default></key>
  <key id="d1" for="node" attr.name="label" attr.type="string"/>
  <key id="d2" for="edge" attr.name="strength" attr.type="string"/>
  <key id="d3" for="node" attr.name="Rack No" attr.type="string"/>
  <graph edgedefault="directed">
    <node id="web"><data key="d1">Web &amp; Shop</data><data key="d3">7</data></node>
    <node id="db"><data key="d0">database</data></node>
    <node id="g++"/>
    <edge source="web" target="db"/>
    <edge source="web" target="g++"><data key="d2">soft</data></edge>
  </graph>
</graphml>
"""


def test_nodes_are_items_and_edges_lead_to_what_they_need() -> None:
    items, findings = merged("graphml", GRAPH)
    assert findings == []
    assert needs(items, "web") == ["db", "~g_u2b.2b_"]
    assert [items[ci]["type"] for ci in ("web", "db")] == ["service", "database"]
    (web,) = (item for item in rows("graphml", GRAPH)[0].items if item.id == "web")
    assert (web.name, web.labels, web.place) == ("Web & Shop", {"rack-no": "7"}, ("a", 8))


@pytest.mark.parametrize("text", [
    '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><graphml><graph/></graphml>',
    '<!DOCTYPE x SYSTEM "file:///etc/passwd"><graphml><graph/></graphml>',
    GRAPH.replace('"directed"', '"undirected"'), "<graphml/>", "<a><b></a>", "no xml", "<a>" * 10_000, "",
])  # fmt: skip
def test_entities_documents_without_direction_and_other_xml_are_refused(text: str) -> None:
    found = told(merged("graphml", text)[1])
    assert [one[:2] for one in found if one[1] == "error"] == [("source-format", "error")]


@pytest.mark.parametrize(("edge", "wanted"), [
    ('<edge source="web" target="gone"/>', ("source-unknown-item", "error", "a", 13)),
    ('<edge source="web" target="web"/>', ("source-self-dependency", "warning", "a", 13)),
    ('<edge source="web"/>', ("source-row", "error", "a", 13)), ("<node/>", ("source-row", "error", "a", 13)),
    ('<node id="web"/>', ("source-duplicate-id", "error", "a", 13)), ('<edge source="web" target="db" directed="false"/>', ("source-format", "error", "a", 13)),
])  # fmt: skip
def test_a_finding_points_at_the_line(edge: str, wanted: tuple[str, str, str, int]) -> None:
    assert told(merged("graphml", GRAPH.replace("  </graph>", edge + "\n  </graph>"))[1]) == [wanted]


def test_what_networkx_writes_is_read_as_it_was() -> None:
    draw = random.Random(7)  # noqa: S311
    graph = nx.DiGraph()
    graph.add_nodes_from(f"n{number}" for number in range(300))
    for _ in range(900):
        one, other = draw.sample(range(300), 2)
        graph.add_edge(f"n{one}", f"n{other}")
    written = io.BytesIO()
    nx.write_graphml(graph, written)
    items, findings = merged("graphml", written.getvalue())
    assert findings == []
    assert {ci: set(needs(items, ci)) for ci in items} == {node: set(graph.successors(node)) for node in graph}


@pytest.mark.parametrize("encoding", ["gb18030", "Big5", "shift_jis", "utf-32", "utf-7", "idna", "punycode", "rot13", "hex", "nothing-of-the-kind"])
def test_an_encoding_that_the_parser_does_not_read_is_an_error_in_its_line(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><graphml><graph edgedefault="directed"><node id="a"/></graph></graphml>'
    said, (finding,) = rows("graphml", text)
    assert said.items == ()
    assert (finding.rule, finding.line) == ("source-format", 1)
    assert "save it as UTF-8" in finding.message


@pytest.mark.parametrize("encoding", ["UTF-8", "utf-8", "ISO-8859-1", "windows-1252", "US-ASCII"])
def test_a_node_has_its_name_in_the_encoding_that_is_declared(encoding: str) -> None:
    name = "a" if encoding == "US-ASCII" else "ä"
    text = f'<?xml version="1.0" encoding="{encoding}"?><graphml><graph edgedefault="directed"><node id="{name}"/></graph></graphml>'
    said, findings = rows("graphml", text.encode(encoding))
    assert findings == ()
    assert [item.name or item.id for item in said.items] == [name]
