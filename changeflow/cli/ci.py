"""`changeflow ci`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from changeflow import errors
from changeflow.cli.context import Invocation, clock, now_option
from changeflow.cli.terminal import tell

if TYPE_CHECKING:
    from changeflow.hosts.host import Part


@click.command()
@click.option(
    "--record", is_flag=True, help="Only record what landed on the main branch, whatever the event."
)
@click.option(
    "--judge",
    is_flag=True,
    help="Only judge pull requests: after a push every open one, and nothing is recorded.",
)
@now_option
@click.pass_obj
def command(invocation: Invocation, now: str | None, *, record: bool, judge: bool) -> int:
    r"""Run the bot for GitHub Actions: judge pull requests and publish `changeflow/gate`.

    Reads the environment of the job. Serves pull_request_target, pull_request (preview only),
    pull_request_review, workflow_run, issue_comment, merge_group, push and schedule, and for a
    GitHub App of your own deployment_protection_rule. Whatever event arrives, it reads everything
    anew; running it twice changes nothing. Needs GITHUB_TOKEN and the standard variables, and a
    full clone of the base (never of the pull request).

    Exit 0 when what it judged is open and everything was done, 1 when a verdict is shut, 5 when
    something could not be done.

    \b
    Examples:
      # inside a workflow, see docs/guides/github.md
      changeflow ci
      # in the job that may publish verdicts
      changeflow ci --judge
      # in the job that may write the ledger
      changeflow ci --record
    """
    import os

    from changeflow.bot.bot import open_bot
    from changeflow.bot.run import run
    from changeflow.hosts.table import bot_host

    if record and judge:
        raise errors.UsageError.of("option.record_and_judge")
    # A job that records is one of its own, so that judging needs no right to write.
    part: Part = "both"
    if record:
        part = "record"
    elif judge:
        part = "judge"
    host = bot_host(os.environ)
    job = host.job(os.environ, part)
    fixed = clock(now).now if now is not None else None
    root = invocation.root_in_job(host.checkout(os.environ))
    bot = open_bot(job, root, fixed, tell)
    bot.language = invocation.language
    try:
        report = run(bot)
    except errors.ChangeflowError as error:
        # The last door shows it in the job's log, where foreign text must give no orders.
        error.clean(job.defuse)
        raise
    if report.failed:
        return errors.HOST_FAILED
    return errors.NO if report.shut else errors.OK
