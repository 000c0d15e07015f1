"""`changeflow report management`: what a management review has before it."""

from __future__ import annotations

from pathlib import Path

import click

from changeflow import errors
from changeflow.cli.context import Invocation, format_option, now_option
from changeflow.cli.report_options import asked_of, out_option, period_options, write_paper
from changeflow.cli.terminal import tell
from changeflow.model.document_paths import HISTORY


@click.command()
@period_options
@click.option(
    "--start-review",
    is_flag=True,
    help="Write the management review of the period as well, to be filled in.",
)
@now_option
@out_option
@format_option("report_management")
@click.pass_obj
def management(
    invocation: Invocation,
    since: str | None,
    until: str | None,
    start_review: bool,
    now: str | None,
    out: Path | None,
    format_: str,
) -> int:
    r"""Collect the inputs of a management review, with room for its decisions.

    Actions of earlier reviews; what changed in policies, roles and models; measures and their
    targets; nonconformities; what was not authorised; audits; open changes of high risk; service
    levels; load and waiting; signals and candidates for standard changes. What is not recorded is
    named as not known.

    Exit code: 0 the paper was made; 1 there is a review already, or the period is not over; 2 an
    extra is not installed; 3 no records; 4 policies, roster or CMDB cannot be read, or the ledger
    does not hold.

    \b
    Examples:
      changeflow report management --from 2026-10-01 --to 2027-01-01
      changeflow --lang zh report management --format html > management.html
      changeflow report management --from 2026-10-01 --to 2027-01-01 --start-review
    """
    from changeflow.render.report_management import FORMATS
    from changeflow.usecases.report.management import management_paper
    from changeflow.usecases.report.period_review import require_over, start_management_review

    asked = asked_of(invocation, now, since, until)
    path = ""
    if start_review:
        path = require_over(asked.view, asked.period, "management", asked.clock)
    history = invocation.readable() / HISTORY
    folders = (history,) if history.is_dir() else ()
    paper = management_paper(asked.view, asked.period, asked.clock, folders)
    write_paper(FORMATS[format_](paper, asked.to), format_, out=out)
    if start_review:
        start_management_review(asked.view, path, paper, asked.to)
        tell(asked.to.says("period_review.next", path=path))
    return errors.OK
