"""Owners that the roster does not have any more, and roles that no person holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from changeflow.cmdb.health.estate import Estate, Found, Problem
from changeflow.model.phrases import meant, told


def unknown_owners(estate: Estate) -> Found:
    """Return a problem for each item whose owner is neither a role nor a person of the roster."""
    names = [*estate.roles, *estate.people]

    def what_now(who: str) -> dict[str, Any]:
        return {"case": "item", "what_now": [meant(who, names) or told("hint.add_person")]}

    return _owned_by(estate, lambda who: who not in names, what_now)


def absent_owners(estate: Estate) -> Found:
    """Return a problem for each item whose owner is a role that no person holds."""
    return _owned_by(estate, lambda who: estate.roles.get(who) == 0, lambda _: {})


def _owned_by(
    estate: Estate, is_wrong: Callable[[str], bool], more: Callable[[str], dict[str, Any]]
) -> Found:
    """Return a problem for each item in use whose owner is wrong, with more data of the sentence."""
    owners, words = estate.graph.facts["owner"], estate.graph.words
    wrong: dict[int, bool] = {0: False}
    nodes = []
    for node in estate.in_use:
        owner = owners[node]
        if owner not in wrong:
            wrong[owner] = is_wrong(words[owner])
        if wrong[owner]:
            nodes.append(node)
    return estate.first_of(_problems(estate, nodes, more), len(nodes))


def _problems(
    estate: Estate, nodes: list[int], more: Callable[[str], dict[str, Any]]
) -> Iterator[Problem]:
    for node in nodes:
        ci, who = estate.graph.ids[node], estate.graph.words[estate.graph.facts["owner"][node]]
        yield Problem(ci, "owner", None, {"who": who, "ci": ci, **more(who)})
