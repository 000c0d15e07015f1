"""On a schedule: tell people of changes, where the configuration says so.

What fails is reported and tried again in a later run. It changes no verdict and no exit code.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

from changeflow import errors
from changeflow.bot.bot import Bot
from changeflow.bot.pulls import fetch_ledger
from changeflow.model.clock import Clock
from changeflow.notifiers.delivery import Secrets
from changeflow.notifiers.table import deliver
from changeflow.reading.view import View
from changeflow.render.notice import composer
from changeflow.usecases.notify.notify import Ways, notify

# outcomes that are told in the report one by one
_LACKING = ("failed", "partly", "unset")


def tell(bot: Bot) -> None:
    """Tell people what they have to be told, and report it. Nothing that fails is raised."""
    try:
        _tell(bot)
    except errors.ChangeflowError as error:
        bot.report.lines.append(f"people were not told of changes: {error.message}")


def _tell(bot: Bot) -> None:
    state = bot.store.at(bot.git.rev_parse(bot.job.commit or "HEAD"))
    config = state.rulebook.config
    if not config.notify.on_schedule or not config.notify.channels:
        return
    if config.ledger.remote is None:
        # what a clone of a job records is lost with it, and people would be told again and again
        bot.report.lines.append("people were not told of changes: spec.ledger.remote is not set")
        return
    fetch_ledger(bot, config)
    real = datetime.now(UTC)
    # An entry bears this machine's time, so nothing is recorded by a clock that the host's
    # contradicts.
    bot.time()
    ways = Ways(composer(state.rulebook), deliver, Secrets(os.environ))
    found = notify(View.of(bot.store, state, state), Clock(bot.fixed or real, real), ways)
    told = sum(row.outcome in ("told", "partly") for row in found.messages)
    bot.report.lines.append(f"people were told of changes: {told} messages")
    for row in found.messages:
        if row.outcome in _LACKING:
            bot.report.lines.append(
                f"not told: {row.fact} of {row.change} by {row.channel}: {row.why or row.outcome}"
            )
