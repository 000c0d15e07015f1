"""`changeflow schema`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from changeflow.cli.context import Invocation, format_option
from changeflow.cli.terminal import emit, tell
from changeflow.render.schemas import FORMATS


@click.group(name="schema")
def command() -> None:
    r"""List and export the JSON Schemas (draft 2020-12) of documents and answers.

    \b
    Examples:
      changeflow schema list
      changeflow schema export
    """


@command.command(name="list")
@format_option("schemas")
def list_(format_: str) -> int:
    r"""List kinds of documents with where they live, and the JSON answers.

    \b
    Examples:
      changeflow schema list
      changeflow schema list --format json
    """
    from changeflow.usecases.start.schemas import schemas

    emit(FORMATS[format_](schemas()))
    return 0


@command.command()
@click.option(
    "--to",
    "folder",
    metavar="DIR",
    type=click.Path(),
    help="Where to (default: schemas/ in the change repository).",
)
@click.pass_obj
def export(invocation: Invocation, folder: str | None) -> int:
    r"""Write a copy of all schemas for editors and other tools; older copies are replaced.

    An editor finds a document's schema through its first line, for example:

    \b
      # yaml-language-server: $schema=../../schemas/ChangeRequest.schema.json

    \b
    Examples:
      changeflow schema export
      changeflow schema export --to build/schemas
    """
    from changeflow.usecases.start.schemas import export as write

    if folder is None:
        target = invocation.root() / "schemas"
        folder = str(target)
    else:
        # links stay
        target = Path(os.path.abspath(folder))  # noqa: PTH100
    written = write(target)
    tell(f"Wrote {len(written)} schemas to {folder}.")
    return 0
