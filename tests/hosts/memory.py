# ruff: noqa: ARG002 - arguments are those of the port
"""A host without a network: the tests' world of repositories and accounts, read and written directly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from attacks.told import facts_of
from github.double.world import Pull, World

from changeflow import errors
from changeflow.documents.starter import HostStarter
from changeflow.hosts.failures import PullMoved
from changeflow.hosts.host import (
    BotHost,
    Connection,
    DeploymentRule,
    Host,
    HostJob,
    HostRecords,
    HostSettings,
    MergeQueue,
    Note,
    Part,
    WorkflowRuns,
)
from changeflow.hosts.target import Target
from changeflow.model.config import ConfigSpec, LedgerConfig
from changeflow.model.deployer import Deployer
from changeflow.model.people import Person
from changeflow.model.phrases import Told, told
from changeflow.model.publication import Publication, Published
from changeflow.model.pull_facts import PullRequestFacts, PullRequestRef
from changeflow.repo.git import Git
from changeflow.repo.remote import fetch_branch


@dataclass
class Server:
    """What the host keeps, and what we said on it: verdicts by commit and comments by pull request."""

    world: World
    verdicts: dict[str, Publication] = field(default_factory=dict)
    comments: dict[int, str | None] = field(default_factory=dict)


class Memory:
    """A host of the tests."""

    title = "Memory"
    takes_reviews = True

    def __init__(self, server: Server | None = None) -> None:
        self.server = server

    @property
    def name(self) -> Any:
        return "memory"

    @property
    def bot(self) -> BotHost:
        return self

    def unable(self, people: Mapping[str, Person], config: ConfigSpec) -> frozenset[str]:
        return frozenset(name for name, person in people.items() if not person.github_ids)

    def actor(self, variables: Mapping[str, str]) -> Deployer | None:
        return None

    def starter(self) -> HostStarter:
        return HostStarter("memory", "remote: origin", "1. **Forget nothing.**\n")

    def serves(self, variables: Mapping[str, str]) -> bool:
        return "MEMORY_EVENT" in variables

    def checkout(self, variables: Mapping[str, str]) -> tuple[str, str] | None:
        return None

    def job(self, variables: Mapping[str, str], part: Part) -> HostJob:
        assert self.server is not None
        return MemoryJob(self.server, variables["MEMORY_EVENT"])

    def settings(self, root: Path, variables: Mapping[str, str], repository: str | None, app_id: int | None) -> HostSettings:
        raise errors.UsageError("memory has no settings")

    def records(self, root: Path, variables: Mapping[str, str], repository: str | None) -> HostRecords | Told:
        return told("hub.no_token")

    def workflows(self, variables: Mapping[str, str], repository: str) -> WorkflowRuns | Told:
        return told("hub.no_token")


@dataclass(frozen=True)
class MemoryJob:
    server: Server
    event: str
    before: str | None = None
    written: list[str] = field(default_factory=list)

    @property
    def scheduled(self) -> bool:
        return self.event == "schedule"

    @property
    def commit(self) -> str:
        return self.server.world.tip("main")

    def target(self) -> Target:
        return Target(self.event, every=True, push=self.event == "push", before=self.before)

    def connect(self, root: Path, note: Note) -> MemoryConnection:
        return MemoryConnection(self.server, root)

    def log(self, text: str) -> str:
        return text

    def defuse(self, text: str) -> str:
        return text

    def write(self, summary: str, outputs: Mapping[str, str]) -> None:
        self.written.append(summary)


class MemoryConnection:
    repository, remote = "acme/changes", "origin"
    merge_queue: MergeQueue | None = None
    deployment_rule: DeploymentRule | None = None
    settings: HostSettings | None = None

    def __init__(self, server: Server, root: Path) -> None:
        self.server, self.world, self.git = server, server.world, Git(root)
        self.left = 1_000

    def now(self) -> datetime:
        return self.world.now

    def estimate(self) -> datetime:
        return self.world.now

    def widen(self, requests: int, seconds: float) -> None:
        self.left = requests

    def affords(self, requests: int, seconds: float, kept: int) -> bool:
        return self.left >= requests

    @contextmanager
    def portion(self, requests: int, seconds: float) -> Iterator[None]:
        yield

    def spent(self) -> str:
        return f"{self.left} left"

    def _pull(self, number: int) -> Pull:
        found = next((one for one in self.world.pulls.values() if one.number == number), None)
        if found is None:
            raise errors.HostFailed(f"there is no pull request {number}")
        return found

    def pull(self, number: int) -> PullRequestFacts:
        return facts_of(self.world, self._pull(number))

    def open_pulls(self) -> tuple[PullRequestRef, ...]:
        return tuple(_ref(one) for one in self.world.pulls.values() if one.state == "OPEN")

    def pulls_of(self, commit: str) -> tuple[PullRequestRef, ...]:
        return tuple(_ref(one) for one in self.world.pulls.values() if commit in (one.head_oid, one.merge_commit))

    def fetch(self, facts: PullRequestFacts) -> PullRequestFacts:
        pull = self._pull(facts.number)
        if pull.head_oid != facts.head_oid or facts.base_tip is None:
            raise PullMoved(f"pull request {facts.number} moved")
        self.git.run("fetch", "--quiet", self.remote, facts.base_tip, facts.head_oid, online=True)
        return facts.model_copy(update={"merge_base": self.git.merge_base(facts.base_tip, facts.head_oid)})

    def fetch_commits(self, commits: Sequence[str], what: str) -> None:
        if commits:
            self.git.run("fetch", "--quiet", self.remote, *commits, online=True)

    def fetch_history(self, branch: str, tip: str, what: str) -> None:
        fetch_branch(self.git, self.remote, branch)

    def fetch_branch(self, branch: str, what: str) -> str | None:
        return fetch_branch(self.git, self.remote, branch)

    def fetch_ledger(self, ledger: LedgerConfig) -> None:
        fetch_branch(self.git, self.remote, ledger.branch)

    def publish(self, facts: PullRequestFacts, publication: Publication) -> Published:
        said = self.place(publication).written
        if self.server.comments.get(facts.number) != publication.comment:
            self.server.comments[facts.number] = publication.comment
            said += ("comment",)
        return Published(verdict="status", written=said)

    def place(self, verdict: Publication) -> Published:
        if self.server.verdicts.get(verdict.head) == verdict:
            return Published(verdict="status")
        self.server.verdicts[verdict.head] = verdict
        return Published(verdict="status", written=("verdict",))


def _ref(pull: Pull) -> PullRequestRef:
    state: Any = pull.state.lower()
    return PullRequestRef(
        number=pull.number, state=state, base_ref=pull.base_ref, head_oid=pull.head_oid, merge_commit=pull.merge_commit, labels=tuple(pull.labels)
    )


HOST: Host = Memory()
_CONNECTION: type[Connection] = MemoryConnection
