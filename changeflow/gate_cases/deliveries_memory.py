"""What the ledger says was delivered, kept by change, so that only new entries need be read.

Kept is what the entries about each change say, beside the name of the tree that holds them. It holds
while configuration and roster are the same, while the ledger only grew, and while all of it still
counts as it stands (`reading.ledger_memory`). The changes whose tree has another name are read again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from changeflow.gate_cases.recorded_deliveries import (
    ChangeDeliveries,
    RecordedDeliveries,
    RecordedMerge,
    RecordedRelease,
    ToldAt,
    change_deliveries,
    deliveries_of_changes,
)
from changeflow.model.canonical import digest
from changeflow.reading.evidence import Evidence
from changeflow.reading.ledger_now import LedgerNow
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View
from changeflow.repo.index_store import IndexStore

_SPACE: Final = "deliveries"
# changes that are read again, beyond which the ledger is read as a whole
_MOST: Final = 500

# change -> the tree of its entries, and what they say
_Known = Mapping[str, tuple[str, ChangeDeliveries]]


def ledger_deliveries(view: View, evidence: Evidence) -> RecordedDeliveries:
    """Return what the ledger says was delivered; nothing where it does not hold.

    Args:
        view: the main branch as its own head.
        evidence: the ledger, by the rules of the main branch.

    Raises:
        errors.HostFailed: when git fails.
    """
    if evidence.problems:
        return RecordedDeliveries.of({})
    base = view.base.require_readable()
    memory = _DeliveriesMemory.of(view, base, evidence)
    if memory is None:
        return RecordedDeliveries.of(deliveries_of_changes(evidence.entries, base))
    return RecordedDeliveries.of(memory.deliveries())


class _DeliveriesMemory:
    """The memory of one ledger.

    Args:
        view: the main branch as its own head.
        base: the rules.
        evidence: the ledger.
        head: its last commit.
        store: the index.
    """

    def __init__(
        self, view: View, base: Rulebook, evidence: Evidence, head: str, store: IndexStore
    ) -> None:
        self._view, self._base, self._evidence = view, base, evidence
        self._head, self._store = head, store
        rules = [base.config.model_dump(mode="json"), base.roster.model_dump(mode="json")]
        self._rules = digest(rules)
        self._trees = {one.path: one.oid for one in view.git.ls_level(head)}

    @classmethod
    def of(cls, view: View, base: Rulebook, evidence: Evidence) -> _DeliveriesMemory | None:
        """Return the memory; None where nothing is remembered."""
        facts = view.git.facts
        if evidence.head is None or facts.shallow or not isinstance(view.ledger, LedgerNow):
            return None
        store = IndexStore.of(facts.common_dir)
        return cls(view, base, evidence, evidence.head, store) if store is not None else None

    def deliveries(self) -> Mapping[str, ChangeDeliveries]:
        """Return what the entries about each change say."""
        known = None if self._evidence.remembered is None else self._recalled()
        found = None if known is None else self._renewed(known)
        if found is None:
            found = deliveries_of_changes(self._evidence.entries, self._base)
        if known is None or self._others(known):
            self._keep(found)
        return found

    def _others(self, known: _Known) -> list[str]:
        """Return the changes whose entries are not as they were."""
        return [name for name, tree in self._trees.items() if self._tree_of(known, name) != tree]

    def _tree_of(self, known: _Known, name: str) -> str | None:
        return known[name][0] if name in known else None

    def _renewed(self, known: _Known) -> dict[str, ChangeDeliveries] | None:
        """Return what is known, with what other entries say now; None: read all of it."""
        other = self._others(known)
        if len(other) > _MOST or not known.keys() <= self._trees.keys():
            return None
        found = {name: deliveries for name, (_, deliveries) in known.items()}
        if other:
            view = self._view.for_some(frozenset(other))
            evidence = view.ledger.evidence(view.base, "")
            if evidence.remembered is None or evidence.head != self._head:
                return None
            for name in other:
                found[name] = change_deliveries(evidence.of_change(name), self._base)
        return found

    def _recalled(self) -> _Known | None:
        """Return what was kept of this ledger by these rules; None where nothing was."""
        data = self._store.get(_SPACE, self._base.config.ledger.branch)
        if data is None:
            return None
        plain = json.loads(data)
        if plain["rules"] != self._rules or not self._follows(plain["head"]):
            return None
        found: dict[str, tuple[str, ChangeDeliveries]] = {}
        for name, (tree, told) in plain["told"].items():
            found[name] = tree, _from_plain(name, told)
        return found

    def _follows(self, head: str) -> bool:
        """Return whether the ledger only grew since a commit."""
        git = self._view.git
        return git.resolve(head) is not None and git.is_ancestor(head, self._head)

    def _keep(self, found: Mapping[str, ChangeDeliveries]) -> None:
        told = {}
        for name, tree in self._trees.items():
            deliveries = found.get(name)
            if deliveries is None:
                deliveries = change_deliveries((), self._base)
            told[name] = [tree, _as_plain(deliveries)]
        plain = {"rules": self._rules, "head": self._head, "told": told}
        data = json.dumps(plain, separators=(",", ":")).encode("ascii")
        self._store.put(_SPACE, self._base.config.ledger.branch, data)


# -- as plain data -----------------------------------------------------------------------------------


def _as_plain(one: ChangeDeliveries) -> list[Any]:
    merges = [[*_entry(told.entry), told.commit, told.parent, told.change] for told in one.merges]
    releases = [[*_entry(told.entry), told.commit, told.authorised] for told in one.releases]
    known = {commit: [seq, at.isoformat()] for commit, (seq, at) in one.known.items()}
    return [merges, releases, known, one.about, sorted(one.approved)]


def _entry(one: ToldAt) -> list[Any]:
    return [one.seq, one.path, one.moment.isoformat(), one.speaker]


def _from_plain(change: str, plain: Iterable[Any]) -> ChangeDeliveries:
    merges, releases, known, about, approved = plain
    return ChangeDeliveries(
        tuple(RecordedMerge(_told(change, one[:4]), *one[4:]) for one in merges),
        tuple(RecordedRelease(_told(change, one[:4]), *one[4:]) for one in releases),
        {commit: (seq, datetime.fromisoformat(at)) for commit, (seq, at) in known.items()},
        about,
        frozenset(approved),
    )


def _told(change: str, plain: Iterable[Any]) -> ToldAt:
    seq, path, at, speaker = plain
    return ToldAt(seq, change, path, datetime.fromisoformat(at), speaker)
