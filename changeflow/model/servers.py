"""Servers that a token may be sent to.

No pydantic here: `check` asks, too.
"""

from __future__ import annotations

from collections.abc import Iterable


def may_be_sent(url: str, servers: Iterable[str]) -> bool:
    """Return whether an address is one of these servers, or lies below one.

    Args:
        url: of a query.
        servers: addresses; a path is one of whole parts.
    """
    return any(url == server or url.startswith(f"{server.rstrip('/')}/") for server in servers)
