"""`changeflow assess`."""

from __future__ import annotations

import click

from changeflow import errors
from changeflow.cli.context import (
    Invocation,
    all_option,
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
@click.option("--record", is_flag=True, help="Append the assessment to the ledger.")
@all_option
@format_option("assessment")
@click.pass_obj
def command(
    invocation: Invocation,
    change: str | None,
    base: str | None,
    head: str | None,
    now: str | None,
    record: bool,
    all_: bool,
    format_: str,
) -> int:
    r"""Classify a change, compute what it can break, score its risk and say who must approve.

    Policies, roster, CMDB, models and calendars are read from the base (the main branch), the
    change from the head (the work tree).

    \b
    Examples:
      changeflow assess CHG-20261121-payments-db-upgrade
      changeflow assess CHG-20261121-payments-db-upgrade --format markdown
      changeflow assess CHG-20261121-payments-db-upgrade --base origin/main --head my-branch
    """
    from changeflow.render.assessment import ALONE, FORMATS, About
    from changeflow.render.labels import Labels
    from changeflow.usecases.gate.assess import assess_on_record, lessons_for, since_approvals_of

    view = located(invocation.readable(), base, head, acts=record)
    assessed = assess_on_record(view, which_change(view, change), clock(now), record=record)
    recorded = ""
    if record:
        entry = f"`changeflow ledger log {assessed.assessment.change}`"
        recorded = f"it is recorded all the same: {entry}"
    to = presented(invocation, view)
    about = ALONE
    if format_ != "json":
        lessons = lessons_for(view, assessed.content)
        about = About(assessed.content.change, since_approvals_of(view, assessed), lessons)
    answer = assessed.listing(None) if all_ else assessed.listing()
    shown = FORMATS[format_](answer, Labels.of(assessed.graph), to, about)
    emit(shown, recorded)
    return errors.OK
