"""Everything the CMDB says, in columns: each record can be made from them, and none has to be.

Answers that follow dependencies ask the graph. Those that show an item ask `cmdb.items_view`, which
makes its record. Nothing here imports the records.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from changeflow.cmdb.graph import FIRST_GROUP, Graph, Needs
from changeflow.cmdb.origins import Origin, Origins, Place, Provenance
from changeflow.cmdb.words import Ints, Words
from changeflow.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from changeflow.model.cmdb import ConfigurationItem


@dataclass(frozen=True, slots=True)
class ItemColumns:
    """The CMDB in columns. A node's number is its place in `graph.ids`.

    Attributes:
        graph: facts about items, and who needs them.
        needs: what items need, as it is written.
        rest: for each node JSON of what its record says beside facts and dependencies, such as
            labels and description: `{"metadata": {}, "spec": {}}`; empty for most.
        having: for each field of `spec` that few items have, the numbers of those that have it.
        origins: where attributes and dependencies come from.
    """

    graph: Graph
    needs: Needs
    rest: Words
    having: Mapping[str, Ints]
    origins: Origins

    def rest_of(self, number: int) -> dict[str, Any]:
        """Return what the record of a node says beside facts and dependencies."""
        text = self.rest[number]
        found: dict[str, Any] = json.loads(text) if text else {}
        return found

    def ids_having(self, field: str) -> list[str]:
        """Return the items that have a field of `spec` that few have, sorted."""
        return [self.graph.ids[number] for number in self.having.get(field, ())]

    def native_place(self, ci: str) -> Place | None:
        """Return where native YAML describes an item; None if it does not."""
        number = self.graph.ids.number_of(ci)
        return self.origins.native_place(number) if number is not None else None

    def place(self, ci: str) -> Place:
        """Return where an item is described: by native YAML, else by the row that weighs most.

        Raises:
            KeyError: when there is no such item.
        """
        number = self._number_of(ci)
        row = self.origins.first[number]
        if row == self.origins.first[number + 1]:
            return Place("")
        return self.origins.origin(self.origins.files[row], self.origins.lines[row]).place

    def native_places(self) -> dict[str, Place]:
        """Return where each item stands that native YAML describes."""
        found: dict[str, Place] = {}
        for number, ci in enumerate(self.graph.ids):
            place = self.origins.native_place(number)
            if place is not None:
                found[ci] = place
        return found

    def provenance(self, ci: str) -> Provenance:
        """Return where the attributes and dependencies of an item come from.

        Raises:
            KeyError: when there is no such item.
        """
        number = self._number_of(ci)
        origins: dict[tuple[str, ...], set[Origin]] = {}
        for stretch in self.stretches(number):
            named = {self.graph.ids[self.needs.dependencies[at]] for at in stretch}
            found = origins.setdefault(tuple(sorted(named)), set())
            for at in stretch:
                found.update(self.origins.of_need(at))
        dependencies = {key: tuple(sorted(found)) for key, found in origins.items()}
        return Provenance(self.origins.of_attributes(number), dependencies)

    def _number_of(self, ci: str) -> int:
        number = self.graph.ids.number_of(ci)
        if number is None or self.graph.node_at(number) is None:
            raise KeyError(ci)
        return number

    def stretches(self, number: int) -> list[range]:
        """Return the places of each dependency of a node: one place, or those of a group."""
        codes, end = self.needs.codes, self.needs.first[number + 1]
        found, at = [], self.needs.first[number]
        while at < end:
            behind = at + 1
            while behind < end and codes[behind] == codes[at] >= FIRST_GROUP:
                behind += 1
            found.append(range(at, behind))
            at = behind
        return found


def ids_having(field: str, items: Mapping[str, ConfigurationItem]) -> list[str]:
    """Return the items that have a field of `spec` that few have, sorted.

    Where they are in columns, the others are not looked at.
    """
    columns: ItemColumns | None = getattr(items, "columns", None)
    if columns is not None:
        return columns.ids_having(field)
    return sorted(ci for ci, item in items.items() if getattr(item.spec, field) is not None)
