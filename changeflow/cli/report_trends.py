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
from changeflow.cli.terminal import tell
from changeflow.model.document_paths import HISTORY
from changeflow.model.measuring_engines import EngineName

if TYPE_CHECKING:
    from changeflow.insight.sub_periods import SubPeriodUnit
    from changeflow.model.period_review import ReviewPurpose


@click.command()
@period_options
@click.option(
    "--by",
    "unit",
    type=click.Choice(["day", "week", "month", "quarter"]),
    help="What a point of a chart is (default: what fits the period).",
)
@history_option
@click.option(
    "--start-review",
    is_flag=True,
    help="Write the review of the period as well, with its numbers and signals, to be filled in.",
)
@click.option(
    "--purpose",
    type=click.Choice(["trend", "release", "process"]),
    default="trend",
    show_default=True,
    help="With --start-review: why the period is reviewed.",
)
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
    start_review: bool,
    purpose: ReviewPurpose,
    engine: EngineName,
    now: str | None,
    bom: bool,
    out: Path | None,
    format_: str,
) -> int:
    r"""Show what moved: a period beside the one before and a year earlier, with control charts.

    Changes by type, class, service, team, area and reason; the items on which most changes
    failed; a control chart of the emergency share, the failure rate, the volume, the lead time, late
    records and each measure with a target, with the points that are a signal by Nelson's rules; and
    changes that recur and always went well, which may become standard changes. What people concluded
    is in the review of the period, reviews/<period>/review.yaml; --start-review begins one.

    Exit code: 0 the paper was made; 1 there is a review already, or the period is not over; 2 an
    extra is not installed; 3 no records; 4 a file that is no table of records.

    \b
    Examples:
      changeflow report trends --from 2026-10-01 --to 2027-01-01
      changeflow report trends --from 2026-01-01 --to 2027-01-01 --by month
      changeflow report trends --from 2026-10-01 --to 2027-01-01 --start-review
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
    if start_review and (view is None or folders):
        raise errors.UsageError.of("period_review.needs_repository")
    if view is None:
        asked = TrendsAsked(period, unit, engine)
    else:
        asked = asked_of_view(view, period, unit, engine, objectives_of(view.base))
    if view is None or folders:
        paper = trends_paper(folders_named(folders), asked, now=at.now)
        write_paper(FORMATS[format_](paper, to), format_, bom=bom, out=out)
        return errors.OK
    path = ""
    if start_review:
        from changeflow.usecases.report.period_review import require_over

        path = require_over(view, period, purpose, at)
    history = invocation.readable() / HISTORY
    there = (history,) if history.is_dir() else ()
    with own_tables(view, at.now) as own:
        paper = trends_paper(there, asked, own, view.base, now=at.now)
    write_paper(FORMATS[format_](paper, to), format_, bom=bom, out=out)
    if start_review:
        from changeflow.render.report_trends import titles_of
        from changeflow.usecases.report.review_of_trends import start_review_of_trends

        start_review_of_trends(view, path, purpose, paper, unit, titles_of(to), to)
        tell(to.says("period_review.next", path=path))
    return errors.OK
