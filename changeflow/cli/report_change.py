"""`changeflow report change`: the record of one change."""

from __future__ import annotations

from pathlib import Path

import click

from changeflow import errors
from changeflow.cli.context import (
    Invocation,
    change_argument,
    format_option,
    now_option,
    which_change,
)
from changeflow.cli.report_options import asked_of, out_option, write_paper


@click.command()
@change_argument
@now_option
@out_option
@format_option("report_change")
@click.pass_obj
def change(
    invocation: Invocation, change: str | None, now: str | None, out: Path | None, format_: str
) -> int:
    r"""Print the record of one change, with the entries of the ledger that prove it.

    The request with its six effects, its class and its risk with the reasons, what it can break,
    conflicts and freezes, opinions in people's words with their keys, decisions with their clauses,
    steps with times, the rollback against its promise, the review, and what it was judged by. The
    change is looked for on the main branch and on all others; a request that is not committed
    has no record.

    Exit code: 0 the paper was made; 3 no such change; 4 something that judges cannot be read.

    \b
    Examples:
      changeflow report change CHG-20261121-payments-db-upgrade
      changeflow --lang zh report change payments-db --format html > record.html
    """
    from changeflow.render.report_change import FORMATS
    from changeflow.usecases.report.change_record import change_paper

    asked = asked_of(invocation, now)
    named = which_change(asked.view, change, everywhere=True)
    paper = change_paper(asked.view, named, asked.period, asked.clock)
    write_paper(FORMATS[format_](paper, asked.to), format_, out=out)
    return errors.OK
