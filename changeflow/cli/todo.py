"""`changeflow todo`."""

from __future__ import annotations

import click

from changeflow import errors
from changeflow.cli.context import (
    Invocation,
    clock,
    format_option,
    located,
    now_option,
    revisions_options,
)
from changeflow.cli.presenting import presented, warn_of_ledger
from changeflow.cli.terminal import emit


@click.command()
@click.option(
    "--as",
    "person",
    metavar="PERSON",
    help="For whom: a name of the roster (default: whose address git commits with here).",
)
@revisions_options
@now_option
@format_option("todo")
@click.pass_obj
def command(
    invocation: Invocation,
    person: str | None,
    base: str | None,
    head: str | None,
    now: str | None,
    format_: str,
) -> int:
    r"""Show what waits for one person, the most urgent first.

    These are approvals, approvals in retrospect, reviews, follow-ups of reviews, confirmations, and
    releases that they implement; and what ends soon: change models, delegations and approvals.

    \b
    Examples:
      changeflow todo
      changeflow todo --as carol
      changeflow todo --as carol --format json
    """
    from changeflow.render.todo import FORMATS
    from changeflow.usecases.register.todo import todo

    view = located(invocation.readable(), base, head)
    found = todo(view, person, clock(now), everywhere=head is None)
    to = presented(invocation, view)
    emit(FORMATS[format_](found, to))
    warn_of_ledger(found.problems, to)
    return errors.OK
