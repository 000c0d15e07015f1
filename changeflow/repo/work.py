"""What is being done right now and how far it is, for the person who waits (`cli.progress`).

Code that may take long says so here. It belongs to the process as its standard
streams do, and nothing is written here.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import field
from typing import Final, TypeVar

from changeflow.lazy_dataclass import dataclass

T = TypeVar("T")

# things that are done in a moment, and need not be counted
_FEW: Final = 100


@dataclass
class Work:
    """Something that is being done.

    Attributes:
        code: of the sentence that says what.
        total: how many things there are; 0: that is not known.
        done: how many of them are done.
        may_ask: whether another program may ask the person something meanwhile, such as for a
            passphrase.
        since: when it began, by the monotonic clock.
    """

    code: str
    total: int = 0
    done: int = 0
    may_ask: bool = False
    since: float = field(default_factory=time.monotonic)


_in_hand: list[Work] = []


def work_in_hand() -> Work | None:
    """Return what is being done; of several, one within the other, the innermost."""
    # another thread may end it at this moment
    return next(iter(_in_hand[-1:]), None)


@contextmanager
def working(code: str, total: int = 0, *, may_ask: bool = False) -> Iterator[Work]:
    """Say what is being done until the end of the block."""
    work = Work(code, total, may_ask=may_ask)
    _in_hand.append(work)
    try:
        yield work
    finally:
        _in_hand.remove(work)


def counted(code: str, things: Iterable[T], total: int) -> Iterable[T]:
    """Return things one by one, and say how many of them are done; a few are returned as they are.

    Args:
        code: of the sentence that says what is done with them.
        things: what is done something with.
        total: how many there are.
    """
    return things if total < _FEW else _counted(code, things, total)


def _counted(code: str, things: Iterable[T], total: int) -> Iterator[T]:
    with working(code, total) as work:
        for thing in things:
            yield thing
            work.done += 1
