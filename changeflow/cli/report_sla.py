"""`changeflow report sla`: planned outages of changes and the service levels."""

from __future__ import annotations

import click

from changeflow.cli.report_options import Asked, Made, list_paper


@click.command()
@list_paper("report_sla")
def sla(asked: Asked) -> Made:
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

    return FORMATS, sla_paper(asked.view, asked.period, asked.clock)
