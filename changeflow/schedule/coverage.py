"""What a period of a calendar covers: which changes, because of which of their items."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from changeflow.model.calendars import CalendarPeriod, Scope
from changeflow.model.change import ChangeRequest
from changeflow.model.cmdb import ConfigurationItem

Items = Mapping[str, ConfigurationItem]
Answer = Literal["yes", "maybe", "no"]

# the environment of an item that names none
UNKNOWN = "unknown"


def environment_of(ci: str, items: Items) -> str:
    """The environment of an item, `unknown` where it is not said."""
    return (items[ci].spec.environment or UNKNOWN) if ci in items else UNKNOWN


def touched(
    period: CalendarPeriod, change: ChangeRequest, failing: Collection[str]
) -> tuple[str, ...]:
    """The items because of which a period may cover a change: those changed, and where it says so those that fail with them."""
    more = sorted(set(failing) - set(change.changed)) if period.covers == "affected" else ()
    return (*change.changed, *more)


def covered(
    period: CalendarPeriod, change: ChangeRequest, failing: Collection[str], items: Items
) -> bool:
    """Whether a period is about a change.

    What is not known of an item may be what the period is about.
    """
    scope = period.covered
    if scope.types and change.spec.type not in scope.types:
        return False
    everything = not (scope.items or scope.environments or scope.criticality)
    return everything or any(
        covers(scope, ci, items) != "no" for ci in touched(period, change, failing)
    )


def covers(scope: Scope, ci: str, items: Items) -> Answer:
    """Whether a scope is about an item; `maybe` where the CMDB does not say enough."""
    return _least(_place(scope, ci, items), _tier(scope, ci, items))


def _place(scope: Scope, ci: str, items: Items) -> Answer:
    if ci in scope.items or not (scope.items or scope.environments):
        return "yes"
    place = environment_of(ci, items)
    if place in scope.environments:
        return "yes"
    return "maybe" if scope.environments and place == UNKNOWN else "no"


def _tier(scope: Scope, ci: str, items: Items) -> Answer:
    if not scope.criticality:
        return "yes"
    tier = items[ci].spec.criticality if ci in items else None
    if tier is None:
        return "maybe"
    return "yes" if tier in scope.criticality else "no"


def _least(*answers: Answer) -> Answer:
    order: tuple[Answer, ...] = ("no", "maybe", "yes")
    return min(answers, key=order.index)


def environments(change: ChangeRequest, items: Items) -> tuple[str, ...]:
    """Environments of the changed items, sorted.

    An item without one is in the environment `unknown`.
    """
    return tuple(sorted({environment_of(ci, items) for ci in change.changed}))
