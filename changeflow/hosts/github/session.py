"""Who we are to GitHub.

Github3.py's session with a token or an App installation, on github.com or an Enterprise Server.
"""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from changeflow import errors
from changeflow.lazy_dataclass import dataclass

if TYPE_CHECKING:
    import requests

DEFAULT_API: Final = "https://api.github.com"
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Token:
    """A token: the `GITHUB_TOKEN` of a workflow, a personal one, or an installation token."""

    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "secret", self.secret.strip())
        if re.fullmatch(r"[\x21-\x7e]+", self.secret) is None:
            raise errors.UsageError.of("hub.bad_token")


@dataclass(frozen=True)
class Installation:
    """An installation of a GitHub App: its id, the App's id and the App's private key (PEM).

    Tokens last an hour.
    """

    app_id: int
    installation_id: int
    private_key: str = field(repr=False)


Credentials = Token | Installation


@dataclass(frozen=True)
class Address:
    """Where GitHub is.

    `api` as in `GITHUB_API_URL`; `graphql` as in `GITHUB_GRAPHQL_URL`, derived when not given.
    """

    api: str = DEFAULT_API
    graphql: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "api", self.api.rstrip("/"))
        object.__setattr__(self, "graphql", self.graphql.rstrip("/") or self._derived())
        for url in (self.api, self.graphql):
            parts = urlsplit(url)
            if (
                parts.username
                or parts.password
                or not parts.hostname
                or parts.query
                or parts.fragment
            ):
                raise errors.UsageError.of("hub.bad_address")
            if parts.scheme != "https" and not (
                parts.scheme == "http" and parts.hostname in _LOOPBACK
            ):
                raise errors.UsageError.of("hub.not_https", host=parts.hostname, place=parts.netloc)
        if _machine(self.api) != _machine(self.graphql):
            raise errors.UsageError.of("hub.two_hosts")

    def _derived(self) -> str:
        """github.com: `/graphql`; Enterprise Server: `/api/v3` becomes `/api/graphql`."""
        return self.api.removesuffix("/v3") + "/graphql"


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port: what must not change on the way, or the token is not sent."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    return (
        parts.scheme,
        (parts.hostname or "").lower(),
        port or (443 if parts.scheme == "https" else 80),
    )


def _machine(url: str) -> tuple[str, str, int]:
    """As `origin`, and every name of loopback is one.

    For addresses that were configured, not for those an answer names.
    """
    scheme, host, port = origin(url)
    return scheme, "localhost" if host in _LOOPBACK else host, port


def connect(address: Address, credentials: Credentials) -> requests.Session:
    """github3.py's session, pointed at `address`.

    An installation's session has no token before its first renewal.
    """
    import github3

    session: requests.Session = github3.GitHub().session
    session.base_url = address.api  # type: ignore[attr-defined]  # an attribute of github3's session
    if isinstance(credentials, Token):
        session.token_auth(credentials.secret)  # type: ignore[attr-defined]  # a method of github3's session
    return session
