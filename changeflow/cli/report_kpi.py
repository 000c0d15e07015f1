"""`changeflow report kpi`: measure a period."""

from __future__ import annotations

from datetime import UTC
from functools import partial
from pathlib import Path

import click

from changeflow import errors
from changeflow.cli.context import (
    Invocation,
    bom_option,
    clock,
    format_option,
    now_option,
)
from changeflow.cli.presenting import presented, presented_anywhere
from changeflow.cli.report_options import (
    engine_option,
    folders_named,
    history_option,
    out_option,
    period_of,
    period_options,
    view_if_any,
    write_paper,
)
from changeflow.model.document_paths import HISTORY
from changeflow.model.measuring_engines import EngineName


@click.command()
@period_options
@history_option
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
    view = view_if_any(invocation)
    to = presented(invocation, view) if view is not None else presented_anywhere(invocation, UTC)
    period = period_of(to, at, since, until)
    objectives = objectives_of(view.base) if view is not None else ()
    organisation = view.base.config.organisation if view is not None else None
    measured = partial(kpi_report, now=at.now, organisation=organisation)
    if view is None or folders:
        answer = measured(folders_named(folders), period, engine, objectives)
    else:
        history = invocation.readable() / HISTORY
        there = (history,) if history.is_dir() else ()
        with own_tables(view, at.now) as own:
            answer = measured(there, period, engine, objectives, own)
    write_paper(FORMATS[format_](answer, to), format_, bom=bom, out=out)
    return errors.OK
