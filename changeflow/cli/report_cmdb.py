"""`changeflow report cmdb`: the audit of the CMDB and its baselines."""

from __future__ import annotations

import click

from changeflow.cli.report_options import Asked, Made, list_paper


@click.command()
@list_paper("report_cmdb")
def cmdb(asked: Asked) -> Made:
    r"""Report the newest audit of the CMDB, records left behind by changes, and baselines.

    The audit is the newest one whose sample was drawn in the period, with the accuracy and
    completeness of the one before it, each attribute that is not as it is recorded, and the change
    that corrects it. Baselines are those recorded in the period, each compared with the one before
    it; differences without a change stand apart. The format csv holds every audited attribute.

    Exit code: 0 the paper was made; 4 policies, roster or CMDB cannot be read.

    \b
    Examples:
      changeflow report cmdb
      changeflow --lang zh report cmdb --from 2026-10-01 --to 2027-01-01 --format html --out cmdb.html
    """
    from changeflow.render.report_cmdb import FORMATS
    from changeflow.usecases.report.cmdb import cmdb_paper

    return FORMATS, cmdb_paper(asked.view, asked.period, asked.clock)
