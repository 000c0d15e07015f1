"""What the port asks of GitHub. Nothing heavy is imported before a connection is needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from changeflow.hosts.host import Host

if TYPE_CHECKING:
    from changeflow.documents.starter import HostStarter
    from changeflow.model.config import ConfigSpec, HostName
    from changeflow.model.deployer import Deployer
    from changeflow.model.people import Person


class GitHub:
    """github.com, or a GitHub Enterprise Server."""

    name: HostName = "github"
    title = "GitHub"
    takes_reviews = True

    def unable(self, people: Mapping[str, Person], config: ConfigSpec) -> frozenset[str]:  # noqa: ARG002 - the port's
        """People with neither an account to review with nor a key."""
        return frozenset(
            name
            for name, person in people.items()
            if not person.signing_keys and not person.github_ids
        )

    def actor(self, variables: Mapping[str, str]) -> Deployer | None:
        """The account that started the run, inside a job of GitHub Actions."""
        from changeflow.hosts.github.actor import actor_of

        return actor_of(variables)

    def starter(self) -> HostStarter:
        """Settings, account numbers in the roster, and the workflows of the bot."""
        from changeflow.hosts.github.starter import STARTER

        return STARTER


HOST: Final[Host] = GitHub()
