"""Post a message to an address: no redirects, bounded times, an HMAC over the body."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from changeflow import __version__
from changeflow.notifiers.delivery import DeliveryError, Why, ended_after

SIGNATURE: Final = "X-Changeflow-Signature"
DELIVERY: Final = "X-Changeflow-Delivery"
# bytes of an answer that are read
_ANSWER: Final = 64 * 1024
# how many times the time of one operation a whole request may take
_WHOLE: Final = 3
# where clouds give the credentials of a machine to every program that asks
_METADATA: Final = frozenset(map(ipaddress.ip_address, ("fd00:ec2::254", "100.100.100.200")))


class Target(NamedTuple):
    """Where a request goes: an address that was looked up and may be used.

    Attributes:
        secure: whether TLS is spoken.
        host: as it is called.
        port: there.
        path: with the query.
        place: the address to connect to.
    """

    secure: bool
    host: str
    port: int
    path: str
    place: tuple[Any, ...]
    family: int


def target_of(url: str, *, link_local: bool) -> Target:
    """Return where a URL leads.

    Args:
        url: `http` or `https`, without a user.
        link_local: whether addresses of the link (169.254.0.0/16, fe80::/10) may be used.

    Raises:
        DeliveryError: when it is none that may be used, or its host is not found.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise DeliveryError("address") from error
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        raise DeliveryError("address")
    secure = parts.scheme == "https"
    port = port or (443 if secure else 80)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii() or any(sign <= " " for sign in path):
        raise DeliveryError("address")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise DeliveryError("unreachable") from error
    for family, _, _, _, place in found:
        if may_be_used(str(place[0]), link_local=link_local):
            # The address that was looked at is the one that is used: a second look-up could name
            # another one.
            return Target(secure, host, port, path, place, family)
    raise DeliveryError("address")


def may_be_used(address: str, *, link_local: bool) -> bool:
    """Return whether messages may go to an IP address."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    if found.is_multicast or found.is_unspecified:
        return False
    if found.is_link_local or found in _METADATA:
        return link_local
    return True


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, seconds: float, link_local: bool = False
) -> None:
    """Post a body.

    Args:
        url: where to.
        body: bytes.
        headers: beside those that every request has.
        seconds: for one operation; the whole request may take three times as long.
        link_local: see `target_of`.

    Raises:
        DeliveryError: when the answer is not 2xx, or there is none.
    """
    target = target_of(url, link_local=link_local)
    connection = _Connection(target, seconds)
    try:
        with ended_after(seconds * _WHOLE, connection.abort):
            connection.request("POST", target.path, body, _headers(headers))
            answer = connection.getresponse()
            status = answer.status
            answer.read(_ANSWER)
    except DeliveryError:
        raise
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise DeliveryError(why_of(error)) from error
    finally:
        connection.close()
    if not 200 <= status < 300:  # noqa: PLR2004 - classes of status codes
        raise DeliveryError(_refusal(status))


def signature(secret: str, body: bytes) -> str:
    """Return the value of the header that proves a body: `sha256=` and the HMAC in hex."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def why_of(error: Exception) -> Why:
    """Return the code of what went wrong with a connection."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate"
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ConnectionRefusedError | socket.gaierror):
        return "unreachable"
    if isinstance(error, http.client.HTTPException | ConnectionError | ssl.SSLError):
        return "closed"
    return "unreachable"


def _refusal(status: int) -> Why:
    if 300 <= status < 400:  # noqa: PLR2004
        return "redirected"
    return "server_error" if status >= 500 or status == 429 else "client_error"  # noqa: PLR2004


def _headers(more: Mapping[str, str]) -> dict[str, str]:
    return {"User-Agent": f"changeflow/{__version__}", "Connection": "close", **more}


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was looked up before."""

    def __init__(self, target: Target, seconds: float) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self._target = target

    def connect(self) -> None:
        """Connect, with TLS where the URL says so."""
        target = self._target
        plain = socket.socket(target.family, socket.SOCK_STREAM)
        plain.settimeout(self.timeout)
        self.sock = plain
        plain.connect(target.place)
        if target.secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(plain, server_hostname=target.host)

    def abort(self) -> None:
        """End it from another thread: what is waited for fails."""
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)
