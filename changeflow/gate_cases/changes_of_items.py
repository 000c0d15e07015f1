"""Which change made a difference between two states of the CMDB.

A commit made it, and a change made the commit where the request of the change lists the item and

* the commit, or what was merged by it, changes a file in the folder of the change (`request`),
* or a message of it names the change in a trailer (`trailer`),
* or an approval of the change was given on a commit that contains it, and the request was there
  before (`approval`: a branch that was merged without a merge commit),
* or it sets the status that a released change asks for (`release`).

The change must be agreed to: approved, or further. Once its review was on the branch, a change
accounts for nothing that lands later. Anything else is a difference without a change.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Final, Literal, NamedTuple

from changeflow import errors
from changeflow.cmdb.attributes import STATUS, Items, difference
from changeflow.cmdb.outdated_items import STATUS_OF
from changeflow.gate.change_states import READY, LifecycleState
from changeflow.gate_cases.other_changes_states import standings_of_head
from changeflow.model.change import Action
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.document_paths import SOURCES, change_of_rfc, review_path, rfc_path
from changeflow.model.evidence import NO_CHANGE, ApprovalBody, DecisionBody, LedgerEntry
from changeflow.model.kinds import area_of
from changeflow.model.subjects import commits_of
from changeflow.reading.evidence import Evidence
from changeflow.reading.landings import Landing, landings
from changeflow.reading.other_changes import Standings, items_of_requests
from changeflow.reading.state import State
from changeflow.reading.view import View
from changeflow.release.ending import finished_changes

How = Literal["request", "trailer", "approval", "release"]
Why = Literal["no_change", "not_listed", "not_agreed", "closed", "uncommitted", "no_commit"]

# the states in which a change was agreed to, whatever became of it since
AGREED: Final = READY | {
    LifecycleState.IMPLEMENTING,
    LifecycleState.IMPLEMENTED,
    LifecycleState.ROLLED_BACK,
    LifecycleState.ROLLBACK_FAILED,
    LifecycleState.IN_REVIEW,
    LifecycleState.CLOSED,
}
_ITEM_KIND: Final = "ConfigurationItem"


class MadeBy(NamedTuple):
    """What made a difference.

    Attributes:
        landing: the commit on the branch; None where none of them did.
        changes: that made it; none of them: it is a difference without a change.
        how: the commit belongs to them.
        why: there is none.
        named: changes that came with it and do not account for it, each with its state; None where
            the change is not on the main branch.
    """

    landing: Landing | None
    changes: tuple[str, ...] = ()
    how: How | None = None
    why: Why | None = None
    named: tuple[tuple[str, str | None], ...] = ()


class ChangesOfItems:
    """Tells which change made a difference of an item between two commits.

    Args:
        view: where the main branch and the ledger are.
        older: the state that is known.
        newer: the commit with the differences.
        below: files and folders that items are read from.
        now: the time by which changes have their states.
    """

    def __init__(
        self, view: View, older: State, newer: State, below: Sequence[str], now: datetime
    ) -> None:
        self._view, self._older, self._newer, self._now = view.for_many(), older, newer, now
        self._below = below
        self._last: dict[tuple[str, str], Landing] = {}

    def look(self, items: Collection[str]) -> None:
        """Find out which landing changed which attribute of some items last."""
        if self._older.commit is None or self._newer.commit is None:
            return
        found = landings(self._view.git, self._older.commit, self._newer.commit, self._below)
        for landing in found:
            for ci, attribute in self._touched(landing, items):
                self._last[ci, attribute] = landing

    def made_by(self, ci: str, attribute: str, after: str | None) -> MadeBy:
        """Return what made an attribute of an item what it is now."""
        landing = self._last.get((ci, attribute))
        if landing is None:
            return MadeBy(None, why="no_commit")
        came = landing.with_requests | landing.with_trailers
        for how, names in self._candidates(landing, ci, attribute, after):
            agreed = [name for name in sorted(names) if self._state(name) in AGREED]
            alive = [name for name in agreed if not self._closed_before(name, landing)]
            if alive:
                return MadeBy(landing, tuple(alive), how)
            if agreed:
                return MadeBy(landing, why="closed", named=self._with_states(agreed))
            came |= names
        listed = came & self._listing.get(ci, set())
        if listed:
            return MadeBy(landing, why="not_agreed", named=self._with_states(listed))
        if came:
            return MadeBy(landing, why="not_listed", named=self._with_states(came))
        return MadeBy(landing, why="no_change")

    def _with_states(self, changes: Collection[str]) -> tuple[tuple[str, str | None], ...]:
        return tuple((name, self._state(name)) for name in sorted(changes))

    def _candidates(
        self, landing: Landing, ci: str, attribute: str, after: str | None
    ) -> Iterator[tuple[How, set[str]]]:
        """Yield changes whose requests list the item, by how the landing may belong to them."""
        listing = self._listing.get(ci, set())
        yield "request", listing & landing.with_requests
        yield "trailer", listing & landing.with_trailers
        yield "approval", {name for name in listing if self._approved(name, landing)}
        if attribute == STATUS:
            yield "release", {name for name in listing if self._released(name, ci, after)}

    # -- what a landing changed ----------------------------------------------------------------

    def _touched(self, landing: Landing, items: Collection[str]) -> Iterator[tuple[str, str]]:
        after = self._view.store.at(landing.commit)
        before = None
        if landing.parent is not None:
            before = self._view.store.at(landing.parent)
        old, new = self._items_of(before, landing), self._items_of(after, landing)
        touched: Iterable[str] = items
        if old is None or new is None:
            old, new = {}, after.rulebook.items
            if before is not None:
                old = before.rulebook.items
        else:
            touched = (old.keys() | new.keys()).intersection(items)
        for ci in touched:
            found = difference(ci, old.get(ci), new.get(ci))
            if found is not None:
                for attribute in found.attributes:
                    yield ci, attribute

    def _items_of(self, state: State | None, landing: Landing) -> Items | None:
        """Return the items in the files of a landing; None where sources have a say."""
        if state is None:
            return {}
        if any(path.startswith(SOURCES) for path in state.paths):
            return None
        return native_items(state, landing.paths)

    # -- what changes there are ----------------------------------------------------------------

    @cached_property
    def _items(self) -> Mapping[str, Mapping[str, Action]]:
        """Return what each change does to which items, by the newer commit or the main branch."""
        found: dict[str, Mapping[str, Action]] = {}
        for state in (self._newer, self._view.base):
            names = set(filter(None, map(change_of_rfc, state.paths))) - found.keys()
            found |= items_of_requests(state, sorted(names))
        return found

    @cached_property
    def _listing(self) -> Mapping[str, set[str]]:
        """Return the changes whose requests list an item, by item."""
        found: dict[str, set[str]] = {}
        for name, items in self._items.items():
            for ci in items:
                found.setdefault(ci, set()).add(name)
        return found

    @cached_property
    def _evidence(self) -> Evidence:
        found = self._view.ledger.evidence(self._view.base, NO_CHANGE)
        if found.problems:
            problem = found.problems[0].quoted_with_path
            raise errors.Unreadable.of("append.not_held", problem=problem)
        if found.head is None:
            found.ledger.require_here()
        return found

    @cached_property
    def _standings(self) -> Standings:
        return standings_of_head(self._view.of_base(), self._now)

    def _state(self, name: str) -> LifecycleState | None:
        """Return the state of a change on the main branch; None where it is not there."""
        if not self._view.base.exists(rfc_path(name)):
            return None
        self._evidence  # noqa: B018 - a ledger that is not here must not pass for an empty one
        return self._standings.state(name)

    @cached_property
    def _finished(self) -> Mapping[str, str]:
        return finished_changes(self._evidence.entries)

    def _closed_before(self, name: str, landing: Landing) -> bool:
        """Return whether the review of a closed change was on the branch before a landing."""
        if landing.parent is None or self._state(name) is not LifecycleState.CLOSED:
            return False
        # the newest one: a skeleton that is filled in later closes nothing yet
        tip = self._newer.commit or landing.commit
        newest = self._view.git.log(
            tip, format_="%H", paths=[review_path(name)], extra=["--max-count=1"]
        )
        return bool(newest) and self._view.git.is_ancestor(newest[0].strip(), landing.parent)

    def _released(self, name: str, ci: str, after: str | None) -> bool:
        action = self._items[name][ci]
        if action not in STATUS_OF or self._finished.get(name) != LifecycleState.IMPLEMENTED:
            return False
        return STATUS_OF[action][1].value == after

    def _approved(self, name: str, landing: Landing) -> bool:
        """Return whether a change was approved on a commit that contains the landing.

        The request was there before it, or came with it.
        """
        git = self._view.git
        commits = set[str]()
        for entry in self._evidence.of_change(name):
            if _approves(entry):
                commits |= commits_of(entry.subject)
        here = [one for one in sorted(commits) if git.resolve(one) is not None]
        if not any(git.is_ancestor(landing.commit, one) for one in here):
            return False
        first = git.log(
            here[0],
            format_="%H",
            paths=[rfc_path(name)],
            extra=["--diff-filter=A", "--no-renames"],
        )
        return bool(first) and git.is_ancestor(first[-1].strip(), landing.commit)


def native_items(state: State, paths: Iterable[str]) -> dict[str, ConfigurationItem]:
    """Return the items that some files of a state describe, as far as they can be read."""
    found: dict[str, ConfigurationItem] = {}
    for path in paths:
        area = area_of(path)
        if area is None or _ITEM_KIND not in area.kinds or not state.exists(path):
            continue
        with contextlib.suppress(errors.Unreadable):
            for record in state.parsed(path, many=True).records:
                if isinstance(record, ConfigurationItem):
                    found[record.metadata.id] = record
    return found


def _approves(entry: LedgerEntry) -> bool:
    body = entry.body
    if isinstance(body, ApprovalBody):
        return body.decision == "approve"
    return isinstance(body, DecisionBody) and body.gate == "approve" and body.open
