"""The port: what changeflow asks of a code host.

Each host is a folder beside this page and a row of `hosts.table`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from changeflow.documents.starter import HostStarter
    from changeflow.model.config import ConfigSpec, HostName
    from changeflow.model.deployer import Deployer
    from changeflow.model.people import Person


class Host(Protocol):
    """What every host answers without being asked over a network.

    Attributes:
        name: as in `spec.host` of the configuration.
        title: for sentences.
        takes_reviews: whether people approve on the host, with their accounts, and a bot merges and
            records what they approved. Otherwise they approve on the ledger and merge by hand.
    """

    name: HostName
    title: str
    takes_reviews: bool

    def unable(self, people: Mapping[str, Person], config: ConfigSpec) -> frozenset[str]:
        """People of the roster who can give no opinion that counts."""

    def actor(self, variables: Mapping[str, str]) -> Deployer | None:
        """Who started the job that this is, as the host's runner says; None outside of one."""

    def starter(self) -> HostStarter:
        """What `init` writes for a change repository on this host."""
