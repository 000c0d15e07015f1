"""After a push to the main branch: seal approvals into the ledger, and detect changes nobody authorised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from changeflow.hosts.github import failures
from changeflow.hosts.github.contents import fetch_pull, with_token
from changeflow.hosts.github.pull_request import pulls_of_commit, read
from changeflow.ledger.keyring import key_ring
from changeflow.model.clock import Clock
from changeflow.repo.git import Git
from changeflow.repo.source import Revision
from changeflow.usecases.evidence import default_signer, open_ledger
from changeflow.usecases.load import load_base
from changeflow.usecases.pull import JudgedPull, judge_pull
from changeflow.usecases.sealing import Merged, drafts, record, touches, unsealed

if TYPE_CHECKING:
    from changeflow.bot.run import Bot


def seal(bot: Bot) -> Iterator[str]:
    """Record every commit of the main branch that is not on record yet; one line for each entry.

    Raises:
        errors.HostFailed: when git or GitHub fails; what was recorded before stays.
    """
    git = bot.git
    tip = git.rev_parse(bot.environment.sha or "HEAD")
    base = load_base(Revision(git, tip))
    ring = key_ring(base.roster.spec.people)
    ledger = open_ledger(git, base.config, ring)
    signer = default_signer(git, ring)
    real = datetime.now(UTC)
    clock = Clock(bot.now or real, real)
    for commit in unsealed(git, ledger.read(), tip, _before(bot.environment.payload)):
        if not touches(git, base, _parent(git, commit), commit):
            continue  # GitHub is asked only about what needed authority
        merged = _merged(bot, commit)
        for draft in drafts(git, base, merged, clock):
            entry = record(ledger, draft, signer)
            if entry is not None:
                state = "approved" if getattr(entry.body, "open", False) else "UNAUTHORISED"
                yield f"recorded {entry.path}: {state} ({commit[:12]})"


def _before(payload: Any) -> str | None:
    before = payload.get("before")
    return before if isinstance(before, str) and before.strip("0") else None


def _parent(git: Git, commit: str) -> str:
    return git.log(commit, format_="%P", extra=["-1"])[0].split()[0]


def _merged(bot: Bot, commit: str) -> Merged:
    git = bot.git
    parent = _parent(git, commit)
    try:
        found = [ref for ref in pulls_of_commit(bot.wire, bot.repository, commit) if ref.merge_commit == commit]
    except failures.NotVisible:
        found = []
    if len(found) != 1:
        return Merged(commit, parent, None, None)
    return Merged(commit, parent, found[0].number, _judged(bot, found[0].number, parent))


def _judged(bot: Bot, number: int, base: str) -> JudgedPull:
    """The pull request as it was judged before it was merged: against the state of the base it landed on."""
    facts = read(bot.wire, bot.repository, number)
    facts = fetch_pull(bot.git, facts, environment=with_token(bot.environment.server_url, bot.token))
    when = bot.now or facts.read_at or datetime.now(UTC)
    return judge_pull(bot.git, bot.root, facts.model_copy(update={"base_tip": base}), when)
