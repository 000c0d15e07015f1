"""`changeflow plan`."""

from __future__ import annotations

import click

from changeflow import errors
from changeflow.cli.context import (
    Invocation,
    change_argument,
    format_option,
    located,
    which_change,
)
from changeflow.cli.presenting import presented
from changeflow.cli.terminal import emit


@click.command()
@change_argument
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 1 where a plan differs from what is kept."
)
@click.option(
    "--base",
    metavar="REV",
    envvar="CHANGEFLOW_BASE",
    help="Read policies, roster, CMDB, models and calendars from here (default: the main branch).",
)
@format_option("plans")
@click.pass_obj
def command(
    invocation: Invocation, change: str | None, check: bool, base: str | None, format_: str
) -> int:
    r"""Run the programs that say what a change will do, and keep what they say beside the request.

    A step with `plan`, or the implementation as a whole, names a program such as `terraform show
    -json`. It runs here and now, as you: read a request before you plan it. Its output is kept
    without noise and without secrets in `changes/ID/plans/`, is approved with the request, and is
    made and compared again when the release starts.

    Exit 0 when all plans are made, 1 when --check finds that one differs or is missing, 3 when the
    request has no plans, 5 when a program fails or prints no plan.

    \b
    Examples:
      changeflow plan CHG-20261121-payments-db-upgrade
      changeflow plan CHG-20261121-payments-db-upgrade --check
      changeflow plan CHG-20261121-payments-db-upgrade --check --format json
    """
    from changeflow.cli.watching import stoppable, watching
    from changeflow.render.plans import FORMATS
    from changeflow.usecases.release.make_plans import make_plans

    view = located(invocation.root(), base)
    name = which_change(view, change)
    to = presented(invocation, view)
    with stoppable() as stop, watching(to) as watcher:
        answer = make_plans(view, name, keeps=not check, say=watcher.say, stop=stop)
    emit(FORMATS[format_](answer, to))
    if check and (answer.unasked or any(plan.state != "same" for plan in answer.plans)):
        return errors.NO
    return errors.OK
