"""Records of items that a released change has left behind.

An added item is live, a removed one is retired, and of one that was transferred the record has
changed: it has another owner, or is retired here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.canonical import digest
from changeflow.model.change import Action
from changeflow.model.cmdb import ConfigurationItem, Status

# action -> (status before its release, status after it). Other actions leave the status as it is.
STATUS_OF: Final = {
    Action.ADD: (Status.PLANNED, Status.LIVE),
    Action.REMOVE: (Status.LIVE, Status.RETIRED),
}


@dataclass(frozen=True, slots=True)
class Done:
    """The effect of a released change on an item.

    `record` is the digest of the item's record when the release started; None where it is not on
    the ledger.
    """

    change: str
    ci: str
    action: Action
    record: str | None = None


@dataclass(frozen=True, slots=True)
class Outdated:
    """An item that is as it was before a release.

    Attributes:
        done: what the release did.
        status: the status in its record; None where the CMDB lacks the item.
        wanted: the status it should have; None where something else should differ.
    """

    done: Done
    status: Status | None
    wanted: Status | None


def outdated(done: Iterable[Done], items: Mapping[str, ConfigurationItem]) -> tuple[Outdated, ...]:
    """Return the items that still are what they were before a change was released.

    The last addition or removal of an item counts, and its last transfer. They are sorted by id.

    Args:
        done: what released changes did, oldest first.
        items: the CMDB.
    """
    last: dict[tuple[str, bool], Done] = {}
    for one in done:
        if one.action in STATUS_OF:
            last[one.ci, False] = one
            # what was added or removed since is no longer what was transferred
            last.pop((one.ci, True), None)
        elif one.action is Action.TRANSFER:
            last[one.ci, True] = one
    found = []
    for _, one in sorted(last.items()):
        behind = _behind(one, items.get(one.ci))
        if behind is not None:
            found.append(behind)
    return tuple(found)


def _behind(done: Done, item: ConfigurationItem | None) -> Outdated | None:
    wanted = STATUS_OF[done.action][1] if done.action in STATUS_OF else None
    if item is None:
        return Outdated(done, None, wanted) if done.action is Action.ADD else None
    status = item.spec.status
    if wanted is not None and status is STATUS_OF[done.action][0]:
        return Outdated(done, status, wanted)
    # whatever else it says, nothing was done about it since
    if status is not Status.RETIRED and status is not wanted and _is_untouched(done, item):
        return Outdated(done, status, wanted)
    return None


def _is_untouched(done: Done, item: ConfigurationItem) -> bool:
    """Return whether the record is known to be what it was when the release started."""
    return done.record is not None and done.record == digest_of_record(item)


def digest_of_record(item: ConfigurationItem) -> str:
    """Return the digest of an item's record, as a release writes it on the ledger."""
    return digest(item.model_dump(mode="json"))
