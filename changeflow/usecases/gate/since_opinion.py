"""What changed since a person approved on the local host.

It is found from git, and from the ledger's word on what they approved.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

from changeflow import errors
from changeflow.gate.ledger_opinions import ledger_opinions
from changeflow.lazy_dataclass import dataclass
from changeflow.model.config import ConfigSpec
from changeflow.model.evidence import ApprovalBody, LedgerEntry, entries_about
from changeflow.model.people import Roster
from changeflow.model.subjects import Subject
from changeflow.reading.change import ChangeState
from changeflow.reading.differences import cut, of_contents, of_requests
from changeflow.reading.repository_store import Store
from changeflow.reading.view import View
from changeflow.repo.git import Git

# commits of a request that are looked through for what a person saw
SEARCHED: Final = 100


@dataclass(frozen=True)
class SinceOpinion:
    """What differs from the content that a person approved.

    Attributes:
        person: who approved it.
        at: when.
        lines: one difference each, as plain text.
    """

    person: str
    at: datetime
    lines: tuple[str, ...]


def since_approved(view: View, change: str, people: Collection[str]) -> tuple[SinceOpinion, ...]:
    """Return what changed in a change since people approved it.

    Raises:
        errors.ChangeflowError: as the decision itself.
    """
    base = view.base.rulebook
    content = view.head.change(change)
    entries = view.evidence(change).of_change(content.change.id)
    return since_opinions(view.store, content, entries, base.roster, base.config, people)


def since_opinions(
    store: Store,
    now: ChangeState,
    entries: Sequence[LedgerEntry],
    roster: Roster,
    config: ConfigSpec,
    people: Collection[str] | None = None,
) -> tuple[SinceOpinion, ...]:
    """Return what changed for each person whose newest opinion approves other content than `now`.

    Args:
        store: where the older content is looked for.
        now: the change as it stands.
        entries: evidence; of this change only opinions that prove something are heard.
        roster: who there is.
        config: what an opinion must bring to count.
        people: whom to answer; None: everybody.
    """
    found: list[SinceOpinion] = []
    for entry, body in _newest(now.change.id, entries, roster, config):
        if people is not None and body.by not in people:
            continue
        if body.decision == "approve" and body.digest != now.digest:
            lines = _lines(store, now, entry, body.digest)
            found.append(SinceOpinion(body.by, entry.at, lines))
    return tuple(found)


def _newest(
    change: str, entries: Sequence[LedgerEntry], roster: Roster, config: ConfigSpec
) -> Iterable[tuple[LedgerEntry, ApprovalBody]]:
    """Return everybody's newest opinion on a change, by name."""
    newest: dict[str, tuple[LedgerEntry, ApprovalBody]] = {}
    for entry in entries_about(change, entries):
        body = entry.body
        if not isinstance(body, ApprovalBody):
            continue
        for review in ledger_opinions([entry], roster, config):
            if review.by is not None and review.ineligible is None:
                newest[review.by] = entry, body
    return [newest[name] for name in sorted(newest)]


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
    """Return the content with a digest (True) or its request alone (False); None: neither."""
    named = _named(subjects, now.path)
    request = None
    for commit in _commits(store.git, now.path, named):
        content = _read(store, commit, now)
        if content is None:
            continue
        if content.digest == digest:
            return content, True
        same_request = named is not None and content.rfc_digest == f"sha256:{named.sha256}"
        if same_request and request is None:
            request = content
    return (request, False) if request is not None else None


def _named(subjects: Sequence[Subject], name: str) -> Subject | None:
    for subject in subjects:
        if subject.name == name:
            return subject
    return None


def _commits(git: Git, path: str, named: Subject | None) -> Iterable[str]:
    """Yield where the older content may be.

    That is the commit that was noted with the opinion, then every commit of the request.
    """
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
