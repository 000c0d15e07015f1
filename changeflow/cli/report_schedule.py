"""`changeflow report schedule`: the change schedule as a notice."""

from __future__ import annotations

import click

from changeflow.cli.report_options import Asked, Made, list_paper


@click.command()
@list_paper("report_schedule")
def schedule(asked: Asked) -> Made:
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

    return FORMATS, schedule_paper(asked.view, asked.period, asked.clock)
