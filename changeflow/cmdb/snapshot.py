"""The CMDB as one stretch of bytes that is read where it lies: nothing is parsed, nothing copied.

A head in JSON names the columns and where each begins; they follow it one after the other, each
on a multiple of eight, as integers of 32 bits in the machine's order. docs/decisions/cmdb-snapshot.md
says where such bytes are kept and why they may be believed.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from changeflow.cmdb.graph import FACTS, Graph, Needs
from changeflow.cmdb.item_columns import ItemColumns
from changeflow.cmdb.origins import Origins
from changeflow.cmdb.words import Ints, Words

MAGIC: Final = b"changeflow-cmdb-2\n"
_ALIGNED: Final = 8
# bytes of the number that says how long the head is
_LENGTH: Final = 8
_OF_GRAPH: Final = ("first", "dependents", "codes", "tipping")
_OF_NEEDS: Final = ("first", "dependencies", "codes")
_OF_ORIGINS: Final = (
    "first", "files", "lines", "attributes", "need_files", "need_lines",
    "more", "more_files", "more_lines",
)  # fmt: skip
# begins the names of columns that only the builder reads again
_EXTRA: Final = "extra:"
_HAVING: Final = "having:"

Column = bytes | memoryview


class Snapshot(NamedTuple):
    """What some bytes hold.

    Attributes:
        columns: the CMDB.
        about: JSON that is kept with it.
        extra: bytes that are kept with it, such as what building again in part needs.
    """

    columns: ItemColumns
    about: Mapping[str, Any]
    extra: Mapping[str, memoryview]


def encode(
    columns: ItemColumns, about: Mapping[str, Any], extra: Mapping[str, Column] | None = None
) -> Iterator[Column]:
    """Yield the bytes of a snapshot, piece by piece.

    Args:
        columns: the CMDB.
        about: JSON that is kept with it; it is parsed with each reading, so it is small.
        extra: bytes that are kept with it.
    """
    found = dict(_columns(columns))
    found.update({f"{_EXTRA}{name}": column for name, column in (extra or {}).items()})
    placed: dict[str, list[int]] = {}
    at = 0
    for name, column in found.items():
        placed[name] = [at, len(column)]
        at += _padded(len(column))
    said = {"columns": placed, "length": at, "order": sys.byteorder, "about": dict(about)}
    head = json.dumps(said, separators=(",", ":")).encode()
    start = len(MAGIC) + _LENGTH + len(head)
    head += b" " * (_padded(start) - start)
    yield MAGIC + len(head).to_bytes(_LENGTH, "little") + head
    for column in found.values():
        yield column
        yield bytes(_padded(len(column)) - len(column))


def decode(data: Column) -> Snapshot:
    """Return what is in some bytes, which it goes on using.

    Raises:
        ValueError: when they are no snapshot of this version and machine.
    """
    view = memoryview(data)
    start = len(MAGIC) + _LENGTH
    if bytes(view[: len(MAGIC)]) != MAGIC:
        raise ValueError("these are no bytes of a CMDB")
    end = start + int.from_bytes(view[len(MAGIC) : start], "little")
    head = json.loads(bytes(view[start:end]))
    if head["order"] != sys.byteorder:
        raise ValueError("the bytes are in the order of another machine")
    if len(view) != end + head["length"]:
        raise ValueError("the bytes are cut off")
    found: dict[str, memoryview] = {}
    for name, (at, length) in head["columns"].items():
        found[name] = view[end + at : end + at + length]
    return Snapshot(_item_columns(found), head["about"], dict(_named(found, _EXTRA)))


def _item_columns(columns: Mapping[str, memoryview]) -> ItemColumns:
    def ints(name: str) -> memoryview:
        return columns[name].cast("i")

    def words(name: str) -> Words:
        return Words(columns[name], ints(f"{name}_ends"))

    def several(kind: str, names: tuple[str, ...]) -> dict[str, Any]:
        return {name: ints(f"{kind}_{name}") for name in names}

    return ItemColumns(
        graph=Graph(
            ids=words("ids"),
            words=words("words"),
            facts=several("fact", FACTS),
            **several("graph", _OF_GRAPH),
        ),
        needs=Needs(**several("needs", _OF_NEEDS)),
        rest=words("rest"),
        having={name: column.cast("i") for name, column in _named(columns, _HAVING)},
        origins=Origins(
            sources=words("sources"), paths=words("paths"), **several("origin", _OF_ORIGINS)
        ),
    )


def _columns(columns: ItemColumns) -> Iterator[tuple[str, Column]]:
    graph, origins = columns.graph, columns.origins
    tables = {
        "ids": graph.ids,
        "words": graph.words,
        "rest": columns.rest,
        "sources": origins.sources,
        "paths": origins.paths,
    }
    for name, table in tables.items():
        yield name, table.text
        yield f"{name}_ends", _bytes(table.ends)
    for name in FACTS:
        yield f"fact_{name}", _bytes(graph.facts[name])
    for name in _OF_GRAPH:
        yield f"graph_{name}", _bytes(getattr(graph, name))
    for name in _OF_NEEDS:
        yield f"needs_{name}", _bytes(getattr(columns.needs, name))
    for name in _OF_ORIGINS:
        yield f"origin_{name}", _bytes(getattr(origins, name))
    for name, numbers in columns.having.items():
        yield f"{_HAVING}{name}", _bytes(numbers)


def _named(columns: Mapping[str, memoryview], start: str) -> Iterator[tuple[str, memoryview]]:
    for name, column in columns.items():
        if name.startswith(start):
            yield name.removeprefix(start), column


def _bytes(column: Ints) -> memoryview:
    """Return the bytes of a column of integers of 32 bits."""
    if not isinstance(column, array | memoryview):
        column = array("i", column)
    return memoryview(column).cast("B")


def _padded(length: int) -> int:
    return -(-length // _ALIGNED) * _ALIGNED
