"""`changeflow demo`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from changeflow.cli.context import Invocation

if TYPE_CHECKING:
    from changeflow.demo.beats import CommandAnswer


@click.command(name="demo")
@click.option(
    "--keep",
    metavar="DIR",
    type=click.Path(),
    help="Keep the repository and the keys there, to look around.",
)
@click.pass_obj
def command(invocation: Invocation, /, keep: str | None) -> int:
    r"""Watch three changes go from request to closure, in a temporary repository.

    A standard change, a normal change that fails and is rolled back, and an emergency, signed with
    throw-away keys. Then the evidence is tampered with, and the tampering is found. A site of the
    three changes is left behind to be looked at. Exit 0 only when every step ended as the text
    says. The story is told in the language of `--lang`; its commands answer in English.

    \b
    Examples:
      changeflow demo
      changeflow demo --keep /tmp/webshop && changeflow --repo /tmp/webshop/webshop ledger log
    """
    from changeflow.cli.terminal import colour_wanted, end_progress
    from changeflow.demo.story import perform
    from changeflow.model.characters import visible
    from changeflow.model.languages import ENGLISH
    from changeflow.render.story import text

    end_progress()
    colour = colour_wanted()
    language = invocation.language or ENGLISH
    folder = Path(keep) if keep is not None else None
    for beat in perform(folder, _run):
        # Colours need control characters. The output of commands is visible already.
        if colour:
            sys.stdout.write(text(beat, language, colour=True))
        else:
            sys.stdout.write(visible(text(beat, language)))
        sys.stdout.flush()
    return 0


def _run(arguments: Sequence[str], environment: Mapping[str, str]) -> CommandAnswer:
    """Run a command in this process, without the settings of the user's environment."""
    import contextlib
    import io

    from changeflow.cli.main import run
    from changeflow.demo.beats import CommandAnswer

    out, err = io.StringIO(), io.StringIO()
    with (
        _environment(environment),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = run(arguments)
    return CommandAnswer(code, out.getvalue(), err.getvalue())


@contextmanager
def _environment(changes: Mapping[str, str]) -> Iterator[None]:
    """Set the environment of a command: the story's own, without the user's settings."""
    import os

    before = dict(os.environ)
    # lines are looked for in what commands say
    os.environ.update({"NO_COLOR": "1"} | dict(changes))
    for name in before:
        if name.startswith("CHANGEFLOW_") and name not in changes:
            del os.environ[name]
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
