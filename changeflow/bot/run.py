"""The bot: whatever event arrives, it re-reads the world, judges, and makes what GitHub shows agree with the judgement.

Level-triggered: an event only says where to look. Running twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from changeflow import errors
from changeflow.bot.environment import Environment
from changeflow.bot.report import Report, finish
from changeflow.bot.targets import Group, Target, target_of
from changeflow.hosts.github import failures
from changeflow.hosts.github.actions_output import safe_log
from changeflow.hosts.github.client import Client
from changeflow.hosts.github.contents import (
    ORIGIN,
    Source,
    fetch_commits,
    fetch_ledger,
    fetch_pull,
    with_token,
)
from changeflow.hosts.github.merge_queue import merge_queue
from changeflow.hosts.github.publish import publish, publish_verdict
from changeflow.hosts.github.pull_request import checks_of_commit, read
from changeflow.hosts.github.repository import Repository
from changeflow.hosts.github.session import Address, Token
from changeflow.model.config import ConfigSpec
from changeflow.model.publication import Publication, Published
from changeflow.model.pull import PullState
from changeflow.model.pullrequest import Actor, CheckFact, PullRequestFacts
from changeflow.model.redaction import redact
from changeflow.reading.pull_history import earlier_commits
from changeflow.reading.store import Store
from changeflow.render.escape import markdown as escaped
from changeflow.render.pull import comment, publication, title
from changeflow.repo.git import Git
from changeflow.usecases.pull.judge import JudgedPull, judge_pull
from changeflow.usecases.pull.since_approval import since_approvals, stale_approvals

# readings of a pull request that moves while it is judged
ATTEMPTS: Final = 3


@dataclass
class Bot:
    """One run of the bot.

    Args:
        environment: what Actions said.
        token: of the job.
        root: the change repository in the clone.
        now: the time; None asks GitHub's own clock, so that a runner's clock cannot move a window.
        say: progress, one line at a time.
    """

    environment: Environment
    token: Token
    root: Path
    now: datetime | None
    say: Callable[[str], None]
    client: Client = field(init=False)
    repository: Repository = field(init=False)
    report: Report = field(default_factory=Report)

    def __post_init__(self) -> None:
        self.client = Client(
            Address(self.environment.api_url, self.environment.graphql_url), self.token
        )
        self.repository = Repository.parse(self.environment.repository)
        self.git = Git(self.root, with_token(self.environment.server_url, self.token))
        self.store = Store(self.git)
        # where the verdict goes when a pull request cannot be read
        self.heads: dict[int, str] = {}
        # who we are, once GitHub has said so
        self.viewer: Actor | None = None
        # tips of base branches, as GitHub named them last
        self.bases: dict[str, str] = {}
        self._ledger_fetched = False

    def run(self) -> Report:
        """Serve the event.

        Raises:
            errors.ChangeflowError: when what was asked could not be looked at at all; whatever
                could be said has been said.
            Exception: a bug, after everything else was served.
        """
        target = target_of(self.environment)
        self.heads |= dict(target.heads)
        self.say(safe_log(f"{self.environment.event}: {target.why}"))
        try:
            self._serve(target)
            self._watch()
        finally:
            finish(self.environment, self.report, self.client.budget.line(), self.say)
        if self.report.bugs:
            raise self.report.bugs[0]
        return self.report

    def _watch(self) -> None:
        if self.environment.scheduled:
            from changeflow.bot.control import watch

            watch(self)

    def _serve(self, target: Target) -> None:
        if target.group is not None:
            self._group(target.group)
        elif target.deployment is not None:
            from changeflow.bot.deployment import answer

            self.report.lines.append(answer(self, target.deployment))
        if target.push:
            from changeflow.bot.sealing import seal

            seal(self, target)
        if target.every:
            from changeflow.bot.sweep import sweep

            sweep(self, publishing=target.publishing)
        for number in target.pulls:
            self.pull(number, publishing=target.publishing)

    def pull(self, number: int, *, publishing: bool) -> None:
        """Judge one pull request.

        Whatever goes wrong with it keeps its gate shut, and the next one is judged all the same.
        """
        try:
            self._judge_and_say(number, publishing=publishing)
        except errors.ChangeflowError as error:
            self._undecided(number, error, publishing=publishing)
        except Exception as error:  # noqa: BLE001 - a bug must not leave an older success standing, nor stop the other verdicts
            self.report.bugs.append(error)
            told = errors.HostFailed(
                f"a bug in changeflow: {type(error).__name__}", "see the log of this run"
            )
            self._undecided(number, told, publishing=publishing)

    def _judge_and_say(self, number: int, *, publishing: bool) -> None:
        facts, judged = self._judged(number)
        if judged is None:
            self.report.lines.append(f"pull request {number} is {facts.state}; nothing to decide")
            return
        since = since_approvals(
            self.git, judged.content, stale_approvals(facts, judged.verdict, judged.base.roster)
        )
        if publishing:
            done = publish(self.client, self.repository, facts, publication(judged, since))
            written = ", ".join(done.written) or "nothing"
            self.report.lines.append(
                f"pull request {number}: {title(judged.verdict)}; written: {written}"
            )
            self.report.lines += [f"pull request {number}: note: {note}" for note in done.notes]
        self.report.states[number] = judged.verdict.state
        self.report.summaries.append(comment(judged, since))

    def _judged(self, number: int) -> tuple[PullRequestFacts, JudgedPull | None]:
        """Facts and judgement of one state of the pull request; read again where it moved meanwhile."""
        for attempt in range(1, ATTEMPTS + 1):
            facts = read(self.client, self.repository, number, repository_id=self._repository_id())
            self.heads[number], self.viewer = facts.head_oid, facts.viewer
            if facts.state != "open":
                return facts, None
            try:
                facts = self.fetched(facts)
                return facts, judge_pull(self.store, facts, self.time())
            except failures.Moved:
                if attempt == ATTEMPTS:
                    raise
                self.say(f"pull request {number} moved while it was read; reading it again")
        raise AssertionError("unreachable")

    def fetched(self, facts: PullRequestFacts) -> PullRequestFacts:
        """The pull request's commits, and those that were its head before, brought into the clone."""
        source = self.source(f"pull request {facts.number}")
        facts = fetch_pull(source, facts)
        self.bases[facts.base_ref] = facts.base_tip or facts.base_oid
        self._fetch_ledger(self.bases[facts.base_ref])
        fetch_commits(source, earlier_commits(facts))
        return facts

    def source(self, what: str, remote: str = ORIGIN) -> Source:
        """Where commits come from.

        What had to be done in another way than usual is said at once, and in the summary.
        """

        def tell(note: str) -> None:
            self.say(safe_log(f"{what}: note: {note}"))
            self.report.notes.append(f"- {escaped(f'{what}: {note}')}")

        return Source(self.git, remote, tell=tell)

    def _fetch_ledger(self, base: str) -> None:
        """The evidence, once a run: a clone of one branch lacks it, and a job that waited has an old one."""
        if self._ledger_fetched:
            return
        try:
            config = self.store.at(base).config
        except errors.Unreadable:
            # the judgement says that it cannot be read
            return
        self.fetch_ledger(config)

    def fetch_ledger(self, config: ConfigSpec) -> None:
        """Fetch the branch with the evidence.

        Raises:
            errors.HostFailed: when it should be on a remote, and is neither there to be fetched nor
                here.
        """
        remote = config.ledger.remote
        fetch_ledger(
            self.source("ledger", remote or ORIGIN), config.ledger.branch, needed=remote is not None
        )
        self._ledger_fetched = True

    def _repository_id(self) -> int | None:
        named = self.environment.payload.get("repository")
        number = named.get("id") if isinstance(named, Mapping) else None
        return number if isinstance(number, int) else None

    def time(self) -> datetime:
        """GitHub's time, so that a runner's clock cannot move a window; `--now` for tests and demonstrations.

        Raises:
            failures.GitHubFailed: when GitHub does not say what time it is, or its clock and this
                machine's are far apart.
        """
        return self.now or self.client.time.now()

    def _undecided(self, number: int, error: errors.ChangeflowError, *, publishing: bool) -> None:
        """What could not be read keeps the gate shut, and says so where the verdict would stand."""
        self.report.failed.append(f"pull request {number}: {error.message}")
        self.report.states[number] = "error"
        head = self.heads.get(number)
        if publishing and head is not None:
            self._refuse(head, error, f"pull request {number}")

    def _refuse(self, head: str, error: errors.ChangeflowError, what: str) -> None:
        """A verdict that needs nothing but a commit, so that no older success is left standing there."""
        text = redact(
            f"The gate cannot be decided: {escaped(error.message)}\n\n{escaped(error.hint)}"
        )
        verdict = Publication(
            head=head, outcome="error", title="Gate cannot be decided", summary=text
        )
        try:
            self._place(verdict)
        except errors.ChangeflowError as second:
            self.report.lines.append(f"{what}: the verdict could not be written: {second.message}")

    def _group(self, group: Group) -> None:
        """A merge group opens only when every pull request in it does, judged now, and it holds nothing else."""
        try:
            outcome, summary = self._group_outcome(group)
        except errors.ChangeflowError as error:
            self.report.failed.append(f"merge group: {error.message}")
            self._refuse(group.head, error, "merge group")
            return
        verdict = Publication(
            head=group.head, outcome=outcome, title=f"Merge group: {outcome}", summary=summary
        )
        done = self._place(verdict)
        self.report.lines.append(
            f"merge group: {outcome}; written: {', '.join(done.written) or 'nothing'}"
        )

    def _place(self, verdict: Publication) -> Published:
        """A verdict on a commit of which nothing was read: what stands there is asked for, and only what differs is written."""
        present: tuple[CheckFact, ...] = ()
        if (
            self.viewer is not None and self.viewer.type != "Bot"
            # of an App, check runs are read where they are written
        ):
            with suppress(failures.GitHubFailed):
                present = checks_of_commit(self.client, self.repository, verdict.head)
        return publish_verdict(self.client, self.repository, verdict, self.viewer, present)

    def _group_outcome(self, group: Group) -> tuple[PullState, str]:
        from changeflow.bot import sweep
        from changeflow.bot.group import foreign_content

        queue = merge_queue(self.client, self.repository, group.branch)
        self.viewer = queue.viewer
        members = queue.members(group.head)
        sweep.members(self, members)
        states = {
            member.number: self.report.states.get(member.number, "error") for member in members
        }
        told = [f"#{number} {state}" for number, state in states.items()]
        fetch_commits(self.source("merge group"), [group.head])
        base = self.bases.get(group.branch)
        # none of the members was open, or could be read
        if base is None:
            return "shut", f"Members: {', '.join(told)}"
        strange = foreign_content(
            self.git,
            base,
            group.head,
            [self.heads.get(one.number, one.head_oid) for one in members],
        )
        if strange is not None:
            self.report.failed.append(f"merge group: {strange}")
            told.append(f"not what its members make it: {strange}")
        opened = (
            bool(states)
            and strange is None
            and not self.report.failed
            and all(state == "open" for state in states.values())
        )
        return ("open" if opened else "shut"), f"Members: {', '.join(told)}"
