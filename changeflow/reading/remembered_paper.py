"""A paper about a repository, as it was made before or made now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from pydantic import BaseModel

from changeflow.model.answers.report import Paper
from changeflow.model.clock import Clock
from changeflow.model.watched_time import (
    ALWAYS,
    Watch,
    WatchedHours,
    WatchedSpan,
    WatchedTime,
    unnoted,
)
from changeflow.reading.paper_memory import PaperMemory
from changeflow.reading.view import View

P = TypeVar("P", bound=Paper)

_WATCHED = (WatchedTime, WatchedSpan, WatchedHours)


def remembered(
    kind: type[P],
    view: View,
    clock: Clock,
    asked: Sequence[str],
    make: Callable[[View, Clock], P],
) -> P:
    """Return a paper about the main branch, remembered or made.

    Args:
        kind: of paper.
        view: the repository.
        clock: the time.
        asked: what it depends on beside the repository and the time.
        make: makes it. When it is made has to be the moment itself (`unnoted`).
    """
    view = view.of_base().for_many()
    memory = PaperMemory.of(kind, view, clock, asked)
    if memory is None:
        return make(view, clock)
    known = memory.recall(unnoted(clock.now))
    if known is not None:
        return known
    watch, real = Watch(unnoted(clock.now)), Watch(unnoted(clock.real))
    now = watch.now
    paper = make(view, Clock(now, now if watch.at == real.at else real.now))
    if real.holding == ALWAYS and not any(isinstance(one, _WATCHED) for one in _values(paper)):
        memory.keep(paper, watch.holding)
    return paper


def _values(value: object) -> Iterable[object]:
    """Yield everything that an answer is made of."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _values(getattr(value, name))
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from _values(one)
    elif isinstance(value, dict):
        yield from _values(tuple(value.items()))
    else:
        yield value
