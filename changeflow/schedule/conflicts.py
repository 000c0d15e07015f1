"""Other open changes that collide with a change: same item, or one's item in the other's blast radius, at the same time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from changeflow.model.answers import Conflict
from changeflow.model.base import Record
from changeflow.model.change import ChangeRequest


class OpenChange(Record):
    """What matters of another change that is not finished: its window, what it changes and what it can make fail."""

    id: str
    start: datetime
    end: datetime
    items: tuple[str, ...]
    depends_on: tuple[str, ...] = ()


def planned_later(change: ChangeRequest, others: Iterable[OpenChange]) -> dict[str, datetime]:
    """Changes that must be implemented first and begin when the change's own window is over, with their start."""
    window = change.spec.window
    if window is None:
        return {}
    return {
        one.id: one.start
        for one in others
        if one.id in change.spec.depends_on and one.start >= window.end
    }


def conflicts(
    change: ChangeRequest,
    failing: Mapping[str, float],
    others: Iterable[OpenChange],
    fails_from: float = 1.0,
) -> tuple[Conflict, ...]:
    """Conflicts of a change with others whose window overlaps its own, sorted by the other's id.

    Args:
        change: the change; without a window it conflicts with nothing (an emergency goes first).
        failing: score by item of the change's blast radius.
        others: the other open changes; skipped are the change itself, and what depends on it or it
            depends on.
        fails_from: an affected item counts from this score on; 1.0 is "fails".
    """
    window = change.spec.window
    if window is None:
        return ()
    mine = set(change.changed)
    hurt = {item for item, score in failing.items() if score >= fails_from}
    found = []
    for other in sorted(others, key=lambda item: item.id):
        if other.id == change.id or other.start >= window.end or other.end <= window.start:
            continue
        if other.id in change.spec.depends_on or change.id in other.depends_on:
            # one waits for the other (gate deploy), so they never run at once
            continue
        same, hit = tuple(sorted(mine & set(other.items))), tuple(sorted(hurt & set(other.items)))
        if same or hit:
            found.append(
                Conflict(
                    change=other.id,
                    kind="item" if same else "dependency",
                    items=same or hit,
                    overlap_start=max(window.start, other.start),
                    overlap_end=min(window.end, other.end),
                    first=(other.start, other.id) < (window.start, change.id),
                    message=(
                        f"{other.id} changes {', '.join(same)} in the same window"
                        if same
                        else f"{other.id} changes {', '.join(hit)}, which this change can make "
                        "fail, in the same window"
                    ),
                )
            )
    return tuple(found)
