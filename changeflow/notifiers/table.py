"""The ways of sending a message, by the kind of the channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.notify_settings import Channel, ChannelKind
from changeflow.notices.notice import Message
from changeflow.notifiers.delivery import Delivered, Secrets


@dataclass(frozen=True)
class Parcel:
    """A message with everything that its delivery needs.

    Attributes:
        channel: on which it is sent.
        message: what it says.
        recipients: as they are recorded.
        people: of a mail, recipient to name and address.
        ids: of the message, and of the thread that all about the change share.
        at: when it is sent.
    """

    channel: Channel
    message: Message
    recipients: tuple[str, ...]
    people: Mapping[str, tuple[str, str]]
    ids: tuple[str, str]
    at: datetime


def deliver(parcel: Parcel, secrets: Secrets) -> Delivered:
    """Send a message, and say for whom it was accepted. What goes wrong is never an exception.

    Raises:
        errors.UsageError: when the extra of a channel is not installed.
    """
    return SENDERS[parcel.channel.kind](parcel, secrets)


def _mail(parcel: Parcel, secrets: Secrets) -> Delivered:
    from changeflow.notifiers.mail import send

    return send(
        parcel.channel, parcel.message, parcel.people, secrets, parcel.ids, parcel.at
    )


def _webhook(parcel: Parcel, secrets: Secrets) -> Delivered:
    from changeflow.notifiers.webhook import send

    return send(parcel.channel, parcel.message, parcel.recipients, secrets, parcel.ids[0])


def _apprise(parcel: Parcel, secrets: Secrets) -> Delivered:
    from changeflow.notifiers.chat import send

    return send(parcel.channel, parcel.message, parcel.recipients, secrets)


SENDERS: Final[dict[ChannelKind, Callable[[Parcel, Secrets], Delivered]]] = {
    "mail": _mail,
    "webhook": _webhook,
    "cdevents": _webhook,
    "apprise": _apprise,
}
