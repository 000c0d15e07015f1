"""What a story is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Title:
    """The beginning of an act."""

    text: str


@dataclass(frozen=True)
class Para:
    """A paragraph for people."""

    text: str


@dataclass(frozen=True)
class ClockMoves:
    """The clock moves: from here on it shows this."""

    text: str


@dataclass(frozen=True)
class CommandRun:
    """A command that ran for real, and the lines of its output worth reading.

    `cut` says that others were left out.
    """

    command: str
    lines: tuple[str, ...]
    cut: bool


Beat = Title | Para | ClockMoves | CommandRun
Story = Iterator[Beat]


@dataclass(frozen=True)
class CommandAnswer:
    """What a changeflow command answered."""

    code: int
    out: str
    err: str


# Runs `changeflow <arguments>` with these environment variables over the present ones.
Runner = Callable[[Sequence[str], Mapping[str, str]], CommandAnswer]
