"""What the ledger says was delivered: commits that the bot recorded, releases, and when it knew of commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from changeflow.hosts.table import host_named
from changeflow.model.evidence import CMDB_COMMIT, DecisionBody, LedgerEntry, ReleaseBody
from changeflow.model.subjects import commits_of
from changeflow.reading.rulebook import Rulebook

# the code of an entry about a commit that landed without an open gate
UNAUTHORISED = "change.unauthorised"


class RecordedMerge(NamedTuple):
    """A commit of the main branch that the bot recorded.

    Attributes:
        entry: of the ledger.
        commit: the last one that the pull request brought.
        parent: the commit of the main branch before those that it brought; empty where the entry
            does not say it.
        change: whose gate was open; None: it was recorded as unauthorised.
    """

    entry: LedgerEntry
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

    entry: LedgerEntry
    commit: str | None
    authorised: bool


class RecordedDeliveries(NamedTuple):
    """What the ledger says.

    Attributes:
        merges: in order.
        releases: the start of each, in order.
        known: commits, to when the ledger first told of each.
        about: the changes of which it says anything beside what is unauthorised.
    """

    merges: tuple[RecordedMerge, ...]
    releases: tuple[RecordedRelease, ...]
    known: Mapping[str, datetime]
    about: frozenset[str]


def recorded_deliveries(entries: Iterable[LedgerEntry], base: Rulebook) -> RecordedDeliveries:
    """Return what the entries that count say was delivered, oldest first."""
    merges: list[RecordedMerge] = []
    releases: list[RecordedRelease] = []
    known: dict[str, datetime] = {}
    about: set[str] = set()
    may_start: set[str] = set()
    begun: set[str] = set()
    for entry in entries:
        body = entry.body
        merge = _merge(entry, base)
        if merge is not None:
            merges.append(merge)
        if merge is None or merge.change is not None:
            about.add(entry.change)
        if isinstance(body, DecisionBody) and body.gate == "deploy":
            (may_start.add if body.open else may_start.discard)(entry.change)
        if isinstance(body, ReleaseBody) and body.event == "started" and entry.change not in begun:
            begun.add(entry.change)
            commit = body.baseline.get(CMDB_COMMIT)
            is_open = entry.change in may_start and entry.proven
            releases.append(RecordedRelease(entry, commit, is_open))
        for commit in _told(entry, merge):
            known.setdefault(commit, entry.moment)
    return RecordedDeliveries(tuple(merges), tuple(releases), known, frozenset(about))


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
        return RecordedMerge(entry, commit, parent, entry.change)
    if body.decision.get("reason_code") == UNAUTHORISED:
        return RecordedMerge(entry, commit, parent, None)
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
