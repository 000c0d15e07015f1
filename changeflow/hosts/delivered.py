"""What a code host says was delivered: pushes to the main branch, deployments and releases."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from changeflow.model.phrases import Told


class HostActor(NamedTuple):
    """An account: its number, None where it is gone, and its login."""

    account: int | None
    login: str


class HostPush(NamedTuple):
    """A push to the main branch, a merge of a pull request among them.

    Attributes:
        at: when, by the host's clock.
        before: the commit that the branch was at; empty where it was made.
        after: the commit that it is at since.
        forced: whether it rewrote the branch.
        by: who did it; None: the account is gone.
    """

    at: datetime
    before: str
    after: str
    forced: bool
    by: HostActor | None


class HostDelivery(NamedTuple):
    """A deployment or a release.

    Attributes:
        name: the id of the deployment, or the tag of the release.
        commit: that was deployed; empty where the release does not name one.
        at: when it was made.
        by: who made it; None: the account is gone.
        title: what people call it, such as the environment.
    """

    name: str
    commit: str
    at: datetime
    by: HostActor | None
    title: str


class HostDelivered(NamedTuple):
    """What the host says, each whole or not at all.

    Attributes:
        pushes: to the main branch, oldest first; None: not read whole.
        deployments: None: not read whole.
        releases: published ones; None: not read whole.
        why: what kept from reading, as sentences.
    """

    pushes: tuple[HostPush, ...] | None = None
    deployments: tuple[HostDelivery, ...] | None = None
    releases: tuple[HostDelivery, ...] | None = None
    why: tuple[Told | str, ...] = ()
