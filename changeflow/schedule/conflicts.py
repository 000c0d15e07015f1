"""Other open changes that collide with a change in an overlapping window.

They change the same item, or an item of one is in the blast radius of the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from changeflow.language.sentences import in_english
from changeflow.model.answers.assessment import Conflict
from changeflow.model.change import ChangeRequest
from changeflow.model.document_parts import Record
from changeflow.model.phrases import Told, told


class OpenChange(Record):
    """Another change that is not finished: its window and the items it changes."""

    id: str
    start: datetime
    end: datetime
    items: tuple[str, ...]
    depends_on: tuple[str, ...] = ()


def planned_later(change: ChangeRequest, others: Iterable[OpenChange]) -> dict[str, datetime]:
    """Return the dependencies that begin only after the change's window, with their start."""
    window = change.spec.window
    if window is None:
        return {}
    later: dict[str, datetime] = {}
    for other in others:
        if other.id in change.spec.depends_on and other.start >= window.end:
            later[other.id] = other.start
    return later


def conflicts(
    change: ChangeRequest,
    failing: Collection[str],
    others: Iterable[OpenChange],
) -> tuple[Conflict, ...]:
    """Return the conflicts with changes whose windows overlap, sorted by the other's id.

    Args:
        change: the change; without a window it conflicts with nothing (an emergency goes first).
        failing: the items that fail with those it changes.
        others: the other open changes; skipped are the change itself, and what depends on it or it
            depends on.
    """
    window = change.spec.window
    if window is None:
        return ()
    mine = set(change.changed)
    found = []
    for other in sorted(others, key=lambda item: item.id):
        if other.id == change.id or other.start >= window.end or other.end <= window.start:
            continue
        if other.id in change.spec.depends_on or change.id in other.depends_on:
            # one waits for the other (gate deploy), so they never run at once
            continue
        same, hit = mine.intersection(other.items), {ci for ci in other.items if ci in failing}
        if same or hit:
            items = tuple(sorted(same or hit))
            what = _what_collides(other.id, items, same=bool(same))
            found.append(
                Conflict(
                    change=other.id,
                    kind="item" if same else "dependency",
                    items=items,
                    overlap_start=max(window.start, other.start),
                    overlap_end=min(window.end, other.end),
                    first=(other.start, other.id) < (window.start, change.id),
                    message=in_english(what),
                    data=what,
                )
            )
    return tuple(found)


def _what_collides(other: str, items: tuple[str, ...], *, same: bool) -> Told:
    code = "conflict.same_item" if same else "conflict.makes_fail"
    return told(code, change=other, items=list(items))


class OpenChanges:
    """Open changes, found by the items they change.

    Args:
        changes: the open changes.
    """

    def __init__(self, changes: Iterable[OpenChange]) -> None:
        self._by_item: dict[str, list[OpenChange]] = {}
        self._by_id: dict[str, OpenChange] = {}
        for one in changes:
            self._by_id[one.id] = one
            for ci in dict.fromkeys(one.items):
                self._by_item.setdefault(ci, []).append(one)

    def changing(self, items: Iterable[str]) -> tuple[OpenChange, ...]:
        """Return the changes of any of these items, each once.

        No other one can conflict over them.
        """
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


NO_CHANGES: Final = OpenChanges(())
