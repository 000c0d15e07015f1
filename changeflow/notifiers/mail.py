"""Send a message by mail: one to each recipient, over one connection."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from changeflow.model.notify_settings import Channel
from changeflow.notices.notice import Message
from changeflow.notifiers.delivery import Delivered, DeliveryError, Secrets, Why, ended_after

_PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}
# how many times the time of one operation a connection may take, and once more for each mail
_WHOLE: Final = 3
_PLAIN: Final = re.compile(r"[^@\s<>,;:\\\"()\[\]]+@[A-Za-z0-9.-]+")


def send(
    channel: Channel,
    message: Message,
    people: Mapping[str, tuple[str, str]],
    secrets: Secrets,
    ids: tuple[str, str],
    at: datetime,
) -> Delivered:
    """Send a mail to each recipient.

    Args:
        channel: server, sender, and the variables with the login.
        message: what it says.
        people: recipient to name and address.
        secrets: the environment.
        ids: that of the message and that of the thread (`local part`, without a domain).
        at: the date of the mails.

    Returns:
        Who was accepted. A recipient that the server refuses, or that no mail can be addressed to, keeps
        no other from their mail.

    Raises:
        DeliveryError: when nothing could be sent at all.
    """
    seconds = channel.timeout.total_seconds()
    client = _client(channel, seconds)
    accepted, why = list[str](), ""
    try:
        with ended_after(seconds * (_WHOLE + len(people)), lambda: _abort(client)):
            _connect(client, channel, secrets)
            for recipient, (name, address) in people.items():
                try:
                    mail = mail_of(channel, message, name, address, ids, at)
                except DeliveryError as error:
                    # of one recipient: the others get theirs
                    why = error.why
                    continue
                said = _send_one(client, mail)
                if said:
                    why = said
                else:
                    accepted.append(recipient)
    except (OSError, smtplib.SMTPException, DeliveryError, ValueError) as error:
        why = why_of(error)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            client.close()
    return Delivered(tuple(accepted), _known(why))


def _known(why: str) -> Why:
    return why  # type: ignore[return-value]  # only codes are put there


def mail_of(
    channel: Channel,
    message: Message,
    name: str,
    address: str,
    ids: tuple[str, str],
    at: datetime,
) -> EmailMessage:
    """Return the mail to one recipient.

    All mails about a change on a channel refer to one that never was, so that programs show them
    together. The id of a mail is the same whenever it is sent again.

    Raises:
        DeliveryError: when an address is none.
    """
    from email.utils import format_datetime

    sender = channel.sender or ""
    domain = sender.rpartition("@")[2]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _address("", sender)
    mail["To"] = _address(name, address)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(at)
    own, thread = (f"<{one}@{domain}>" for one in ids)
    mail["Message-ID"] = own
    mail["In-Reply-To"] = thread
    mail["References"] = thread
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(message.text, charset="utf-8", cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", charset="utf-8", cte="quoted-printable")
    mail["Content-Language"] = message.language
    return mail


def _address(name: str, address: str) -> Address:
    if _PLAIN.fullmatch(address) is None or not address.isascii():
        raise DeliveryError("address")
    # a name in a header is one line
    shown = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
    return Address(shown, addr_spec=address)


def _client(channel: Channel, seconds: float) -> smtplib.SMTP:
    if channel.security == "tls":
        return smtplib.SMTP_SSL(timeout=seconds, context=ssl.create_default_context())
    return smtplib.SMTP(timeout=seconds)


def _connect(client: smtplib.SMTP, channel: Channel, secrets: Secrets) -> None:
    host, _, port = (channel.server or "").partition(":")
    client._host = host  # type: ignore[attr-defined]  # noqa: SLF001 - the name that TLS proves
    client.connect(host, int(port or _PORTS[channel.security]))
    client.ehlo_or_helo_if_needed()
    if channel.security == "starttls":
        if not client.has_extn("starttls"):
            # in clear text, nothing is sent that TLS was asked for
            raise DeliveryError("no_tls")
        client.starttls(context=ssl.create_default_context())
        client.ehlo()
    user, password = secrets.of(channel.user_from), secrets.of(channel.password_from)
    if user is not None and password is not None:
        client.login(user, password)


def _send_one(client: smtplib.SMTP, mail: EmailMessage) -> Why:
    try:
        client.send_message(mail)
    except smtplib.SMTPRecipientsRefused:
        client.rset()
        return "refused"
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError):
        client.rset()
        return "not_accepted"
    return ""


def why_of(error: Exception) -> Why:
    """Return the code of what went wrong with a server of mail."""
    if isinstance(error, DeliveryError):
        return error.why
    # smtplib calls a server that says nothing one that hung up
    if isinstance(error.__context__, TimeoutError):
        return "timeout"
    for kind, why in _CODES:
        if isinstance(error, kind):
            return why
    return "unreachable"


# the first that fits
_CODES: Final[tuple[tuple[type[Exception], Why], ...]] = (
    (smtplib.SMTPAuthenticationError, "login"),
    (ssl.SSLCertVerificationError, "certificate"),
    (TimeoutError, "timeout"),
    (smtplib.SMTPServerDisconnected, "closed"),
    (ConnectionResetError, "closed"),
    (BrokenPipeError, "closed"),
    (smtplib.SMTPException, "not_accepted"),
)


def _abort(client: smtplib.SMTP) -> None:
    sock = client.sock
    if sock is not None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
