"""Send a message by Apprise: to Slack, Teams, Matrix, and whatever else it knows."""

from __future__ import annotations

import logging
import re
import warnings
from typing import Final

from changeflow import errors
from changeflow.model.notify_settings import Channel
from changeflow.notices.notice import Message
from changeflow.notifiers.delivery import Delivered, Secrets

_LOGGER = "apprise"
# What chats make something of, whatever form a text is said to have: names that call people
# (`@everyone`, `<!channel>`), and links with words of their own.
_CALLS: Final = re.compile(r"(?<!\w)@(?=\w)")
_LINKS: Final = re.compile(r"\](?=[(\[])|<(?=[!@#/A-Za-z])")


def send(
    channel: Channel, message: Message, recipients: tuple[str, ...], secrets: Secrets
) -> Delivered:
    """Send the plain text of a message.

    Args:
        channel: with the variable that has the address (`slack://...`).
        message: what it says.
        recipients: all of them are told by it, or none.
        secrets: the environment.

    Raises:
        errors.UsageError: when Apprise is not installed.
    """
    try:
        from apprise import Apprise, NotifyFormat
    except ImportError as error:
        raise errors.UsageError.of("notify.library") from error
    url = secrets.of(channel.url_from) or ""
    if _scheme(url) in ("", "file", "syslog", "dbus", "windows", "macosx", "gnome", "kde"):
        return Delivered((), "address")
    # it logs addresses with their tokens
    logging.getLogger(_LOGGER).setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        # what its own plug-ins use is none of the reader's business
        warnings.simplefilter("ignore", DeprecationWarning)
        client = Apprise()
        if not client.add(url):
            return Delivered((), "address")
        text = NotifyFormat.TEXT
        title, body = inert(message.subject), inert(message.text)
        sent = client.notify(title=title, body=body, body_format=text)
    return Delivered(recipients) if sent else Delivered((), "not_accepted")


def inert(text: str) -> str:
    """Return a text in which a chat finds no one to call and no link behind other words."""
    return _LINKS.sub(r"\g<0> ", _CALLS.sub("\uff20", text))


def _scheme(url: str) -> str:
    return url.partition("://")[0].casefold() if "://" in url else ""
