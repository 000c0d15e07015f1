"""Dependencies as lines of two names, as `edge_list` reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from changeflow.cmdb_sources.carried import edges_of
from changeflow.cmdb_sources.export_table import Exported, Piece
from changeflow.cmdb_sources.identifiers import line_name

_FILE: Final = "edges.tsv"
# hard is what no third column means
_STRENGTHS: Final = {"hard": "", "soft": "\tsoft"}


def write(exported: Exported) -> Iterator[Piece]:
    """Yield a line for each dependency; of a group each member counts as needed."""
    yield _FILE, b""
    for item in exported.walk():
        lines = []
        name = line_name(item.metadata.id)
        for other, strength, _, _ in edges_of(item):
            lines.append(f"{name}\t{line_name(other)}{_STRENGTHS[strength]}\n")
        yield _FILE, "".join(lines).encode()
