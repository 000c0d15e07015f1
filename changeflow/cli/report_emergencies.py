"""`changeflow report emergencies`: emergency changes and what is owed for them."""

from __future__ import annotations

from pathlib import Path

import click

from changeflow import errors
from changeflow.cli.context import Invocation, bom_option, format_option, now_option
from changeflow.cli.report_options import (
    asked_of,
    engine_option,
    out_option,
    period_options,
    write_paper,
)
from changeflow.model.measuring_engines import EngineName


@click.command()
@period_options
@engine_option
@now_option
@bom_option
@out_option
@format_option("report_emergencies")
@click.pass_obj
def emergencies(
    invocation: Invocation,
    since: str | None,
    until: str | None,
    engine: EngineName,
    now: str | None,
    bom: bool,
    out: Path | None,
    format_: str,
) -> int:
    r"""List the emergencies of a period, who authorised them, and what is owed in retrospect.

    Each with its incident and why it could not wait, who approved it before it started, when the
    retrospective approval was due and done, the days by which that is overdue, and its review. The
    share of emergencies among all changes stands above, with that of the period before.

    Exit code: 0 the paper was made; 2 an extra is not installed; 4 policies, roster or CMDB cannot
    be read, or the ledger does not hold.

    \b
    Examples:
      changeflow report emergencies --from 2026-10-01 --to 2027-01-01
      changeflow --lang zh report emergencies --format html > emergencies.html
    """
    from changeflow.render.report_emergencies import FORMATS
    from changeflow.usecases.report.emergencies import emergencies_paper

    asked = asked_of(invocation, now, since, until)
    paper = emergencies_paper(asked.view, asked.period, asked.clock, engine)
    write_paper(FORMATS[format_](paper, asked.to), format_, bom=bom, out=out)
    return errors.OK
