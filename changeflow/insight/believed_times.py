"""When the commits of a branch were made, as far as the dates that they state can be true.

Every author can give a commit any date. What cannot be changed is the order of a branch, and that a
commit was there once something that is dated by another tells of it. The dates that fit the order
and most of the others are believed; the rest lies between its believed neighbours.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple


class Believed(NamedTuple):
    """When a commit was made.

    Attributes:
        at: the time.
        is_stated: whether it is the one that the commit states.
        is_bound: whether something else told of the commit by then.
    """

    at: datetime
    is_stated: bool
    is_bound: bool


def believed_times(
    stated: Sequence[datetime], latest: Sequence[datetime | None], now: datetime
) -> list[Believed]:
    """Return when the commits of a branch were made, which no later commit precedes.

    Args:
        stated: the dates that the commits state, in the order of the branch.
        latest: when something that is dated by another told of each; None: nothing did.
        now: the time; nothing was made after it.
    """
    bounds = _bounds(latest, now)
    possible = []
    for number, at in enumerate(stated):
        if at <= bounds[number]:
            possible.append(number)
    trusted = set(_longest_rising([(stated[number], number) for number in possible]))
    found: list[Believed] = []
    before: datetime | None = None
    for number, ends in enumerate(_next_trusted(stated, trusted, bounds)):
        if number in trusted:
            found.append(Believed(stated[number], is_stated=True, is_bound=False))
        else:
            at = _between(stated[number], before, ends)
            is_bound = latest[number] is not None and at == bounds[number] and at != now
            found.append(Believed(at, is_stated=False, is_bound=is_bound))
        before = found[-1].at
    return found


def _bounds(latest: Sequence[datetime | None], now: datetime) -> list[datetime]:
    """Return by when each commit was there: once a later one was, it was."""
    bounds = [now] * len(latest)
    least = now
    for number in range(len(latest) - 1, -1, -1):
        told = latest[number]
        if told is not None and told < least:
            least = told
        bounds[number] = least
    return bounds


def _longest_rising(dated: Sequence[tuple[datetime, int]]) -> list[int]:
    """Return the numbers of the longest row of dates of which none is before the one before it."""
    ends: list[datetime] = []
    numbers: list[int] = []
    previous: dict[int, int | None] = {}
    for at, number in dated:
        place = bisect_right(ends, at)
        previous[number] = numbers[place - 1] if place else None
        if place == len(ends):
            ends.append(at)
            numbers.append(number)
        else:
            ends[place], numbers[place] = at, number
    found: list[int] = []
    number_: int | None = numbers[-1] if numbers else None
    while number_ is not None:
        found.append(number_)
        number_ = previous[number_]
    return found[::-1]


def _next_trusted(
    stated: Sequence[datetime], trusted: set[int], bounds: Sequence[datetime]
) -> list[datetime]:
    """Return the time before which each commit was made: its bound, or a later date that is believed."""
    ends = list(bounds)
    following: datetime | None = None
    for number in range(len(stated) - 1, -1, -1):
        if following is not None and following < ends[number]:
            ends[number] = following
        if number in trusted:
            following = stated[number]
    return ends


def _between(at: datetime, start: datetime | None, end: datetime) -> datetime:
    """Return the time between two others that is nearest to a date."""
    found = min(at, end)
    return found if start is None else max(found, start)
