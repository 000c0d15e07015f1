"""`changeflow todo`."""

from __future__ import annotations

import click

from changeflow import errors
from changeflow.cli.answering import Given, answer
from changeflow.cli.context import (
    Invocation,
    clock,
    format_option,
    located,
    now_option,
    revisions_options,
)
from changeflow.cli.presenting import presented, warn_of_ledger, warn_of_notices
from changeflow.model.clock import Clock
from changeflow.repo.git import Git


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
    releases that they implement; and what ends soon: change models, delegations, approvals and holds.

    \b
    Examples:
      changeflow todo
      changeflow todo --as carol
      changeflow todo --as carol --format json
    """

    def made(clock: Clock) -> Given:
        from changeflow.render.todo import FORMATS
        from changeflow.usecases.register.todo import todo

        view = located(invocation.readable(), base, head)
        found = todo(view, person, clock, everywhere=head is None)
        to = presented(invocation, view)
        warn_of_ledger(found.problems, to)
        warn_of_notices(view, clock.now, to)
        return Given(view, FORMATS[format_](found, to))

    def whose(git: Git) -> tuple[str, ...]:
        return (git.committer(),) if person is None else ()

    answer(invocation, clock(now), made, whose)
    return errors.OK
