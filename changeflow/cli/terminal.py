"""Output that is safe on a terminal: visible control characters, colour only where wanted."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol, TextIO

import click

from changeflow import errors
from changeflow.model.characters import visible

# columns of a terminal that does not tell how many it has; characters that fit into any line
_USUAL: Final = 80
_SHORT: Final = 20
# what users set so that pipes get colours, too; 0 says no
_FORCED: Final = ("FORCE_COLOR", "CLICOLOR_FORCE")


def on_screen(stream: TextIO | None) -> bool:
    """Tell whether a stream goes to a terminal that can erase a line and knows colours."""
    # None where the caller closed it
    knows = (os.environ.get("TERM") or "dumb") != "dumb"
    return knows and stream is not None and stream.isatty()


# Who wants to know what is told on stderr.
_hearing: Final[list[list[str]]] = []


def colour_wanted(stream: TextIO | None = None) -> bool:
    """Tell whether a stream gets colours; without one, standard output.

    `--no-color` goes before `NO_COLOR`, that before `FORCE_COLOR` and `CLICOLOR_FORCE`; without
    any, colours go where a terminal shows them, unless `CLICOLOR` is 0.
    """
    context = click.get_current_context(silent=True)
    if os.environ.get("NO_COLOR") or (context is not None and context.color is False):
        return False
    if any(os.environ.get(name, "0") not in ("", "0") for name in _FORCED):
        return True
    return on_screen(stream or sys.stdout) and os.environ.get("CLICOLOR") != "0"


def shows_or_colours() -> bool:
    """Tell whether an answer is shown otherwise than in a pipe: at a terminal, or with colours."""
    return terminal_width() is not None or colour_wanted()


def terminal_width() -> int | None:
    """Return the cells of a line where the answer goes to a terminal; None elsewhere."""
    if sys.stdout is None or not sys.stdout.isatty():
        return None
    return _columns(sys.stdout)


def _columns(stream: TextIO) -> int:
    """Return the columns of a terminal, or what `COLUMNS` says instead."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked):
        return int(asked)
    try:
        return os.get_terminal_size(stream.fileno()).columns or _USUAL
    except OSError:
        return _USUAL


class Line(Protocol):
    """The line that shows progress (`cli.progress`)."""

    def clear(self) -> None:
        """Erase it; it may appear again."""

    def close(self) -> None:
        """Erase it for good."""


_lines: list[Line] = []


@contextmanager
def progress_shown(line: Line) -> Iterator[None]:
    """Have a line of progress erased before anything else is written, and at the end."""
    _lines.append(line)
    try:
        yield
    finally:
        line.close()
        _lines.remove(line)


def clear_progress() -> None:
    """Erase the line of progress, where one is shown."""
    for line in _lines:
        line.clear()


def end_progress() -> None:
    """Erase the line of progress for good: the answer follows."""
    for line in _lines:
        line.close()


def emit(text: str, hint: str = "") -> None:
    """Write an answer to stdout, ending with one line break.

    Hidden characters are spelt out; in JSON that is a valid escape.

    Args:
        text: the answer.
        hint: goes with the failure where the answer cannot be written: what was recorded all the
            same.
    """
    emit_exactly(as_written(text), hint)


def as_written(text: str) -> str:
    """Return an answer as it is written: with one line break at its end, and no hidden character."""
    return for_stream(text.rstrip("\n") + "\n", sys.stdout)


def for_stream(text: str, stream: TextIO | None) -> str:
    """Return what a stream is sent: hidden characters spelt out, and colours where it shows them.

    A sentence that was made for a terminal on stdout has marks of colours, wherever it is written.
    """
    text = visible(text)
    if colour_wanted(stream):
        return _coloured(text)
    if not colour_wanted():
        return text
    from changeflow.render.table import unpainted

    return unpainted(text)


def _coloured(text: str) -> str:
    """Return a text with the control characters of its colours, where it has any."""
    from changeflow.render.colours import coloured

    term, kind = os.environ.get("TERM", ""), os.environ.get("COLORTERM", "")
    return coloured(text, many="256" in term or kind in ("truecolor", "24bit"))


def emit_exactly(text: str, hint: str = "") -> None:
    """Write an answer that is ready as it is to stdout; see `emit`."""
    end_progress()
    with _writing(hint) as stdout:
        stdout.write(text)


def emit_file(text: str | bytes) -> None:
    """Write a format with line ends of its own (CSV, iCalendar) to stdout, byte for byte."""
    end_progress()
    with _writing() as stdout:
        stdout.flush()
        stdout.buffer.write(text if isinstance(text, bytes) else text.encode("utf-8"))
        stdout.buffer.flush()


@contextmanager
def hearing() -> Iterator[list[str]]:
    """Collect the lines that are told meanwhile."""
    heard: list[str] = []
    _hearing.append(heard)
    try:
        yield heard
    finally:
        _hearing.remove(heard)


def tell(text: str) -> None:
    """Write a line to stderr.

    If stderr cannot be written, the exit code still reports the outcome.
    """
    for heard in _hearing:
        heard.append(text)
    clear_progress()
    try:
        # the colours are ours to choose
        click.echo(for_stream(_folded(text), sys.stderr), err=True, color=True)
    except (OSError, ValueError):
        # or the interpreter tries again when it ends, with a code of its own
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _folded(text: str) -> str:
    """Return what stderr is told in lines of the terminal that it goes to; elsewhere as it is."""
    if len(text) <= _SHORT or sys.stderr is None or not sys.stderr.isatty():
        return text
    from changeflow.render.table import folded

    return folded(text, _columns(sys.stderr))


@contextmanager
def _writing(hint: str = "") -> Iterator[TextIO]:
    """Turn a failure to write the answer into an error, for example of a full disk.

    A reader that goes away (`changeflow ... | head`) is no error: the command ends with the exit
    code it would have had, so that a shut gate stays a shut gate.

    Raises:
        errors.HostFailed: when the answer cannot be written.
    """
    # None where the caller closed it
    stdout: TextIO | None = sys.stdout
    if stdout is None:
        raise errors.HostFailed.of("answer.closed", hint=hint)
    try:
        yield stdout
        stdout.flush()
    except OSError as error:
        # or the interpreter tries the rest again when it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            why = errors.refusal(error)
            raise errors.HostFailed.of("answer.unwritten", why=why, hint=hint) from error
