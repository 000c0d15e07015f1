"""The table of hosts.

A host is imported when it is asked for, so that no command pays for another.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from changeflow.hosts.host import BotHost, Host

# Name in `spec.host` -> the module that holds `HOST`.
HOSTS: Final[dict[str, str]] = {
    "local": "changeflow.hosts.local.host",
    "github": "changeflow.hosts.github.host",
}


def host_named(name: str) -> Host:
    """Return the host of this name.

    One that the schema of the configuration allows is in the table.
    """
    return cast("Host", import_module(HOSTS[name]).HOST)


def hosts_with_reviews() -> tuple[str, ...]:
    """Names of the hosts on which people approve with their accounts."""
    return tuple(name for name in HOSTS if host_named(name).takes_reviews)


def workflow_host() -> BotHost:
    """Return the host that runs workflows: the first one that a bot can reach."""
    for name in HOSTS:
        bot = host_named(name).bot
        if bot is not None:
            return bot
    raise AssertionError("a host of the table has a bot")


def bot_host(variables: Mapping[str, str]) -> BotHost:
    """Return the host whose job this is.

    Where it is none's, the first one that has jobs says what it misses.
    """
    found: list[BotHost] = []
    for name in HOSTS:
        bot = host_named(name).bot
        if bot is not None:
            found.append(bot)
    for bot in found:
        if bot.serves(variables):
            return bot
    return found[0]
