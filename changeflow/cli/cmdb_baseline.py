"""`changeflow cmdb baseline`."""

from __future__ import annotations

import click

from changeflow import errors
from changeflow.cli.context import Invocation, clock, format_option, located, now_option
from changeflow.cli.presenting import presented
from changeflow.cli.telling import emit_done
from changeflow.cli.terminal import emit


@click.command("baseline")
@click.argument(
    "name",
    metavar="[NAME]",
    required=False,
    help="What the baseline is called: a name that no other has, such as `2026-q4`.",
)
@click.option("--list", "list_", is_flag=True, help="List the baselines, oldest first.")
@click.option("--as", "person", metavar="PERSON", help="Who says so: a name of the roster.")
@click.option(
    "--key",
    metavar="FILE",
    help="SSH key to sign with (default: CHANGEFLOW_KEY, then git's own signing key).",
)
@click.option("--rev", metavar="REV", help="A commit of the main branch (default: its newest).")
@now_option
@format_option("baselines", "RECORDED")
@click.pass_obj
def baseline(
    invocation: Invocation,
    /,
    name: str | None,
    list_: bool,
    person: str | None,
    key: str | None,
    rev: str | None,
    now: str | None,
    format_: str,
) -> int:
    r"""Record on the ledger what the CMDB is at a commit of the main branch, under a name.

    The entry has the commit, a digest of all files that items are read from, also those of sources,
    and how many items and relations there are. A name is used once. `cmdb diff` and `cmdb check
    --against` compare with it.

    Exit code: 0 recorded; 1 refused, and nothing was recorded; 3 no items; 4 a CMDB or a ledger
    that cannot be read.

    \b
    Examples:
      changeflow cmdb baseline 2026-q4 --as erin
      changeflow cmdb baseline before-the-move --rev HEAD~3
      changeflow cmdb baseline --list
    """
    from changeflow.render.baselines import LISTED, RECORDED
    from changeflow.usecases.cmdb.baseline import BaselineWish, list_baselines, record_baseline

    view = located(invocation.readable(), None)
    to = presented(invocation, view)
    if list_:
        emit(LISTED[format_](list_baselines(view), to))
        return errors.OK
    if name is None:
        raise errors.UsageError.of("baseline.no_name")
    recorded = record_baseline(view, BaselineWish(name, rev, person, key), clock(now))
    done = to.says("baselines.recorded", name=name, seq=recorded.baselines[0].seq)
    emit_done(RECORDED[format_](recorded, to), done)
    return errors.OK
