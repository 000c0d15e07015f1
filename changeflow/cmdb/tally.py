"""How many affected items there are of each environment, tier and owner, and which services."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from changeflow.cmdb.affected_items import AffectedItems

# the facts of items that are counted
TALLIED: Final = ("environment", "criticality", "owner")


class Tally(NamedTuple):
    """The number of affected items that have a fact. `name` is None where it is not known."""

    name: str | None
    affected: int
    direct: int
    failing: int


def tallies(affected: AffectedItems) -> dict[str, tuple[Tally, ...]]:
    """Return the numbers of affected items by what each fact says, the largest first."""
    found: dict[str, tuple[Tally, ...]] = {}
    for fact in TALLIED:
        near, failing = affected.direct.counts(fact), affected.failing.counts(fact)
        rows = []
        for name, count in affected.counts(fact).items():
            rows.append(Tally(name, count, near.get(name, 0), failing.get(name, 0)))
        found[fact] = tuple(sorted(rows, key=_rank))
    return found


def _rank(row: Tally) -> tuple[int, int, str]:
    return -row.failing, -row.affected, row.name or "\U0010ffff"


class HitServices(NamedTuple):
    """The affected items of a service type: how many, and scores and numbers of the strongest."""

    total: int
    strongest: tuple[tuple[float, int], ...]


def hit_services(affected: AffectedItems, types: Collection[str], most: int | None) -> HitServices:
    """Return the affected items of a service type.

    Args:
        affected: what the changed items reach.
        types: the types of services.
        most: name so many of them; None: all.
    """
    services = affected.having("type", lambda kind: kind in types)
    total = len(services)
    return HitServices(total, tuple(services.strongest(most)) if total else ())
