"""`changeflow risk`: explain, backtest, fit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from changeflow import errors
from changeflow.cli.context import (
    Invocation,
    change_argument,
    clock,
    format_option,
    if_repository,
    located,
    moment,
    now_option,
    revisions_options,
    which_change,
)
from changeflow.cli.numbers import AtLeast
from changeflow.cli.presenting import presented, presented_anywhere, zone_of
from changeflow.cli.terminal import emit, tell
from changeflow.cli.typed_periods import from_to
from changeflow.model.document_paths import HISTORY

if TYPE_CHECKING:
    from changeflow.model.riskmodel import RiskModelSpec
    from changeflow.render.presentation import Presentation


F = TypeVar("F", bound=Callable[..., Any])


def records_options(function: F) -> F:
    """Add what is asked of records of the past: where they are, the label, and the period."""
    for option in reversed(_RECORDS_OPTIONS):
        function = option(function)
    return function


_RECORDS_OPTIONS: Final = (
    click.option(
        "--history",
        "folder",
        metavar="DIR",
        type=click.Path(path_type=Path),
        help="The folder of records (default: history).",
    ),
    click.option(
        "--label",
        metavar="L",
        default="incident-within:P7D",
        show_default=True,
        help="What trouble is: failed, caused-incident, incident-within:D, incident-excess:D, "
        "reverted-within:D.",
    ),
    click.option("--from", "since", metavar="T", help="Leave out changes that started earlier."),
    click.option(
        "--to", "until", metavar="T", help="Leave out changes that started then or later."
    ),
)


@click.group()
def command() -> None:
    r"""Explain the risk score of a change, test it against what happened, and fit it to that.

    \b
    Examples:
      changeflow risk explain CHG-20261121-payments-db-upgrade
      changeflow risk backtest --history history
      changeflow risk fit --history history
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

    It ends with the cell of the matrix that both sums lead to, and with the smallest work on the
    request that would bring the risk one level down.

    \b
    Examples:
      changeflow risk explain CHG-20261121-payments-db-upgrade
      changeflow risk explain CHG-20261121-payments-db-upgrade --format json
    """
    from changeflow.render.risk import FORMATS
    from changeflow.usecases.gate.assess import assess_on_record
    from changeflow.usecases.gate.lower import what_lowers_risk

    view = located(invocation.readable(), base, head)
    assessed = assess_on_record(view, which_change(view, change), clock(now), record=False)
    to = presented(invocation, view)
    lower = what_lowers_risk(view, assessed, clock(now).now)
    emit(FORMATS[format_](assessed.assessment, assessed.base.risk_model, lower, to))
    return errors.OK


@command.command()
@records_options
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
    from changeflow.render.backtest import FORMATS
    from changeflow.usecases.risk.backtest import BackTestRequest, back_test

    model, to = _model_and_reader(invocation)
    at = clock(now).now
    began = from_to(since, until, at, to)
    request = BackTestRequest(
        folder=_history(invocation, folder),
        label=label,
        since=began.start,
        until=began.end,
        train_until=moment(train_until, "--train-until", at, to),
        zone=zone_of(to),
    )
    emit(FORMATS[format_](back_test(request, model), to))
    return errors.OK


@command.command()
@records_options
@click.option(
    "--train-until",
    "train_until",
    metavar="T",
    help="Fit to changes that started before, judge by the others (default: the first two thirds).",
)
@click.option(
    "--lines",
    metavar="N",
    type=AtLeast(1, 40),
    default=25,
    show_default=True,
    help="At most so many lines.",
)
@click.option(
    "--resamples",
    metavar="N",
    type=AtLeast(0, 1000),
    default=100,
    show_default=True,
    help="Draw the changes anew so often, to say how sure the lines are.",
)
@click.option("--write", "write_", is_flag=True, help="Write the lines into the risk model.")
@click.option("--out", metavar="FILE", help="Write the risk model with the lines there.")
@now_option
@format_option("risk_fit")
@click.pass_obj
def fit(
    invocation: Invocation,
    folder: Path | None,
    label: str,
    since: str | None,
    until: str | None,
    train_until: str | None,
    lines: int,
    resamples: int,
    write_: bool,
    out: str | None,
    now: str | None,
    format_: str,
) -> int:
    r"""Propose a scorecard for the risk model that is fitted to what happened.

    The lines (`spec.likelihood.record` of `policies/risk.yaml`) are found on the earlier changes and
    judged by the later ones, beside the lines that are committed. The page says how sure each line
    is and what the card cannot see. No line is about a person.

    Nothing is written without --write or --out. What is written is proposed by a pull request, as
    each change to a policy is. Needs the extra `changeflow[insight]`.

    Exit code: 0 proposed; 1 too few outcomes, or none that can be judged; 2 no such label, or the
    extra is not installed; 3 no records; 4 a table or the risk model cannot be read.

    \b
    Examples:
      changeflow risk fit --history history
      changeflow risk fit --label failed --train-until 2026-07-01 --lines 12
      changeflow risk fit --label incident-excess:P7D --format html > fit.html
      changeflow risk fit --write
    """
    from changeflow.render.risk_fit import FORMATS
    from changeflow.usecases.risk.fit import FitRequest, propose, write

    if write_ and out is not None:
        raise errors.UsageError.of("fit.both")
    view = located(invocation.readable(), None)
    to = presented(invocation, view)
    at = clock(now).now
    began = from_to(since, until, at, to)
    request = FitRequest(
        folder=_history(invocation, folder),
        label=label,
        since=began.start,
        until=began.end,
        train_until=moment(train_until, "--train-until", at, to),
        lines=lines,
        resamples=resamples,
    )
    proposal = propose(view, request, to)
    answer = proposal.answer
    if write_ or out is not None:
        answer = write(view, proposal, None if out is None else Path.cwd() / out)
    emit(FORMATS[format_](answer, to))
    tell(to.says("fit.next", case="written" if answer.written else None, path=answer.path))
    return errors.OK


def _model_and_reader(invocation: Invocation) -> tuple[RiskModelSpec | None, Presentation]:
    """Return the committed risk model, where there is a repository, and how answers are shown."""
    from datetime import UTC

    view = if_repository(invocation, lambda: located(invocation.readable(), None))
    if view is None:
        return None, presented_anywhere(invocation, UTC)
    return view.base.rulebook.risk_model, presented(invocation, view)


def _history(invocation: Invocation, given: Path | None) -> Path:
    folder = given or invocation.readable() / HISTORY
    if not folder.is_dir():
        raise errors.NothingToDo.of("tables.no_folder", folder=str(given or HISTORY.rstrip("/")))
    return folder
