"""The port: what changeflow asks of a code host.

Each host is a folder beside this page and a row of `hosts.table`.

`Host` is all that a host without a server needs. A host with a bot also has a `BotHost`, whose job
opens a `Connection`; merge queues, deployment rules and settings are abilities that a connection
has or has not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from changeflow.documents.starter import HostStarter
    from changeflow.gate.control import Expected, SettingsFacts
    from changeflow.hosts.delivered import HostDelivered
    from changeflow.hosts.target import Deployment, Group, Target
    from changeflow.model.config import ConfigSpec, HostName, LedgerConfig
    from changeflow.model.deployer import Deployer
    from changeflow.model.people import Person
    from changeflow.model.phrases import Told
    from changeflow.model.publication import Publication, Published
    from changeflow.model.pull_facts import PullRequestFacts, PullRequestRef
    from changeflow.release.workflow_runs import WorkflowRun
    from changeflow.repo.git import Git

# Whether a job judges pull requests and records what was merged, or does one of them alone: each
# needs rights that the other does not.
Part = Literal["both", "judge", "record"]
# What is looked at of a host's settings.
SettingsPart = Literal["main", "owners", "ledger", "environment", "bypass"]
# Takes what is being done, and a sentence about a way that had to be left.
Note = Callable[[str, str], None]


class Host(Protocol):
    """What every host answers without being asked over a network.

    Attributes:
        title: for sentences.
        takes_reviews: whether people approve on the host, with their accounts, and a bot merges and
            records what they approved. Otherwise they approve on the ledger and merge by hand.
    """

    title: str
    takes_reviews: bool

    @property
    def name(self) -> HostName:
        """As in `spec.host` of the configuration."""

    @property
    def bot(self) -> BotHost | None:
        """Tell how a job of the host's runner reaches it; None where there is no server."""

    def unable(self, people: Mapping[str, Person], config: ConfigSpec) -> frozenset[str]:
        """People of the roster who can give no opinion that counts."""

    def actor(self, variables: Mapping[str, str]) -> Deployer | None:
        """Tell who started the job that this is, as the host's runner says; None outside of one."""

    def starter(self) -> HostStarter:
        """Tell what `init` writes for a change repository on this host."""


class BotHost(Protocol):
    """A host that `changeflow ci` and `changeflow doctor` can reach."""

    def serves(self, variables: Mapping[str, str]) -> bool:
        """Tell whether this is a job of the host's runner."""

    def checkout(self, variables: Mapping[str, str]) -> tuple[str, str] | None:
        """Return the variable that names the runner's checkout, and its value."""

    def job(self, variables: Mapping[str, str], part: Part) -> HostJob:
        """Read what the runner says.

        `errors.UsageError` or `errors.Unreadable` where it makes no sense.
        """

    def settings(
        self, root: Path, variables: Mapping[str, str], repository: str | None, app_id: int | None
    ) -> HostSettings:
        """Return the settings of a repository, named or that of the remote, for an operator."""

    def records(
        self, root: Path, variables: Mapping[str, str], repository: str | None
    ) -> HostRecords | Told:
        """Return what the host has on record, for an operator; a sentence where it cannot be asked."""

    def workflows(self, variables: Mapping[str, str], repository: str) -> WorkflowRuns | Told:
        """Return the workflows of a repository; a sentence where they cannot be asked for."""


class HostJob(Protocol):
    """A job of the host's runner: what it is about, and where it may say something."""

    @property
    def event(self) -> str:
        """Tell what the host calls the event."""

    @property
    def scheduled(self) -> bool:
        """Tell whether the clock or a person started the job, and no event."""

    @property
    def commit(self) -> str:
        """Return the commit that the job runs on; empty where the runner does not say."""

    def target(self) -> Target:
        """Tell what to look at; `errors.Unreadable` where the event lacks what it is known by."""

    def connect(self, root: Path, note: Note) -> Connection:
        """Open the connection; `root` is the change repository in the clone of the job."""

    def log(self, text: str) -> str:
        """Foreign text for the job's log: the runner obeys nothing in it."""

    def defuse(self, text: str) -> str:
        """Defuse a message that stands alone in the same way."""

    def write(self, summary: str, outputs: Mapping[str, str]) -> None:
        """Write the job summary and the outputs for later steps, where the runner wants them."""


class Budget(Protocol):
    """What a run may ask of the host."""

    def widen(self, requests: int, seconds: float) -> None:
        """Allow more, for a run that is about more than one thing."""

    def affords(self, requests: int, seconds: float, kept: int) -> bool:
        """Tell whether there is room for so much, with `kept` requests left for others."""

    def portion(self, requests: int, seconds: float) -> AbstractContextManager[None]:
        """Spend on one thing, and no more than this."""

    def spent(self) -> str:
        """Tell what was spent, in one line."""


class Connection(Budget, Protocol):
    """The host during one run.

    Each method raises `errors.HostFailed` when the host or git fails.
    """

    git: Git
    repository: str
    remote: str
    merge_queue: MergeQueue | None
    deployment_rule: DeploymentRule | None
    settings: HostSettings | None

    def now(self) -> datetime:
        """Return the host's time, so that a runner's clock cannot move a window."""

    def estimate(self) -> datetime:
        """Return the host's time as far as it is known; nothing is decided by it."""

    def pull(self, number: int) -> PullRequestFacts:
        """Return everything about a pull request, whole or not at all."""

    def open_pulls(self) -> tuple[PullRequestRef, ...]:
        """Return every open pull request."""

    def pulls_of(self, commit: str) -> tuple[PullRequestRef, ...]:
        """Pull requests that brought a commit; none where the host does not know the commit."""

    def fetch(self, facts: PullRequestFacts) -> PullRequestFacts:
        """Bring a pull request's commits into the clone; the facts with `merge_base`.

        Raises:
            PullMoved: when its head or base is another by now.
        """

    def fetch_commits(self, commits: Sequence[str], what: str) -> None:
        """Bring commits into the clone, as far as the remote still has them."""

    def fetch_history(self, branch: str, tip: str, what: str) -> None:
        """Complete the history of a branch up to a commit that is here."""

    def fetch_branch(self, branch: str, what: str) -> str | None:
        """Fetch a branch with its whole history; its tip, None where there is no such branch."""

    def fetch_ledger(self, ledger: LedgerConfig) -> None:
        """Fetch the evidence; an error only where it should be on a remote and is nowhere."""

    def publish(self, facts: PullRequestFacts, publication: Publication) -> Published:
        """Place the verdict on a pull request that was just read, and say what belongs to it."""

    def place(self, verdict: Publication) -> Published:
        """Place a verdict on a commit of which nothing was read."""


class MergeQueue(Protocol):
    """A host that tests and merges several pull requests together."""

    def members(self, group: Group) -> tuple[PullRequestRef, ...]:
        """Return the pull requests of a group, in the order of the queue."""


class DeploymentRule(Protocol):
    """A host whose deployments wait for an answer of the gate."""

    def message(self, deployment: Deployment) -> str:
        """Return the message of the commit that is deployed."""

    def deployer(self, deployment: Deployment) -> Deployer:
        """Tell who started it, as the host says, not the event."""

    def answer(self, deployment: Deployment, comment: str, rest: str, *, open_: bool) -> None:
        """Answer. `rest` ends a comment that had to be cut."""


class HostRecords(Protocol):
    """What a host has on record of what was delivered."""

    def read(self, main: str) -> HostDelivered:
        """Return pushes to the main branch, deployments and releases, each whole or not at all."""


class WorkflowRuns(Protocol):
    """A host that runs workflows, of one repository.

    Each method raises `hosts.failures.NotTaken` where the host refused, `hosts.failures.NotNow`
    where a limit keeps it from answering, and another `errors.HostFailed` where there is no answer
    that can be believed: then what was asked may have been done.
    """

    def commit_of(self, ref: str) -> str:
        """Return the commit that a branch or tag is at."""

    def dispatch(self, file: str, ref: str, inputs: Mapping[str, str]) -> int | None:
        """Dispatch a workflow; return the number of its run, or None where the host does not say."""

    def find(self, file: str, key: str, since: datetime) -> WorkflowRun | None:
        """Return the newest run of a workflow that has a key in its name, or None.

        Args:
            file: of the workflow.
            key: what stands in the name of the run.
            since: runs that were made earlier are not looked at.
        """

    def read(self, number: int) -> WorkflowRun:
        """Return a run as it is now."""

    def cancel(self, number: int) -> None:
        """Ask for the end of a run; that it was asked for is not yet its end."""


class HostSettings(Protocol):
    """A host whose settings say whether the verdict is really required."""

    def read(
        self, main: str, ledger: str, parts: Sequence[SettingsPart], *, patient: bool
    ) -> tuple[Expected, SettingsFacts]:
        """Tell what the settings should be, and what they are.

        Args:
            main: the main branch.
            ledger: the branch with the evidence.
            parts: what to look at.
            patient: take what cannot be read for unknown, instead of raising.
        """
