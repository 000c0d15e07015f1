"""Which change made a commit of the main branch, or what is missing for that.

A commit is matched by the strongest of these:

* the bot recorded an open gate for what it brought (`decision`),
* it changes a file in the folder of the change (`request`),
* a message that came with it names the change in a trailer (`trailer`),
* an approval of the change was given on a commit that contains it (`approval`),
* it sets the status of items that a released change asks for (`release`).

A message and a folder are claims that anybody can make. They count where the change was agreed to,
its requester or implementer is an author or committer of the commits, its review was not on the branch
yet, and it lists every item that the commit touches.
"""

from __future__ import annotations

import contextlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Final, NamedTuple

from changeflow import errors
from changeflow.cmdb.attributes import differences
from changeflow.cmdb.item_maps import MapIndex, mapped_items
from changeflow.gate.change_states import LifecycleState
from changeflow.gate.gates.approved_since import approved_at
from changeflow.gate.path_categories import CategorisedPath, categorise
from changeflow.gate_cases.changes_of_items import AGREED, ChangesOfItems, native_items
from changeflow.gate_cases.recorded_deliveries import RecordedDeliveries, RecordedMerge
from changeflow.hosts.table import host_named
from changeflow.model.answers.completeness import DeliveryStanding, HowMatched, WhyNotMatched
from changeflow.model.change import ChangeRequest
from changeflow.model.directory import Directory
from changeflow.model.document_paths import (
    CONFIG,
    change_of,
    change_of_rfc,
    is_release_document,
    review_path,
    rfc_path,
)
from changeflow.model.paths import OUTSIDE
from changeflow.reading.main_history import MainCommit, made_in_merge
from changeflow.reading.other_changes import Standings, items_of_requests
from changeflow.reading.view import View

_CMDB: Final = "cmdb"
# why a change that is named does not account for a commit, the one that misses least first
_NEAREST: Final[tuple[WhyNotMatched, ...]] = (
    "not_listed", "closed", "written_afterwards", "not_theirs", "not_agreed", "no_request",
)  # fmt: skip


class Match(NamedTuple):
    """What a commit was matched with.

    Attributes:
        standing: `request`, `records`, `exempt`, `before`, `retrospective` or `open`.
        changes: that made it.
        how: it belongs to them.
        why: it belongs to none, or only since afterwards.
        named: changes that it names and that do not account for it.
    """

    standing: DeliveryStanding
    changes: tuple[str, ...] = ()
    how: HowMatched | None = None
    why: WhyNotMatched | None = None
    named: tuple[str, ...] = ()


class MatchedCommits:
    """Tells which changes made the commits of the main branch, each when it is asked for.

    Args:
        view: the main branch as its own head; the ledger is read whole.
        history: the branch, oldest first.
        times: when each commit of it was made.
        recorded: what the ledger says was delivered.
        standings: how the changes on the main branch stand.
        now: the time.
        pushed: commits, by number, of which the code host told when they came to the branch.
    """

    def __init__(
        self,
        view: View,
        history: Sequence[MainCommit],
        times: Sequence[datetime],
        recorded: RecordedDeliveries,
        standings: Standings,
        now: datetime,
        pushed: frozenset[int] = frozenset(),
    ) -> None:
        self._view, self._history, self._times = view, history, times
        self._recorded, self._now = recorded, now
        self._standings, self._pushed = standings, pushed
        self._base = view.base.rulebook
        self._found: dict[int, Match] = {}
        self._exempt: dict[int, tuple[str, ...]] = {}
        self._needing: dict[int, tuple[CategorisedPath, ...]] = {}
        self.place_of: dict[str, int] = {}
        for number, one in enumerate(history):
            for commit in one.brought:
                self.place_of[commit] = number

    # -- what the others ask for -----------------------------------------------------------------

    def match(self, number: int) -> Match:
        """Return what a commit of the branch was matched with."""
        if number not in self._found:
            self._found[number] = self._match(number)
        return self._found[number]

    def needing(self, number: int) -> tuple[CategorisedPath, ...]:
        """Return the paths of a commit that need a request."""
        if number not in self._needing:
            self._needing[number] = self._paths_needing(number)
        return self._needing[number]

    def _paths_needing(self, number: int) -> tuple[CategorisedPath, ...]:
        found = []
        exempt = self._exempt_before(number)
        for file in self._history[number].files:
            one = categorise(file.path, exempt)
            if one.category != "exempt":
                found.append(one)
        return tuple(found)

    def items(self, number: int) -> tuple[str, ...]:
        """Return the items that the paths of a commit belong to, sorted."""
        one = self._history[number]
        prefix = self._view.git.facts.prefix
        outer, described = [], []
        for found in self.needing(number):
            if found.category != "change":
                outer.append(_from_the_top(found.path, prefix))
            if found.category == _CMDB:
                described.append(found.path)
        items = set[str]().union(*self._index.of_paths(outer).values())
        if described:
            items |= native_items(self._view.store.at(one.commit), described).keys()
            if one.parents:
                items |= native_items(self._view.store.at(one.parents[0]), described).keys()
        return tuple(sorted(items))

    def owners(self, address: str) -> frozenset[str]:
        """Return the people of the roster to whom an address belongs."""
        return self._directory.owners_of_address(address)

    def owner_of_account(self, number: int | None) -> str | None:
        """Return the one person of the roster who lists an account; None: no one, or several do."""
        return self._directory.owner_of_account(number)

    def state(self, change: str) -> LifecycleState | None:
        """Return the state of a change on the main branch; None where it is not there."""
        if not self._view.base.exists(rfc_path(change)):
            return None
        return self._standings.state(change)

    @cached_property
    def recorded_unauthorised(self) -> Mapping[int, RecordedMerge]:
        """Return commits, by number, that the bot recorded as unauthorised."""
        found: dict[int, RecordedMerge] = {}
        for one in self._recorded.merges:
            if one.change is None and one.commit in self._on_branch:
                found.setdefault(self._on_branch[one.commit], one)
        return found

    # -- one commit ------------------------------------------------------------------------------

    def afterwards(self, key: str, found: Match, number: int | None = None) -> Match:
        """Return what an open delivery is matched with by a request that was written afterwards.

        Args:
            key: the commit, the tag or the deployment, as `written_afterwards` has it.
            found: what it was matched with before.
            number: of the commit, where it is one.
        """
        names = self._requests.written_afterwards.get(key, ())
        listed: set[str] = set()
        agreed = []
        for name in names:
            if self.state(name) in AGREED:
                agreed.append(name)
                listed |= self._listed(name)
        if not names:
            return found
        if not agreed:
            return Match("open", why="not_agreed", named=tuple(names))
        if number is not None and set(self.items(number)) - listed:
            return Match("open", why="not_listed", named=tuple(agreed))
        return Match("retrospective", tuple(agreed), why=found.why)

    def is_afterwards(self, name: str) -> bool:
        """Return whether a request on the main branch was written after what it asks for."""
        return name in self._requests.afterwards

    @property
    def tags_afterwards(self) -> Mapping[str, str]:
        """Return tags that requests were written for afterwards, to the commits they were at."""
        return self._requests.tags_afterwards

    def _match(self, number: int) -> Match:
        found = self._match_before(number)
        if found.standing != "open":
            return found
        return self.afterwards(self._history[number].commit, found, number)

    def _match_before(self, number: int) -> Match:
        """Match a commit with what was there when it was made."""
        if number < self._first_governed:
            return Match("before")
        needing = self.needing(number)
        if not needing:
            return Match("exempt")
        decided = self._decided.get(number)
        if decided:
            return Match("request", tuple(sorted(decided)), "decision")
        if number in self.recorded_unauthorised:
            return Match("open", why="recorded", named=self._claims(number))
        if self._owners_agreed(number, needing):
            return Match("owners")
        return self._matched_by_claims(number, needing)

    def _matched_by_claims(self, number: int, needing: Sequence[CategorisedPath]) -> Match:
        """Match a commit of which the bot recorded nothing."""
        own = frozenset(one.change for one in needing if one.change is not None)
        others = [one for one in needing if one.change is None]
        takes_reviews = host_named(self._base.config.host).takes_reviews
        plans = list(filter(_is_plan, others))
        if plans == others and not takes_reviews:
            # a request for a change, its review, or the plan of a release is no change itself
            return Match("records", tuple(sorted(own)))
        found = self._by_claims(number, own)
        if found.standing == "request" or not self._sets_statuses(number, others):
            return found
        released = self._by_release(number)
        return Match("request", released, "release") if released else found

    def _by_claims(self, number: int, own: frozenset[str]) -> Match:
        one = self._history[number]
        touched = set(self.items(number))
        refused: dict[str, WhyNotMatched] = {}
        for how, names in self._candidates(number, own, touched):
            good: list[str] = []
            for name in sorted(names):
                why = self._refusal(name, number, one)
                if why is None:
                    good.append(name)
                else:
                    refused.setdefault(name, why)
            if not good:
                continue
            listed: set[str] = set()
            made = []
            for name in good:
                listed |= self._listed(name)
                if not touched or touched & self._listed(name):
                    made.append(name)
            if touched - listed:
                refused |= dict.fromkeys(good, "not_listed")
                continue
            if self._are_late(made, number):
                return Match("retrospective", tuple(made), how, "late")
            return Match("request", tuple(made), how)
        if not refused:
            return Match("open", why="no_change")
        nearest = min(refused.values(), key=_NEAREST.index)
        return Match("open", why=nearest, named=tuple(sorted(refused)))

    def _candidates(
        self, number: int, own: frozenset[str], touched: set[str]
    ) -> Iterator[tuple[HowMatched, Iterable[str]]]:
        """Yield changes that a commit may belong to, by how it would."""
        yield "request", own
        yield "trailer", self._history[number].named
        # Any commit before the approval is contained in the one that was approved: only what the
        # request lists belongs to it.
        if touched:
            yield "approval", self._approved_on(number, touched)

    def _refusal(self, name: str, number: int, one: MainCommit) -> WhyNotMatched | None:
        """Return why a change does not account for a commit; None: it does."""
        state = self.state(name)
        if state is None:
            return "no_request"
        if state not in AGREED:
            return "not_agreed"
        if self._closed_before(name, number):
            return "closed"
        if self._is_beyond(name, number):
            return "written_afterwards"
        request = self._requests[name]
        theirs = {request.metadata.requester, request.spec.implementer}
        hands = one.named.get(name, one.hands)
        if self._has_content_of_its_own(number):
            # who merged put something in that was in no commit before
            hands = one.own_hands
        if not theirs & self._owners(hands):
            return "not_theirs"
        return None

    def _is_beyond(self, name: str, number: int) -> bool:
        """Return whether a request was written for what was done before, and not for a commit.

        It accounts for what it was written for, and for the commit that brings it.
        """
        if not self.is_afterwards(name):
            return False
        return any(one.change != name for one in self.needing(number))

    def _owners_agreed(self, number: int, needing: Sequence[CategorisedPath]) -> bool:
        """Return whether the bot found a commit of policies, settings and releases alone in order.

        It records a commit that lacks what it needs, and every change; of policies that their
        owners agreed to, and of releases that the CAB agreed to, it records nothing. Whether it has
        looked, the commits around it tell.
        """
        for one in needing:
            if one.category != "governed" and not _is_plan(one):
                return False
        known = [self._on_branch.get(one.commit) for one in self._recorded.merges]
        numbers = [one for one in known if one is not None]
        return bool(numbers) and min(numbers) < number < max(numbers)

    def _has_content_of_its_own(self, number: int) -> bool:
        """Return whether a merge made files that need a request what no parent has them."""
        made = made_in_merge(self._view.git, self._history[number])
        return bool({one.path for one in self.needing(number)}.intersection(made))

    def _claims(self, number: int) -> tuple[str, ...]:
        """Return the changes that a commit names in any way."""
        own = {one.change for one in self.needing(number) if one.change is not None}
        return tuple(sorted(own | self._history[number].named.keys()))

    # -- what is known of changes ------------------------------------------------------------------

    @cached_property
    def _requests(self) -> _Requests:
        return _Requests(self._view)

    def _listed(self, name: str) -> frozenset[str]:
        return self._requests.items(name)

    def _are_late(self, names: Iterable[str], number: int) -> bool:
        """Return whether changes were approved after they were merged, all of them.

        Of a commit without a merge only the code host knows when it came to the branch.
        """
        if not self._history[number].is_merge and number not in self._pushed:
            return False
        for name in names:
            case = self._standings.case(name)
            at = approved_at(case, self._now) if case is not None else None
            if at is None or at <= self._times[number]:
                return False
        return True

    def _closed_before(self, name: str, number: int) -> bool:
        """Return whether the review of a closed change was on the branch before a commit."""
        if self.state(name) is not LifecycleState.CLOSED:
            return False
        last = self._last_review.get(name)
        return last is not None and last < number

    @cached_property
    def _last_review(self) -> Mapping[str, int]:
        """Return the number of the commit that last changed the review of each change."""
        found: dict[str, int] = {}
        for number, one in enumerate(self._history):
            for file in one.files:
                change = change_of(file.path)
                if change is not None and file.path == review_path(change):
                    found[change] = number
        return found

    def _approved_on(self, number: int, touched: set[str]) -> set[str]:
        """Return changes that list an item of a commit, and were approved on one that contains it.

        Their request was on the branch before, or came with it.
        """
        found = set[str]()
        for name, places in self._approvals.items():
            first = self._first_request.get(name)
            if first is None or first > number or not touched & self._listed(name):
                continue
            if any(place >= number for place in places):
                found.add(name)
        return found

    @cached_property
    def _approvals(self) -> Mapping[str, set[int]]:
        """Return changes, to the numbers of the commits that they were approved on."""
        found: dict[str, set[int]] = {}
        for name, commits in self._recorded.approved.items():
            for commit in commits:
                if commit in self.place_of:
                    found.setdefault(name, set()).add(self.place_of[commit])
        return found

    @cached_property
    def _first_request(self) -> Mapping[str, int]:
        """Return the number of the commit that first brought each request."""
        found: dict[str, int] = {}
        for number, one in enumerate(self._history):
            for file in one.files:
                change = change_of(file.path)
                if change is not None and file.path == rfc_path(change):
                    found.setdefault(change, number)
        return found

    # -- items that follow a release ---------------------------------------------------------------

    def _sets_statuses(self, number: int, others: Sequence[CategorisedPath]) -> bool:
        only_items = all(one.category == _CMDB for one in others)
        return bool(others) and only_items and bool(self._history[number].parents)

    def _by_release(self, number: int) -> tuple[str, ...]:
        """Return the changes that account for all differences of items in a commit."""
        one = self._history[number]
        older = self._view.store.at(one.parents[0])
        newer = self._view.store.at(one.commit)
        finder = ChangesOfItems(self._view, older, newer, [_CMDB], self._now)
        found: set[str] = set()
        told = list(differences(older.rulebook.items, newer.rulebook.items, self.items(number)))
        finder.look([difference.ci for difference in told])
        for difference in told:
            for attribute in difference.attributes:
                made = finder.made_by(difference.ci, attribute, difference.after.get(attribute))
                if not made.changes:
                    return ()
                found.update(made.changes)
        return tuple(sorted(found))

    def _exempt_before(self, number: int) -> tuple[str, ...]:
        """Return the exempt paths of the configuration that a commit found: never its own."""
        place = bisect_left(self.configured, number) - 1
        if place < 0:
            return self._base.config.exempt_paths
        settled = self.configured[place]
        if settled not in self._exempt:
            exempt: tuple[str, ...] = ()
            # a configuration that could not be read exempted nothing
            with contextlib.suppress(errors.Unreadable):
                exempt = self._view.store.at(self._history[settled].commit).config.exempt_paths
            self._exempt[settled] = exempt
        return self._exempt[settled]

    @cached_property
    def configured(self) -> list[int]:
        """Return the numbers of the commits that changed the configuration."""
        found = []
        for number, one in enumerate(self._history):
            if any(file.path == CONFIG for file in one.files):
                found.append(number)
        return found

    # -- the branch --------------------------------------------------------------------------------

    @cached_property
    def _first_governed(self) -> int:
        """Return the number of the first commit after the one that brought the configuration."""
        for number, one in enumerate(self._history):
            if any(file.path == CONFIG and file.after is not None for file in one.files):
                return number + 1
        return len(self._history)

    @cached_property
    def _on_branch(self) -> Mapping[str, int]:
        return {one.commit: number for number, one in enumerate(self._history)}

    @cached_property
    def _decided(self) -> Mapping[int, set[str]]:
        """Return commits, by number, to the changes whose open gate the bot recorded for them."""
        found: dict[int, set[str]] = {}
        for one in self._recorded.merges:
            last = self._on_branch.get(one.commit)
            if one.change is None or last is None:
                continue
            # a rebase is a row of commits, of which the entry names the last
            first = self._on_branch.get(one.parent, last - 1) + 1
            for number in range(min(first, last), last + 1):
                found.setdefault(number, set()).add(one.change)
        return found

    @cached_property
    def _index(self) -> MapIndex:
        return MapIndex(mapped_items(self._base.items))

    @cached_property
    def _directory(self) -> Directory:
        return Directory(self._base.roster.spec.people)

    def _owners(self, addresses: Iterable[str]) -> frozenset[str]:
        found = set[str]()
        for address in addresses:
            found |= self.owners(address)
        return frozenset(found)


class _Requests:
    """The requests on the main branch, each read when it is asked for."""

    def __init__(self, view: View) -> None:
        self._base = view.base
        self._known: dict[str, ChangeRequest] = {}
        self._items: dict[str, frozenset[str]] = {}

    def __getitem__(self, name: str) -> ChangeRequest:
        if name not in self._known:
            self._known[name] = self._base.document(rfc_path(name), ChangeRequest)
        return self._known[name]

    @cached_property
    def afterwards(self) -> Mapping[str, Mapping[str, Any]]:
        """Return requests, by name, to what they say was done before them."""
        found: dict[str, Mapping[str, Any]] = {}
        names = sorted(filter(None, map(change_of_rfc, self._base.paths)))
        for path, spec in self._base.request_fields(list(map(rfc_path, names))):
            after = spec.get("retrospective")
            if isinstance(after, dict):
                found[change_of_rfc(path) or ""] = after
        return found

    @cached_property
    def written_afterwards(self) -> Mapping[str, tuple[str, ...]]:
        """Return what requests were written for afterwards, to these requests.

        A tag is told by itself and its commit, a deployment by its id, each behind what it is; the
        commit that a tag was at counts, too.
        """
        found: dict[str, tuple[str, ...]] = {}
        for name, after in self.afterwards.items():
            commit, tag, deployment = map(after.get, ("commit", "tag", "deployment"))
            keys = []
            if deployment is not None:
                keys.append(f"deployment {deployment}")
            elif commit is not None:
                keys.append(str(commit))
            if tag is not None:
                keys.append(f"tag {tag} {commit}")
            for key in keys:
                found[key] = (*found.get(key, ()), name)
        return found

    @cached_property
    def tags_afterwards(self) -> Mapping[str, str]:
        """Return tags that requests were written for afterwards, to the commits they were at."""
        found: dict[str, str] = {}
        for after in self.afterwards.values():
            if after.get("tag") is not None:
                found[str(after["tag"])] = str(after.get("commit"))
        return found

    def items(self, name: str) -> frozenset[str]:
        """Return the items that a request lists; none where it cannot be read."""
        if name not in self._items:
            found: Mapping[str, object] = {}
            with contextlib.suppress(errors.Unreadable):
                found = items_of_requests(self._base, [name]).get(name, {})
            self._items[name] = frozenset(found)
        return self._items[name]


def _is_plan(one: CategorisedPath) -> bool:
    """Return whether a path is that of the document of a release."""
    return is_release_document(one.path)


def _from_the_top(path: str, prefix: str) -> str:
    """Return a path of the change repository as one from the top of git."""
    return path.removeprefix(OUTSIDE) if path.startswith(OUTSIDE) else f"{prefix}{path}"
