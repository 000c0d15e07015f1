"""Stretches of time in which an answer stays the same, each found by what made the answer.

A decision is made with a watched time (`model.watched_time`), which knows until when the same one
would come out. At that moment it is made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.decision import Decision, Reason, shutting
from changeflow.model.times import END_OF_TIME
from changeflow.model.watched_time import Watch

T = TypeVar("T")

# What reads the hour or the weekday holds at one moment alone: it is asked this often.
STEP: Final = timedelta(minutes=15)
# moments at which one answer is made; what comes after the last one is not known
MOST: Final = 3_000

_AT_ONCE: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Stretch(Generic[T]):
    """From `start` on, and before `end`, the answer stays as it is."""

    start: datetime
    end: datetime
    answer: T


def stretches(
    ask: Callable[[datetime], T],
    since: datetime,
    until: datetime,
    key: Callable[[T], object],
    marks: Iterable[datetime] = (),
) -> Iterator[Stretch[T]]:
    """Yield the stretches of [since, until), in order, without gaps.

    The last one ends before `until` where the answer changes too often to follow it so far.

    Args:
        ask: returns the answer at a time, which is watched.
        since: where to begin.
        until: where to end, later.
        key: what makes two answers the same.
        marks: moments at which the answer may change for what it does not compare the time with.
    """
    ahead = sorted({mark for mark in marks if since < mark < until})
    at, current = since, None
    for _ in range(MOST):
        watch = Watch(at)
        answer = ask(watch.now)
        end = min(_next(at, watch.holding.until), until)
        while ahead and ahead[0] <= at:
            ahead.pop(0)
        if ahead:
            end = min(end, ahead[0])
        if current is not None and key(current.answer) == key(answer):
            current = replace(current, end=end)
        else:
            if current is not None:
                yield current
            current = Stretch(at, end, answer)
        at = end
        if at >= until:
            break
    if current is not None:
        yield current


def _next(at: datetime, holds_until: datetime) -> datetime:
    """Return when to ask again."""
    if holds_until - at > _AT_ONCE:
        return holds_until
    return at + min(STEP, END_OF_TIME - at)


def what_shuts(decision: Decision) -> tuple[object, ...]:
    """Return what tells decisions apart: whether the gate is open, and what keeps it shut."""
    return (decision.open, *sorted(map(name_of, shutting(decision.reasons))))


def name_of(reason: Reason) -> tuple[str, ...]:
    """Return what tells a reason from others: its rule and code, and what it is about."""
    about = [str(reason.data.get(key, "")) for key in _ABOUT]
    return (reason.rule, reason.reason_code, *about)


_ABOUT: Final = ("id", "change", "environment", "start")


def open_until(
    is_open: Callable[[datetime], bool], now: datetime, until: datetime
) -> datetime | None:
    """Return when an open gate shuts if nothing happens but that time goes by.

    None where it stays open up to `until`, or was not open.

    Args:
        is_open: returns whether it is open at a time, which is watched.
        now: the time.
        until: how far to look.
    """
    for one in stretches(is_open, now, until, bool):
        return one.end if one.answer and one.end < until else None
    return None
