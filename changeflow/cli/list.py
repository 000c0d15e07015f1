"""`changeflow list`."""

from __future__ import annotations

import click

from changeflow import errors
from changeflow.cli.answering import Given, answer
from changeflow.cli.context import (
    Invocation,
    bom_option,
    clock,
    format_option,
    located,
    marked,
    now_option,
    revisions_options,
)
from changeflow.cli.presenting import presented, warn_of_ledger
from changeflow.cli.typed_periods import from_to
from changeflow.gate.change_states import LifecycleState
from changeflow.model.clock import Clock

# states of the contract, and the one of a change that cannot be judged
STATES = (*(state.value for state in LifecycleState), "unknown")


@click.command()
@click.option(
    "--state",
    "states",
    multiple=True,
    metavar="STATE",
    type=click.Choice(STATES),
    help=f"Only changes in this state: {', '.join(STATES)}.",
)
@click.option(
    "--type",
    "types",
    multiple=True,
    type=click.Choice(("standard", "normal", "emergency")),
    help="Only changes of this type.",
)
@click.option("--ci", "items", multiple=True, metavar="ID", help="Only changes of this item.")
@click.option(
    "--person",
    "people",
    multiple=True,
    metavar="PERSON",
    help="Only changes that this person asked for, implements or approved.",
)
@click.option("--owed", is_flag=True, help="Only changes for which something is owed.")
@click.option(
    "--from",
    "since",
    metavar="T",
    help="Only changes from this time on, e.g. 2026-12-01 or monday, or those of a period: 2026-Q4.",
)
@click.option(
    "--to", "until", metavar="T", help="Only changes before this time, e.g. 2026-12-08 or +1w."
)
@revisions_options
@now_option
@bom_option
@format_option("changes")
@click.pass_obj
def command(
    invocation: Invocation,
    states: tuple[str, ...],
    types: tuple[str, ...],
    items: tuple[str, ...],
    people: tuple[str, ...],
    owed: bool,
    since: str | None,
    until: str | None,
    base: str | None,
    head: str | None,
    now: str | None,
    bom: bool,
    format_: str,
) -> int:
    r"""List the register of changes: all of them, with their states and what is owed.

    It lists the changes on the main branch, and those that other branches bring, local ones and
    those of remotes as they were fetched last; with --head only what that revision brings. A change
    belongs to the time of its planned start, else of its actual start, else to the time at which it
    was recorded. Options that are given several times ask for any of their values.

    \b
    Examples:
      changeflow list
      changeflow list --owed
      changeflow list --state submitted --state approved --person alice
      changeflow list --type emergency --from 2026-10-01 --to 2027-01-01
      changeflow list --from "last monday" --to +1w
      changeflow list --format csv --bom > register.csv
    """
    at = clock(now)

    def made(clock: Clock) -> Given:
        from changeflow.render.changes import FORMATS
        from changeflow.usecases.register.list_changes import Wanted, list_changes

        view = located(invocation.readable(), base, head)
        to = presented(invocation, view)
        start, end = from_to(since, until, clock.now, to)
        wanted = Wanted(states, types, items, people, start, end, owed)
        found = list_changes(view, wanted, clock, everywhere=head is None)
        warn_of_ledger(found.problems, to)
        text = marked(FORMATS[format_](found.answer, to), format_, bom=bom)
        return Given(view, text, as_file=format_ == "csv")

    answer(invocation, at, made)
    return errors.OK
