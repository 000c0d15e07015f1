"""Send a message to a webhook, again after a moment where that may help."""

from __future__ import annotations

import time
from typing import Final

from changeflow.model.notify_settings import Channel
from changeflow.notices.notice import Message
from changeflow.notifiers.delivery import PASSING, PAUSES, Delivered, DeliveryError, Secrets, Why
from changeflow.notifiers.web import DELIVERY, SIGNATURE, post, signature

_TYPES: Final = {
    "webhook": "application/json; charset=utf-8",
    "cdevents": "application/cloudevents+json; charset=utf-8",
}


def send(
    channel: Channel,
    message: Message,
    recipients: tuple[str, ...],
    secrets: Secrets,
    identifier: str,
) -> Delivered:
    """Post a message.

    Args:
        channel: the address, and the variable with the secret of its signature.
        message: whose payload is the body.
        recipients: all of them are told by it, or none.
        secrets: the environment.
        identifier: of the message, the same when it is sent again: who receives knows it by that.
    """
    url = secrets.of(channel.url_from) or channel.url or ""
    headers = {"Content-Type": _TYPES[channel.kind], DELIVERY: identifier}
    secret = secrets.of(channel.secret_from)
    if secret is not None:
        headers[SIGNATURE] = signature(secret, message.payload)
    why: Why = ""
    for pause in (0.0, *PAUSES):
        time.sleep(pause)
        try:
            post(
                url,
                message.payload,
                headers,
                seconds=channel.timeout.total_seconds(),
                link_local=channel.link_local,
            )
        except DeliveryError as error:
            why = error.why
            if why not in PASSING:
                break
        else:
            return Delivered(recipients)
    return Delivered((), why)
