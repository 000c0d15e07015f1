"""`changeflow report review`: the post-implementation review of one change."""

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
@format_option("report_review")
@click.pass_obj
def review(
    invocation: Invocation, change: str | None, now: str | None, out: Path | None, format_: str
) -> int:
    r"""Print the post-implementation review of one change.

    What was planned beside what happened, whether the objectives were met, effects, deviations,
    incidents, the time of a rollback against its promise, lessons, and follow-ups with their owners
    and how they stand. Then who had a part in the change, that the reviewer had none, when the
    review was due and put on record, and which key signed it.

    Exit code: 0 the paper was made; 3 no such change, or it has no review; 4 something that judges
    cannot be read.

    \b
    Examples:
      changeflow report review CHG-20261121-payments-db-upgrade
      changeflow --lang zh report review payments-db --format html > review.html
    """
    from changeflow.render.report_review import FORMATS
    from changeflow.usecases.report.review_paper import review_paper

    asked = asked_of(invocation, now)
    named = which_change(asked.view, change, everywhere=True)
    paper = review_paper(asked.view, named, asked.period, asked.clock)
    write_paper(FORMATS[format_](paper, asked.to), format_, out=out)
    return errors.OK
