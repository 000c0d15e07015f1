"""Live items that depend on retired ones."""

from __future__ import annotations

from collections.abc import Iterator

from changeflow.cmdb.health.estate import Estate, Found, Problem


def retired_needs(estate: Estate) -> Found:
    """Return a problem for each dependency of a live item on a retired one."""
    graph = estate.graph
    pairs: set[tuple[int, int]] = set()
    for node, retired in enumerate(estate.is_retired):
        if retired:
            for at in range(graph.first[node], graph.first[node + 1]):
                if estate.is_live[graph.dependents[at]]:
                    pairs.add((graph.dependents[at], node))
    return estate.first_of(_problems(estate, sorted(pairs)), len(pairs))


def _problems(estate: Estate, pairs: list[tuple[int, int]]) -> Iterator[Problem]:
    ids = estate.graph.ids
    for dependent, dependency in pairs:
        ci, need = ids[dependent], ids[dependency]
        yield Problem(ci, "", None, {"id": ci, "ci": need}, need)
