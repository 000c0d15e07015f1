"""GitHub during one run of the bot: the client, the clone, and what was learnt on the way."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from pathlib import Path

from changeflow.hosts.github import contents, failures, merge_queue, publish, pull_request
from changeflow.hosts.github.client import Client
from changeflow.hosts.github.control_settings import GitHubSettings
from changeflow.hosts.github.deployments import GitHubDeploymentRule
from changeflow.hosts.github.environment import Environment
from changeflow.hosts.github.repository import Repository
from changeflow.hosts.github.session import Address, Token
from changeflow.hosts.host import DeploymentRule, HostSettings, MergeQueue, Note
from changeflow.hosts.target import Group
from changeflow.model.config import LedgerConfig
from changeflow.model.publication import Publication, Published
from changeflow.model.pull_facts import Actor, CheckFact, PullRequestFacts, PullRequestRef
from changeflow.repo.git import Git
from changeflow.repo.refs import tracking_ref
from changeflow.repo.remote import fetch_branch


class GitHubConnection:
    """A repository on GitHub, and the clone of it that the job has.

    Args:
        environment: what Actions said.
        token: of the job.
        root: the change repository in the clone.
        note: takes a sentence about each way that had to be left.
    """

    remote = contents.ORIGIN

    def __init__(self, environment: Environment, token: Token, root: Path, note: Note) -> None:
        self._repository_id = environment.repository_id
        self._note = note
        # Who we are, once GitHub has said so.
        self._viewer: Actor | None = None
        self._home = Repository.parse(environment.repository)
        self.repository = str(self._home)
        self.client = Client(Address(environment.api_url, environment.graphql_url), token)
        self.git = Git(root, contents.with_token(environment.server_url, token))
        self.merge_queue: MergeQueue | None = self
        self.deployment_rule: DeploymentRule | None = GitHubDeploymentRule(self.client, self._home)
        self.settings: HostSettings | None = GitHubSettings(
            self.client, self._home, environment.app_id
        )

    # -- time and budget ---------------------------------------------------------------------------

    def now(self) -> datetime:
        """Return GitHub's time, from its last answer.

        An error where it says none, or far from this machine's.
        """
        return self.client.time.now()

    def estimate(self) -> datetime:
        """GitHub's time as far as it is known."""
        return self.client.time.estimate()

    def widen(self, requests: int, seconds: float) -> None:
        """More requests and time for the whole run."""
        self.client.widen(requests, seconds)

    def affords(self, requests: int, seconds: float, kept: int) -> bool:
        """Tell whether there is room for so much."""
        return self.client.affords(requests, seconds, kept)

    def portion(self, requests: int, seconds: float) -> AbstractContextManager[None]:
        """At most so much, as long as it lasts."""
        return self.client.portion(requests, seconds)

    def spent(self) -> str:
        """Requests, repeats, and what GitHub's limits have left."""
        return self.client.budget.line()

    # -- reading -----------------------------------------------------------------------------------

    def pull(self, number: int) -> PullRequestFacts:
        """Return the facts of a pull request of the repository that the event names by number."""
        facts = pull_request.read(
            self.client, self._home, number, repository_id=self._repository_id
        )
        self._viewer = facts.viewer
        return facts

    def open_pulls(self) -> tuple[PullRequestRef, ...]:
        """Return every open pull request."""
        return pull_request.open_pulls(self.client, self._home)

    def pulls_of(self, commit: str) -> tuple[PullRequestRef, ...]:
        """Pull requests that a commit belongs to; none where GitHub does not know it."""
        try:
            return pull_request.pulls_of_commit(self.client, self._home, commit)
        except failures.NotVisible:
            return ()

    # -- the clone ---------------------------------------------------------------------------------

    def fetch(self, facts: PullRequestFacts) -> PullRequestFacts:
        """Fetch base and head of a pull request, and hold them against what GitHub's API says."""
        return contents.fetch_pull(self._source(f"pull request {facts.number}"), facts)

    def fetch_commits(self, commits: Sequence[str], what: str) -> None:
        """Commits by their names."""
        contents.fetch_commits(self._source(what), commits)

    def fetch_history(self, branch: str, tip: str, what: str) -> None:
        """Fetch everything before a tip of a branch."""
        wanted = [f"+refs/heads/{branch}:{contents.BASES}/{branch}", tip]
        contents.deepen(self._source(what), wanted, [tip])

    def fetch_branch(self, branch: str, what: str) -> str | None:
        """Fetch a branch of the remote with its whole history."""
        tip = fetch_branch(self.git, self.remote, branch)
        if tip is not None:
            wanted = [f"+refs/heads/{branch}:{tracking_ref(self.remote, branch)}"]
            contents.deepen(self._source(what), wanted, [tip])
        return tip

    def fetch_ledger(self, ledger: LedgerConfig) -> None:
        """Fetch the branch with the evidence."""
        source = self._source("ledger", ledger.remote or self.remote)
        contents.fetch_ledger(source, ledger.branch, needed=ledger.remote is not None)

    def _source(self, what: str, remote: str | None = None) -> contents.CloneSource:
        return contents.CloneSource(
            self.git, remote or self.remote, tell=lambda text: self._note(what, text)
        )

    # -- saying ------------------------------------------------------------------------------------

    def publish(self, facts: PullRequestFacts, publication: Publication) -> Published:
        """Publish the verdict, the comment, the labels and the review requests."""
        return publish.publish(self.client, self._home, facts, publication)

    def place(self, verdict: Publication) -> Published:
        """Place a verdict alone.

        What stands there is asked for, and only what differs is written.
        """
        present: tuple[CheckFact, ...] = ()
        # Of an App, check runs are read where they are written.
        if self._viewer is not None and self._viewer.type != "Bot":
            with suppress(failures.GitHubFailed):
                present = pull_request.checks_of_commit(self.client, self._home, verdict.head)
        return publish.publish_verdict(self.client, self._home, verdict, self._viewer, present)

    def members(self, group: Group) -> tuple[PullRequestRef, ...]:
        """Return the pull requests of a merge group."""
        queue = merge_queue.merge_queue(self.client, self._home, group.branch)
        self._viewer = queue.viewer
        return queue.members(group.head)
