"""`changeflow when`."""

from __future__ import annotations

import click

from changeflow import errors
from changeflow.cli.context import (
    Invocation,
    change_argument,
    clock,
    format_option,
    located,
    now_option,
    revisions_options,
    which_change,
)
from changeflow.cli.presenting import presented
from changeflow.cli.terminal import emit


@click.command()
@change_argument
@revisions_options
@now_option
@format_option("schedule", "WHEN")
@click.pass_obj
def command(
    invocation: Invocation,
    change: str | None,
    base: str | None,
    head: str | None,
    now: str | None,
    format_: str,
) -> int:
    r"""Say when a change may start at the earliest, and when that answer changes.

    Exit 1 when it may not start as things stand.

    \b
    Examples:
      changeflow when CHG-20261121-payments-db-upgrade
    """
    from changeflow.render.schedule import WHEN
    from changeflow.usecases.schedule.when import when

    view = located(invocation.readable(), base, head)
    found = when(view, which_change(view, change), clock(now).now)
    emit(WHEN[format_](found, presented(invocation, view)))
    return errors.OK if found.earliest is not None else errors.NO
