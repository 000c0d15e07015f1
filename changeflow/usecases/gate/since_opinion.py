"""What changed since somebody approved on the local host: found from the ledger's word on what they approved, and from git."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from changeflow import errors
from changeflow.gate.ledger_opinions import ledger_opinions
from changeflow.model.answers import Decision
from changeflow.model.config import ConfigSpec
from changeflow.model.evidence import ApprovalBody, LedgerEntry, Subject
from changeflow.model.people import Roster
from changeflow.reading.change import ChangeState
from changeflow.reading.differences import cut, of_contents, of_requests
from changeflow.reading.store import Store
from changeflow.reading.view import View
from changeflow.repo.git import Git

# commits of a request that are looked through for what somebody saw
SEARCHED: Final = 100


@dataclass(frozen=True)
class SinceOpinion:
    """`person` approved other content `at`; `lines` say what differs now, one difference each, as plain text."""

    person: str
    at: datetime
    lines: tuple[str, ...]


def since_stale(view: View, decision: Decision) -> tuple[SinceOpinion, ...]:
    """What changed, for each person whose approval a decision left out because it is of older content.

    Raises:
        errors.ChangeflowError: as the decision itself.
    """
    stale = {item.by for item in decision.ignored if item.reason_code == "approval.stale"}
    if not stale:
        return ()
    base = view.base.rulebook
    content = view.head.change(decision.change)
    entries = view.evidence(decision.change).entries
    return since_opinions(view.store, content, entries, base.roster, base.config, stale)


def since_opinions(
    store: Store,
    now: ChangeState,
    entries: Sequence[LedgerEntry],
    roster: Roster,
    config: ConfigSpec,
    people: Collection[str] | None = None,
) -> tuple[SinceOpinion, ...]:
    """What changed for each person whose newest opinion is an approval of other content than `now`.

    Args:
        store: where the older content is looked for.
        now: the change as it stands.
        entries: evidence; of this change only opinions that prove something are heard.
        roster: who there is.
        config: what an opinion must bring to count.
        people: whom to answer; None: everybody.
    """
    asked = [
        entry
        for entry in _newest(now.change.id, entries, roster, config)
        if people is None or _by(entry) in people
    ]
    return tuple(
        SinceOpinion(body.by, entry.at, _lines(store, now, entry, body.digest))
        for entry in asked
        if isinstance(body := entry.body, ApprovalBody)
        and body.decision == "approve"
        and body.digest != now.digest
    )


def _newest(
    change: str, entries: Sequence[LedgerEntry], roster: Roster, config: ConfigSpec
) -> Iterable[LedgerEntry]:
    """Everybody's newest opinion on a change, by name."""
    opinions = [
        entry
        for entry in entries
        if entry.change == change and isinstance(entry.body, ApprovalBody)
    ]
    heard = zip(opinions, ledger_opinions(opinions, roster, config), strict=True)
    newest = {
        review.by: entry
        for entry, review in heard
        if review.by is not None and review.ineligible is None
    }
    return [newest[name] for name in sorted(newest)]


def _by(entry: LedgerEntry) -> str:
    return entry.body.by if isinstance(entry.body, ApprovalBody) else ""


def _lines(store: Store, now: ChangeState, entry: LedgerEntry, digest: str) -> tuple[str, ...]:
    seen = _seen(store, now, entry.subject, digest)
    if seen is None:
        return (
            "what they saw is not in the history of this clone, so the difference cannot be shown",
        )
    old, whole = seen
    if whole:
        return cut(of_contents(old, now))
    lost = (
        "files that belong to the change may differ, too: what they were is not in the "
        "history of this clone"
    )
    return (*cut(of_requests(old.change, now.change)), lost)


def _seen(
    store: Store, now: ChangeState, subjects: Sequence[Subject], digest: str
) -> tuple[ChangeState, bool] | None:
    """The content with a digest, or the request alone as it was then (False); None where neither is found."""
    named = next((subject for subject in subjects if subject.name == now.path), None)
    request = None
    for commit in _commits(store.git, now.path, named):
        content = _read(store, commit, now)
        if content is not None and content.digest == digest:
            return content, True
        if (
            content is not None
            and named is not None
            and content.rfc_digest == f"sha256:{named.sha256}"
        ):
            request = request or content
    return (request, False) if request is not None else None


def _commits(git: Git, path: str, named: Subject | None) -> Iterable[str]:
    """Where the older content may be: the commit that was noted with the opinion, then every commit of the request."""
    if named is not None and named.commit is not None and git.resolve(named.commit) is not None:
        yield named.commit
    yield from git.log(
        format_="%H", paths=[path], extra=("--all", "--full-history", f"--max-count={SEARCHED}")
    )


def _read(store: Store, commit: str, now: ChangeState) -> ChangeState | None:
    try:
        return store.at(commit.strip()).change(now.change.id)
    except (errors.NothingToDo, errors.Unreadable):
        return None
