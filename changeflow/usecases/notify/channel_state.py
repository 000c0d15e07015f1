"""Say of each channel of `spec.notify` whether it delivers, for `doctor`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from changeflow import errors
from changeflow.language.reader import MACHINE
from changeflow.language.sentences import say
from changeflow.model.answers.control import ControlItem
from changeflow.model.phrases import told
from changeflow.model.times import format_instant
from changeflow.notices.told import Failing
from changeflow.reading.view import locate
from changeflow.repo.git import Git
from changeflow.usecases.notify.failing import failing_messages

_ID = "channels"


def channel_items(git: Git, now: datetime) -> tuple[ControlItem, ...]:
    """Return an item for each channel that failed lately, or one that says that none did.

    Nothing where the main branch configures no channel. They are warnings: no gate waits for a
    message.

    Args:
        git: the repository.
        now: the time.
    """
    try:
        view = locate(git.root)
        if not view.base.config.notify.channels:
            return ()
        problems = view.ledger.evidence(view.base, "").problems
        if problems:
            return (_item(_ID, "unknown", "control.channels_unknown", why=[problems[0].quoted]),)
        found = failing_messages(view, now)
    except errors.ChangeflowError as error:
        return (_item(_ID, "unknown", "control.channels_unknown", why=[error.told]),)
    by_channel: dict[str, list[Failing]] = {}
    for one in found:
        by_channel.setdefault(one.key.channel, []).append(one)
    if not by_channel:
        return (_item(_ID, "holds", "control.channels_deliver"),)
    return tuple(_failing(name, by_channel[name]) for name in sorted(by_channel))


def _failing(channel: str, failing: list[Failing]) -> ControlItem:
    last = failing[-1].trial
    data: dict[str, Any] = {
        "channel": channel,
        "count": len({one.key[:4] for one in failing}),
        "why": [told("notify.why", case=last.why)],
    }
    if last.last is not None:
        data["at"] = format_instant(last.last)
    if last.why in ("login", "client_error"):
        data["case"] = "secret"
    elif last.why in ("certificate", "no_tls", "redirected", "address"):
        data["case"] = "address"
    return _item(f"channel:{channel}", "does_not_hold", "control.channel_failing", **data)


def _item(
    name: str, state: Literal["holds", "does_not_hold", "unknown"], code: str, **data: Any
) -> ControlItem:
    message, hint = say(code, data, MACHINE)
    return ControlItem(
        id=name, state=state, level="warn", reason_code=code, message=message, hint=hint, data=data
    )
