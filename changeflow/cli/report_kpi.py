"""`changeflow report kpi`: measure a period."""

from __future__ import annotations

from datetime import UTC
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from changeflow import errors
from changeflow.cli.context import (
    Invocation,
    bom_option,
    clock,
    format_option,
    if_repository,
    located,
    now_option,
)
from changeflow.cli.presenting import presented, presented_anywhere
from changeflow.cli.report_options import (
    engine_option,
    out_option,
    period_of,
    period_options,
    write_paper,
)
from changeflow.model.document_paths import HISTORY
from changeflow.model.measuring_engines import EngineName

if TYPE_CHECKING:
    from changeflow.reading.view import View


@click.command()
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
@out_option
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
    out: Path | None,
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
    period = period_of(to, at, since, until)
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
    write_paper(FORMATS[format_](answer, to), format_, bom=bom, out=out)
    return errors.OK


def _view(invocation: Invocation) -> View | None:
    """Return the repository where the command runs, or that was named; None where none is."""
    return if_repository(invocation, lambda: located(invocation.readable(), None))


def _named(folders: tuple[Path, ...]) -> tuple[Path, ...]:
    if not folders:
        raise errors.NothingToDo.of("report.no_records")
    return folders
