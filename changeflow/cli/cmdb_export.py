"""`changeflow cmdb export`."""

from __future__ import annotations

import click

from changeflow import errors
from changeflow.cli.context import Invocation, format_option
from changeflow.cli.format_names import format_names
from changeflow.cli.policy import rev_option
from changeflow.cli.terminal import emit


@click.command("export")
@click.option(
    "--target",
    type=format_names("changeflow.cmdb_sources.export_table", "EXPORTS"),
    required=True,
    help="What shall read it.",
)
@click.option(
    "--out",
    metavar="DIR",
    required=True,
    help="The folder to write; it holds the files of the export and no others.",
)
@rev_option
@format_option("cmdb_export")
@click.pass_obj
def export(invocation: Invocation, target: str, out: str, rev: str | None, format_: str) -> int:
    r"""Write all items in a format that other systems read.

    The items are those that all commands see: of cmdb/ and of the sources. What the format cannot
    carry is said. The folder is replaced as a whole, or stays as it is.

    Exit code: 0 written; 1 the folder has other files; 3 no items; 4 an item that cannot be read.

    \b
    Examples:
      changeflow cmdb export --target csv --out ../cmdb-as-csv
      changeflow cmdb export --target graphml --out build/graph --rev origin/main
    """
    from pathlib import Path

    from changeflow.cli.presenting import presented_by
    from changeflow.reading.view import state_at
    from changeflow.render.cmdb_export import FORMATS
    from changeflow.usecases.cmdb.export_items import export_items

    root = invocation.readable()
    exported = export_items(root, target, out, Path.cwd(), rev)
    emit(FORMATS[format_](exported, presented_by(invocation, state_at(root).config)))
    return errors.OK
