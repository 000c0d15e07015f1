"""The bot: whatever event arrives, it re-reads the world, judges, and makes what GitHub shows agree with the judgement.

Level-triggered: an event only says where to look. Running twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from changeflow import errors
from changeflow.bot.environment import Environment
from changeflow.bot.targets import Target, target_of
from changeflow.hosts.github import failures
from changeflow.hosts.github.contents import fetch_pull, with_token
from changeflow.hosts.github.outputs import safe_log, write_outputs, write_summary
from changeflow.hosts.github.publish import publish, publish_verdict
from changeflow.hosts.github.pull_request import merge_group, open_pulls, read
from changeflow.hosts.github.repository import Repository
from changeflow.hosts.github.session import Address, Token
from changeflow.hosts.github.wire import Wire
from changeflow.model.publication import Publication
from changeflow.model.pull import PullState
from changeflow.model.pullrequest import PullRequestFacts
from changeflow.render.pull import comment, publication, title
from changeflow.repo.git import Git
from changeflow.usecases.pull import JudgedPull, judge_pull
from changeflow.usecases.sinceapproval import SinceApproval, since_approvals

ATTEMPTS: Final = 3  # readings of a pull request that moves while it is judged


@dataclass
class Report:
    """What a run did, for the log, the summary and the exit code."""

    lines: list[str] = field(default_factory=list)
    summaries: list[str] = field(default_factory=list)
    states: dict[int, PullState] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether everything that was judged is open."""
        return bool(self.states) and not self.failed and all(state == "open" for state in self.states.values())


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
    wire: Wire = field(init=False)
    repository: Repository = field(init=False)
    report: Report = field(default_factory=Report)

    def __post_init__(self) -> None:
        self.wire = Wire(Address(self.environment.api_url, self.environment.graphql_url), self.token)
        self.repository = Repository.parse(self.environment.repository)
        self.git = Git(self.root, with_token(self.environment.server_url, self.token))

    def run(self) -> Report:
        """Serve the event."""
        target = target_of(self.environment)
        self.say(f"{self.environment.event}: {target.why}")
        if target.group is not None:
            self._group(target)
        elif target.push:
            self._push()
        else:
            for number in self._numbers(target):
                self._pull(number, publishing=target.publishing)
        self._finish()
        return self.report

    def _numbers(self, target: Target) -> Iterable[int]:
        if not target.every:
            return target.pulls
        return sorted(ref.number for ref in open_pulls(self.wire, self.repository) if ref.state == "open")

    def _pull(self, number: int, *, publishing: bool) -> None:
        try:
            facts, judged = self._judged(number)
        except errors.ChangeflowError as error:
            self._undecided(number, error, publishing=publishing)
            return
        if judged is None:
            self.report.lines.append(f"pull request {number} is {facts.state}; nothing to decide")
            return
        since = since_approvals(self.git, judged.content, _stale(facts, judged))
        self._show(number, judged, since)
        if publishing:
            done = publish(self.wire, self.repository, facts, publication(judged, since))
            self.report.lines.append(
                f"pull request {number}: {title(judged.verdict)}; written: {', '.join(done.written) or 'nothing'}"
            )
            self.report.lines += [f"pull request {number}: note: {note}" for note in done.notes]

    def _judged(self, number: int) -> tuple[PullRequestFacts, JudgedPull | None]:
        """Facts and judgement of one state of the pull request; read again where it moved meanwhile."""
        for attempt in range(1, ATTEMPTS + 1):
            facts = read(self.wire, self.repository, number, repository_id=self._repository_id())
            if facts.state != "open":
                return facts, None
            try:
                facts = fetch_pull(self.git, facts, environment=with_token(self.environment.server_url, self.token))
                return facts, judge_pull(self.git, self.root, facts, self._time(facts))
            except failures.Moved:
                if attempt == ATTEMPTS:
                    raise
                self.say(f"pull request {number} moved while it was read; reading it again")
        raise AssertionError("unreachable")

    def _repository_id(self) -> int | None:
        named = self.environment.payload.get("repository")
        number = named.get("id") if isinstance(named, Mapping) else None
        return number if isinstance(number, int) else None

    def _time(self, facts: PullRequestFacts) -> datetime:
        """GitHub's time, so that a runner's clock cannot move a window; `--now` for tests and demonstrations."""
        when = self.now or facts.read_at
        if when is None:
            raise errors.HostFailed("GitHub does not say what time it is", "nothing is decided without a clock")
        return when

    def _undecided(self, number: int, error: errors.ChangeflowError, *, publishing: bool) -> None:
        """What could not be read keeps the gate shut, and says so where the verdict would stand."""
        self.report.failed.append(f"pull request {number}: {error.message}")
        self.report.states[number] = "error"
        if not publishing:
            return
        try:
            facts = read(self.wire, self.repository, number)
            text = f"The gate cannot be decided: {error.message}\n\n{error.hint}"
            verdict = Publication(head=facts.head_oid, outcome="error", title="Gate cannot be decided", summary=text)
            publish_verdict(self.wire, self.repository, verdict, facts.viewer, facts.checks)
        except errors.ChangeflowError as second:
            self.report.lines.append(f"pull request {number}: the verdict could not be written: {second.message}")

    def _show(self, number: int, judged: JudgedPull, since: tuple[SinceApproval, ...]) -> None:
        self.report.states[number] = judged.verdict.state
        self.report.summaries.append(comment(judged, since))

    def _group(self, target: Target) -> None:
        """A merge group opens only when every pull request in it does, judged now."""
        assert target.group is not None  # noqa: S101 - for the type checker; the caller looked
        members = merge_group(self.wire, self.repository, target.group.branch, target.group.head)
        if not members:
            raise errors.HostFailed("the merge group has no pull request that GitHub knows", "the queue has to build it again")
        for member in members:
            self._pull(member.number, publishing=False)
        outcome: PullState = "open" if self.report.open else "shut"
        names = ", ".join(f"#{member.number} {self.report.states.get(member.number, 'not judged')}" for member in members)
        verdict = Publication(
            head=target.group.head, outcome=outcome, title=f"Merge group: {outcome}", summary=f"Members: {names}"
        )
        viewer = read(self.wire, self.repository, members[0].number).viewer
        publish_verdict(self.wire, self.repository, verdict, viewer)

    def _push(self) -> None:
        from changeflow.bot.sealing import seal

        self.report.lines += seal(self)

    def _finish(self) -> None:
        environment = self.environment
        lines = [*self.report.lines, *self.report.failed, self.wire.budget.line()]
        if environment.summary is not None:
            write_summary(environment.summary, "\n\n".join(self.report.summaries) or "\n".join(f"- {line}" for line in lines))
        if environment.output is not None:
            states = self.report.states
            write_outputs(
                environment.output,
                {
                    "open": "true" if self.report.open else "false",
                    "pulls": ",".join(str(number) for number in sorted(states)),
                    "states": ",".join(f"{number}={states[number]}" for number in sorted(states)),
                },
            )
        self.say(safe_log("\n".join(lines)))


def _stale(facts: PullRequestFacts, judged: JudgedPull) -> list[tuple[str, str]]:
    """(person, commit) of approvals that were given on other content, newest per person."""
    stale = {item.by for item in judged.verdict.ignored if item.reason_code == "approval.stale"}
    by_id = {entry.github_id: name for name, entry in judged.base.roster.spec.people.items() if entry.github_id is not None}
    found: dict[str, str] = {}
    for review in facts.reviews:
        account = review.author.id if review.author is not None else None
        name = by_id.get(account) if account is not None else None
        if name in stale and name is not None and review.commit is not None and review.state == "approved":
            found[name] = review.commit
    return sorted(found.items())
