"""`changeflow report`: papers about changes and releases."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from changeflow import errors
from changeflow.cli.context import (
    Invocation,
    bom_option,
    clock,
    format_option,
    located,
    marked,
    moment,
    now_option,
)
from changeflow.cli.presenting import presented, presented_anywhere
from changeflow.cli.terminal import emit
from changeflow.model.measuring_engines import ENGINES, EngineName

if TYPE_CHECKING:
    from changeflow.reading.view import View


@click.group()
def command() -> None:
    r"""Make a paper about changes and releases, each number with the records behind it.

    \b
    Example:
      changeflow report kpi --from 2026-10-01 --to 2027-01-01
    """


@command.command()
@click.option(
    "--from",
    "since",
    metavar="T",
    help="Begin of the period, e.g. 2026-10-01 (default: the first record).",
)
@click.option(
    "--to",
    "until",
    metavar="T",
    help="End of the period, which does not belong to it, e.g. 2027-01-01 or +3mo.",
)
@click.option(
    "--history",
    "folders",
    multiple=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="A folder of records instead of those of this repository; several times for several.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="duckdb",
    show_default=True,
    help="What computes: DuckDB in this process, or Apache Spark (extra `spark`).",
)
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
    from changeflow.insight.period import Period
    from changeflow.reading.objectives import objectives_of
    from changeflow.render.report_kpi import FORMATS
    from changeflow.usecases.history.import_records import DEFAULT_FOLDER
    from changeflow.usecases.report.kpi import kpi_report
    from changeflow.usecases.report.own_tables import own_tables

    at = clock(now)
    view = _view(invocation)
    to = presented(invocation, view) if view is not None else presented_anywhere(invocation, UTC)
    start = moment(since, "--from", at.now, to)
    end = moment(until, "--to", at.now, to, since=start)
    zone = to.zone if isinstance(to.zone, ZoneInfo) else ZoneInfo("UTC")
    period = Period(start, end, zone)
    if view is None or folders:
        objectives = objectives_of(view.base) if view is not None else ()
        answer = kpi_report(_named(folders), period, engine, objectives)
    else:
        history = invocation.readable() / DEFAULT_FOLDER
        there = (history,) if history.is_dir() else ()
        with own_tables(view, at.now) as own:
            answer = kpi_report(there, period, engine, objectives_of(view.base), own)
    emit(marked(FORMATS[format_](answer, to), format_, bom=bom))
    return errors.OK


def _view(invocation: Invocation) -> View | None:
    """Return the repository where the command runs, or that was named; None where none is."""
    try:
        return located(invocation.readable(), None)
    except errors.NothingToDo:
        if invocation.repo is not None:
            raise
        return None


def _named(folders: tuple[Path, ...]) -> tuple[Path, ...]:
    if not folders:
        raise errors.NothingToDo.of("report.no_records")
    return folders
