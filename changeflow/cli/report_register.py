"""`changeflow report register`: the register of changes of a period."""

from __future__ import annotations

import click

from changeflow.cli.report_options import Asked, Made, list_paper


@click.command()
@list_paper("report_register")
def register(asked: Asked) -> Made:
    r"""Make the register of changes of a period, with totals by type.

    Every change is in it: those that were rejected, withdrawn or never carried out, and emergencies
    without a window. A change belongs to the period of its planned start, else of its actual start,
    else to the time at which it was recorded. The register is made from commits: a request
    that is not committed is not in it. The format csv is for spreadsheets: in the reader's
    language, with times in the zone of the repository.

    Exit code: 0 the paper was made; 4 policies, roster or CMDB cannot be read.

    \b
    Examples:
      changeflow report register
      changeflow report register --from 2026-10-01 --to 2027-01-01 --format html > register.html
      changeflow --lang zh report register --format csv --bom > register.csv
    """
    from changeflow.render.report_register import FORMATS
    from changeflow.usecases.report.register import register_paper

    return FORMATS, register_paper(asked.view, asked.period, asked.clock)
