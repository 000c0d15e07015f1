"""`changeflow cmdb diff`."""

from __future__ import annotations

import click

from changeflow import errors
from changeflow.cli.context import Invocation, clock, format_option, located, now_option
from changeflow.cli.presenting import presented
from changeflow.cli.terminal import emit

_STATE = "a baseline, a change whose release recorded one, a revision, or `work tree`"


@click.command("diff")
@click.argument("one", metavar="A", help=f"The state that is known: {_STATE}.")
@click.argument(
    "other",
    metavar="[B]",
    required=False,
    help="The state that is compared with it (default: the work tree; in a bare repository the "
    "main branch).",
)
@now_option
@format_option("cmdb_diff")
@click.pass_obj
def diff(
    invocation: Invocation, /, one: str, other: str | None, now: str | None, format_: str
) -> int:
    r"""Show how two states of the CMDB differ, and which change made each difference.

    Items are compared attribute by attribute and dependency by dependency, those of sources too. A
    difference belongs to a change whose request lists the item, and that was agreed to: the commit
    came with the request, names the change in a trailer (`Change: CHG-...`), was part of what was
    approved, or sets the status that a released change asks for. All others are listed apart.

    Exit code: 0 no difference without a change; 1 differences without a change; 4 a state or a
    ledger that cannot be read; 5 no such revision.

    \b
    Examples:
      changeflow cmdb diff 2026-q4
      changeflow cmdb diff 2026-q3 2026-q4 --format html > differences.html
      changeflow cmdb diff HEAD~10 HEAD --format json
    """
    from changeflow.render.cmdb_diff import FORMATS
    from changeflow.usecases.cmdb.diff import compare

    view = located(invocation.readable(), None)
    answer = compare(view, one, other, clock(now).now)
    emit(FORMATS[format_](answer, presented(invocation, view)))
    return errors.NO if answer.unauthorised else errors.OK
