"""Coverage of a calendar's period: which changes it covers, because of which of their items."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Literal

from changeflow.cmdb.affected_items import AffectedItems
from changeflow.model.calendars import CalendarPeriod, Scope
from changeflow.model.change import ChangeRequest
from changeflow.model.cmdb import ConfigurationItem

Items = Mapping[str, ConfigurationItem]
Answer = Literal["yes", "maybe", "no"]

# the environment of an item that names none
UNKNOWN = "unknown"


def environment_of(ci: str, items: Items) -> str:
    """Return the environment of an item, `unknown` if none is given."""
    if ci not in items:
        return UNKNOWN
    return items[ci].spec.environment or UNKNOWN


def touches(
    period: CalendarPeriod, ci: str, change: ChangeRequest, failing: Collection[str]
) -> bool:
    """Return whether a period may cover a change because of an item.

    It is an item that is changed, or for `covers: affected` one that fails with those.
    """
    return ci in change.changed or (period.covers == "affected" and ci in failing)


def touched(
    periods: Iterable[CalendarPeriod], change: ChangeRequest, failing: Collection[str]
) -> tuple[str, ...]:
    """Return items because of which periods may cover a change.

    Of the items that fail with the changed ones only one stands for all that no period can tell
    apart.
    """
    listed = tuple(periods)
    if all(period.covers != "affected" for period in listed):
        return change.changed
    more: Iterable[str] = failing
    if isinstance(failing, AffectedItems):
        named: set[str] = set()
        for period in listed:
            named.update(period.covered.items)
        more = failing.one_of_each(("environment", "criticality"), named)
    return (*change.changed, *sorted(set(more) - set(change.changed)))


def covered(
    period: CalendarPeriod, change: ChangeRequest, failing: Collection[str], items: Items
) -> bool:
    """Return whether a period covers a change.

    What is not known of an item may be what the period is about.
    """
    scope = period.covered
    if scope.types and change.spec.type not in scope.types:
        return False
    if not (scope.items or scope.environments or scope.criticality):
        return True
    return any(covers(scope, ci, items) != "no" for ci in touched([period], change, failing))


def covers(scope: Scope, ci: str, items: Items) -> Answer:
    """Return whether a scope covers an item; `maybe` if the CMDB does not say enough."""
    return _least_certain(_covers_place(scope, ci, items), _covers_tier(scope, ci, items))


def _covers_place(scope: Scope, ci: str, items: Items) -> Answer:
    if ci in scope.items or not (scope.items or scope.environments):
        return "yes"
    place = environment_of(ci, items)
    if place in scope.environments:
        return "yes"
    if scope.environments and place == UNKNOWN:
        return "maybe"
    return "no"


def _covers_tier(scope: Scope, ci: str, items: Items) -> Answer:
    if not scope.criticality:
        return "yes"
    if ci not in items or items[ci].spec.criticality is None:
        return "maybe"
    if items[ci].spec.criticality in scope.criticality:
        return "yes"
    return "no"


def _least_certain(*answers: Answer) -> Answer:
    if "no" in answers:
        return "no"
    return "maybe" if "maybe" in answers else "yes"


def environments(change: ChangeRequest, items: Items) -> tuple[str, ...]:
    """Return the environments of the changed items, sorted.

    An item without one is in the environment `unknown`.
    """
    return tuple(sorted({environment_of(ci, items) for ci in change.changed}))
