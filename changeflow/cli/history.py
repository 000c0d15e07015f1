"""`changeflow history`: import, export and show."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import click

from changeflow import errors
from changeflow.cli.context import (
    Invocation,
    clock,
    format_option,
    if_repository,
    located,
    now_option,
)
from changeflow.cli.presenting import presented, presented_anywhere, presented_by
from changeflow.cli.terminal import emit

if TYPE_CHECKING:
    from changeflow.render.presentation import Presentation


@click.group()
def command() -> None:
    r"""Import records of other systems, export own ones, and show what is known of the past.

    \b
    Examples:
      changeflow history import --mapping jira-changes.yaml export.csv
      changeflow history show
    """


@command.command("import")
@click.argument("exports", metavar="EXPORT...", nargs=-1, required=True, help="Files to import.")
@click.option(
    "--mapping", metavar="FILE", required=True, help="A HistoryMapping: what the exports mean."
)
@click.option(
    "--into",
    metavar="DIR",
    help="The folder with the tables (default: history/ of the change repository, or here).",
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@format_option("history", "IMPORTED")
@click.pass_obj
def import_(
    invocation: Invocation,
    exports: tuple[str, ...],
    mapping: str,
    into: str | None,
    dry_run: bool,
    format_: str,
) -> int:
    r"""Add the records of exports to the tables of the past.

    A record that is there already is replaced with all of its rows. Importing the same again
    changes nothing. A row that cannot be read is a finding and is left out; the others are
    imported. Needs the extra `changeflow[insight]`.

    Exit code: 0 imported, or nothing to change; 1 rows were left out; 3 no such file; 4 the mapping
    or an export cannot be read, and nothing was written.

    \b
    Examples:
      changeflow history import --mapping changes.yaml export-2025.csv export-2026.csv.gz
      changeflow history import --mapping incidents.yaml incidents.json --into ../history
      changeflow history import --mapping changes.yaml export.csv --dry-run --format json
    """
    from changeflow.render.history import IMPORTED
    from changeflow.usecases.history.import_records import Folder, import_records

    root = _root(invocation)
    told = import_records(mapping, exports, Folder(into, Path.cwd(), root), write=not dry_run)
    emit(IMPORTED[format_](told, _presentation(invocation, root)))
    return errors.NO if told.imported.left_out else errors.OK


@command.command("export")
@click.option(
    "--into",
    metavar="DIR",
    help="The folder with the tables (default: history/ of the change repository).",
)
@now_option
@format_option("history", "EXPORTED")
@click.pass_obj
def export(invocation: Invocation, into: str | None, now: str | None, format_: str) -> int:
    r"""Write this repository's own records into tables of the past.

    They are made from the requests on the main branch, the ledger and the incidents. Other records
    of the folder stay. Needs the extra `changeflow[insight]`.

    Exit code: 0 written, or nothing to change; 1 requests or incidents could not be read and were
    left out; 4 a table or the ledger cannot be read.

    \b
    Examples:
      changeflow history export
      changeflow history export --into ../all-changes
    """
    from changeflow.render.history import EXPORTED
    from changeflow.usecases.history.export_records import export_records
    from changeflow.usecases.history.import_records import Folder

    root = invocation.readable()
    view = located(root, None)
    told = export_records(view, clock(now).now, Folder(into, Path.cwd(), root))
    emit(EXPORTED[format_](told, presented(invocation, view)))
    return errors.NO if told.unreadable else errors.OK


@command.command()
@click.argument(
    "folder",
    metavar="[DIR]",
    required=False,
    help="The folder with the tables (default: history/ of the change repository, or here).",
)
@format_option("history", "SHOWN")
@click.pass_obj
def show(invocation: Invocation, folder: str | None, format_: str) -> int:
    r"""Show the tables of the past: rows, sources, periods, and what is not known.

    Exit code: 0 shown; 3 there is no history; 4 a file is no table of the past.

    \b
    Examples:
      changeflow history show
      changeflow history show ../history --format json
    """
    from changeflow.render.history import SHOWN
    from changeflow.usecases.history.import_records import Folder
    from changeflow.usecases.history.show import show_history

    root = _root(invocation)
    told = show_history(Folder(folder, Path.cwd(), root))
    emit(SHOWN[format_](told, _presentation(invocation, root)))
    return errors.OK


def _root(invocation: Invocation) -> Path | None:
    """Return the change repository; None outside of one, where history may lie, too."""
    return if_repository(invocation, invocation.root)


def _presentation(invocation: Invocation, root: Path | None) -> Presentation:
    if root is None:
        return presented_anywhere(invocation, UTC)
    from changeflow.reading.view import state_at

    return presented_by(invocation, state_at(root).config)
