"""Addresses of git remotes as they are recorded: without credentials, and which of them lead to the same repository."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from changeflow.model.paths import shown
from changeflow.model.redaction import redact

# characters of an address that are kept
LONGEST: Final = 500
_LONGEST_READ: Final = 5000

# `https://user:password@host:443/path?query`: what is kept is the scheme, the host with its port,
# and the path.
_URL: Final = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?:[^/?#]*@)?(?P<host>\[[^]/]*\]|[^/:?#]*)(?P<port>:[^/?#]*)?(?P<path>[^?#]*).*",
    re.IGNORECASE | re.DOTALL,
)
# `git@host:path`, as ssh is spelt for short. What has a slash before the colon is a path on this
# machine.
_SHORT: Final = re.compile(r"(?:[^/]*@)?(?P<host>\[[^]/]*\]|[^/:@]+):(?!:)(?P<path>.*)", re.DOTALL)


def without_credentials(address: str) -> str:
    """Return an address as it can be recorded and shown: no user, no password, no query, on one line."""
    address = address[:_LONGEST_READ]
    url, short = _URL.fullmatch(address), _SHORT.fullmatch(address)
    if url is not None:
        address = f"{url['scheme']}://{url['host']}{url['port'] or ''}{url['path']}"
    elif short is not None:
        address = f"{short['host']}:{short['path']}"
    return shown(redact(address))[:LONGEST]


def relative(address: str) -> bool:
    """Return whether an address is a path on this machine that does not begin at the root."""
    return not (
        address.startswith("/")
        or _URL.fullmatch(address)
        or _SHORT.fullmatch(address)
        or "::" in address
    )


def same_place(one: str, other: str) -> bool:
    """Return whether two addresses have the same host and path, however they are spelt: https, ssh, with `.git` or without."""
    return _place(one) == _place(other)


def _place(address: str) -> tuple[str, str]:
    """The host and the path that an address leads to; no host for a path on this machine."""
    url, short = _URL.fullmatch(address), _SHORT.fullmatch(address)
    if url is not None:
        return url["host"].lower(), _path(unquote(url["path"]))
    if short is not None:
        return short["host"].lower(), _path(short["path"])
    return "", _path(address)


def _path(path: str) -> str:
    return path.strip("/").removesuffix(".git").rstrip("/")
