"""`changeflow show`."""

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
from changeflow.cli.presenting import presented, warn_of_ledger
from changeflow.cli.terminal import emit


@click.command()
@change_argument
@revisions_options
@now_option
@format_option("change")
@click.pass_obj
def command(
    invocation: Invocation,
    change: str | None,
    base: str | None,
    head: str | None,
    now: str | None,
    format_: str,
) -> int:
    r"""Show one change from its request to its review.

    What is to be done, why, when and by whom; who approved it in which words; what it can break and
    how risky it is; its steps with their outcomes, the rollback, the review, and what is still
    open. The change is looked for in the work tree, on the main branch, on all other branches, and
    at the commit that the ledger names. The page of the format html prints on A4.

    \b
    Examples:
      changeflow show CHG-20261121-payments-db-upgrade
      changeflow show CHG-20261121-payments-db-upgrade --format html > change.html
    """
    from changeflow.render.change import FORMATS
    from changeflow.usecases.register.show import show

    view = located(invocation.readable(), base, head)
    everywhere = head is None
    named = which_change(view, change, everywhere=everywhere)
    found = show(view, named, clock(now), everywhere=everywhere)
    to = presented(invocation, view)
    emit(FORMATS[format_](found.answer, to))
    warn_of_ledger(found.problems, to)
    return errors.OK
