"""Items as a table of items and one of dependencies, as `csv_export` reads them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Final

from changeflow.cmdb.columns_of_records import native_values
from changeflow.cmdb_sources.carried import edges_of, labels_of
from changeflow.cmdb_sources.export_table import Exported, Piece
from changeflow.cmdb_sources.identifiers import cell_name
from changeflow.cmdb_sources.rows import ATTRIBUTES

_NODES: Final = "nodes.csv"
_EDGES: Final = "edges.csv"
# hard is what an empty cell means
_STRENGTHS: Final = {"hard": "", "soft": "soft"}


def write(exported: Exported) -> Iterator[Piece]:
    """Yield both tables in one walk. Each key of a label has a column."""
    keys = exported.label_keys
    nodes, edges = Table(_NODES), Table(_EDGES)
    yield nodes.row("id", *ATTRIBUTES, *keys)
    yield edges.row("from", "to", "strength", "group", "min")
    for item in exported.walk():
        name, values = cell_name(item.metadata.id), native_values(item)
        labels = dict(labels_of(item))
        cells = [values.get(attribute, "") for attribute in ATTRIBUTES]
        yield nodes.row(name, *cells, *(labels.get(key, "") for key in keys))
        for other, strength, group, least in edges_of(item):
            ends = (name, cell_name(other), _STRENGTHS[strength])
            if group is None:
                yield edges.row(*ends, "", "")
            else:
                yield edges.row(*ends, group, str(least))


class Table:
    """Rows of one table as bytes."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._lines: list[str] = []
        # It puts cells with a line end of either kind in quotes, if it writes both.
        self._writer = csv.writer(_Lines(self._lines), lineterminator="\r\n")

    def row(self, *cells: str) -> Piece:
        """Return a row. No text has a zero byte: it is written as readers show it."""
        self._writer.writerow([cell.replace("\0", "\ufffd") for cell in cells])
        text = "".join(self._lines).removesuffix("\r\n")
        self._lines.clear()
        return self._file, f"{text}\n".encode()


class _Lines:
    """Keeps what the writer of the standard library writes."""

    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append
