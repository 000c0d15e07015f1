"""`changeflow risk`: explain."""

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


@click.group()
def command() -> None:
    r"""Explain the risk score of a change.

    \b
    Example:
      changeflow risk explain CHG-20261121-payments-db-upgrade
    """


@command.command()
@change_argument
@revisions_options
@now_option
@format_option("risk")
@click.pass_obj
def explain(
    invocation: Invocation,
    change: str | None,
    base: str | None,
    head: str | None,
    now: str | None,
    format_: str,
) -> int:
    r"""List every point of a change's risk score with its reason and source.

    It ends with the cell of the matrix that both sums lead to.

    \b
    Examples:
      changeflow risk explain CHG-20261121-payments-db-upgrade
      changeflow risk explain CHG-20261121-payments-db-upgrade --format json
    """
    from changeflow.render.risk import FORMATS
    from changeflow.usecases.gate.assess import assess_on_record

    view = located(invocation.readable(), base, head)
    assessed = assess_on_record(view, which_change(view, change), clock(now), record=False)
    to = presented(invocation, view)
    emit(FORMATS[format_](assessed.assessment, assessed.base.risk_model, to))
    return errors.OK
