"""`changeflow report cab`: agenda and minutes of the change advisory board."""

from __future__ import annotations

from pathlib import Path

import click

from changeflow import errors
from changeflow.cli.context import Invocation, format_option, now_option
from changeflow.cli.report_options import asked_of, out_option, period_options, write_paper


@click.command()
@click.option(
    "--minutes", is_flag=True, help="What members of the CAB said in the period, and what is open."
)
@period_options
@now_option
@out_option
@format_option("report_cab")
@click.pass_obj
def cab(
    invocation: Invocation,
    minutes: bool,
    since: str | None,
    until: str | None,
    now: str | None,
    out: Path | None,
    format_: str,
) -> int:
    r"""Print the agenda of the change advisory board, or with --minutes what it said.

    The agenda has every change that waits for an approval of the board, the riskiest first: the three
    largest factors of its risk, the services that it can affect, outage, conflicts and freezes,
    the rollback, and whose approval is missing. Minutes have the changes about which members gave an
    opinion in the period: who they were, their words, the decision, and the open points.

    Exit code: 0 the paper was made; 2 a period without --minutes; 4 policies, roster or CMDB cannot
    be read.

    \b
    Examples:
      changeflow report cab
      changeflow --lang zh report cab --format html > agenda.html
      changeflow report cab --minutes --from 2026-11-23 --to +1d
    """
    from changeflow.render.report_cab import FORMATS
    from changeflow.usecases.report.cab import cab_agenda, cab_minutes

    if (since or until) and not minutes:
        raise errors.UsageError.of("report.agenda_period")
    asked = asked_of(invocation, now, since, until)
    make = cab_minutes if minutes else cab_agenda
    paper = make(asked.view, asked.period, asked.clock)
    write_paper(FORMATS[format_](paper, asked.to), format_, out=out)
    return errors.OK
