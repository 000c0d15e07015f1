"""`changeflow doctor`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

import click

from changeflow import errors
from changeflow.cli.context import Invocation, format_option
from changeflow.cli.terminal import emit

_REMOTE: Final = re.compile(
    r"(?:https://(?:[^@/]*@)?|ssh://git@|git@)([a-z0-9.-]+)(?::[0-9]+)?[:/]([^/]+/[^/]+?)(?:\.git)?/?",
    re.ASCII | re.IGNORECASE,
)


@click.command()
@click.option(
    "--repository",
    metavar="OWNER/NAME",
    envvar="GITHUB_REPOSITORY",
    help="Default: GITHUB_REPOSITORY, else the remote `origin`.",
)
@click.option(
    "--app-id",
    type=click.IntRange(min=1),
    metavar="N",
    envvar="CHANGEFLOW_APP_ID",
    help="The App that publishes the verdict (default: CHANGEFLOW_APP_ID).",
)
@format_option(("text", "json"))
@click.pass_obj
def command(
    invocation: Invocation, repository: str | None, app_id: int | None, format_: str
) -> int:
    r"""Say whether GitHub really requires the gate, and what to click where it does not.

    Reads the rulesets of the main branch and of the ledger, the environment with the App's key, and
    CODEOWNERS. Needs a token in GITHUB_TOKEN or GH_TOKEN; an administrator's sees most. Asked is
    github.com, or the API that GITHUB_API_URL names. Unknown counts as no. Warnings do not.

    \b
    Examples:
      GITHUB_TOKEN=$(gh auth token) changeflow doctor --app-id 123456
      changeflow doctor --repository acme/changes --format json
    """
    from changeflow.gate.control import Expected
    from changeflow.hosts.github.client import Client
    from changeflow.hosts.github.repository import Repository
    from changeflow.hosts.github.session import DEFAULT_API, Address, Token
    from changeflow.reading.state import State
    from changeflow.render.control import FORMATS
    from changeflow.repo.source import WorkTree
    from changeflow.usecases.host.settings import control_of

    root = invocation.root_in_actions(os.environ)
    config = State(WorkTree(root)).config
    found = Repository.parse(repository or _of_origin(root))
    client = Client(Address(os.environ.get("GITHUB_API_URL") or DEFAULT_API), Token(_token()))
    expected = Expected(str(found), config.main_branch, config.ledger.branch, app_id)
    answer = control_of(client, found, expected)
    emit(FORMATS[format_](answer))
    return errors.OK if answer.control == "on" else errors.NO


def _token() -> str:
    found = os.environ.get("GITHUB_TOKEN") or os.environ.get("GH_TOKEN")
    if not found:
        raise errors.UsageError(
            "neither GITHUB_TOKEN nor GH_TOKEN is set", "`export GITHUB_TOKEN=$(gh auth token)`"
        )
    return found


def _of_origin(root: Path) -> str:
    """`owner/name` of the remote `origin`: of github.com, or of whatever GITHUB_API_URL says GitHub is."""
    from changeflow.repo.git import Git

    url = Git(root).config("remote.origin.url") or ""
    found = _REMOTE.fullmatch(url)
    hint = "name it: --repository OWNER/NAME, and on a server of your own also GITHUB_API_URL"
    if not url:
        raise errors.UsageError(
            "there is no remote `origin` here that would say which repository on GitHub is meant",
            hint,
        )
    if found is None or (found[1].lower() != "github.com" and not os.environ.get("GITHUB_API_URL")):
        raise errors.UsageError("`origin` is no repository on github.com", hint)
    return found[2]
