"""Records of items that a released change has left behind.

An added item is live, a removed one is retired.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from changeflow.model.change import Action
from changeflow.model.cmdb import ConfigurationItem, Status

# action -> (status before its release, status after it). Other actions leave the status as it is.
STATUS_OF: Final = {
    Action.ADD: (Status.PLANNED, Status.LIVE),
    Action.REMOVE: (Status.LIVE, Status.RETIRED),
}


@dataclass(frozen=True, slots=True)
class Done:
    """The effect of a released change on an item."""

    change: str
    ci: str
    action: Action


@dataclass(frozen=True, slots=True)
class Outdated:
    """An item whose record has the status from before a release, and the status it should have."""

    done: Done
    status: Status
    wanted: Status


def outdated(done: Iterable[Done], items: Mapping[str, ConfigurationItem]) -> tuple[Outdated, ...]:
    """Return the items that still have the status from before their last addition or removal.

    They are sorted by id.

    Args:
        done: what released changes did, oldest first.
        items: the CMDB.
    """
    last = {one.ci: one for one in done if one.action in STATUS_OF}
    found = []
    for ci in sorted(ci for ci in last if ci in items):
        before, after = STATUS_OF[last[ci].action]
        if items[ci].spec.status is before:
            found.append(Outdated(last[ci], before, after))
    return tuple(found)
