"""The scope of a change model: whether it holds an item, and which actions take one away."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

# Actions by which a service may be gone for its customers.
TAKES_AWAY: Final = frozenset({"remove", "transfer"})


class Outside(NamedTuple):
    """What keeps an item out of a scope: `action`, `unlisted`, `type`, `environment`, `empty`.

    `value` is the action, type or environment that the scope does not have.
    """

    what: str
    value: str = ""


class ScopeLists(NamedTuple):
    """The lists of a scope; None where it has none. An item must be in every list that is there."""

    items: Collection[str] | None
    types: Collection[str] | None
    environments: Collection[str] | None
    actions: Collection[str]


def outside_scope(
    scope: ScopeLists, ci: str, action: str, type_: str | None, environment: str | None
) -> Outside | None:
    """Return why a scope does not hold an item, None where it holds it."""
    if action not in scope.actions:
        return Outside("action", action)
    if scope.items is not None and ci not in scope.items:
        return Outside("unlisted")
    if scope.types is not None and (type_ or "") not in scope.types:
        return Outside("type", type_ or "unknown")
    if scope.environments is not None and (environment or "") not in scope.environments:
        return Outside("environment", environment or "unknown")
    if scope.items is None and scope.types is None and scope.environments is None:
        return Outside("empty")
    return None
