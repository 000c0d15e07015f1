"""`changeflow report models`: the catalogue of standard changes."""

from __future__ import annotations

import click

from changeflow.cli.report_options import Asked, Made, list_paper


@click.command()
@list_paper("report_models")
def models(asked: Asked) -> Made:
    r"""List the standard changes: scope, limits, who authorised them, expiry, uses and failures.

    Each change model has a row, with the changes of the period that were carried out under it and
    those of them that failed, and whether it is in force, expired or suspended.

    Exit code: 0 the paper was made; 4 policies, roster or CMDB cannot be read.

    \b
    Examples:
      changeflow report models --from 2026-10-01 --to 2027-01-01
      changeflow --lang zh report models --format xlsx --out models.xlsx
    """
    from changeflow.render.report_models import FORMATS
    from changeflow.usecases.report.models import models_paper

    return FORMATS, models_paper(asked.view, asked.period, asked.clock)
