"""The formats that items can be written in, one row each, and what each can carry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Final, NamedTuple

from changeflow.cmdb.graph import Graph
from changeflow.model.cmdb import ConfigurationItem

# What an item may say, in the order in which it is told what a format leaves behind.
CARRIED: Final = (
    "id", "alone", "name", "type", "status", "criticality", "owner", "environment",
    "description", "labels", "strength", "groups",
)  # fmt: skip
_FACTS: Final = ("name", "type", "status", "criticality", "owner", "environment")
_EDGES: Final = ("strength", "groups")

# A part of a file: its name, and bytes that follow those written before.
Piece = tuple[str, bytes]


class Exported(NamedTuple):
    """The CMDB for a writer.

    Attributes:
        walk: yields the items by id, as often as it is called.
        label_keys: of all items that can be read back, sorted.
        graph: the columns.
    """

    walk: Callable[[], Iterator[ConfigurationItem]]
    label_keys: tuple[str, ...]
    graph: Graph


class ExportFormat(NamedTuple):
    """One format.

    Attributes:
        name: as the command spells it.
        title: what it is, for people.
        module: the module below `changeflow.cmdb_sources` whose `write` yields pieces.
        files: that it may write.
        carries: what of an item can be read back from it. `alone` are items without dependencies.
    """

    name: str
    title: str
    module: str
    files: tuple[str, ...]
    carries: frozenset[str]


EXPORTS: Final = {
    one.name: one
    for one in (
        ExportFormat("csv", "a table of items and one of dependencies", "csv_writer",
                     ("nodes.csv", "edges.csv"), frozenset(CARRIED)),
        ExportFormat("edges", "lines of two names: the first depends on the second",
                     "edge_writer", ("edges.tsv",), frozenset(("id", "strength"))),
        ExportFormat("graphml", "GraphML", "graphml_writer", ("cmdb.graphml",),
                     frozenset(CARRIED)),
        ExportFormat("servicenow", "`cmdb_ci` and `cmdb_rel_ci` as CSV", "servicenow_writer",
                     ("cmdb_ci.csv", "cmdb_rel_ci.csv"),
                     frozenset(CARRIED) - {"name", "labels", "groups"}),
        ExportFormat("columns", "arrays of numbers and texts, as Arrow has them in memory",
                     "column_writer",
                     ("columns.json", "ids.utf8", "id_ends.i32", "words.utf8", "word_ends.i32",
                      *(f"fact_{fact}.i32" for fact in _FACTS),
                      "first.i32", "dependents.i32", "codes.i32", "tipping.i32"),
                     frozenset(("id", "alone", *_FACTS, *_EDGES))),
    )
}  # fmt: skip


def write_with(format_: ExportFormat, exported: Exported) -> Iterator[Piece]:
    """Yield the pieces of the files of a format."""
    module = import_module(f"changeflow.cmdb_sources.{format_.module}")
    pieces: Iterator[Piece] = module.write(exported)
    yield from pieces
