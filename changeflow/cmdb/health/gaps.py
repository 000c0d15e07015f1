"""Gaps in the records of items that are in use (ISO/IEC 20000-1:2018 8.2.6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from changeflow.cmdb.health.estate import IMPORTANT, Estate, Found, Problem
from changeflow.model.findings import Level

# Attributes whose gap is an error in a live item of tier 1 or 2.
_NEEDED: Final = ("type", "criticality", "owner")
_WANTED: Final = ("environment",)


def gaps(estate: Estate) -> Found:
    """Return a problem for each attribute that an item lacks, errors first.

    An item without a tier is as important as the highest item that fails with it alone. Where that
    is of tier 1 or 2, the missing tier is an error, and so are type and owner.
    """
    facts = estate.graph.facts
    grave: list[tuple[int, str]] = []
    light: list[tuple[int, str]] = []
    for node in estate.in_use:
        needed = grave if _is_important(estate, node) else light
        for name in _NEEDED:
            if not facts[name][node]:
                needed.append((node, name))
        for name in _WANTED:
            if not facts[name][node]:
                light.append((node, name))
        if not estate.is_described[node]:
            light.append((node, "description" if facts["name"][node] else "name"))
    total = len(grave) + len(light)
    return estate.first_of(_problems(estate, grave, light), total)


def _is_important(estate: Estate, node: int) -> bool:
    """Return whether a live item is of tier 1 or 2, or an item of those fails with it."""
    own = estate.ranks[node]
    rank = own or estate.importance.best[node]
    return bool(estate.is_live[node]) and 0 < rank <= len(IMPORTANT)


def _problems(
    estate: Estate, grave: list[tuple[int, str]], light: list[tuple[int, str]]
) -> Iterator[Problem]:
    level: Level
    for level, listed in (("error", grave), ("warning", light)):
        for node, name in listed:
            ci = estate.graph.ids[node]
            yield Problem(ci, name, level, {"case": name, "id": ci, **_because(estate, node, name)})


def _because(estate: Estate, node: int, name: str) -> dict[str, str]:
    """Return for a missing tier which important item fails with this one."""
    way = estate.importance.way(node) if name == "criticality" else []
    if len(way) > 1 and _is_important(estate, node):
        return {"case": "inherited", "other": estate.graph.ids[way[0]]}
    return {}
