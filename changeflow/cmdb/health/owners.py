"""Owners that the roster does not have any more, and roles that no person holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from changeflow.cmdb.health.estate import Estate, Found, Problem


def unknown_owners(estate: Estate) -> Found:
    """Return a problem for each item whose owner is neither a role nor a person of the roster."""
    return _owned_by(estate, lambda who: who not in estate.roles and who not in estate.people)


def absent_owners(estate: Estate) -> Found:
    """Return a problem for each item whose owner is a role that no person holds."""
    return _owned_by(estate, lambda who: estate.roles.get(who) == 0 and who not in estate.people)


def _owned_by(estate: Estate, is_wrong: Callable[[str], bool]) -> Found:
    owners, words = estate.graph.facts["owner"], estate.graph.words
    wrong: dict[int, bool] = {0: False}
    nodes = []
    for node in estate.in_use:
        owner = owners[node]
        if owner not in wrong:
            wrong[owner] = is_wrong(words[owner])
        if wrong[owner]:
            nodes.append(node)
    return estate.first_of(_problems(estate, nodes), len(nodes))


def _problems(estate: Estate, nodes: list[int]) -> Iterator[Problem]:
    for node in nodes:
        ci, who = estate.graph.ids[node], estate.graph.words[estate.graph.facts["owner"][node]]
        yield Problem(ci, "owner", None, {"who": who, "ci": ci})
