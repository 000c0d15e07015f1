"""`changeflow report trends`: a period beside earlier ones, and what moved."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import click

from changeflow import errors
from changeflow.cli.context import Invocation, bom_option, clock, format_option, now_option
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

if TYPE_CHECKING:
    from changeflow.insight.sub_periods import SubPeriodUnit


@click.command()
@period_options
@click.option(
    "--by",
    "unit",
    type=click.Choice(["day", "week", "month", "quarter"]),
    help="What a point of a chart is (default: what fits the period).",
)
@history_option
@engine_option
@now_option
@bom_option
@out_option
@format_option("report_trends")
@click.pass_obj
def trends(
    invocation: Invocation,
    since: str | None,
    until: str | None,
    unit: SubPeriodUnit | None,
    folders: tuple[Path, ...],
    engine: EngineName,
    now: str | None,
    bom: bool,
    out: Path | None,
    format_: str,
) -> int:
    r"""Show what moved: a period beside the one before and a year earlier, with control charts.

    Changes by type, class, service, team, category and reason; the items on which most changes
    failed; a control chart of the emergency share, the failure rate, the volume, the lead time, late
    records and each measure with a target, with the points that are a signal by Nelson's rules; and
    changes that recur and always went well, which may become standard changes.

    Exit code: 0 the paper was made; 2 an extra is not installed; 3 no records; 4 a file that
    is no table of records.

    \b
    Examples:
      changeflow report trends --from 2026-10-01 --to 2027-01-01
      changeflow report trends --from 2026-01-01 --to 2027-01-01 --by month
      changeflow --lang zh report trends --format html > trends.html
    """
    from changeflow.reading.objectives import objectives_of
    from changeflow.render.report_trends import FORMATS
    from changeflow.usecases.report.own_tables import own_tables
    from changeflow.usecases.report.trends import TrendsAsked, asked_of_view, trends_paper

    at = clock(now)
    view = view_if_any(invocation)
    to = presented(invocation, view) if view is not None else presented_anywhere(invocation, UTC)
    period = period_of(to, at, since, until)
    if view is None:
        asked = TrendsAsked(period, unit, engine)
    else:
        asked = asked_of_view(view, period, unit, engine, objectives_of(view.base))
    if view is None or folders:
        paper = trends_paper(folders_named(folders), asked, now=at.now)
    else:
        history = invocation.readable() / HISTORY
        there = (history,) if history.is_dir() else ()
        with own_tables(view, at.now) as own:
            paper = trends_paper(there, asked, own, now=at.now)
    write_paper(FORMATS[format_](paper, to), format_, bom=bom, out=out)
    return errors.OK
