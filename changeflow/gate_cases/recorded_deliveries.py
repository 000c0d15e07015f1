"""What the ledger says was delivered: commits that the bot recorded, releases, and when it knew of commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from changeflow.hosts.table import host_named
from changeflow.model.evidence import (
    CMDB_COMMIT,
    ApprovalBody,
    DecisionBody,
    LedgerEntry,
    ReleaseBody,
)
from changeflow.model.subjects import commits_of
from changeflow.reading.rulebook import Rulebook

# the code of an entry about a commit that landed without an open gate
UNAUTHORISED = "change.unauthorised"


class ToldAt(NamedTuple):
    """Where and when the ledger tells of something.

    Attributes:
        seq: of the entry, which counts over the whole ledger.
        change: that the entry is about.
        path: of the entry.
        moment: from which it counts.
        speaker: whose word it is; None where that is not known.
    """

    seq: int
    change: str
    path: str
    moment: datetime
    speaker: str | None

    @classmethod
    def of(cls, entry: LedgerEntry) -> ToldAt:
        """Return where and when an entry tells."""
        return cls(entry.seq, entry.change, entry.path, entry.moment, entry.speaker)


class RecordedMerge(NamedTuple):
    """A commit of the main branch that the bot recorded.

    Attributes:
        entry: of the ledger.
        commit: the last one that the pull request brought.
        parent: the commit of the main branch before those that it brought; empty where the entry
            does not say it.
        change: whose gate was open; None: it was recorded as unauthorised.
    """

    entry: ToldAt
    commit: str
    parent: str
    change: str | None


class RecordedRelease(NamedTuple):
    """A release of a change.

    Attributes:
        entry: claims the environments.
        commit: whose CMDB it found.
        authorised: whether the gate `deploy` was open on record before.
    """

    entry: ToldAt
    commit: str | None
    authorised: bool


class ChangeDeliveries(NamedTuple):
    """What the entries about one change say.

    Attributes:
        merges: in order.
        releases: the start of its release; none where it was not released.
        known: commits, with the entry that first told of each: its number and its moment.
        about: whether they say anything beside what is unauthorised.
        approved: the commits that it was approved on.
    """

    merges: tuple[RecordedMerge, ...]
    releases: tuple[RecordedRelease, ...]
    known: Mapping[str, tuple[int, datetime]]
    about: bool
    approved: frozenset[str]


class RecordedDeliveries(NamedTuple):
    """What the ledger says.

    Attributes:
        merges: in order.
        releases: the start of each, in order.
        known: commits, to when the ledger first told of each.
        about: the changes of which it says anything beside what is unauthorised.
        approved: changes, to the commits that they were approved on.
    """

    merges: tuple[RecordedMerge, ...]
    releases: tuple[RecordedRelease, ...]
    known: Mapping[str, datetime]
    about: frozenset[str]
    approved: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, changes: Mapping[str, ChangeDeliveries]) -> RecordedDeliveries:
        """Return what the entries of all changes say together."""
        merges: list[RecordedMerge] = []
        releases: list[RecordedRelease] = []
        first: dict[str, tuple[int, datetime]] = {}
        for one in changes.values():
            merges += one.merges
            releases += one.releases
            for commit, told in one.known.items():
                first[commit] = min(told, first.get(commit, told))
        return cls(
            tuple(sorted(merges, key=lambda one: one.entry.seq)),
            tuple(sorted(releases, key=lambda one: one.entry.seq)),
            {commit: moment for commit, (_, moment) in first.items()},
            frozenset(name for name, one in changes.items() if one.about),
            {name: one.approved for name, one in changes.items() if one.approved},
        )


def deliveries_of_changes(
    entries: Iterable[LedgerEntry], base: Rulebook
) -> dict[str, ChangeDeliveries]:
    """Return what the entries that count say was delivered, by the change that they are about."""
    mine: dict[str, list[LedgerEntry]] = {}
    for entry in entries:
        mine.setdefault(entry.change, []).append(entry)
    return {name: change_deliveries(those, base) for name, those in mine.items()}


def change_deliveries(entries: Iterable[LedgerEntry], base: Rulebook) -> ChangeDeliveries:
    """Return what the entries about one change say, oldest first."""
    merges: list[RecordedMerge] = []
    releases: list[RecordedRelease] = []
    known: dict[str, tuple[int, datetime]] = {}
    approved: set[str] = set()
    about = may_start = False
    for entry in entries:
        body = entry.body
        merge = _merge(entry, base)
        if merge is not None:
            merges.append(merge)
        about = about or merge is None or merge.change is not None
        if isinstance(body, DecisionBody) and body.gate == "deploy":
            may_start = body.open
        if isinstance(body, ReleaseBody) and body.event == "started" and not releases:
            commit = body.baseline.get(CMDB_COMMIT)
            is_open = may_start and entry.proven
            releases.append(RecordedRelease(ToldAt.of(entry), commit, is_open))
        if isinstance(body, ApprovalBody) and body.decision == "approve":
            approved |= commits_of(entry.subject)
        for one in _told(entry, merge):
            known.setdefault(one, (entry.seq, entry.moment))
    return ChangeDeliveries(tuple(merges), tuple(releases), known, about, frozenset(approved))


def _merge(entry: LedgerEntry, base: Rulebook) -> RecordedMerge | None:
    """Return the commit of the main branch that an entry of the bot is about."""
    body = entry.body
    if not isinstance(body, DecisionBody) or body.gate != "approve" or entry.clock:
        return None
    by_bot = entry.signer is None or not base.roster.is_human(entry.signer)
    if not by_bot or not host_named(base.config.host).takes_reviews:
        return None
    commit = _text(body.decision.get("inputs"), "merged")
    if not commit:
        return None
    parent = _text(body.facts, "parent")
    if body.open:
        return RecordedMerge(ToldAt.of(entry), commit, parent, entry.change)
    if body.decision.get("reason_code") == UNAUTHORISED:
        return RecordedMerge(ToldAt.of(entry), commit, parent, None)
    return None


def _told(entry: LedgerEntry, merge: RecordedMerge | None) -> set[str]:
    """Return the commits that an entry tells of."""
    found = commits_of(entry.subject)
    if merge is not None:
        found.add(merge.commit)
    if isinstance(entry.body, ReleaseBody) and CMDB_COMMIT in entry.body.baseline:
        found.add(entry.body.baseline[CMDB_COMMIT])
    return found


def _text(node: Any, key: str) -> str:
    found = node.get(key) if isinstance(node, dict) else None
    return found if isinstance(found, str) else ""
