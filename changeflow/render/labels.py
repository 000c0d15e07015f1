"""What people call items, and what else the CMDB knows of them that an answer does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from typing import Final

from changeflow.cmdb.graph import Graph, Node
from changeflow.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Labels:
    """Names of items, the status of those that are not live, their environments and types.

    Empty where the CMDB was not asked.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    environments: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(graph: Graph) -> Labels:
        """Return what the CMDB knows of its items."""
        return Labels(
            _OfItems(graph, _telling_name),
            _OfItems(graph, _other_status),
            _OfItems(graph, lambda _, node: node.environment),
            _OfItems(graph, lambda _, node: node.type),
        )

    @staticmethod
    def of_names(names: Mapping[str, str]) -> Labels:
        """Return names that say more than the ids."""
        return Labels({ci: name for ci, name in names.items() if _says_more(name, ci)})


class _OfItems(Mapping[str, str]):
    """A fact about each item that has it, looked up when it is asked for.

    Args:
        graph: the CMDB.
        fact: returns the fact; None for an item that has none.
    """

    def __init__(self, graph: Graph, fact: Callable[[str, Node], str | None]) -> None:
        self._graph, self._fact = graph, fact

    def __getitem__(self, ci: str) -> str:
        node = self._graph.node(ci)
        if node is not None:
            found = self._fact(ci, node)
            if found is not None:
                return found
        raise KeyError(ci)

    def __iter__(self) -> Iterator[str]:
        return (ci for ci in self._graph.item_ids() if ci in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def names_in(graph: Graph) -> Mapping[str, str]:
    """Return the names of the items that have one."""
    return _OfItems(graph, lambda _, node: node.name or None)


def _telling_name(ci: str, node: Node) -> str | None:
    if node.name is None or not _says_more(node.name, ci):
        return None
    return node.name


def _other_status(_: str, node: Node) -> str | None:
    if node.status == "live":
        return None
    return node.status


def _says_more(name: str, ci: str) -> bool:
    """Tell whether a name adds anything to the id; `Cart` for `cart` does not."""
    return name.casefold().replace(" ", "-") != ci.casefold()


NO_LABELS: Final = Labels()
