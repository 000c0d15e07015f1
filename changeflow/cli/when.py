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
@click.option(
    "--with",
    "together_with",
    metavar="CHANGES",
    multiple=True,
    help="Find a legal order and times for these changes as well, separated by commas.",
)
@revisions_options
@now_option
@format_option("when")
@click.pass_obj
def command(
    invocation: Invocation,
    change: str | None,
    together_with: tuple[str, ...],
    base: str | None,
    head: str | None,
    now: str | None,
    format_: str,
) -> int:
    r"""Say when a change may start at the earliest, and when that answer changes.

    It says what stands in the way, which slots calendars leave within its window and in which other
    windows it would fit. With `--with` it finds an order for several changes in which none runs
    before those that it depends on, and no two collide hard.

    Exit 1 when it may not start as things stand.

    \b
    Examples:
      changeflow when CHG-20261121-payments-db-upgrade
      changeflow when payments-db-upgrade --format json
      changeflow when CHG-20261121-a --with CHG-20261121-b,CHG-20261122-c
    """
    from changeflow.render.when import FORMATS
    from changeflow.usecases.schedule.when import when

    view = located(invocation.readable(), base, head)
    others = [which_change(view, name) for name in _listed(together_with)]
    found = when(view, which_change(view, change), clock(now).now, others)
    emit(FORMATS[format_](found, presented(invocation, view)))
    return errors.OK if found.earliest is not None else errors.NO


def _listed(values: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    for value in values:
        found += filter(None, map(str.strip, value.split(",")))
    return found
