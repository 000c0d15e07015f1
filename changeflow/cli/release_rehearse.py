"""`changeflow release rehearse`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from changeflow.cli.context import (
    Invocation,
    clock,
    format_option,
    located,
    now_option,
    which_change,
)
from changeflow.cli.presenting import presented
from changeflow.cli.telling import emit_done
from changeflow.cli.terminal import tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from changeflow.release.plan import PlannedStep
    from changeflow.render.presentation import Presentation


@click.command()
@click.argument(
    "change", metavar="CHANGE", help="A change: its id, or a part of it that no other has."
)
@click.option(
    "--environment",
    metavar="SANDBOX",
    help="Where: an environment of kind sandbox (default: the only one).",
)
@click.option("--as", "person", metavar="PERSON", help="Who says so: a name of the roster.")
@click.option(
    "--key",
    metavar="FILE",
    help="SSH key to sign with (default: CHANGEFLOW_KEY, then git's own signing key).",
)
@click.option(
    "--preconditions-met",
    is_flag=True,
    help="You have seen that the rollback's manual preconditions hold in the sandbox.",
)
@click.option(
    "--run",
    "gone",
    metavar="ID",
    default="",
    help="You say that this rehearsal is gone, which another machine began and never ended.",
)
@click.option(
    "--base",
    metavar="REV",
    envvar="CHANGEFLOW_BASE",
    help="Read policies, roster and CMDB from this revision (default: the main branch).",
)
@now_option
@format_option("rehearsal")
@click.pass_obj
def command(invocation: Invocation, /, change: str, **options: Any) -> int:
    r"""Try a release and its way back in a sandbox: after each step, as if it had failed there.

    Runs the first step and takes it back, then the first two, and so on, then the whole plan with
    its verification. Programs run here and now, as you, with `CHANGEFLOW_ENVIRONMENT` set to the
    sandbox: they have to act there and nowhere else, so read the request first. The answer compares
    how long each way back took with how long it may take. The ledger keeps it as a rehearsal; the
    change stands where it stood.

    Exit 0 when every prefix came back in time, 1 when not, 2 when the environment is no sandbox, 130
    when it was interrupted, which is no rehearsal.

    \b
    Examples:
      changeflow release rehearse CHG-20261121-payments-db-upgrade
      changeflow release rehearse CHG-20261121-payments-db-upgrade --environment staging-copy \
        --as bob --format json
    """
    from changeflow.cli.watching import stoppable, watching
    from changeflow.language.sentences import in_a_row
    from changeflow.render.rehearsal import FORMATS
    from changeflow.usecases.release.prepare import ReleaseOptions
    from changeflow.usecases.release.rehearse import rehearse

    view = located(invocation.root(), options["base"], acts=True)
    name, to = which_change(view, change), presented(invocation, view)
    now = options["now"]
    with stoppable() as stop, watching(to) as watcher:
        release_options = ReleaseOptions(
            watcher=watcher,
            now=None if now is None else clock(now).now,
            by=options["person"],
            key=options["key"],
            preconditions_met=options["preconditions_met"],
            gone=options["gone"],
            local=True,
            stop=stop,
            stop_step=stop.insisted,
            variables=os.environ,
        )
        answered = rehearse(
            view, name, release_options, options["environment"], _asking(options["environment"], to)
        )
    answer = answered.answer
    emit_done(FORMATS[options["format_"]](answer, to), f"`changeflow ledger log {answer.change}`")
    if answered.hint:
        tell(to.says("decision.hint", hint=in_a_row([answered.hint], to)))
    return answered.code


def _asking(environment: str | None, to: Presentation) -> Callable[[PlannedStep], bool | None]:
    """Return what asks the person at the terminal; it returns None where there is none."""

    def ask(step: PlannedStep) -> bool | None:
        for stream in (sys.stdin, sys.stderr):
            if stream is None or not stream.isatty():
                return None
        said = {"step": step.key, "name": step.name, "manual": step.manual or ""}
        question = to.says("rehearsal.ask", environment=environment or "", **said)
        try:
            return click.confirm(question, err=True)
        except click.Abort:
            return None

    return ask
