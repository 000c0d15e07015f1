"""Parts of a story."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from changeflow.lazy_dataclass import dataclass
from changeflow.model.phrases import Told


@dataclass(frozen=True)
class Title:
    """Beginning of an act."""

    told: Told


@dataclass(frozen=True)
class Para:
    """A paragraph for people."""

    told: Told


@dataclass(frozen=True)
class ClockMoves:
    """A move of the clock to a time, RFC 3339 in UTC."""

    at: str


@dataclass(frozen=True)
class CommandRun:
    """A command that ran for real, and the lines of its output worth reading.

    `cut` tells that others were left out.
    """

    command: str
    lines: tuple[str, ...]
    cut: bool


Beat = Title | Para | ClockMoves | CommandRun
Story = Iterator[Beat]


@dataclass(frozen=True)
class CommandAnswer:
    """Answer of a changeflow command."""

    code: int
    out: str
    err: str


# Runs `changeflow <arguments>` with these environment variables over the present ones.
Runner = Callable[[Sequence[str], Mapping[str, str]], CommandAnswer]
