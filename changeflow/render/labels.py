"""What people call items, and the status of those that are not live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from changeflow.cmdb.graph import Graph


@dataclass(frozen=True, slots=True)
class Labels:
    """Names of items, and the status of those that are not live.

    Empty where the CMDB was not asked.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(graph: Graph) -> Labels:
        """Read names and statuses from the CMDB."""
        names, statuses = {}, {}
        for number, ci in enumerate(graph.ids):
            node = graph.node_at(number)
            if node is None:
                continue
            if node.name and _says_more(node.name, ci):
                names[ci] = node.name
            if node.status != "live":
                statuses[ci] = node.status
        return Labels(names, statuses)

    @staticmethod
    def of_names(names: Mapping[str, str]) -> Labels:
        """Return names that say more than the ids."""
        return Labels({ci: name for ci, name in names.items() if _says_more(name, ci)})


def _says_more(name: str, ci: str) -> bool:
    """Tell whether a name adds anything to the id; `Cart` for `cart` does not."""
    return name.casefold().replace(" ", "-") != ci.casefold()


NO_LABELS: Final = Labels()
