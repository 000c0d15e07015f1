"""The graph as one stretch of bytes that is read where it lies: nothing is parsed, nothing copied.

A head in JSON names the columns and where each begins; they follow it one after the other, each
on a multiple of eight, as integers of 32 bits in the machine's order. docs/decisions/cmdb-snapshot.md
says where such bytes are kept and why they may be believed.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterator, Mapping
from typing import Any, Final

from changeflow.cmdb.graph import FACTS, Graph
from changeflow.cmdb.words import Ints, Words

MAGIC: Final = b"changeflow-cmdb-1\n"
_ALIGNED: Final = 8
# bytes of the number that says how long the head is
_LENGTH: Final = 8

Column = bytes | memoryview


def encode(graph: Graph, about: Mapping[str, Any]) -> Iterator[Column]:
    """Yield the bytes of a graph, piece by piece.

    Args:
        graph: the CMDB.
        about: JSON that is kept with it.
    """
    columns = _columns(graph)
    placed: dict[str, list[int]] = {}
    at = 0
    for name, column in columns.items():
        placed[name] = [at, len(column)]
        at += _padded(len(column))
    said = {"columns": placed, "length": at, "order": sys.byteorder, "about": dict(about)}
    head = json.dumps(said, separators=(",", ":")).encode()
    start = len(MAGIC) + _LENGTH + len(head)
    head += b" " * (_padded(start) - start)
    yield MAGIC + len(head).to_bytes(_LENGTH, "little") + head
    for column in columns.values():
        yield column
        yield bytes(_padded(len(column)) - len(column))


def decode(data: Column) -> tuple[Graph, Mapping[str, Any]]:
    """Return the graph in some bytes, which it goes on using, and what is kept with it.

    Raises:
        ValueError: when they are no graph of this version and machine.
    """
    view = memoryview(data)
    start = len(MAGIC) + _LENGTH
    if bytes(view[: len(MAGIC)]) != MAGIC:
        raise ValueError("these are no bytes of a graph")
    end = start + int.from_bytes(view[len(MAGIC) : start], "little")
    head = json.loads(bytes(view[start:end]))
    if head["order"] != sys.byteorder:
        raise ValueError("the bytes are in the order of another machine")
    if len(view) != end + head["length"]:
        raise ValueError("the bytes are cut off")
    found: dict[str, memoryview] = {}
    for name, (at, length) in head["columns"].items():
        found[name] = view[end + at : end + at + length]
    return _graph(found), head["about"]


def _graph(columns: Mapping[str, memoryview]) -> Graph:
    def ints(name: str) -> memoryview:
        return columns[name].cast("i")

    return Graph(
        ids=Words(columns["ids"], ints("id_ends")),
        words=Words(columns["words"], ints("word_ends")),
        facts={name: ints(f"fact_{name}") for name in FACTS},
        first=ints("first"),
        dependents=ints("dependents"),
        codes=ints("codes"),
        tipping=ints("tipping"),
    )


def _columns(graph: Graph) -> dict[str, Column]:
    found: dict[str, Column] = {
        "ids": graph.ids.text,
        "id_ends": _bytes(graph.ids.ends),
        "words": graph.words.text,
        "word_ends": _bytes(graph.words.ends),
    }
    for name in FACTS:
        found[f"fact_{name}"] = _bytes(graph.facts[name])
    for name in ("first", "dependents", "codes", "tipping"):
        found[name] = _bytes(getattr(graph, name))
    return found


def _bytes(column: Ints) -> memoryview:
    """Return the bytes of a column of integers of 32 bits."""
    if not isinstance(column, array | memoryview):
        column = array("i", column)
    return memoryview(column).cast("B")


def _padded(length: int) -> int:
    return -(-length // _ALIGNED) * _ALIGNED
