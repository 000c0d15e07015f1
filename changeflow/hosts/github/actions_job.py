"""A job of GitHub Actions, as the port asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path

from changeflow.hosts.github.actions_output import defused, safe_log, write_outputs, write_summary
from changeflow.hosts.github.connection import GitHubConnection
from changeflow.hosts.github.environment import Environment, read_environment, token_of
from changeflow.hosts.github.session import Token
from changeflow.hosts.github.targets import target_of
from changeflow.hosts.host import Note, Part
from changeflow.hosts.target import Target
from changeflow.lazy_dataclass import dataclass


@dataclass(frozen=True)
class ActionsJob:
    """What the runner said, and the token of the job."""

    environment: Environment
    token: Token = field(repr=False)

    @property
    def event(self) -> str:
        """Return the name of the event."""
        return self.environment.event

    @property
    def scheduled(self) -> bool:
        """Tell whether the clock or a person started the run, and no event."""
        return self.environment.scheduled

    @property
    def commit(self) -> str:
        """Return the commit that the job runs on; empty where the runner does not say."""
        return self.environment.sha

    def target(self) -> Target:
        """Tell what the event asks to look at."""
        return target_of(self.environment)

    def connect(self, root: Path, note: Note) -> GitHubConnection:
        """GitHub, and the clone that the job has of the repository."""
        return GitHubConnection(self.environment, self.token, root, note)

    def log(self, text: str) -> str:
        """Foreign text for the log of the job."""
        return safe_log(text)

    def defuse(self, text: str) -> str:
        """Text in which no line gives the runner an order."""
        return defused(text)

    def write(self, summary: str, outputs: Mapping[str, str]) -> None:
        """Append to the job summary and to the outputs, where the runner names files for them."""
        if self.environment.summary is not None:
            write_summary(self.environment.summary, summary)
        if self.environment.output is not None:
            write_outputs(self.environment.output, outputs)


def read_job(variables: Mapping[str, str], part: Part) -> ActionsJob:
    """Return the job that this process is a step of.

    Raises:
        errors.UsageError: when a variable is missing or makes no sense.
        errors.Unreadable: when the event cannot be read.
    """
    environment = replace(read_environment(variables), part=part)
    if part == "record":
        # Recording looks at what was pushed, whatever the event: also on a schedule, for pushes
        # whose run was lost.
        environment = replace(environment, event="push")
    return ActionsJob(environment, Token(token_of(variables)))
