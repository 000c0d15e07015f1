"""`changeflow report register`: the register of changes of a period."""

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
@format_option("report_register")
@click.pass_obj
def register(
    invocation: Invocation,
    since: str | None,
    until: str | None,
    now: str | None,
    bom: bool,
    out: Path | None,
    format_: str,
) -> int:
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

    asked = asked_of(invocation, now, since, until)
    paper = register_paper(asked.view, asked.period, asked.clock)
    write_paper(FORMATS[format_](paper, asked.to), format_, bom=bom, out=out)
    return errors.OK
