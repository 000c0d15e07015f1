"""`changeflow report improvements`: improvements and follow-ups of reviews."""

from __future__ import annotations

from pathlib import Path

import click

from changeflow import errors
from changeflow.cli.context import Invocation, bom_option, format_option, now_option
from changeflow.cli.report_options import asked_of, out_option, write_paper


@click.command()
@now_option
@bom_option
@out_option
@format_option("report_improvements")
@click.pass_obj
def improvements(
    invocation: Invocation, now: str | None, bom: bool, out: Path | None, format_: str
) -> int:
    r"""List improvements and the follow-ups of reviews, with owner, day, state and who verified.

    Improvements are the documents below `improvements/`. What reviews ask for is listed with them
    and need not be copied: a follow-up is done once an implemented change fixes it. Those that are
    not done come first.

    Exit code: 0 the paper was made; 4 policies, roster or CMDB cannot be read.

    \b
    Examples:
      changeflow report improvements
      changeflow --lang zh report improvements --format csv --bom > improvements.csv
    """
    from changeflow.render.report_improvements import FORMATS
    from changeflow.usecases.report.improvements import improvements_paper

    asked = asked_of(invocation, now)
    paper = improvements_paper(asked.view, asked.period, asked.clock)
    write_paper(FORMATS[format_](paper, asked.to), format_, bom=bom, out=out)
    return errors.OK
