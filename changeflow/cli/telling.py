"""Lines on stderr (`error:`, `hint:`, `note:`, `warning:`) in the language of the reader.

It is imported where such a line is written, and not before.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import click

from changeflow import errors
from changeflow.cli.help_language import repository_above
from changeflow.cli.terminal import emit, tell
from changeflow.language.reader import MACHINE, Reader
from changeflow.language.sentences import Said, say
from changeflow.model.languages import ENGLISH

if TYPE_CHECKING:
    from changeflow.model.config import ConfigSpec

Label = Literal["error", "hint", "note", "warning"]
_LANGUAGE: Final = "language"
_REPO: Final = "repo"


def tell_line(label: Label, text: str, reader: Reader) -> None:
    """Write a line with its label."""
    tell(say(f"line.{label}", {"text": text}, reader).text)


def tell_failure(said: Said, reader: Reader) -> None:
    """Write what went wrong, and what to do next."""
    tell_line("error", said.text, reader)
    if said.hint:
        tell_line("hint", said.hint, reader)


def tell_sentence(label: Label, code: str, reader: Reader, /, **data: Any) -> None:
    """Write what a code says, with its label, and its hint on a line of its own."""
    said = say(code, data, reader)
    tell_line(label, said.text, reader)
    if said.hint:
        tell_line("hint", said.hint, reader)


def emit_done(text: str, hint: str) -> None:
    """Write the answer to an action to stdout.

    If it cannot be written, the exit code still reports the action.

    Args:
        text: the answer.
        hint: what was recorded, for stderr where the answer cannot be written: it must not be taken
            for undone, and repeated.
    """
    try:
        emit(text, hint)
    except errors.HostFailed as error:
        reader = reader_here()
        tell_failure(error.said(reader), reader)


def reader_here() -> Reader:
    """Return who reads the lines of the command that runs."""
    root = click.get_current_context().find_root()
    return _reader(root.params)


def reader_of(program: click.Command, arguments: Sequence[str]) -> Reader:
    """Return who reads the lines of a command line that failed, perhaps while it was parsed."""
    try:
        context = program.make_context("changeflow", list(arguments), resilient_parsing=True)
        return _reader(context.params)
    # what failed once may fail again here, and must still be told
    except Exception:  # noqa: BLE001
        return MACHINE


def _reader(asked: dict[str, Any]) -> Reader:
    """Return the reader that `--lang` or CHANGEFLOW_LANG asks for, else the configuration.

    In English every value is shown as it is recorded: scripts may look for it.
    """
    language = asked.get(_LANGUAGE)
    if language == ENGLISH:
        return MACHINE
    config = _configuration(asked.get(_REPO))
    language = language or (config.language if config else ENGLISH)
    if language == ENGLISH:
        return MACHINE
    return Reader(language, config.zone if config else UTC)


def _configuration(repo: str | None) -> ConfigSpec | None:
    """Return the configuration of the repository that is meant; None where it cannot be read."""
    from changeflow.reading.rulebook import config_of
    from changeflow.reading.view import state_at

    try:
        # a bare repository has none above
        folder = repo or repository_above(str(Path.cwd())) or os.curdir
        return config_of(state_at(Path(folder).resolve()))
    except (errors.ChangeflowError, OSError, ValueError):
        return None
