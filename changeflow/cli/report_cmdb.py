"""`changeflow report cmdb`: the audit of the CMDB and its baselines."""

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
@format_option("report_cmdb")
@click.pass_obj
def cmdb(
    invocation: Invocation,
    since: str | None,
    until: str | None,
    now: str | None,
    bom: bool,
    out: Path | None,
    format_: str,
) -> int:
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

    asked = asked_of(invocation, now, since, until)
    paper = cmdb_paper(asked.view, asked.period, asked.clock)
    write_paper(FORMATS[format_](paper, asked.to), format_, bom=bom, out=out)
    return errors.OK
