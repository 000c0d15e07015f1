"""What is said of two changes that collide: how, how hard it is, who goes first, and what to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from changeflow.language.sentences import in_english
from changeflow.model.answers.assessment import Conflict
from changeflow.model.change import ChangeRequest
from changeflow.model.config import ConflictKind
from changeflow.model.phrases import Told, told
from changeflow.model.times import format_instant
from changeflow.schedule.open_changes import OpenChange

# the sentence of each kind
_CODES: Final[dict[ConflictKind, str]] = {
    "same-item": "conflict.same_item",
    "dependency": "conflict.makes_fail",
    "redundancy": "conflict.redundancy",
    "rollback": "conflict.rollback",
    "person": "conflict.person",
    "environment": "conflict.environment",
    "order": "conflict.order",
}


# the proposal about a kind, where it is not to move one of the two
_PROPOSALS: Final[dict[ConflictKind, str]] = {"rollback": "rollback", "person": "person"}


class Collision(NamedTuple):
    """What is wrong between two changes, seen from one of them.

    `data` has what the sentence names beside change and items; its `case` chooses the sentence.
    """

    kind: ConflictKind
    items: tuple[str, ...]
    start: datetime
    end: datetime
    data: Mapping[str, Any] = {}


def told_conflict(
    mine: OpenChange, other: OpenChange, one: Collision, hard: Collection[str]
) -> Conflict:
    """Return what collides as a conflict of `mine`: with its sentence, and what to do."""
    what = told(_CODES[one.kind], **{"change": other.id, "items": list(one.items), **one.data})
    goes_first = _goes_first(mine, other)
    proposal = _proposal(mine, other, one, goes_first=goes_first)
    return _in_words(
        what,
        proposal,
        change=other.id,
        kind=one.kind,
        hard=one.kind in hard,
        items=one.items,
        overlap_start=one.start,
        overlap_end=one.end,
        first=goes_first,
    )


def _goes_first(mine: OpenChange, other: OpenChange) -> bool:
    """Return whether the other goes first: this one waits for it, or it starts earlier."""
    if other.id in mine.depends_on or mine.id in other.depends_on:
        return other.id in mine.depends_on
    return (other.start, other.id) < (mine.start, mine.id)


def _proposal(mine: OpenChange, other: OpenChange, one: Collision, *, goes_first: bool) -> Told:
    """Return what to do: which of the two to move, and to when."""
    first, then = (other, mine) if goes_first else (mine, other)
    until = {"rollback": first.over}.get(one.kind, first.end)
    case = _PROPOSALS.get(one.kind)
    data = {"change": then.id, "first": first.id, "at": format_instant(until)}
    return told("conflict.proposal", case=case, **data)


def dead_dependency(change: ChangeRequest, other: str, why: str, hard: Collection[str]) -> Conflict:
    """Return the conflict with a change that this one waits for and that will not be implemented.

    Args:
        change: the one that waits; it has a window.
        other: the one that it waits for.
        why: the state of the other, or that its window is past.
        hard: the kinds that keep a change waiting.
    """
    window = change.spec.window
    assert window is not None  # noqa: S101 - the caller looked; this is for the type checker
    what = told("conflict.order", case="dead", change=other, state=why)
    proposal = told("conflict.proposal", case="drop", change=other)
    return _in_words(
        what,
        proposal,
        change=other,
        kind="order",
        hard="order" in hard,
        items=(),
        overlap_start=window.start,
        overlap_end=window.end,
        first=True,
    )


def _in_words(what: Told, proposal: Told, **known: Any) -> Conflict:
    """Return a conflict with its two sentences, and with what they are made from."""
    return Conflict(
        **known,
        proposal=in_english(proposal),
        message=in_english(what),
        data=what,
        advice=proposal,
    )
