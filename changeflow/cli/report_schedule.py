"""`changeflow report schedule`: the change schedule as a notice."""

from __future__ import annotations

from pathlib import Path

import click

from changeflow import errors
from changeflow.cli.context import Invocation, bom_option, format_option, now_option
from changeflow.cli.report_options import asked_of, out_option, period_options, write_paper


@click.command()
@period_options
@now_option
@bom_option
@out_option
@format_option("report_schedule")
@click.pass_obj
def schedule(
    invocation: Invocation,
    since: str | None,
    until: str | None,
    now: str | None,
    bom: bool,
    out: Path | None,
    format_: str,
) -> int:
    r"""Announce what is planned: windows, services, outages, whom to ask, freezes, exceptions.

    It is made from what is planned on the main branch (default: from now on, for 30 days), with the
    windows in the zone of the repository. `schedule` has the same changes for calendars
    (`--format ics`).

    Exit code: 0 the paper was made; 4 policies, roster or CMDB cannot be read.

    \b
    Examples:
      changeflow report schedule
      changeflow --lang zh report schedule --from monday --to +2w --format html --out schedule.html
    """
    from changeflow.render.report_schedule import FORMATS
    from changeflow.usecases.report.schedule import schedule_paper

    asked = asked_of(invocation, now, since, until)
    paper = schedule_paper(asked.view, asked.period, asked.clock)
    write_paper(FORMATS[format_](paper, asked.to), format_, bom=bom, out=out)
    return errors.OK
