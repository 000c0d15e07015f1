"""`changeflow cmdb`: show, check."""

from __future__ import annotations

import click

from changeflow import errors
from changeflow.cli.context import Invocation, format_option
from changeflow.cli.policy import rev_option
from changeflow.cli.terminal import emit


@click.group()
def command() -> None:
    r"""Show and check the configuration items.

    \b
    Examples:
      changeflow cmdb show payments-db
      changeflow cmdb check
    """


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
    from changeflow.usecases.cmdb.show import list_items, show_item

    root = invocation.readable()
    if ci is None:
        emit(ITEMS[format_](list_items(root, rev)))
    else:
        emit(ITEM[format_](show_item(root, ci, rev)))
    return errors.OK


@command.command()
@rev_option
@format_option("cmdb", "CHECKED")
@click.pass_obj
def check(invocation: Invocation, rev: str | None, format_: str) -> int:
    r"""Check the items, list gaps and cycles, and rank the items that most others depend on.

    Warns about items whose record on the main branch is out of date after a release: `live`
    although a released change removed them, or `planned` although one added them. A warning also
    says when the ledger cannot be read.

    Exit code: 0 no errors, 1 errors, 3 no items, 4 a file from which no document could be read.

    \b
    Examples:
      changeflow cmdb check
      changeflow cmdb check --rev origin/main --format json
    """
    from changeflow.render.cmdb import CHECKED
    from changeflow.usecases.cmdb.check import check_cmdb

    result = check_cmdb(invocation.readable(), rev)
    emit(CHECKED[format_](result))
    if result.checked.unreadable:
        return errors.UNREADABLE
    return errors.NO if result.checked.findings.errors else errors.OK
