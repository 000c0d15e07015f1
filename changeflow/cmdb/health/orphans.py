"""Orphans: live items that need nothing and that nothing needs."""

from __future__ import annotations

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.health.estate import Estate, Found, Problem


def orphans(estate: Estate) -> Found:
    """Return a problem for each orphan: a dependency was forgotten, or the item is used no more."""
    found = orphans_of(estate.graph, estate.is_live)
    ids = estate.graph.ids
    return estate.first_of(
        (Problem(ids[one], "", None, {"ci": ids[one]}) for one in found), len(found)
    )


def orphans_of(graph: Graph, is_live: bytes) -> list[int]:
    """Return the numbers of the orphans."""
    needs_any = bytearray(len(graph.ids))
    for dependent in graph.dependents:
        needs_any[dependent] = 1
    first = graph.first
    found = []
    for node, live in enumerate(is_live):
        if live and not needs_any[node] and first[node] == first[node + 1]:
            found.append(node)
    return found
