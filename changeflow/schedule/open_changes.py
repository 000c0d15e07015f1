"""Changes that are not finished, and how to find those that may collide with one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.change import ChangeRequest, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenChange:
    """A change that is not finished: its window, its items, who makes it.

    `limit` is the promised time to restore, after which a rollback that began within the window is
    over at the latest; None where no rollback is planned.
    """

    id: str
    start: datetime
    end: datetime
    items: tuple[str, ...]
    depends_on: tuple[str, ...] = ()
    implementer: str | None = None
    limit: timedelta | None = None

    @property
    def over(self) -> datetime:
        """Return when its way back is over at the latest."""
        return self.end + (self.limit or timedelta())


def open_change(change: ChangeRequest, window: Window) -> OpenChange:
    """Return what conflicts know of a change with a window."""
    rollback = change.spec.rollback
    return OpenChange(
        id=change.id,
        start=window.start,
        end=window.end,
        items=change.changed,
        depends_on=change.spec.depends_on,
        implementer=change.spec.implementer,
        limit=rollback.limit if rollback is not None else None,
    )


class OpenChanges:
    """Open changes, found by items, people, dependencies and times.

    Args:
        changes: the open changes.
    """

    def __init__(self, changes: Iterable[OpenChange]) -> None:
        self._by_item: dict[str, list[OpenChange]] = {}
        self._by_id: dict[str, OpenChange] = {}
        self._by_person: dict[str, list[OpenChange]] = {}
        self._waiting_for: dict[str, list[OpenChange]] = {}
        for one in changes:
            self._by_id[one.id] = one
            for ci in dict.fromkeys(one.items):
                self._by_item.setdefault(ci, []).append(one)
            if one.implementer:
                self._by_person.setdefault(one.implementer, []).append(one)
            for name in dict.fromkeys(one.depends_on):
                self._waiting_for.setdefault(name, []).append(one)
        self._by_start = sorted(self._by_id.values(), key=lambda one: one.start)
        self._starts = [one.start for one in self._by_start]
        self._longest = max((one.end - one.start for one in self._by_start), default=timedelta())

    def __iter__(self) -> Iterator[OpenChange]:
        return iter(self._by_start)

    def changing(self, items: Iterable[str]) -> tuple[OpenChange, ...]:
        """Return the changes of any of these items, each once."""
        found: dict[str, OpenChange] = {}
        for ci in items:
            found.update((one.id, one) for one in self._by_item.get(ci, ()))
        return tuple(found.values())

    def touching(self, items: Collection[str]) -> tuple[OpenChange, ...]:
        """Return the changes of any of these items, of which there may be very many."""
        if len(items) <= len(self._by_item):
            return self.changing(items)
        return self.changing(ci for ci in self._by_item if ci in items)

    def named(self, names: Iterable[str]) -> tuple[OpenChange, ...]:
        """Return those of these changes that are open."""
        return tuple(self._by_id[name] for name in names if name in self._by_id)

    def waiting_for(self, change: str) -> tuple[OpenChange, ...]:
        """Return the changes that name a change as their dependency."""
        return tuple(self._waiting_for.get(change, ()))

    def made_by(self, person: str | None) -> tuple[OpenChange, ...]:
        """Return the changes that a person implements."""
        return tuple(self._by_person.get(person or "", ()))

    def within(self, start: datetime, end: datetime) -> tuple[OpenChange, ...]:
        """Return the changes whose window overlaps [start, end)."""
        first = bisect_left(self._starts, start - self._longest)
        found = self._by_start[first : bisect_left(self._starts, end)]
        return tuple(one for one in found if one.end > start)


NO_CHANGES: Final = OpenChanges(())
