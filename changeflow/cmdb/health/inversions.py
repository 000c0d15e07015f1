"""Tier inversions: live items on which one of a higher tier rests without any redundancy."""

from __future__ import annotations

from collections.abc import Iterator

from changeflow.cmdb.health.estate import TIERS, Estate, Found, Problem


def inversions(estate: Estate) -> Found:
    """Return a problem for each item that takes down one of a higher tier than its own.

    Those that take down the highest tier come first.
    """
    best, ranks = estate.importance.best, estate.ranks
    inverted = []
    for node, own in enumerate(ranks):
        if own > best[node] > 0 and estate.is_live[node]:
            inverted.append((best[node], node))
    inverted.sort()
    return estate.first_of(_problems(estate, [node for _, node in inverted]), len(inverted))


def _problems(estate: Estate, nodes: list[int]) -> Iterator[Problem]:
    ids = estate.graph.ids
    for node in nodes:
        way = [ids[one] for one in estate.importance.way(node)]
        data = {
            "ci": ids[node],
            "tier": TIERS[estate.ranks[node] - 1],
            "other": way[0],
            "other_tier": TIERS[estate.importance.best[node] - 1],
            "path": " -> ".join(way),
        }
        yield Problem(ids[node], "criticality", None, data)
