"""`changeflow report`: papers about changes and releases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from changeflow import errors
from changeflow.cli.context import (
    Invocation,
    bom_option,
    change_argument,
    clock,
    format_option,
    if_repository,
    located,
    marked,
    moment,
    now_option,
    which_change,
)
from changeflow.cli.presenting import presented, presented_anywhere, zone_of
from changeflow.cli.terminal import emit, emit_file
from changeflow.model.clock import Clock
from changeflow.model.document_paths import HISTORY
from changeflow.model.measuring_engines import ENGINES, EngineName

if TYPE_CHECKING:
    from changeflow.insight.period import Period
    from changeflow.reading.view import View
    from changeflow.render.presentation import Presentation

F = TypeVar("F", bound=Callable[..., Any])


def period_options(function: F) -> F:
    """Add `--from T` and `--to T`."""
    function = click.option(
        "--to",
        "until",
        metavar="T",
        help="End of the period, which does not belong to it, e.g. 2027-01-01 or +3mo.",
    )(function)
    return click.option(
        "--from",
        "since",
        metavar="T",
        help="Begin of the period, e.g. 2026-10-01 (default: the first record).",
    )(function)


def engine_option(function: F) -> F:
    """Add `--engine NAME`."""
    return click.option(
        "--engine",
        type=click.Choice(ENGINES),
        default="duckdb",
        show_default=True,
        help="What computes: DuckDB in this process, or Apache Spark (extra `spark`).",
    )(function)


class Asked(NamedTuple):
    """What a paper about this repository is made from.

    Attributes:
        view: the main branch.
        to: who reads.
        period: what it is about.
        clock: the time.
    """

    view: View
    to: Presentation
    period: Period
    clock: Clock


def asked_of(
    invocation: Invocation, now: str | None, since: str | None = None, until: str | None = None
) -> Asked:
    """Return what a paper about the repository where the command runs is made from.

    Raises:
        errors.UsageError: when a time is none, or the period is empty.
        errors.NothingToDo: when there is no repository.
    """
    at = clock(now)
    view = located(invocation.readable(), None)
    to = presented(invocation, view)
    return Asked(view, to, _period(to, at, since, until), at)


def _period(to: Presentation, at: Clock, since: str | None, until: str | None) -> Period:
    from changeflow.insight.period import Period

    start = moment(since, "--from", at.now, to)
    end = moment(until, "--to", at.now, to, since=start)
    if start is not None and end is not None and end <= start:
        raise errors.UsageError.of("option.period")
    return Period(start, end, zone_of(to))


def _write(text: str, format_: str, *, bom: bool = False) -> None:
    said = marked(text, format_, bom=bom)
    if format_ == "csv":
        emit_file(said)
    else:
        emit(said)


@click.group()
def command() -> None:
    r"""Make a paper about changes and releases, each number with the records behind it.

    \b
    Example:
      changeflow report kpi --from 2026-10-01 --to 2027-01-01
    """


@command.command()
@period_options
@click.option(
    "--history",
    "folders",
    multiple=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="A folder of records instead of those of this repository; several times for several.",
)
@engine_option
@now_option
@bom_option
@format_option("report_kpi")
@click.pass_obj
def kpi(
    invocation: Invocation,
    since: str | None,
    until: str | None,
    folders: tuple[Path, ...],
    engine: EngineName,
    now: str | None,
    bom: bool,
    format_: str,
) -> int:
    r"""Measure a period: volume, failures, times, records written late, with the period before.

    A change belongs to the period of its planned start, else of its actual start, else to the time
    at which it was recorded. Days begin in the repository's time zone. What was not recorded is not
    measured, and is listed apart.

    Exit code: 0 the paper was made; 2 an extra is not installed; 3 no records; 4 a file
    that is no table of records.

    \b
    Examples:
      changeflow report kpi --from 2026-10-01 --to 2027-01-01
      changeflow report kpi --history history --history ../payments/history --format json
      changeflow --lang zh report kpi --format html > kpi.html
    """
    from changeflow.reading.objectives import objectives_of
    from changeflow.render.report_kpi import FORMATS
    from changeflow.usecases.report.kpi import kpi_report
    from changeflow.usecases.report.own_tables import own_tables

    at = clock(now)
    view = _view(invocation)
    to = presented(invocation, view) if view is not None else presented_anywhere(invocation, UTC)
    period = _period(to, at, since, until)
    objectives = objectives_of(view.base) if view is not None else ()
    organisation = view.base.config.organisation if view is not None else None
    measured = partial(kpi_report, now=at.now, organisation=organisation)
    if view is None or folders:
        answer = measured(_named(folders), period, engine, objectives)
    else:
        history = invocation.readable() / HISTORY
        there = (history,) if history.is_dir() else ()
        with own_tables(view, at.now) as own:
            answer = measured(there, period, engine, objectives, own)
    _write(FORMATS[format_](answer, to), format_, bom=bom)
    return errors.OK


@command.command()
@period_options
@now_option
@bom_option
@format_option("report_register")
@click.pass_obj
def register(
    invocation: Invocation,
    since: str | None,
    until: str | None,
    now: str | None,
    bom: bool,
    format_: str,
) -> int:
    r"""Make the register of changes of a period, with totals by type.

    Every change is in it: those that were rejected, withdrawn or never carried out, and emergencies
    without a window. A change belongs to the period of its planned start, else of its actual start,
    else to the time at which it was recorded. The register is made from commits: a request
    that is not committed is not in it. The format csv is for spreadsheets: in the reader's
    language, with times in the zone of the repository.

    Exit code: 0 the paper was made; 4 policies, roster or CMDB cannot be read.

    \b
    Examples:
      changeflow report register
      changeflow report register --from 2026-10-01 --to 2027-01-01 --format html > register.html
      changeflow --lang zh report register --format csv --bom > register.csv
    """
    from changeflow.render.report_register import FORMATS
    from changeflow.usecases.report.register import register_paper

    asked = asked_of(invocation, now, since, until)
    paper = register_paper(asked.view, asked.period, asked.clock)
    _write(FORMATS[format_](paper, asked.to), format_, bom=bom)
    return errors.OK


@command.command()
@period_options
@engine_option
@now_option
@bom_option
@format_option("report_emergencies")
@click.pass_obj
def emergencies(
    invocation: Invocation,
    since: str | None,
    until: str | None,
    engine: EngineName,
    now: str | None,
    bom: bool,
    format_: str,
) -> int:
    r"""List the emergencies of a period, who authorised them, and what is owed in retrospect.

    Each with its incident and why it could not wait, who approved it before it started, when the
    retrospective approval was due and done, the days by which that is overdue, and its review. The
    share of emergencies among all changes stands above, with that of the period before.

    Exit code: 0 the paper was made; 2 an extra is not installed; 4 policies, roster or CMDB cannot
    be read, or the ledger does not hold.

    \b
    Examples:
      changeflow report emergencies --from 2026-10-01 --to 2027-01-01
      changeflow --lang zh report emergencies --format html > emergencies.html
    """
    from changeflow.render.report_emergencies import FORMATS
    from changeflow.usecases.report.emergencies import emergencies_paper

    asked = asked_of(invocation, now, since, until)
    paper = emergencies_paper(asked.view, asked.period, asked.clock, engine)
    _write(FORMATS[format_](paper, asked.to), format_, bom=bom)
    return errors.OK


@command.command()
@now_option
@bom_option
@format_option("report_improvements")
@click.pass_obj
def improvements(invocation: Invocation, now: str | None, bom: bool, format_: str) -> int:
    r"""List improvements and the follow-ups of reviews, with owner, day, state and who verified.

    Improvements are the documents below `improvements/`. What reviews ask for is listed with them
    and need not be copied: a follow-up is done once an implemented change fixes it. Those that are
    not done come first.

    Exit code: 0 the paper was made; 4 policies, roster or CMDB cannot be read.

    \b
    Examples:
      changeflow report improvements
      changeflow --lang zh report improvements --format csv --bom > improvements.csv
    """
    from changeflow.render.report_improvements import FORMATS
    from changeflow.usecases.report.improvements import improvements_paper

    asked = asked_of(invocation, now)
    paper = improvements_paper(asked.view, asked.period, asked.clock)
    _write(FORMATS[format_](paper, asked.to), format_, bom=bom)
    return errors.OK


@command.command()
@change_argument
@now_option
@format_option("report_change")
@click.pass_obj
def change(invocation: Invocation, change: str | None, now: str | None, format_: str) -> int:
    r"""Print the record of one change, with the entries of the ledger that prove it.

    The request with its six effects, its class and its risk with the reasons, what it can break,
    conflicts and freezes, opinions in people's words with their keys, decisions with their clauses,
    steps with times, the rollback against its promise, the review, and what it was judged by. The
    change is looked for on the main branch and on all others; a request that is not committed
    has no record.

    Exit code: 0 the paper was made; 3 no such change; 4 something that judges cannot be read.

    \b
    Examples:
      changeflow report change CHG-20261121-payments-db-upgrade
      changeflow --lang zh report change payments-db --format html > record.html
    """
    from changeflow.render.report_change import FORMATS
    from changeflow.usecases.report.change_record import change_paper

    asked = asked_of(invocation, now)
    named = which_change(asked.view, change, everywhere=True)
    paper = change_paper(asked.view, named, asked.period, asked.clock)
    _write(FORMATS[format_](paper, asked.to), format_)
    return errors.OK


@command.command()
@click.option(
    "--minutes", is_flag=True, help="What members of the CAB said in the period, and what is open."
)
@period_options
@now_option
@format_option("report_cab")
@click.pass_obj
def cab(
    invocation: Invocation,
    minutes: bool,
    since: str | None,
    until: str | None,
    now: str | None,
    format_: str,
) -> int:
    r"""Print the agenda of the change advisory board, or with --minutes what it said.

    The agenda has every change that waits for an approval of the board, the riskiest first: the three
    largest factors of its risk, the services that it can hit, outage, conflicts and freezes,
    the rollback, and whose approval is missing. Minutes have the changes about which members gave an
    opinion in the period: who they were, their words, the decision, and the open points.

    Exit code: 0 the paper was made; 2 a period without --minutes; 4 policies, roster or CMDB cannot
    be read.

    \b
    Examples:
      changeflow report cab
      changeflow --lang zh report cab --format html > agenda.html
      changeflow report cab --minutes --from 2026-11-23 --to +1d
    """
    from changeflow.render.report_cab import FORMATS
    from changeflow.usecases.report.cab import cab_agenda, cab_minutes

    if (since or until) and not minutes:
        raise errors.UsageError.of("report.agenda_period")
    asked = asked_of(invocation, now, since, until)
    make = cab_minutes if minutes else cab_agenda
    paper = make(asked.view, asked.period, asked.clock)
    _write(FORMATS[format_](paper, asked.to), format_)
    return errors.OK


def _view(invocation: Invocation) -> View | None:
    """Return the repository where the command runs, or that was named; None where none is."""
    return if_repository(invocation, lambda: located(invocation.readable(), None))


def _named(folders: tuple[Path, ...]) -> tuple[Path, ...]:
    if not folders:
        raise errors.NothingToDo.of("report.no_records")
    return folders
