"""Look at the CMDB: one item with its neighbours, or all items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from changeflow.cmdb.graph import Graph, Strength
from changeflow.model.cmdb import ConfigurationItem
from changeflow.usecases.cmdb.impact import cmdb_of, known


@dataclass(frozen=True)
class ShownItem:
    """An item and what needs it."""

    item: ConfigurationItem
    needed_by: tuple[tuple[str, Strength], ...]
    items: Mapping[str, ConfigurationItem]


def show_item(root: Path, ci: str, rev: str | None = None) -> ShownItem:
    """Return one item with its neighbours.

    Raises:
        errors.NothingToDo: when there is no such item, with near misses in the hint.
        errors.Unreadable: when the CMDB cannot be read.
    """
    items = cmdb_of(root, rev).items
    graph = Graph.of(items.values())
    return ShownItem(items[known(graph, ci)], graph.needed_by(ci), items)


def list_items(root: Path, rev: str | None = None) -> tuple[ConfigurationItem, ...]:
    """Return all items, sorted by id.

    Raises:
        errors.NothingToDo: when there are none.
        errors.Unreadable: when the CMDB cannot be read.
    """
    items = cmdb_of(root, rev).items
    return tuple(items[ci] for ci in sorted(items))
