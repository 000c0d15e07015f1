"""`changeflow ci`."""

from __future__ import annotations

import click

from changeflow import errors
from changeflow.cli.context import Invocation, clock, now_option
from changeflow.cli.terminal import tell


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
    r"""The bot for GitHub Actions: read the environment, judge, and publish the verdict as `changeflow/gate`.

    Serves pull_request_target, pull_request (preview only), pull_request_review, workflow_run,
    issue_comment, merge_group, push and schedule, and for a GitHub App of your own
    deployment_protection_rule. Whatever event arrives, it reads everything anew; running it twice
    changes nothing. Needs GITHUB_TOKEN and the standard variables, and a full clone of the base
    (never of the pull request).

    \b
    Examples:
      changeflow ci                        inside a workflow, see docs/guides/github.md
      changeflow ci --judge                in the job that may publish verdicts
      changeflow ci --record               in the job that may write the ledger
    """
    import os
    from dataclasses import replace

    from changeflow.bot.environment import read_environment, token_of
    from changeflow.bot.run import Bot
    from changeflow.hosts.github.actions_output import defused
    from changeflow.hosts.github.session import Token

    environment = read_environment(os.environ)
    if record and judge:
        raise errors.UsageError(
            "--record and --judge leave nothing to do", "leave both out to do both"
        )
    if judge:
        environment = replace(environment, part="judge")
    # a job of its own, so that judging needs no right to write; also on a schedule, for pushes
    # whose run was lost
    if record:
        environment = replace(environment, event="push", part="record")
    fixed = clock(now).now if now is not None else None
    root = invocation.root_in_actions(os.environ)
    bot = Bot(environment, Token(token_of(os.environ)), root, fixed, tell)
    try:
        report = bot.run()
    except (
        errors.ChangeflowError
        # the last door shows it in the job's log, where foreign text must give no orders
    ) as error:
        error.message, error.hint = defused(error.message), defused(error.hint)
        raise
    if report.failed:
        return errors.HOST_FAILED
    return errors.NO if report.shut else errors.OK
