"""Addresses of git remotes as they are recorded: without credentials, and comparable."""

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
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?:[^/?#]*@)?"
    r"(?P<host>\[[^]/]*\]|[^/:?#]*)(?P<port>:[^/?#]*)?(?P<path>[^?#]*).*",
    re.IGNORECASE | re.DOTALL,
)
# `git@host:path`, as ssh is spelt for short. What has a slash before the colon is a path on this
# machine.
_SHORT: Final = re.compile(r"(?:[^/]*@)?(?P<host>\[[^]/]*\]|[^/:@]+):(?!:)(?P<path>.*)", re.DOTALL)


def without_credentials(address: str) -> str:
    """Return an address that is safe to record and show.

    It has no user, no password, no query, and is on one line.
    """
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
    """Return whether two addresses have the same host and path, in any spelling.

    The spellings differ in scheme (https, ssh) and in `.git` at the end.
    """
    return _host_and_path(one) == _host_and_path(other)


def _host_and_path(address: str) -> tuple[str, str]:
    """Return the host and path of an address; the host is empty for a path on this machine."""
    url, short = _URL.fullmatch(address), _SHORT.fullmatch(address)
    if url is not None:
        return url["host"].lower(), _comparable_path(unquote(url["path"]))
    if short is not None:
        return short["host"].lower(), _comparable_path(short["path"])
    return "", _comparable_path(address)


def _comparable_path(path: str) -> str:
    return path.strip("/").removesuffix(".git").rstrip("/")
