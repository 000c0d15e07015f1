"""Say which messages could not be delivered, so that it is noticed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from changeflow.model.evidence import NO_CHANGE
from changeflow.notices.told import Failing, told_by
from changeflow.reading.view import View

# What failed longer ago is not tried any more: something else was told since, or notices are no longer sent.
_RECENT: Final = timedelta(days=7)


class FailingChannels(NamedTuple):
    """Messages that were not delivered.

    Attributes:
        messages: how many.
        channels: on which they failed.
        why: the code of the latest failure.
    """

    messages: int
    channels: tuple[str, ...]
    why: str


def failing_channels(view: View, now: datetime) -> FailingChannels | None:
    """Return what failed lately and was not delivered since; None for nothing.

    Raises:
        errors.ChangeflowError: when the base or the ledger cannot be read.
    """
    found = failing_messages(view, now)
    if not found:
        return None
    messages = {one.key[:4] for one in found}
    channels = tuple(sorted({one.key.channel for one in found}))
    return FailingChannels(len(messages), channels, found[-1].trial.why)


def failing_messages(view: View, now: datetime) -> list[Failing]:
    """Return the messages that failed lately and were not delivered since, oldest failure first.

    Raises:
        errors.ChangeflowError: when the base or the ledger cannot be read.
    """
    if not view.base.config.notify.channels:
        return []
    told = told_by(view.ledger.evidence(view.base, NO_CHANGE).of_change(NO_CHANGE))
    found = []
    for one in told.failing():
        heard = told.heard.get((one.key.channel, one.key.change, one.key.recipient))
        last = one.trial.last
        if last is None or last < now - _RECENT or (heard is not None and heard.at > last):
            continue
        found.append(one)
    return found
