"""The register of changes: every request on the main branch and on others, with how it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Final, Protocol

from changeflow import errors
from changeflow.garbage_collection import nothing_to_collect
from changeflow.gate.change_states import LifecycleState
from changeflow.gate_cases.endings import (
    ConcernedEnding,
    endings_of_exceptions,
    endings_of_holds,
    endings_of_rulebook,
)
from changeflow.gate_cases.register_memory import Found, RegisterMemory
from changeflow.gate_cases.register_rows import RegisteredChange, RowMaker, moment_of
from changeflow.lazy_dataclass import dataclass
from changeflow.model.change import ChangeRequest
from changeflow.model.clock import Clock
from changeflow.model.document_paths import IMPROVEMENTS, rfc_path
from changeflow.model.evidence import LedgerEntry
from changeflow.model.holds import Hold
from changeflow.model.paths import shown
from changeflow.model.phrases import Told
from changeflow.model.watched_time import hold, unnoted
from changeflow.reading.evidence import Evidence
from changeflow.reading.places import Place, places
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.spread_changes import spread_changes
from changeflow.reading.state import State
from changeflow.reading.view import View
from changeflow.repo.git import Git
from changeflow.repo.work import counted

# says by the type and the moment of a change whether it is asked for
Wanted = Callable[[str, datetime], bool]
# changes that are told of together
_TOGETHER: Final = 200
# characters of a commit that a request is read from which no branch has
_SHORT: Final = 12


class Telling(Protocol):
    """Tells more of changes by what their rows are made from, in the process that made these.

    Attributes:
        now: the time that it tells with.
        is_plain: whether what it tells can be pickled.
    """

    now: datetime
    is_plain: bool

    def tell(self, place: Place, rows: Sequence[RegisteredChange]) -> Sequence[object | None]:
        """Return what is told of each row; None where nothing is asked of it."""


@dataclass(frozen=True)
class Register:
    """The register as it was read.

    Attributes:
        changes: by time.
        ending: what ends soon, soonest first.
        unreadable: changes whose request cannot be read.
        problems: what is wrong with the ledger, as sentences; nothing is approved while there are
            any.
        elsewhere: the revision of each change, by id and `at`, that the work tree has not, or has
            in other words.
    """

    changes: tuple[RegisteredChange, ...]
    ending: tuple[ConcernedEnding, ...]
    unreadable: tuple[str, ...]
    problems: tuple[str | Told, ...]
    elsewhere: Mapping[tuple[str, str], str]


@dataclass
class Requests:
    """The requests of a place that can be read, and the names of the others."""

    found: dict[str, ChangeRequest] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)


def read_register(
    view: View,
    clock: Clock,
    *,
    everywhere: bool,
    wanted: Wanted | None = None,
    telling: Telling | None = None,
) -> Register:
    """Read the register.

    Args:
        view: base and head.
        clock: the time.
        everywhere: look at all local and remote branches, too.
        wanted: says by its type and its moment whether a change has to be in it; others may be
            missing. None: all have to.
        telling: tells more of each row (`RegisteredChange.more`), but of those that are remembered.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    base = view.base.require_readable()
    memory = RegisterMemory.of(view, clock, everywhere=everywhere)
    known = memory.recall() if memory is not None else None
    found = _renewed(view, known, clock, everywhere=everywhere) if known is not None else None
    if found is None:
        with nothing_to_collect():
            reading = RegisterReading(view.for_many(), base, clock, everywhere=everywhere)
            found = _found(reading, wanted or _every, telling)
        if wanted is not None:
            # those that are missing are no register
            return register_of(found, base, clock)
    if memory is not None and found is not known:
        memory.keep(found)
    return register_of(found, base, clock)


def register_of(found: Found, base: Rulebook, clock: Clock) -> Register:
    """Return the register with the rows that were found."""
    ending = [*endings_of_rulebook(base, clock.now)]
    ending += endings_of_holds(found.holds, base, clock.now)
    ending += endings_of_exceptions(base, [one.row for one in found.rows], clock.now)
    for one in found.rows:
        hold(clock.now, one.during)
        ending += one.ending
    return Register(
        tuple(sorted(found.rows, key=lambda one: (one.moment, one.row.change, one.row.at))),
        tuple(sorted(ending, key=lambda one: one.order)),
        found.unreadable,
        found.problems,
        found.elsewhere,
    )


def _every(_kind: str, _moment: datetime) -> bool:
    return True


def _found(reading: RegisterReading, wanted: Wanted, telling: Telling | None) -> Found:
    """Compute every row that is wanted, many of them in several processes."""
    rows = list[RegisteredChange]()
    for number in range(len(reading.places)):
        names, make = reading.names(number, wanted), partial(_rows, reading, number, telling)
        if telling is None or telling.is_plain:
            for part in spread_changes(make, names, reading.git, reading.times(telling)):
                rows += part
        else:
            rows += make(names)
    return reading.found(rows)


def _rows(
    reading: RegisterReading, place: int, telling: Telling | None, names: Sequence[str]
) -> list[RegisteredChange]:
    """Return the rows of some changes of a place, with what is told of them."""
    asked = iter(counted("progress.changes", names, len(names)))
    if telling is None:
        return list(reading.rows(place, asked))
    found = list[RegisteredChange]()
    # all that rows are made from would take much memory
    while made := list(reading.rows(place, islice(asked, _TOGETHER), with_cases=True)):
        told = telling.tell(reading.places[place], made)
        for one, more in zip(made, told, strict=True):
            found.append(replace(one, judged=None, more=more))
    return found


class RegisterReading:
    """The requests of all places and the ledger, read once for all rows of a register.

    Attributes:
        places: the main branch, branches that bring requests, and commits with forgotten ones.
        requests: those of each place.

    Args:
        view: base and head, for an answer about many changes.
        base: the rulebook.
        clock: the time.
        everywhere: look at all local and remote branches, too.
        wanted: says which changes of a place are read; None: all of them.
        fixed: what changes that are not read say that they fix, where they were implemented.
    """

    def __init__(
        self,
        view: View,
        base: Rulebook,
        clock: Clock,
        *,
        everywhere: bool,
        wanted: Callable[[Place], Iterable[str]] | None = None,
        fixed: frozenset[str] = frozenset(),
    ) -> None:
        self._view, self._base, self._clock = view, base, clock
        known = places(view, everywhere=everywhere)
        # Every signature is checked, whatever change is asked about.
        self._evidence = view.ledger.evidence(view.base, "")
        lost_places, self._gone = forgotten(view, known, self._evidence)
        self.places: tuple[Place, ...] = (*known, *lost_places)
        self.requests: list[Requests] = []
        for place in self.places:
            names = place.changes if wanted is None else wanted(place)
            self.requests.append(read_requests(place.state, names))
        found = (fixed_by(read, self._evidence) for read in self.requests)
        self._fixed = fixed.union(*found) | followed_as_improvements(view.base)

    @property
    def git(self) -> Git:
        """Return the repository."""
        return self._view.git

    def times(self, telling: Telling | None) -> tuple[datetime, ...]:
        """Return the times that rows, and what is told of them, are computed with."""
        told = () if telling is None else (telling.now,)
        return self._clock.now, self._clock.real, *told

    def names(self, place: int, wanted: Wanted) -> list[str]:
        """Return the changes of a place that are wanted by their type and their moment."""
        zone, found = self._base.config.zone, []
        for name, change in self.requests[place].found.items():
            moment = moment_of(change, self._evidence.of_change(name), zone)
            if wanted(change.spec.type.value, moment):
                found.append(name)
        return found

    def rows(
        self, place: int, names: Iterable[str], *, with_cases: bool = False
    ) -> Iterator[RegisteredChange]:
        """Yield the rows of some changes of a place, with or without what they are made from."""
        maker = RowMaker(
            self.places[place],
            self._base,
            self._evidence,
            self._clock,
            self._fixed,
            with_cases=with_cases,
        )
        for name in names:
            yield maker.row(self.requests[place].found[name])

    def found(self, rows: Iterable[RegisteredChange]) -> Found:
        """Return what was found, with these rows."""
        lost = [*self._gone]
        for read in self.requests:
            lost += read.lost
        return Found(
            tuple(rows),
            tuple(sorted(lost)),
            tuple(finding.quoted for finding in self._evidence.problems),
            dict(_elsewhere(self._view, self.places)),
            self._fixed,
            self._holds(),
        )

    def _holds(self) -> tuple[Hold, ...]:
        """Return the holds, by the entries about no change; most repositories have none."""
        entries = self._evidence.standing
        if not entries:
            return ()
        from changeflow.reading.holds_on_record import holds_on_record

        return holds_on_record(self._view.store, self._base, entries)


def followed_as_improvements(base: State) -> frozenset[str]:
    """Return the follow-ups of reviews that are followed as improvements instead."""
    if not any(path.startswith(IMPROVEMENTS) for path in base.paths):
        return frozenset()
    from changeflow.gate_cases.improvements import followed

    return followed(base)


def _renewed(view: View, known: Found, clock: Clock, *, everywhere: bool) -> Found | None:
    """Return what was found before with those rows computed again that hold no longer.

    None where all of it is to be read.
    """
    now = unnoted(clock.now)
    stale = {(one.row.at, one.row.change) for one in known.rows if not one.during.has(now)}
    if not stale:
        return known
    view = view.for_some(frozenset(change for _, change in stale))
    evidence, base = view.ledger.evidence(view.base, ""), view.base.rulebook
    fresh: dict[tuple[str, str], RegisteredChange] = {}
    # Two places may be called `main`: the branch, and what is not committed to it yet.
    for place in places(view, everywhere=everywhere):
        asked = [name for name in place.changes if (place.label, name) in stale]
        if asked:
            maker = RowMaker(place, base, evidence, clock, known.fixed)
            for name, request in read_requests(place.state, asked).found.items():
                fresh[place.label, name] = maker.row(request)
    # None of a request that is on no branch any more
    if fresh.keys() != stale:
        return None
    rows = [fresh.get((one.row.at, one.row.change), one) for one in known.rows]
    return replace(known, rows=tuple(rows))


def _elsewhere(view: View, found: Sequence[Place]) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield what has to be named, so that a command reads a change as it is at its place."""
    at_work, proposed = view.head.commit is None, set[str]()
    for place in found:
        if place.state is view.head:
            proposed.update(place.changes)
    for place in found:
        for name in place.changes:
            is_main = place is found[0] and name not in proposed
            here = place.state is view.head or (is_main and view.head.exists(rfc_path(name)))
            if not (at_work and here):
                yield (name, place.label), place.revision


def read_requests(state: State, names: Iterable[str]) -> Requests:
    """Read the requests of a place, all at once."""
    read = Requests()
    wanted = [name for name in names if state.exists(rfc_path(name))]
    for _ in state.read_many([rfc_path(name) for name in wanted], problems=[]):
        continue
    for name in wanted:
        request = _request(state, name)
        if request is not None and request.id == name:
            read.found[name] = request
        else:
            read.lost.append(shown(name))
    return read


def _request(state: State, name: str) -> ChangeRequest | None:
    """Return a request; None where it cannot be read."""
    try:
        # The state keeps the change, and its row needs all of it.
        return state.change(name).change
    except (errors.NothingToDo, errors.Unreadable):
        pass
    try:
        # Of a change with a file that cannot be read, there is the request all the same.
        return state.document(rfc_path(name), ChangeRequest)
    except errors.Unreadable:
        return None


def forgotten(
    view: View, known: Sequence[Place], evidence: Evidence
) -> tuple[list[Place], list[str]]:
    """Return changes of the ledger whose request no branch has any more.

    They are at the commit that the ledger names, where that is still here; the others are named.
    """
    told: set[str] = set()
    for place in known:
        told.update(place.changes)
    found: list[Place] = []
    gone: list[str] = []
    for name in sorted(one for one in evidence.about if one is not None and one not in told):
        commit = _commit_with(view, name, evidence.of_change(name))
        if commit is None:
            gone.append(name)
        else:
            label = commit[:_SHORT]
            there = View(view.store, view.base, view.store.named(label, commit), view.ledger)
            found.append(Place(label, there, (name,), forgotten=True))
    return found, gone


def _commit_with(view: View, name: str, mine: Sequence[LedgerEntry]) -> str | None:
    """Return the last commit that entries about a change name and that has its request here."""
    for entry in reversed(mine):
        for subject in entry.subject:
            commit = subject.commit
            if commit is None or view.git.resolve(commit) is None:
                continue
            if view.store.named(commit[:_SHORT], commit).exists(rfc_path(name)):
                return commit
    return None


def fixed_by(read: Requests, evidence: Evidence) -> frozenset[str]:
    """Return what implemented changes say that they fix."""
    found: set[str] = set()
    for name, change in read.found.items():
        if evidence.finished.get(name) == LifecycleState.IMPLEMENTED:
            found.update(change.spec.fixes)
    return frozenset(found)
