"""`changeflow report`: papers about changes and releases, one in each file `report_*.py`."""

from __future__ import annotations

import click

from changeflow.cli.report_cab import cab
from changeflow.cli.report_change import change
from changeflow.cli.report_cmdb import cmdb
from changeflow.cli.report_emergencies import emergencies
from changeflow.cli.report_improvements import improvements
from changeflow.cli.report_kpi import kpi
from changeflow.cli.report_management import management
from changeflow.cli.report_models import models
from changeflow.cli.report_register import register
from changeflow.cli.report_release import release
from changeflow.cli.report_review import review
from changeflow.cli.report_roles import roles
from changeflow.cli.report_schedule import schedule
from changeflow.cli.report_sla import sla
from changeflow.cli.report_trends import trends
from changeflow.cli.report_unauthorised import unauthorised
from changeflow.garbage_collection import nothing_to_collect


@click.group()
@click.pass_context
def command(context: click.Context) -> None:
    r"""Make a paper about changes and releases, each number with the records behind it.

    \b
    Example:
      changeflow report kpi --from 2026-10-01 --to 2027-01-01
    """
    # also not when all of it was made, just before the command ends
    context.with_resource(nothing_to_collect())


command.add_command(kpi)
command.add_command(register)
command.add_command(emergencies)
command.add_command(improvements)
command.add_command(change)
command.add_command(review)
command.add_command(cab)
command.add_command(unauthorised)
command.add_command(trends)
command.add_command(management)
command.add_command(sla)
command.add_command(release)
command.add_command(cmdb)
command.add_command(models)
command.add_command(roles)
command.add_command(schedule)
