"""The services that items belong to: the nearest ones that rest on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from changeflow.cmdb.graph import Graph

# items on the way from one item that are looked at
_MOST: Final = 2_000


def nearest_services(
    graph: Graph, types: Collection[str], items: Iterable[str]
) -> Iterator[tuple[str, str]]:
    """Yield each item with each service that it belongs to; nothing where there is none.

    A service belongs to itself. Else those services count that rest on the item by the fewest
    dependencies.

    Args:
        graph: the CMDB.
        types: of items that are services.
        items: that are asked about.
    """
    for item in items:
        for service in _services(graph, types, item):
            yield item, service


def _services(graph: Graph, types: Collection[str], item: str) -> list[str]:
    row, seen = [item], {item}
    while row and len(seen) <= _MOST:
        found = [ci for ci in row if _type_of(graph, ci) in types]
        if found:
            return sorted(found)
        following: list[str] = []
        for ci in row:
            for dependent, _ in graph.needed_by(ci):
                if dependent not in seen:
                    seen.add(dependent)
                    following.append(dependent)
        row = following
    return []


def _type_of(graph: Graph, ci: str) -> str | None:
    node = graph.node(ci)
    return None if node is None else node.type
