"""`changeflow report sla`: planned outages of changes and the service levels."""

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
@format_option("report_sla")
@click.pass_obj
def sla(
    invocation: Invocation,
    since: str | None,
    until: str | None,
    now: str | None,
    bom: bool,
    out: Path | None,
    format_: str,
) -> int:
    r"""Show what planned outages of changes leave of the service levels, and who was told.

    Each service with a `service_level` has a row for each of its periods that --from and --to touch
    (default: this month): target, budget, minutes used by released changes and planned by approved
    ones, and what is left. The actual outage is what the review says; where it does not, the paper
    says that it is not recorded.

    Exit code: 0 the paper was made; 4 policies, roster or CMDB cannot be read.

    \b
    Examples:
      changeflow report sla --from 2026-10-01 --to 2027-01-01
      changeflow --lang zh report sla --format xlsx --out sla.xlsx
    """
    from changeflow.render.report_sla import FORMATS
    from changeflow.usecases.report.sla import sla_paper

    asked = asked_of(invocation, now, since, until)
    paper = sla_paper(asked.view, asked.period, asked.clock)
    write_paper(FORMATS[format_](paper, asked.to), format_, bom=bom, out=out)
    return errors.OK
