"""`changeflow cmdb`: show, check, import, and the commands of the files `cmdb_*.py`."""

from __future__ import annotations

import click

from changeflow import errors
from changeflow.cli.cmdb_audit import audit
from changeflow.cli.cmdb_baseline import baseline
from changeflow.cli.cmdb_diff import diff
from changeflow.cli.cmdb_export import export
from changeflow.cli.context import Invocation, clock, format_option, now_option
from changeflow.cli.format_names import format_names
from changeflow.cli.policy import rev_option
from changeflow.cli.presenting import at_terminal, presented_by
from changeflow.cli.terminal import emit, emit_exactly


@click.group()
def command() -> None:
    r"""Show, check, import, export and compare the configuration items.

    \b
    Examples:
      changeflow cmdb show payments-db
      changeflow cmdb check
      changeflow cmdb import --source compose docker-compose.yaml --dry-run
      changeflow cmdb baseline 2026-q4 --as erin
      changeflow cmdb export --target csv --out ../cmdb-as-csv
      changeflow cmdb diff 2026-q4
      changeflow cmdb audit --sample 60 --seed 2026-11-27 --auditor erin
    """


command.add_command(baseline)
command.add_command(export)
command.add_command(diff)
command.add_command(audit)


@command.command()
@click.argument(
    "ci",
    metavar="[CI]",
    required=False,
    help="A configuration item, by its id (default: all are listed).",
)
@rev_option
@format_option("cmdb", "ITEM")
@click.pass_obj
def show(invocation: Invocation, ci: str | None, rev: str | None, format_: str) -> int:
    r"""Show an item with what it needs and who needs it, or list all items.

    \b
    Examples:
      changeflow cmdb show
      changeflow cmdb show payments-db
      changeflow cmdb show payments-db --rev origin/main --format json
    """
    from changeflow.render.cmdb import ITEM, ITEMS
    from changeflow.render.presentation import names_of
    from changeflow.usecases.cmdb.impact import cmdb_of
    from changeflow.usecases.cmdb.show import list_items, show_item

    base = cmdb_of(invocation.readable(), rev)
    to = presented_by(invocation, base.config, names_of(base))
    if ci is None:
        emit(ITEMS[format_](list_items(base), to))
    else:
        emit(ITEM[format_](show_item(base, ci), to))
    return errors.OK


@command.command()
@click.option(
    "--against",
    metavar="NAME",
    help="A baseline, or a revision: differences from it without a change are errors.",
)
@rev_option
@click.option("--all", "lists_all", is_flag=True, help="List all findings of each rule.")
@now_option
@format_option("cmdb", "CHECKED")
@click.pass_obj
def check(
    invocation: Invocation,
    /,
    rev: str | None,
    against: str | None,
    lists_all: bool,
    now: str | None,
    format_: str,
) -> int:
    r"""Check the items and the CMDB as a whole, and rank the items that most others depend on.

    Finds gaps, owners that left the roster, retired items that others need, rings, tier inversions,
    orphans, single points of failure, and items that were not confirmed for too long, also where
    items come from sources.

    Warns about items whose record on the main branch is out of date after a release: `live`
    although a released change removed them, or `planned` although one added them. A warning also
    says when the ledger cannot be read.

    With --against every difference from a baseline must have a change, as `cmdb diff` tells it.

    Exit code: 0 no errors, 1 errors, 3 no items, 4 a file from which no document could be read.

    \b
    Examples:
      changeflow cmdb check
      changeflow cmdb check --rev origin/main --format json
      changeflow cmdb check --against 2026-q4
      changeflow cmdb check --format sarif > cmdb.sarif
    """
    from changeflow.reading.view import locate
    from changeflow.render.cmdb import CHECKED
    from changeflow.render.presentation import Presentation
    from changeflow.usecases.cmdb.check import CmdbQuestion, check_cmdb, checked_against

    root, at = invocation.readable(), clock(now).now
    result = check_cmdb(root, CmdbQuestion(at, rev, lists_all))
    if against is not None:
        result = checked_against(result, locate(root), against, rev, at)
    language = invocation.language or result.checked.language
    to = at_terminal(invocation, language) or Presentation(language)
    said = CHECKED[format_](result, to)
    if format_ in ("text", "json"):
        emit(said)
    else:
        emit_exactly(said)
    if result.checked.unreadable:
        return errors.UNREADABLE
    return errors.NO if result.checked.findings.errors else errors.OK


@command.command("import")
@click.argument(
    "path", metavar="[PATH]", required=False, help="A file or folder; of CSV, --nodes and --edges."
)
@click.option(
    "--source",
    type=format_names("changeflow.cmdb_sources.table", "FORMATS"),
    required=True,
    help="What exported it.",
)
@click.option("--nodes", metavar="FILE", help="The file with items, where they lie apart.")
@click.option("--edges", metavar="FILE", help="The file with dependencies.")
@click.option(
    "--into",
    metavar="DIR",
    help="Where to write, below cmdb/ (default: cmdb/imported); the import owns the folder of the "
    "source's name in it.",
)
@click.option(
    "--like",
    metavar="SOURCE",
    help="A ConfigurationSource, by its id or file, whose mapping of columns and defaults hold.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@format_option("cmdb_import")
@click.pass_obj
def import_(
    invocation: Invocation,
    path: str | None,
    source: str,
    nodes: str | None,
    edges: str | None,
    into: str | None,
    like: str | None,
    dry_run: bool,
    format_: str,
) -> int:
    r"""Write what another system exports as items below cmdb/.

    What was imported into the same folder before is replaced as a whole: items that the source has
    no more are removed. Importing the same again writes nothing. Items that other files of cmdb/
    describe stay as they are there.

    Exit code: 0 written, or nothing to write; 1 errors in the files, and nothing was written; 3 no
    such file; 4 a file that cannot be read.

    \b
    Examples:
      changeflow cmdb import --source compose docker-compose.yaml --dry-run
      changeflow cmdb import --source csv --nodes nodes.csv --edges edges.csv
      changeflow cmdb import --source csv --like owners inventory.csv
      changeflow cmdb import --source edges packages.tsv.gz --into cmdb/packages
    """
    from pathlib import Path

    from changeflow.cli.presenting import presented_by
    from changeflow.reading.view import state_at
    from changeflow.render.cmdb_import import FORMATS
    from changeflow.usecases.cmdb.import_items import ImportRequest, import_items

    root = invocation.root()
    request = ImportRequest(source, path, nodes, edges, into, like, write=not dry_run)
    imported = import_items(root, request, Path.cwd())
    emit(FORMATS[format_](imported, presented_by(invocation, state_at(root).config)))
    return errors.NO if imported.failed else errors.OK
