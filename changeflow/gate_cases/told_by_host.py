"""What the code host is asked about deliveries, and what of it was not answered whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from changeflow.hosts.delivered import HostDelivered
from changeflow.hosts.table import host_named
from changeflow.model.answers.completeness import TOLD_BY_HOST, NotAsked
from changeflow.model.config import HostName
from changeflow.reading.view import View


class ToldByHost(NamedTuple):
    """What the host told.

    Attributes:
        delivered: by it.
        not_asked: what was not answered whole.
    """

    delivered: HostDelivered
    not_asked: tuple[NotAsked, ...]


def told_by_host_alone(host: HostName) -> tuple[NotAsked, ...]:
    """Return what of deliveries the code host alone can tell; nothing of one without a server."""
    return () if host_named(host).bot is None else TOLD_BY_HOST


def told_by_host(view: View, variables: Mapping[str, str]) -> ToldByHost:
    """Ask the code host what was delivered; a host without a server has nothing to tell.

    Args:
        view: the main branch, whose configuration names the host.
        variables: the environment, with a token.
    """
    bot = host_named(view.base.config.host).bot
    if bot is None:
        return ToldByHost(HostDelivered(), ())
    records = bot.records(view.root, variables, None)
    if isinstance(records, dict):
        found = HostDelivered(why=(records,))
    else:
        found = records.read(view.base.config.main_branch)
    missing: list[NotAsked] = []
    if found.deployments is None:
        missing.append("deployments")
    if found.releases is None:
        missing.append("releases")
    if found.pushes is None:
        missing.append("pushes")
    return ToldByHost(found, tuple(missing))
