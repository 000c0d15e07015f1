"""`changeflow schedule`."""

from __future__ import annotations

import click

from changeflow import errors
from changeflow.cli.context import (
    Invocation,
    bom_option,
    clock,
    format_option,
    located,
    marked,
    now_option,
)
from changeflow.cli.presenting import presented
from changeflow.cli.terminal import emit, emit_file
from changeflow.cli.typed_periods import from_to


@click.command()
@click.option(
    "--from",
    "since",
    metavar="T",
    help="Beginning of the period, e.g. 2026-12-01 or monday, or the period: 2026-W48 (default: now).",
)
@click.option(
    "--to",
    "until",
    metavar="T",
    help="End of the period, e.g. 2026-12-15 or +2w (default: 30 days later).",
)
@click.option(
    "--base",
    metavar="REV",
    envvar="CHANGEFLOW_BASE",
    help="Read from this revision (default: the main branch).",
)
@now_option
@bom_option
@format_option("schedule")
@click.pass_obj
def command(
    invocation: Invocation,
    since: str | None,
    until: str | None,
    base: str | None,
    now: str | None,
    bom: bool,
    format_: str,
) -> int:
    r"""Show the forward schedule of change, with conflicts and freezes.

    It lists what is planned on the main branch, and after it the changes without a window that are
    not over. The formats svg and html draw the weeks; markdown is for the agenda of the CAB. The ics
    format needs the extra `changeflow[calendar]`; loaded again, it moves and cancels the events
    that a calendar has.

    \b
    Examples:
      changeflow schedule
      changeflow schedule --from 2026-11-23 --to 2026-11-30
      changeflow schedule --from monday --to +2w
      changeflow schedule --format csv > schedule.csv
      changeflow schedule --from monday --to +2w --format html > schedule.html
    """
    from datetime import timedelta

    from changeflow.model.times import END_OF_TIME
    from changeflow.render.schedule import CONFLICTS_SHOWN, FORMATS
    from changeflow.schedule.conflicts import MOST_CONFLICTS
    from changeflow.usecases.schedule.forward_schedule import schedule

    at = clock(now).now
    view = located(invocation.readable(), base)
    to = presented(invocation, view)
    given = from_to(since, until, at, to)
    start = given.start or at
    month = min(timedelta(days=30), END_OF_TIME - start)
    end = given.end or start + month
    try:
        found = schedule(view, start, end, at, CONFLICTS_SHOWN.get(format_, MOST_CONFLICTS))
        shown = FORMATS[format_](found, to)
        if format_ == "ics":
            from changeflow.render.schedule_ics import ics
            from changeflow.usecases.schedule.event_versions import event_versions

            names = [one.change for one in found.planned]
            shown = ics(found, to, event_versions(view, names))
        text = marked(shown, format_, bom=bom)
    except ModuleNotFoundError as error:
        raise errors.UsageError.of("option.library", format=format_, library=error.name) from error
    if format_ in ("csv", "ics", "svg", "html"):
        emit_file(text)
    else:
        emit(text)
    return errors.OK
