"""`changeflow report release`: the plan or the record of a release."""

from __future__ import annotations

from pathlib import Path

import click

from changeflow import errors
from changeflow.cli.context import Invocation, format_option, now_option
from changeflow.cli.report_options import asked_of, out_option, write_paper


@click.command()
@click.argument(
    "release", metavar="RELEASE", help="A release: the name of its folder in `releases/`."
)
@now_option
@out_option
@format_option("report_release")
@click.pass_obj
def release(
    invocation: Invocation, release: str, now: str | None, out: Path | None, format_: str
) -> int:
    r"""Make the plan of a release; once it has started, its record.

    The plan has the type of the release and why it is made now, its changes and what they close,
    what is delivered, criteria of acceptance and who accepted, steps, rollback, the baseline of
    its items, and who is told. The record adds how each change ended, what was otherwise than
    planned, incidents that people say it caused within seven days, and what the reviews conclude.
    What the document does not say is shown as not said.

    Exit code: 0 the paper was made; 3 no such release, or a change of it that does not exist;
    4 something that judges cannot be read.

    \b
    Examples:
      changeflow report release 2026-q4-database
      changeflow --lang zh report release 2026-q4-database --format html --out release.html
    """
    from changeflow.render.report_release import FORMATS
    from changeflow.usecases.report.release import release_paper

    asked = asked_of(invocation, now)
    paper = release_paper(asked.view, release, asked.period, asked.clock)
    write_paper(FORMATS[format_](paper, asked.to), format_, out=out)
    return errors.OK
