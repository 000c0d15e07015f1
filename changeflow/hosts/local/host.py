"""What the port asks of a repository without a code host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from changeflow.hosts.host import Host

if TYPE_CHECKING:
    from changeflow.documents.starter import HostStarter
    from changeflow.model.config import ConfigSpec, HostName
    from changeflow.model.deployer import Deployer
    from changeflow.model.people import Person


class Local:
    """Plain git."""

    title = "plain git"
    takes_reviews = False

    @property
    def name(self) -> HostName:
        """As in the configuration."""
        return "local"

    @property
    def bot(self) -> None:
        """Nothing: there is no server that could ask."""

    def unable(self, people: Mapping[str, Person], config: ConfigSpec) -> frozenset[str]:
        """People without a key where signatures are required.

        Elsewhere people with neither a key nor an address to commit from.
        """
        required = config.require_signatures
        found = set()
        for name, person in people.items():
            if not person.signing_keys and (required or not _may_commit(person)):
                found.add(name)
        return frozenset(found)

    def actor(self, variables: Mapping[str, str]) -> Deployer | None:  # noqa: ARG002 - the port's
        """Return nothing: a job of some runner then tests or demonstrates something."""
        return None

    def starter(self) -> HostStarter:
        """Settings alone."""
        from changeflow.documents.starter import HostStarter, next_steps

        return HostStarter("local", "# remote: origin", next_steps("local"))


def _may_commit(person: Person) -> bool:
    """Tell whether a person without a key that can be read may speak by a commit of theirs."""
    return not person.keys and bool(person.emails or person.github_ids)


HOST: Final[Host] = Local()
