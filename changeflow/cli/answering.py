"""Answers a question that was asked before by the answer that was given, where that still holds."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from changeflow import errors
from changeflow.cli.terminal import (
    as_written,
    colour_wanted,
    emit_exactly,
    emit_file,
    hearing,
    tell,
    terminal_width,
)
from changeflow.lazy_dataclass import dataclass
from changeflow.model.clock import Clock
from changeflow.reading.answer_memory import Answer, AnswerMemory
from changeflow.repo.git import Git

if TYPE_CHECKING:
    from changeflow.cli.context import Invocation
    from changeflow.reading.view import View

_CLOCK = "now"


@dataclass(frozen=True)
class Given:
    """An answer that was made.

    Attributes:
        view: what it was made from.
        text: for stdout.
        as_file: whether its line ends are its own.
    """

    view: View
    text: str
    as_file: bool = False


def answer(
    invocation: Invocation,
    at: Clock,
    make: Callable[[Clock], Given],
    more: Callable[[Git], tuple[str, ...]] = lambda _: (),
) -> None:
    """Write the answer of the command that runs, remembered or made.

    Args:
        invocation: options of the program.
        at: the time.
        make: makes the answer.
        more: what it depends on beside repository, options, terminal and time.
    """
    git = Git(invocation.readable())
    memory = _memory(git, invocation, more)
    if memory is None:
        _write(_written(make(at)))
        return
    known = memory.recall(at.now)
    if known is not None:
        for line in known.told:
            tell(line)
        _write(known)
        return
    # Only now: most answers are remembered.
    from changeflow.model.watched_time import ALWAYS, Watch

    watch, real = Watch(at.now), Watch(at.real)
    now = watch.now
    clock = Clock(now, real.now if at.simulated else now)
    with hearing() as told:
        given = make(clock)
    made = replace(_written(given), told=tuple(told))
    _write(made)
    if real.holding == ALWAYS:
        memory.keep(made, watch.holding, given.view)


def _memory(
    git: Git, invocation: Invocation, more: Callable[[Git], tuple[str, ...]]
) -> AnswerMemory | None:
    try:
        asked = (*_asked(git, invocation), *more(git))
    except errors.HostFailed:
        # Reading says what is wrong.
        return None
    return AnswerMemory.of(git, asked)


def _asked(git: Git, invocation: Invocation) -> tuple[str, ...]:
    """Return what the command was asked, and for which terminal."""
    context = click.get_current_context()
    given: dict[str, Any] = dict(context.params)
    # of the time, the answer says for itself how long it holds; not so of whether it is fixed
    given[_CLOCK] = given[_CLOCK] is not None
    named = [given.get(name) for name in ("base", "head")]
    commits = [git.resolve(one) for one in named if one is not None]
    kind = [os.environ.get(name) for name in ("TERM", "COLORTERM")]
    shown = terminal_width(), colour_wanted(), kind, sys.stdout and sys.stdout.encoding
    told = (context.command.name, sorted(given.items()), commits, invocation, shown)
    return tuple(map(repr, told))


def _written(given: Given) -> Answer:
    text = given.text if given.as_file else as_written(given.text)
    return Answer(text, as_file=given.as_file)


def _write(found: Answer) -> None:
    if found.as_file:
        emit_file(found.text)
    else:
        emit_exactly(found.text)
