"""The items of the CMDB by their id, each made into a record when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from changeflow.cmdb.graph import FIRST_GROUP, HARD
from changeflow.cmdb.item_columns import ItemColumns
from changeflow.cmdb.origins import Place
from changeflow.model.cmdb import (
    ConfigurationItem,
    Criticality,
    Dependency,
    DependsOnAnyOf,
    DependsOnItem,
    ItemMetadata,
    ItemSpec,
    Status,
)
from changeflow.model.kinds import API_VERSION

# records that are kept, because what asks for one mostly asks for it again
_KEPT: Final = 1_024


class ItemsView(Mapping[str, ConfigurationItem]):
    """The items of the CMDB by their id.

    To be asked for single items: what looks at all of them takes `columns`.

    Args:
        columns: everything that items say.
    """

    def __init__(self, columns: ItemColumns) -> None:
        self.columns = columns
        self._kept: dict[str, ConfigurationItem] = {}

    def __getitem__(self, ci: str) -> ConfigurationItem:
        found = self._kept.get(ci)
        if found is None:
            number = self.columns.graph.ids.number_of(ci)
            if number is None or not self.columns.graph.facts["status"][number]:
                raise KeyError(ci)
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            found = self._kept[ci] = record_at(self.columns, number)
        return found

    def __contains__(self, ci: object) -> bool:
        return ci in self.columns.graph

    def __len__(self) -> int:
        return len(self.columns.graph)

    def __iter__(self) -> Iterator[str]:
        graph = self.columns.graph
        status = graph.facts["status"]
        return (ci for number, ci in enumerate(graph.ids) if status[number])

    def __bool__(self) -> bool:
        return any(self.columns.graph.facts["status"])


class PlacesView(Mapping[str, Place]):
    """Where native YAML describes items, by their id.

    Args:
        columns: everything that items say.
    """

    def __init__(self, columns: ItemColumns) -> None:
        self._columns = columns

    def __getitem__(self, ci: str) -> Place:
        place = self._columns.native_place(ci)
        if place is None:
            raise KeyError(ci)
        return place

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns.native_places())

    def __len__(self) -> int:
        return len(self._columns.native_places())


def record_at(columns: ItemColumns, number: int) -> ConfigurationItem:
    """Return the record of the item with this number.

    What columns say was checked when it was read, so it is not checked again.
    """
    ci, node = columns.graph.ids[number], columns.graph.node_at(number)
    if node is None:
        raise KeyError(ci)
    rest = columns.rest_of(number)
    of_metadata, of_spec = dict(rest.get("metadata", {})), dict(rest.get("spec", {}))
    labels, description = of_metadata.pop("labels", {}), of_spec.pop("description", None)
    metadata = ItemMetadata.model_construct(
        **_checked(ItemMetadata, {"id": ci, **of_metadata}) if of_metadata else {},
        id=ci,
        name=node.name,
        labels=labels,
    )
    facts: dict[str, Any] = {
        "type": node.type,
        "criticality": Criticality(node.criticality) if node.criticality else None,
        "owner": node.owner,
        "environment": node.environment,
        "description": description,
        "depends_on": tuple(_needs(columns, number)),
    }
    if "status" in columns.origins.of_attributes(number):
        # one that is not written holds by default
        facts["status"] = Status(node.status)
    spec = ItemSpec.model_construct(**(_checked(ItemSpec, of_spec) if of_spec else {}), **facts)
    return ConfigurationItem.model_construct(
        apiVersion=API_VERSION, kind="ConfigurationItem", metadata=metadata, spec=spec
    )


def _checked(kind: type[ItemMetadata | ItemSpec], data: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a part of a record that columns keep as JSON."""
    found = kind.model_validate(data)
    return {name: getattr(found, name) for name in found.model_fields_set if name != "id"}


def _needs(columns: ItemColumns, number: int) -> Iterator[Dependency]:
    ids, needs = columns.graph.ids, columns.needs
    for stretch in columns.stretches(number):
        named = tuple(ids[needs.dependencies[at]] for at in stretch)
        code = needs.codes[stretch.start]
        if code >= FIRST_GROUP:
            tipping = columns.graph.tipping[code - FIRST_GROUP]
            least = len(set(named)) + 1 - tipping
            yield DependsOnAnyOf.model_construct(any_of=named, min=least)
        else:
            strength = "hard" if code == HARD else "soft"
            yield DependsOnItem.model_construct(ci=named[0], strength=strength)
