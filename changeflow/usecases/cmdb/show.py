"""Look at the CMDB: one item with its neighbours, or all items."""

from __future__ import annotations

from collections.abc import Mapping

from changeflow.cmdb.graph import Strength
from changeflow.cmdb.origins import Provenance
from changeflow.lazy_dataclass import dataclass
from changeflow.model.cmdb import ConfigurationItem
from changeflow.reading.rulebook import Rulebook
from changeflow.usecases.cmdb.impact import known


@dataclass(frozen=True)
class ShownItem:
    """An item and what needs it."""

    item: ConfigurationItem
    needed_by: tuple[tuple[str, Strength], ...]
    items: Mapping[str, ConfigurationItem]
    provenance: Provenance
    # whether there are sources beside native YAML
    sourced: bool


def show_item(base: Rulebook, ci: str) -> ShownItem:
    """Return one item with its neighbours.

    Raises:
        errors.NothingToDo: when there is no such item, with near misses in the hint.
    """
    items, graph = base.items, base.graph
    ci = known(graph, ci)
    return ShownItem(
        items[ci],
        graph.needed_by(ci),
        items,
        base.columns.provenance(ci),
        base.sourced is not None,
    )


def list_items(base: Rulebook) -> tuple[ConfigurationItem, ...]:
    """Return all items, sorted by id."""
    return tuple(base.items[ci] for ci in base.graph.item_ids())
