"""Look at the CMDB: one item with its neighbours, or all items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from changeflow.cmdb.graph import Strength
from changeflow.cmdb_sources.merge import Merged, Provenance
from changeflow.model.cmdb import ConfigurationItem
from changeflow.reading.configuration_sources import places_of
from changeflow.usecases.cmdb.impact import cmdb_of, known


@dataclass(frozen=True)
class ShownItem:
    """An item and what needs it."""

    item: ConfigurationItem
    needed_by: tuple[tuple[str, Strength], ...]
    items: Mapping[str, ConfigurationItem]
    provenance: Provenance
    # whether there are sources beside native YAML
    sourced: bool


def show_item(root: Path, ci: str, rev: str | None = None) -> ShownItem:
    """Return one item with its neighbours.

    Raises:
        errors.NothingToDo: when there is no such item, with near misses in the hint.
        errors.Unreadable: when the CMDB cannot be read.
    """
    book = cmdb_of(root, rev)
    items, graph = book.items, book.graph
    known(graph, ci)
    sourced = book.sourced
    if sourced is None:
        merged = Merged(items, (), places_of(book.documents))
    else:
        merged = sourced.merged
    return ShownItem(
        items[ci], graph.needed_by(ci), items, merged.provenance(ci), sourced is not None
    )


def list_items(root: Path, rev: str | None = None) -> tuple[ConfigurationItem, ...]:
    """Return all items, sorted by id.

    Raises:
        errors.NothingToDo: when there are none.
        errors.Unreadable: when the CMDB cannot be read.
    """
    items = cmdb_of(root, rev).items
    return tuple(items[ci] for ci in sorted(items))
