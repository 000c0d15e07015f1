"""Changes with everything that papers tell of them: their rows of the register and their records.

State, class, risk and what is owed are those of `list`; times, outcome and opinions are the records
that measures are computed from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import Any, Final, TypeVar

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
        approved: since when its approvals are complete, as `show` says it, or were when its release
            was let go; None: they are not.
        caused: incidents that documents say it caused.
        services: those among its items, and those that it can hit, the hardest first.
        entries: what the ledger says of it.
        case: what its state depends on; None where that cannot be read.
        now: the time.
    """

    listed: RegisteredChange
    request: ChangeRequest
    record: Row
    opinions: Sequence[Row]
    reviewed: Row
    review: ReviewSpec | None
    approved: datetime | None
    caused: tuple[str, ...]
    services: tuple[str, ...]
    entries: Sequence[LedgerEntry]
    case: LifeCase | None
    now: datetime

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
    # What is told holds as long as the rows of these changes, however long those of others do.
    plain = Clock(unnoted(clock.now), unnoted(clock.real))

    def is_asked(kind: str, moment: datetime) -> bool:
        return period.has(moment) and (not types or kind in types)

    is_whole = not types and period.start is None and period.end is None
    register = read_register(
        view,
        plain,
        everywhere=True,
        wanted=None if is_whole else is_asked,
        with_cases=True,
    )
    asked: dict[str, list[RegisteredChange]] = defaultdict(list)
    for one in register.changes:
        if is_asked(one.row.type, one.moment):
            asked[one.row.at].append(one)
            hold(clock.now, one.during)
    evidence = view.ledger.evidence(view.base, "")
    known = places(view, everywhere=True)
    gone, _ = forgotten(view, known, evidence)
    found: dict[int, ToldChange] = {}
    inputs: list[ReportInput] = []
    lost = [*register.unreadable]
    for place in (*known, *gone):
        wanted = []
        for one in asked.get(place.label, ()):
            if one.row.change in place.changes:
                wanted.append(one)
        if wanted:
            teller = _Teller(view, place, clock.now)
            with nothing_to_collect():
                for one, said in teller.told(wanted):
                    found[id(one)] = said
                inputs += teller.inputs(wanted)
    return ToldChanges(
        tuple(found[id(one)] for one in register.changes if id(one) in found),
        tuple(sorted(inputs, key=lambda one: (one.path, one.sha256))),
        tuple(lost),
    )


class _Teller:
    """Tells of the changes of one place."""

    def __init__(self, view: View, place: Place, now: datetime) -> None:
        self._view, self._place = view, place
        self._base = view.base.rulebook
        self._evidence = view.ledger.evidence(view.base, "")
        self._now = now
        self._standings: Standings = standings_of_head(place.view, now)

    def told(
        self, wanted: Sequence[RegisteredChange]
    ) -> Iterator[tuple[RegisteredChange, ToldChange]]:
        """Yield changes with what is told of them."""
        requests = read_requests(self._place.state, [one.row.change for one in wanted]).found
        for one in wanted:
            # how long a row holds is noted, and with it how long its state does
            self._standings.know(one.row.change, state_of_row(one))
            if one.judged is not None:
                self._standings.know_case(one.row.change, one.judged.case)
        records, state = OwnRecords(), self._place.state
        maker = RecordMaker(
            self._view.git, state, self._base, self._evidence, self._standings, self._now
        )
        maker.add_all(sorted(requests), records)
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
                review=self._place.state.review(name),
                approved=self._approved(name),
                caused=self._view.base.incidents.naming(name),
                services=self._services(name),
                entries=self._evidence.of_change(name),
                case=self._standings.case(name),
                now=self._now,
            )
            _hold_case(one, self._now)
            yield one, told

    def inputs(self, wanted: Sequence[RegisteredChange]) -> Iterator[ReportInput]:
        """Yield the digests of requests and reviews."""
        paths = []
        for one in wanted:
            paths += [rfc_path(one.row.change), review_path(one.row.change)]
        yield from inputs_at(self._place.state, paths)

    def _approved(self, name: str) -> datetime | None:
        """Return since when it is approved. What was let go stays approved, whatever came since."""
        case = self._standings.case(name)
        now = None if case is None else _plain(approved_at(case, self._now))
        return now or _approved_when_let_go(self._evidence.of_change(name))

    def _services(self, name: str) -> tuple[str, ...]:
        case = self._standings.case(name)
        if case is None:
            return ()
        return services_of(self._base, case.common.assessment.impact)


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
