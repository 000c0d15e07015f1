"""`changeflow notify`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from changeflow import errors
from changeflow.cli.context import Invocation, clock, format_option, located, now_option
from changeflow.cli.presenting import presented
from changeflow.cli.telling import tell_sentence
from changeflow.cli.terminal import emit

if TYPE_CHECKING:
    from changeflow.model.answers.notifications import NotificationsAnswer
    from changeflow.render.presentation import Presentation

# outcomes of a message that did not reach everybody
_LACKING = ("failed", "partly", "waiting", "unset")


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what would be told; send and record nothing.")
@now_option
@format_option("notifications")
@click.pass_obj
def command(invocation: Invocation, dry_run: bool, now: str | None, format_: str) -> int:
    r"""Tell people of changes: announced, moved, cancelled, begun, done, rolled back, failed.

    `spec.notify` in `changeflow.yaml` on the main branch says who is told, on which channel, and of
    what. Each person is told each fact once; the ledger has what was told. What failed is tried
    again, each time a little later. Run it from time to time; `changeflow ci` does so on a schedule
    where `spec.notify.on_schedule` is set.

    Exit code: 0 all who have to be told were told; 1 some were not, and it is tried again.

    \b
    Examples:
      changeflow notify --dry-run
      SMTP_PASSWORD=... changeflow notify
      changeflow notify --format json
    """
    from changeflow.notifiers.delivery import Secrets
    from changeflow.notifiers.table import deliver
    from changeflow.render.notice import composer
    from changeflow.render.notifications import FORMATS
    from changeflow.usecases.notify.notify import Ways, notify, preview

    view = located(invocation.root(), None, acts=not dry_run)
    to = presented(invocation, view)
    ways = Ways(composer(view.base.rulebook), deliver, Secrets(os.environ))
    found = (preview if dry_run else notify)(view, clock(now), ways)
    emit(FORMATS[format_](found, to))
    _warn(found, to)
    return errors.NO if any(row.outcome in _LACKING for row in found.messages) else errors.OK


def _warn(found: NotificationsAnswer, to: Presentation) -> None:
    for channel, variables in found.unset.items():
        for variable in variables:
            tell_sentence("warning", "notify.unset", to, channel=channel, variable=variable)
