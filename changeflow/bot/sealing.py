"""After a push to the main branch: seal approvals into the ledger, and detect changes nobody authorised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from changeflow.bot.targets import Target
from changeflow.gate.paths import place
from changeflow.hosts.github import failures
from changeflow.hosts.github.pull_request import pulls_of_commit, read
from changeflow.ledger.keyring import key_ring
from changeflow.model.clock import Clock
from changeflow.model.pullrequest import PullRequestFacts, PullRequestRef
from changeflow.repo.source import Revision
from changeflow.usecases.evidence import default_signer, open_ledger
from changeflow.usecases.load import Base, load_base
from changeflow.usecases.pull import JudgedPull, judge_pull
from changeflow.usecases.sealing import Landed, Merged, drafts, landings, record, unsealed

if TYPE_CHECKING:
    from changeflow.bot.run import Bot


def seal(bot: Bot, target: Target) -> bool:
    """Record every commit of the main branch that is not on record yet.

    Returns:
        Whether something landed that changes how open pull requests are judged.

    Raises:
        errors.HostFailed: when git or GitHub fails; what was recorded before stays.
    """
    git = bot.git
    tip = git.rev_parse(bot.environment.sha or "HEAD")
    base = load_base(Revision(git, tip))
    ring = key_ring(base.roster.spec.people)
    ledger = open_ledger(git, base.config, ring)
    signer = default_signer(git, ring)
    landed = unsealed(git, ledger.read(), tip, target.before)
    for merged in _merged(bot, base, landed):
        for draft in drafts(git, base, merged, _clock(bot)):
            entry = record(ledger, draft, signer)
            if entry is not None:
                state = "approved" if getattr(entry.body, "open", False) else "UNAUTHORISED"
                bot.report.lines.append(f"recorded {entry.path}: {state} ({merged.commit[:12]})")
    return any(_judges(bot, one) for one in landed)


def _clock(bot: Bot) -> Clock:
    real = datetime.now(UTC)
    return Clock(bot.now or real, real)


def _judges(bot: Bot, landed: Landed) -> bool:
    """Whether a commit changed policies, roster, settings or the CMDB."""
    found = (place(path, ()).category for path in bot.git.changed_paths(landed.parent, landed.commit))
    return any(category in ("governed", "cmdb") for category in found)


def _merged(bot: Bot, base: Base, landed: tuple[Landed, ...]) -> Iterator[Merged]:
    """What landed, with the pull requests that brought it. Commits of exempt paths only are not asked about."""
    wanted = [one for one in landed if not _exempt(bot, base, one)]
    refs = {one.commit: _pulls(bot, one.commit) for one in wanted}
    for one in landings(wanted, refs):
        yield Merged(one.commit, one.parent, one.number, _judged(bot, one.number, one.parent) if one.number is not None else None)


def _exempt(bot: Bot, base: Base, landed: Landed) -> bool:
    paths = bot.git.changed_paths(landed.parent, landed.commit)
    return all(place(path, base.config.exempt_paths).category == "exempt" for path in paths)


def _pulls(bot: Bot, commit: str) -> tuple[PullRequestRef, ...]:
    try:
        return pulls_of_commit(bot.wire, bot.repository, commit)
    except failures.NotVisible:
        return ()


def _judged(bot: Bot, number: int, base: str) -> JudgedPull:
    """The pull request as it was judged when it was merged: then, and against the state of the base it landed on."""
    facts = bot.fetched(read(bot.wire, bot.repository, number))
    when = _merged_at(facts) or bot.now or facts.read_at or datetime.now(UTC)
    return judge_pull(bot.git, bot.root, facts.model_copy(update={"base_tip": base}), when)


def _merged_at(facts: PullRequestFacts) -> datetime | None:
    return next((event.at for event in reversed(facts.timeline) if event.kind == "merged"), None)
