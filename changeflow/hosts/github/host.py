"""What the port asks of GitHub. Nothing heavy is imported before a connection is needed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from changeflow.hosts.host import (
    BotHost,
    Host,
    HostJob,
    HostRecords,
    HostSettings,
    Part,
    WorkflowRuns,
)

if TYPE_CHECKING:
    from changeflow.documents.starter import HostStarter
    from changeflow.model.config import ConfigSpec, HostName
    from changeflow.model.deployer import Deployer
    from changeflow.model.people import Person
    from changeflow.model.phrases import Told


class GitHub:
    """github.com, or a GitHub Enterprise Server."""

    title = "GitHub"
    takes_reviews = True

    @property
    def name(self) -> HostName:
        """As in the configuration."""
        return "github"

    @property
    def bot(self) -> BotHost:
        """GitHub Actions."""
        return self

    def unable(self, people: Mapping[str, Person], config: ConfigSpec) -> frozenset[str]:  # noqa: ARG002 - the port's
        """People with neither an account to review with nor a key."""
        found = set()
        for name, person in people.items():
            if not person.signing_keys and not person.github_ids:
                found.add(name)
        return frozenset(found)

    def actor(self, variables: Mapping[str, str]) -> Deployer | None:
        """Return the account that started the run, inside a job of GitHub Actions."""
        from changeflow.hosts.github.actor import actor_of

        return actor_of(variables)

    def starter(self) -> HostStarter:
        """Settings, account numbers in the roster, and the workflows of the bot."""
        from changeflow.hosts.github.starter import STARTER

        return STARTER

    def serves(self, variables: Mapping[str, str]) -> bool:
        """Tell whether a runner of GitHub Actions started this process."""
        return bool(variables.get("GITHUB_ACTIONS") or variables.get("GITHUB_EVENT_NAME"))

    def checkout(self, variables: Mapping[str, str]) -> tuple[str, str] | None:
        """Return GITHUB_WORKSPACE, in a step of GitHub Actions."""
        inside = variables.get("GITHUB_ACTIONS") == "true" or variables.get("GITHUB_EVENT_NAME")
        workspace = variables.get("GITHUB_WORKSPACE", "")
        if not workspace or not inside:
            return None
        return "GITHUB_WORKSPACE", workspace

    def job(self, variables: Mapping[str, str], part: Part) -> HostJob:
        """Read what the runner says.

        `errors.UsageError` or `errors.Unreadable` where it makes no sense.
        """
        from changeflow.hosts.github.actions_job import read_job

        return read_job(variables, part)

    def settings(
        self, root: Path, variables: Mapping[str, str], repository: str | None, app_id: int | None
    ) -> HostSettings:
        """Return the settings of a repository, asked for with the token of an operator."""
        from changeflow.hosts.github.control_settings import settings_of

        return settings_of(root, variables, repository, app_id)

    def records(
        self, root: Path, variables: Mapping[str, str], repository: str | None
    ) -> HostRecords | Told:
        """Return what GitHub has on record, asked for with the token of an operator."""
        from changeflow.hosts.github.delivered import records_of

        return records_of(root, variables, repository)

    def workflows(self, variables: Mapping[str, str], repository: str) -> WorkflowRuns | Told:
        """Return the workflows of a repository, asked for with the token of an operator."""
        from changeflow.hosts.github.workflow_runs import workflows_of

        return workflows_of(variables, repository)


HOST: Final[Host] = GitHub()
