"""After a push to the main branch.

Record what was approved in the ledger, and detect changes without authority.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from changeflow.bot.bot import Bot
from changeflow.bot.control_watch import control_now, on_record
from changeflow.bot.pulls import fetch_ledger, fetched
from changeflow.hosts.target import Target
from changeflow.ledger.keyring import key_ring
from changeflow.model.clock import Clock
from changeflow.model.pull_facts import PullRequestFacts
from changeflow.reading.ledger_reader import open_ledger
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.signers import default_signer
from changeflow.repo.ledger_branch import Chain
from changeflow.usecases.pull.judge import JudgedPull, judge_pull
from changeflow.usecases.pull.record_merged import (
    LandedCommit,
    MergedCommit,
    by_pull_request,
    drafts,
    needs_authority,
    not_recorded,
    record,
)


def record_pushed(bot: Bot, target: Target) -> None:
    """Record every commit of the main branch that is not on record yet.

    One line of the report for each entry.

    Raises:
        errors.HostFailed: when git or the host fails; what was recorded before stays.
    """
    git = bot.git
    tip = git.rev_parse(bot.job.commit or "HEAD")
    base = bot.store.at(tip).rulebook
    if target.ref is not None and target.ref != f"refs/heads/{base.config.main_branch}":
        bot.report.lines.append(
            "nothing to record: the push was to another branch than the main one"
        )
        return
    if base.config.ledger.remote is None:
        # A runner's clone is thrown away with the job: what is appended only there is lost without
        # a trace.
        bot.report.failed.append(
            "nothing was recorded: spec.ledger.remote is not set, and a runner's clone does not "
            "last"
        )
        return
    # In a shallow clone the main branch would seem to begin with its tip, and nothing before it
    # would ever be recorded.
    bot.connection.fetch_history(base.config.main_branch, tip, "recording")
    fetch_ledger(bot, base.config)
    ring = key_ring(base.roster.spec.people)
    ledger = open_ledger(git, base.config, ring, tip)
    signer = default_signer(git, ring)
    real = datetime.now(UTC)
    clock = Clock(bot.fixed or real, real)
    control = None
    for merged in _merged(bot, base, ledger.read(), tip, target.before):
        control = control or control_now(bot, base.config)
        # An entry bears this machine's time, so nothing is recorded by a clock that the host's
        # contradicts.
        bot.time()
        for together in drafts(git, base, merged, clock, {"control": on_record(control)}):
            entry = record(ledger, together, signer)
            if entry is not None and entry.kind == "review":
                bot.report.lines.append(
                    f"recorded {entry.path}: its reviewer agreed ({merged.commit[:12]})"
                )
            elif entry is not None:
                state = "approved" if getattr(entry.body, "open", False) else "UNAUTHORISED"
                bot.report.lines.append(
                    f"recorded {entry.path}: {state} ({merged.commit[:12]}), control "
                    f"{control.control}"
                )


def _merged(
    bot: Bot, base: Rulebook, chain: Chain, tip: str, before: str | None
) -> Iterator[MergedCommit]:
    """Tell what landed, with the pull requests that brought it.

    The host is asked only about what needed authority.
    """
    git = bot.git
    landed: list[LandedCommit] = []
    for commit in not_recorded(git, chain, tip, before):
        parent = git.rev_parse(f"{commit}^1")
        if needs_authority(git, base, parent, commit):
            landed.append(LandedCommit(commit, parent))
    refs = {one.commit: bot.connection.pulls_of(one.commit) for one in landed}
    for one in by_pull_request(landed, refs):
        judged = None
        if one.number is not None:
            judged = _judged(bot, one.number, one.parent)
        yield MergedCommit(one.commit, one.parent, one.number, judged)


def _judged(bot: Bot, number: int, base: str) -> JudgedPull:
    """Return the pull request as it was judged when it was merged.

    Then, and against the state of the base it landed on.
    """
    facts = fetched(bot, bot.connection.pull(number))
    when = _merged_at(facts) or bot.time()
    return judge_pull(bot.store, facts.model_copy(update={"base_tip": base}), when)


def _merged_at(facts: PullRequestFacts) -> datetime | None:
    for event in reversed(facts.timeline):
        if event.kind == "merged":
            return event.at
    return None
