"""The graph as columns in files: what Arrow, DuckDB and numpy take as they lie in memory.

Numbers are signed integers of 32 bits, the lowest byte first. Texts lie in one file as UTF-8 and
where each ends in another: the layout of Arrow's strings. `columns.json` lists them.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterator
from typing import Final

from changeflow.cmdb.graph import FACTS, FIRST_GROUP, Graph
from changeflow.cmdb.words import Ints
from changeflow.cmdb_sources.export_table import Exported, Piece

_INTS: Final = ("first", "dependents", "codes", "tipping")


def write(exported: Exported) -> Iterator[Piece]:
    """Yield the list of columns and each of them."""
    graph = exported.graph
    yield "columns.json", json.dumps(_listed(graph), indent=2).encode() + b"\n"
    for words, name in ((graph.ids, "id"), (graph.words, "word")):
        yield f"{name}s.utf8", bytes(words.text)
        yield f"{name}_ends.i32", _bytes(words.ends)
    for fact in FACTS:
        yield f"fact_{fact}.i32", _bytes(graph.facts[fact])
    for name in _INTS:
        yield f"{name}.i32", _bytes(getattr(graph, name))


def _listed(graph: Graph) -> dict[str, object]:
    return {
        "version": 1,
        "nodes": len(graph.ids),
        "edges": graph.edges,
        "texts": {"ids": "id_ends", "words": "word_ends"},
        "facts": list(FACTS),
        "rows": {"first": "first", "values": ["dependents", "codes"]},
        "codes": {"hard": 0, "soft": 1, "first_group": FIRST_GROUP},
        "groups": "tipping",
    }


def _bytes(column: Ints) -> bytes:
    numbers = array("i", column)
    if sys.byteorder != "little":
        numbers.byteswap()
    return numbers.tobytes()
