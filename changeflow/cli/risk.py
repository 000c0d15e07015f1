"""`changeflow risk`: explain, backtest."""

from __future__ import annotations

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
    moment,
    now_option,
    revisions_options,
    which_change,
)
from changeflow.cli.presenting import presented, presented_anywhere
from changeflow.cli.terminal import emit

if TYPE_CHECKING:
    from changeflow.model.riskmodel import RiskModelSpec
    from changeflow.render.presentation import Presentation


@click.group()
def command() -> None:
    r"""Explain the risk score of a change, and test it against what happened.

    \b
    Examples:
      changeflow risk explain CHG-20261121-payments-db-upgrade
      changeflow risk backtest --history history
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


@command.command()
@click.option(
    "--history",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The folder of records (default: history).",
)
@click.option(
    "--label",
    metavar="L",
    default="incident-within:P7D",
    show_default=True,
    help="What trouble is: failed, caused-incident, incident-within:D, incident-excess:D, "
    "reverted-within:D.",
)
@click.option("--from", "since", metavar="T", help="Leave out changes that started earlier.")
@click.option("--to", "until", metavar="T", help="Leave out changes that started then or later.")
@click.option(
    "--train-until",
    "train_until",
    metavar="T",
    help="Learn from changes that started before, judge the others (default: the last third).",
)
@now_option
@format_option("backtest")
@click.pass_obj
def backtest(
    invocation: Invocation,
    folder: Path | None,
    label: str,
    since: str | None,
    until: str | None,
    train_until: str | None,
    now: str | None,
    format_: str,
) -> int:
    r"""Test the risk score against what happened to changes of the past.

    What is fitted is fitted to the earlier changes and judged on the later ones. Nothing is used
    that was not known when a change started. Beside the committed risk model stand a card that is
    fitted to your records, the risk that people declared, the incidents on the items alone, and
    others.

    Needs the extra `changeflow[insight]`; the boosted model needs `changeflow[boosted]`, too.

    Exit code: 0 tested; 2 no such label, or the extra is not installed; 3 no records, or none with
    and without trouble on both sides; 4 a file that is no table of records.

    \b
    Examples:
      changeflow risk backtest --history history
      changeflow risk backtest --label failed --train-until 2026-07-01
      changeflow risk backtest --label incident-excess:P7D --format html > backtest.html
    """
    from zoneinfo import ZoneInfo

    from changeflow.render.backtest import FORMATS
    from changeflow.usecases.risk.backtest import BackTestRequest, back_test

    model, to = _model_and_reader(invocation)
    at = clock(now).now
    request = BackTestRequest(
        folder=_history(invocation, folder),
        label=label,
        since=moment(since, "--from", at, to),
        until=moment(until, "--to", at, to),
        train_until=moment(train_until, "--train-until", at, to),
        zone=to.zone if isinstance(to.zone, ZoneInfo) else ZoneInfo("UTC"),
    )
    emit(FORMATS[format_](back_test(request, model), to))
    return errors.OK


def _model_and_reader(invocation: Invocation) -> tuple[RiskModelSpec | None, Presentation]:
    """Return the committed risk model, where there is a repository, and how answers are shown."""
    from datetime import UTC

    try:
        view = located(invocation.readable(), None)
    except errors.NothingToDo:
        if invocation.repo is not None:
            raise
        return None, presented_anywhere(invocation, UTC)
    return view.base.rulebook.risk_model, presented(invocation, view)


def _history(invocation: Invocation, given: Path | None) -> Path:
    folder = given or invocation.readable() / "history"
    if not folder.is_dir():
        raise errors.NothingToDo.of("tables.no_folder", folder=str(given or "history"))
    return folder
