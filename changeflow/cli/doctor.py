"""`changeflow doctor`."""

from __future__ import annotations

import os

import click

from changeflow import errors
from changeflow.cli.context import Invocation, clock, format_option
from changeflow.cli.numbers import AtLeast
from changeflow.cli.presenting import presented_by
from changeflow.cli.terminal import emit


@click.command()
@click.option(
    "--repository",
    metavar="OWNER/NAME",
    envvar="GITHUB_REPOSITORY",
    help="The repository on GitHub (default: GITHUB_REPOSITORY, else the remote `origin`).",
)
@click.option(
    "--app-id",
    type=AtLeast(1),
    metavar="N",
    envvar="CHANGEFLOW_APP_ID",
    help="The App that publishes the verdict (default: CHANGEFLOW_APP_ID).",
)
@format_option("control")
@click.pass_obj
def command(
    invocation: Invocation, repository: str | None, app_id: int | None, format_: str
) -> int:
    r"""Say whether GitHub really requires the gate, and what to click where it does not.

    It reads the rulesets of the main branch and of the ledger, the environment with the App's key,
    and CODEOWNERS. It needs a token in GITHUB_TOKEN or GH_TOKEN; an administrator's sees most. It
    asks github.com, or the API that GITHUB_API_URL names. Where the configuration has channels of
    `notify`, it names those on which messages failed in the last seven days, by the ledger.

    Exit 0 when the gate is required, 1 when it is not, or what it found does not say so. Warnings
    do not change the exit code.

    \b
    Examples:
      GITHUB_TOKEN=$(gh auth token) changeflow doctor --app-id 123456
      changeflow doctor --repository acme/changes --format json
    """
    from changeflow.hosts.table import bot_host
    from changeflow.reading.state import State
    from changeflow.render.control import FORMATS
    from changeflow.repo.source import WorkTree
    from changeflow.usecases.host.control import control_of

    host = bot_host(os.environ)
    root = invocation.root_in_job(host.checkout(os.environ))
    config = State(WorkTree(root)).config
    settings = host.settings(root, os.environ, repository, app_id)
    answer = control_of(settings, config)
    if config.notify.channels:
        from changeflow.repo.git import Git
        from changeflow.usecases.notify.channel_state import channel_items

        more = channel_items(Git(root), clock(None).now)
        answer = answer.model_copy(update={"items": (*answer.items, *more)})
    emit(FORMATS[format_](answer, presented_by(invocation, config)))
    return errors.OK if answer.control == "on" else errors.NO
