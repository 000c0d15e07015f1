"""Changes with everything that papers tell of them: their rows of the register and their records.

State, class, risk and what is owed are those of `list`; times, outcome and opinions are the records
that measures are computed from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import Any, Final, Generic, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from changeflow.cmdb.impact import affected_items
from changeflow.cmdb.tally import hit_services
from changeflow.garbage_collection import nothing_to_collect
from changeflow.gate.case import untimed
from changeflow.gate.deadlines import retrospective_due
from changeflow.gate.gates.approved_since import approved_at
from changeflow.gate.lifecycle import LifeCase
from changeflow.gate_cases.other_changes_states import standings_of_head
from changeflow.gate_cases.register import forgotten, read_register, read_requests
from changeflow.gate_cases.register_rows import RegisteredChange, state_of_row
from changeflow.insight.period import Period
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger.assessments import last_before_release
from changeflow.model.answers.impact import Impact
from changeflow.model.answers.report import ReportInput
from changeflow.model.change import ChangeRequest
from changeflow.model.clock import Clock
from changeflow.model.document_paths import review_path, rfc_path
from changeflow.model.evidence import DecisionBody, LedgerEntry
from changeflow.model.post_implementation import ReviewSpec
from changeflow.model.times import parse_instant
from changeflow.model.watched_time import WatchedTime, hold, unnoted
from changeflow.reading.other_changes import Standings
from changeflow.reading.own_records import OwnRecords, RecordMaker
from changeflow.reading.paper_head import inputs_at
from changeflow.reading.places import Place, places
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View

T = TypeVar("T")
R = TypeVar("R")

Row = Mapping[str, Any]
# services that are named for a change
MOST_SERVICES: Final = 5
_TOLD: Final = ("changes", "opinions", "reviews")


@dataclass(frozen=True)
class ToldChange:
    """A change in a paper.

    Attributes:
        listed: its row of the register.
        request: as it is at its place.
        record: its row of the table of changes, as far as it is known.
        opinions: its rows of the table of opinions, in order.
        reviewed: its row of the table of reviews; empty where none is due.
        review: what its review says; None where there is none that can be read.
        caused: incidents that documents say it caused.
        entries: what the ledger says of it.
        case: what its state depends on; None where that cannot be read.
        base: the rulebook.
        now: the time.
    """

    listed: RegisteredChange
    request: ChangeRequest
    record: Row
    opinions: Sequence[Row]
    reviewed: Row
    review: ReviewSpec | None
    caused: tuple[str, ...]
    entries: Sequence[LedgerEntry]
    case: LifeCase | None
    base: Rulebook
    now: datetime

    @cached_property
    def approved(self) -> datetime | None:
        """Return since when its approvals are complete, as `show` says it; None: they are not.

        What was let go stays approved, whatever came since.
        """
        now = None
        if self.case is not None:
            now = _plain(approved_at(self.case, self.now))
            _hold_case(self.listed, self.now)
        return now or _approved_when_let_go(self.entries)

    @cached_property
    def services(self) -> tuple[str, ...]:
        """Return the services among its items, and those that it can hit, the hardest first."""
        if self.case is None:
            return ()
        found = services_of(self.base, self.case.common.assessment.impact)
        _hold_case(self.listed, self.now)
        return found

    @cached_property
    def retrospective_due(self) -> datetime | None:
        """Return until when the policy asks for approvals in retrospect.

        None: it does not say, or the release has not ended.
        """
        if self.case is None or self.case.release.ended is None:
            return None
        due = _plain(retrospective_due(untimed(self.case).closing, self.now))
        _hold_case(self.listed, self.now)
        return due

    @property
    def assessed(self) -> datetime | None:
        """Return when it was last assessed on record, before its release where there was one."""
        found = last_before_release(self.entries)
        return found.entry.moment if found is not None else None

    @property
    def authorised(self) -> bool | None:
        """Return whether the gate `deploy` was open on record when it started; None: it has not."""
        if "actual_start" not in self.record:
            return None
        last: DecisionBody | None = None
        for entry in self._before():
            if isinstance(entry.body, DecisionBody) and entry.body.gate == "deploy":
                last = entry.body
        return last is not None and last.open

    @property
    def late(self) -> bool | None:
        """Return whether it was recorded after it had started; None where that is not known."""
        recorded, started = self.record.get("recorded_at"), self.record.get("actual_start")
        return None if recorded is None or started is None else recorded > started

    def _before(self) -> Iterator[LedgerEntry]:
        for entry in self.entries:
            if entry.kind == "release":
                return
            yield entry


@dataclass(frozen=True)
class ToldRows(Generic[R]):
    """What a paper says of the changes of a period, with the documents that tell of them.

    Attributes:
        rows: by the time of their changes.
        inputs: their requests and reviews.
        unreadable: what could not be read.
    """

    rows: tuple[R, ...]
    inputs: tuple[ReportInput, ...]
    unreadable: tuple[str, ...]


@dataclass(frozen=True)
class ToldChanges:
    """The changes of a period by time, with the documents that tell of them.

    Attributes:
        changes: by time.
        inputs: their requests and reviews.
        unreadable: what could not be read.
    """

    changes: tuple[ToldChange, ...]
    inputs: tuple[ReportInput, ...]
    unreadable: tuple[str, ...]


def told_changes(
    view: View, period: Period, clock: Clock, types: Iterable[str] = ()
) -> ToldChanges:
    """Return the changes of a period, on the main branch and on others.

    Args:
        view: the main branch; nothing that is not committed is told.
        period: by the time that `list` sorts by.
        clock: the time.
        types: of these types only; empty: of any.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    telling = _Telling(period, types, clock.now, lambda one: one, is_plain=False)
    found = _told(view, clock, telling)
    return ToldChanges(found.rows, found.inputs, found.unreadable)


def told_rows(
    view: View,
    period: Period,
    clock: Clock,
    make: Callable[[ToldChange], R],
    types: Iterable[str] = (),
) -> ToldRows[R]:
    """Return what a paper says of the changes of a period, on the main branch and on others.

    Many changes are told of in several processes.

    Args:
        view: the main branch; nothing that is not committed is told.
        period: by the time that `list` sorts by.
        clock: the time.
        make: makes the row of a change. It is asked for each by itself; its rows can be pickled.
        types: of these types only; empty: of any.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    return _told(view, clock, _Telling(period, types, clock.now, make, is_plain=True))


def told_again(
    view: View, rows: Sequence[RegisteredChange], zone: ZoneInfo, now: datetime
) -> dict[str, ToldChange]:
    """Return what is told of some rows of the register, by the names of their changes.

    Args:
        view: the main branch.
        rows: those of few changes, each from another place.
        zone: of the repository.
        now: the time.
    """
    telling = _Telling(Period(None, None, zone), (), now, lambda one: one, is_plain=False)
    told = _told_of_remembered(view, rows, telling)
    return {one.row.request.id: one.row for one in told.values()}


def _told(view: View, clock: Clock, telling: _Telling[R]) -> ToldRows[R]:
    # What is told holds as long as the rows of these changes, however long those of others do.
    plain = Clock(unnoted(clock.now), unnoted(clock.real))
    wanted = None if telling.is_whole else telling.is_asked
    register = read_register(view, plain, everywhere=True, wanted=wanted, telling=telling)
    asked: list[RegisteredChange] = []
    for one in register.changes:
        if telling.is_asked(one.row.type, one.moment):
            asked.append(one)
            hold(clock.now, one.during)
    told: dict[int, _More[R]] = {}
    for one in asked:
        if isinstance(one.more, _More):
            told[id(one)] = one.more
    if len(told) < len(asked):
        told |= _told_of_remembered(view, [one for one in asked if id(one) not in told], telling)
    found = [told[id(one)] for one in asked if id(one) in told]
    inputs = chain.from_iterable(one.inputs for one in found)
    return ToldRows(
        tuple(one.row for one in found),
        tuple(sorted(inputs, key=lambda one: (one.path, one.sha256))),
        register.unreadable,
    )


def _told_of_remembered(
    view: View, rows: Sequence[RegisteredChange], telling: _Telling[R]
) -> dict[int, _More[R]]:
    """Return what is told of rows that were remembered, by the identities of these."""
    evidence = view.ledger.evidence(view.base, "")
    known = places(view, everywhere=True)
    gone, _ = forgotten(view, known, evidence)
    by_place: dict[str, list[RegisteredChange]] = defaultdict(list)
    for one in rows:
        by_place[one.row.at].append(one)
    found: dict[int, _More[R]] = {}
    for place in (*known, *gone):
        wanted = []
        for one in by_place.get(place.label, ()):
            if one.row.change in place.changes:
                wanted.append(one)
        with nothing_to_collect():
            for one, said in zip(wanted, telling.tell(place, wanted), strict=True):
                if said is not None:
                    found[id(one)] = said
    return found


class _More(NamedTuple, Generic[R]):
    """What is told of a change: its row in a paper, and the documents that tell of it."""

    row: R
    inputs: tuple[ReportInput, ...]


class _Telling(Generic[R]):
    """Tells of the changes of a period. It is a `register.Telling`.

    Attributes:
        now: the time.
        is_plain: whether what it makes can be pickled.

    Args:
        period: by the time that `list` sorts by.
        types: of these types only; empty: of any.
        now: the time.
        make: makes the row of a change in a paper.
        is_plain: see above.
    """

    def __init__(
        self,
        period: Period,
        types: Iterable[str],
        now: datetime,
        make: Callable[[ToldChange], R],
        *,
        is_plain: bool,
    ) -> None:
        self._period, self._types, self._make = period, frozenset(types), make
        self.now, self.is_plain = now, is_plain
        self._teller: _Teller | None = None

    @property
    def is_whole(self) -> bool:
        """Return whether all changes are asked about."""
        return not self._types and self._period.start is None and self._period.end is None

    def is_asked(self, kind: str, moment: datetime) -> bool:
        """Return whether a change of a type and a moment is asked about."""
        return self._period.has(moment) and (not self._types or kind in self._types)

    def tell(self, place: Place, rows: Sequence[RegisteredChange]) -> list[_More[R] | None]:
        """See `register.Telling`."""
        asked = [one for one in rows if self.is_asked(one.row.type, one.moment)]
        if not asked:
            return [None] * len(rows)
        if self._teller is None or self._teller.place is not place:
            self._teller = _Teller(place, self.now)
        teller, told = self._teller, dict[int, _More[R]]()
        for one, said in teller.told(asked):
            told[id(one)] = _More(self._make(said), teller.inputs(one.row.change))
        return [told.get(id(one)) for one in rows]


class _Teller:
    """Tells of the changes of one place.

    Args:
        place: where they are.
        now: the time.
    """

    def __init__(self, place: Place, now: datetime) -> None:
        view = place.view
        self._view, self.place = view, place
        self._base = view.base.rulebook
        self._evidence = view.ledger.evidence(view.base, "")
        self._now = now
        self._standings: Standings = standings_of_head(view, now)
        self._maker = RecordMaker(
            view.git, place.state, self._base, self._evidence, self._standings, now
        )

    def told(
        self, wanted: Sequence[RegisteredChange]
    ) -> Iterator[tuple[RegisteredChange, ToldChange]]:
        """Yield changes with what is told of them."""
        requests = read_requests(self.place.state, [one.row.change for one in wanted]).found
        for one in wanted:
            # how long a row holds is noted, and with it how long its state does
            self._standings.know(one.row.change, state_of_row(one))
            if one.judged is not None:
                self._standings.know_case(one.row.change, one.judged.case)
        records = OwnRecords()
        self._maker.add_all(sorted(requests), records)
        by_change = {name: _by_change(rows) for name, rows in records.tables.items()}
        for one in wanted:
            name = one.row.change
            if name not in requests:
                continue
            rows = {table: by_change[table].get(name, []) for table in _TOLD}
            for row in chain.from_iterable(rows.values()):
                for column, value in row.items():
                    row[column] = _plain(value)
            told = ToldChange(
                listed=one,
                request=requests[name],
                record=_first(rows["changes"]),
                opinions=rows["opinions"],
                reviewed=_first(rows["reviews"]),
                review=self.place.state.review(name),
                caused=self._view.base.incidents.naming(name),
                entries=self._evidence.of_change(name),
                case=self._standings.case(name),
                base=self._base,
                now=self._now,
            )
            _hold_case(one, self._now)
            yield one, told
            # all cases would take much memory
            self._standings.forget(name)

    def inputs(self, change: str) -> tuple[ReportInput, ...]:
        """Return the digests of the request and the review of a change."""
        return inputs_at(self.place.state, (rfc_path(change), review_path(change)))


def services_of(base: Rulebook, impact: Impact) -> tuple[str, ...]:
    """Return the services among changed items, and those that they can hit, the hardest first."""
    types = base.config.service_types
    found = []
    for ci in impact.changed:
        if ci in base.items and base.items[ci].spec.type in types:
            found.append(ci)
    for _, number in hit_services(affected_items(impact), types, MOST_SERVICES).strongest:
        found.append(base.graph.ids[number])
    return tuple(dict.fromkeys(found))


def _approved_when_let_go(entries: Iterable[LedgerEntry]) -> datetime | None:
    """Return when the last approval came with which the gate `deploy` let a release start."""
    decision: DecisionBody | None = None
    for entry in entries:
        body = entry.body
        if entry.kind == "release":
            return max(_times_of(decision), default=None)
        if isinstance(body, DecisionBody) and body.gate == "deploy" and body.open:
            decision = body
    return None


def _times_of(decision: DecisionBody | None) -> Iterator[datetime]:
    for one in () if decision is None else decision.approvals:
        with suppress(ValueError):
            yield parse_instant(one.get("at", ""))


def _hold_case(one: RegisteredChange, now: datetime) -> None:
    """Note what the time in the case of a row was compared with, since the row was made, too."""
    if one.judged is not None:
        hold(now, one.judged.watch.holding)


def _plain(value: T) -> T:
    """Return a value without the time of asking in it: what names that holds now alone."""
    return value.plain if isinstance(value, WatchedTime) else value  # type: ignore[return-value]


def _by_change(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if "change" in row:
            found[row["change"]].append(row)
    return found


def _first(rows: Sequence[Row] | None) -> Row:
    return rows[0] if rows else {}
