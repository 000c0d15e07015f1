"""What an item says, attribute by attribute, and how two states of the CMDB differ in that."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple

from changeflow.model.cmdb import ConfigurationItem, Dependency, DependsOnItem

# of the attributes that say what an item depends on, before the id of the other item
DEPENDS_ON: Final = "depends_on "
STATUS: Final = "status"
# members of a group that are named one by one
_MOST_MEMBERS: Final = 8

Items = Mapping[str, ConfigurationItem]
Attributes = dict[str, str]


class ItemDifference(NamedTuple):
    """An item that two states tell otherwise: the attributes that differ, before and after.

    An attribute that is not known on one side is missing there.
    """

    ci: str
    what: Literal["added", "changed", "removed"]
    before: Attributes
    after: Attributes

    @property
    def attributes(self) -> list[str]:
        """Return the names of the attributes that differ, in the order of the item."""
        return list(dict.fromkeys((*self.before, *self.after)))


def attributes_of(item: ConfigurationItem | None) -> Attributes:
    """Return what is known of an item as text, by the names of its attributes; nothing of none.

    Each item that it depends on is an attribute of its own, also as a member of a group.
    """
    found: Attributes = {}
    if item is None:
        return found
    if item.metadata.name is not None:
        found["name"] = item.metadata.name
    for label, text in sorted(item.metadata.labels.items()):
        found[f"labels.{label}"] = text
    spec = item.spec.model_dump(mode="json", exclude={"depends_on"})
    for name, value in spec.items():
        found |= _flat(name, value)
    needs: dict[str, list[str]] = {}
    for need in item.spec.depends_on:
        for ci, how in _needs(need):
            needs.setdefault(ci, []).append(how)
    for ci, ways in sorted(needs.items()):
        found[f"{DEPENDS_ON}{ci}"] = "; ".join(sorted(ways))
    return found


def _flat(name: str, value: Any) -> Attributes:
    if value is None or value == []:
        return {}
    if isinstance(value, dict):
        found: Attributes = {}
        for key, part in value.items():
            found |= _flat(f"{name}.{key}", part)
        return found
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    return {name: str(value)}


def _needs(need: Dependency) -> Iterator[tuple[str, str]]:
    if isinstance(need, DependsOnItem):
        yield need.ci, need.strength
        return
    members = sorted(set(need.any_of))
    told = ", ".join(members)
    if len(members) > _MOST_MEMBERS:
        # another member is another group, also where they are too many to name
        mark = hashlib.sha256(told.encode()).hexdigest()[:8]
        told = f"{len(members)} ({mark})"
    for member in members:
        yield member, f"min {need.min} of {told}"


def differences(before: Items, after: Items, among: Iterable[str]) -> Iterator[ItemDifference]:
    """Yield what differs of some items, sorted by id.

    Args:
        before: the items of one state.
        after: those of the other.
        among: the ids that are compared.
    """
    for ci in sorted(set(among)):
        found = difference(ci, before.get(ci), after.get(ci))
        if found is not None:
            yield found


def difference(
    ci: str, before: ConfigurationItem | None, after: ConfigurationItem | None
) -> ItemDifference | None:
    """Return how two records of an item differ; None where they say the same."""
    if before == after:
        return None
    if before is None:
        return ItemDifference(ci, "added", {}, attributes_of(after))
    old = attributes_of(before)
    if after is None:
        return ItemDifference(ci, "removed", old, {})
    new = attributes_of(after)
    keys = [key for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key)]
    if not keys:
        return None
    return ItemDifference(
        ci,
        "changed",
        {key: old[key] for key in keys if key in old},
        {key: new[key] for key in keys if key in new},
    )
