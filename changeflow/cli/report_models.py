"""`changeflow report models`: the catalogue of standard changes."""

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
@format_option("report_models")
@click.pass_obj
def models(
    invocation: Invocation,
    since: str | None,
    until: str | None,
    now: str | None,
    bom: bool,
    out: Path | None,
    format_: str,
) -> int:
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

    asked = asked_of(invocation, now, since, until)
    paper = models_paper(asked.view, asked.period, asked.clock)
    write_paper(FORMATS[format_](paper, asked.to), format_, bom=bom, out=out)
    return errors.OK
