"""`changeflow gate`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from changeflow.model.answers.decision import Decision
    from changeflow.model.deployer import Deployer
    from changeflow.reading.view import View
    from changeflow.render.presentation import Presentation


@click.command()
@click.argument(
    "gate", type=click.Choice(["submit", "approve", "deploy", "close"]), help="The gate."
)
@change_argument
@click.option(
    "--change-from",
    metavar="REV",
    help="Ask for the change that this commit's trailer `Change: CHG-...` names.",
)
@click.option(
    "--in",
    "folder",
    metavar="DIR",
    default=".",
    type=click.Path(),
    help="The clone with that commit (default: here).",
)
@revisions_options
@now_option
@click.option(
    "--as",
    "person",
    metavar="PERSON",
    help="Who starts the deployment: a name of the roster (gate deploy only).",
)
@click.option("--record", is_flag=True, help="Append the decision to the ledger.")
@format_option("decision")
@click.pass_obj
def command(
    invocation: Invocation,
    gate: str,
    change: str | None,
    change_from: str | None,
    folder: str,
    base: str | None,
    head: str | None,
    now: str | None,
    person: str | None,
    record: bool,
    format_: str,
) -> int:
    r"""Say whether a gate is open for a change, as a tree of reasons.

    \b
    submit   may the change be reviewed
    approve  may it be merged
    deploy   may its release start now
    close    may it be closed

    Exit 0 when the gate is open, 1 when it is shut.

    In the repository of an application, commits name their change in a trailer: --change-from reads
    it. A commit that names none or several is refused with exit 3.

    The gate `deploy` also asks who starts the deployment. In a job of GitHub Actions that is the
    account that started the run, where `host: github` is set; elsewhere --as says it.

    \b
    Examples:
      changeflow gate approve CHG-20261121-payments-db-upgrade
      changeflow gate deploy CHG-20261121-payments-db-upgrade --now 2026-11-25T22:10:00+08:00
      changeflow gate approve CHG-20261121-payments-db-upgrade --format json
      changeflow --repo ../changes gate deploy --change-from HEAD --in .
      changeflow gate deploy CHG-20261121-payments-db-upgrade --as bob
    """
    from changeflow.model.answers.decision import people_ignored
    from changeflow.render.decision import FORMATS
    from changeflow.usecases.gate.decide import decide_on_record, unreadable_inputs

    starts = gate == "deploy" and base is None
    view = located(invocation.readable(), base, head, acts=record, starts=starts)
    starting = _deployer(view, gate, person)
    decision = decide_on_record(
        view,
        gate,
        _named(view, change, change_from, folder),
        clock(now),
        record=record,
        deployer=starting,
    )
    to = presented(invocation, view)
    emit(FORMATS[format_](decision, to), _recorded(decision, to) if record else "")
    stale = people_ignored(decision.ignored, "approval.stale")
    if stale:
        _show_since(view, decision.change, stale, format_, to)
    if unreadable_inputs(decision):
        return errors.UNREADABLE
    return errors.OK if decision.open else errors.NO


def _recorded(decision: Decision, to: Presentation) -> str:
    verdict = "open" if decision.open else "shut"
    return to.says("recorded.decision", verdict=verdict, change=decision.change)


def _show_since(view: View, change: str, people: set[str], format_: str, to: Presentation) -> None:
    """Show people what changed since they approved."""
    from changeflow.render.since import FORMATS
    from changeflow.usecases.gate.since_opinion import since_approved

    if format_ in FORMATS:
        emit(FORMATS[format_](since_approved(view, change, people), to))


def _deployer(view: View, gate: str, person: str | None) -> Deployer:
    """Return the deployer, where the gate asks for one."""
    if gate != "deploy":
        if person is not None:
            raise errors.UsageError.of("option.no_starter", gate=gate)
        from changeflow.model.deployer import NOBODY

        return NOBODY
    from changeflow.usecases.gate.deployer import deployer_here

    return deployer_here(view, person, os.environ)


def _named(view: View, change: str | None, rev: str | None, folder: str) -> str:
    """Return the change that was asked for: named itself, by a commit, or the branch's own."""
    if rev is None:
        return which_change(view, change)
    if change is not None:
        raise errors.UsageError.of("option.change_twice")
    from changeflow.reading.change_of_commit import change_of_commit

    return change_of_commit(Path(folder), rev)
