"""`changeflow ci`."""

from __future__ import annotations

import click

from changeflow import errors
from changeflow.cli.context import Invocation, clock, now_option


@click.command()
@now_option
@click.pass_obj
def command(invocation: Invocation, now: str | None) -> int:
    r"""The bot for GitHub Actions: read the environment, judge, and publish the verdict as `changeflow/gate`.

    Serves pull_request_target, pull_request (preview only), pull_request_review, workflow_run, issue_comment, merge_group, push
    and schedule. Whatever event arrives, it reads everything anew; running it twice changes nothing. Needs GITHUB_TOKEN and the
    standard variables, and a full clone of the base (never of the pull request).

    \b
    Examples:
      changeflow ci                        inside a workflow, see docs/guides/github.md
    """
    import os

    from changeflow.bot.environment import read_environment, token_of
    from changeflow.bot.run import Bot
    from changeflow.hosts.github.session import Token

    environment = read_environment(os.environ)
    fixed = clock(now).now if now is not None else None
    bot = Bot(environment, Token(token_of(os.environ)), invocation.root(), fixed, lambda line: click.echo(line, err=True))
    report = bot.run()
    if report.failed:
        return errors.HOST_FAILED
    return errors.OK if not report.states or report.open else errors.NO
