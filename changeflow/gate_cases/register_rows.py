"""A row of the register of changes: how one change stands, what is owed for it, and until when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from datetime import date, datetime, tzinfo
from typing import Final, NamedTuple, get_args

from changeflow.gate.change_states import READY, LifecycleState
from changeflow.gate.lifecycle import LifeCase
from changeflow.gate_cases.endings import ConcernedEnding, endings_of_approvals
from changeflow.gate_cases.open_ends import open_ends
from changeflow.gate_cases.other_changes_states import standings_of_head
from changeflow.gate_cases.release_facts import release_facts
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger.assessments import assessment_in
from changeflow.model.answers.register import ListedChange, Owed, RiskInBrief
from changeflow.model.change import ChangeRequest
from changeflow.model.clock import Clock
from changeflow.model.document_paths import day_of_change
from changeflow.model.evidence import ApprovalBody, DecisionBody, LedgerEntry
from changeflow.model.riskmodel import RiskLevel
from changeflow.model.times import start_of_day
from changeflow.model.watched_time import ALWAYS, Holding, Watch, WatchedTime, unnoted
from changeflow.reading.evidence import Evidence
from changeflow.reading.other_changes import OVER
from changeflow.reading.places import Place
from changeflow.reading.rulebook import Rulebook

# the state of a change that cannot be told
UNKNOWN: Final = "unknown"


class JudgedCase(NamedTuple):
    """What a row was computed from, kept for who tells more of the change at the same time.

    Attributes:
        case: what the state of the change depends on.
        watch: notes what the time in the case is compared with.
    """

    case: LifeCase
    watch: Watch


@dataclass(frozen=True)
class RegisteredChange:
    """A change in the register, with what it is looked for by.

    Attributes:
        row: what is listed.
        moment: its planned start, else its actual start, else when it was recorded.
        approvers: the people who approved it.
        ending: approvals of it that end soon.
        during: the time in which all of that holds.
        judged: what it was computed from; None where that was not asked for or cannot be read, and
            of a row that was remembered.
        more: what was told of it beside its row; None where that was not asked for, and of a row
            that was remembered.
    """

    row: ListedChange
    moment: datetime
    approvers: frozenset[str]
    ending: tuple[ConcernedEnding, ...]
    during: Holding = field(default=ALWAYS, compare=False)
    judged: JudgedCase | None = field(default=None, compare=False, repr=False)
    more: object | None = field(default=None, compare=False, repr=False)


class RowMaker:
    """Makes the rows of one place.

    Args:
        place: where the changes are.
        base: the rulebook.
        evidence: the ledger.
        clock: the time.
        fixed: what implemented changes say that they fix.
        with_cases: whether rows keep what they were computed from.
    """

    def __init__(
        self,
        place: Place,
        base: Rulebook,
        evidence: Evidence,
        clock: Clock,
        fixed: frozenset[str],
        *,
        with_cases: bool = False,
    ) -> None:
        self._place, self._base, self._evidence = place, base, evidence
        self._clock, self._fixed, self._with_cases = clock, fixed, with_cases

    def row(self, change: ChangeRequest) -> RegisteredChange:
        """Return the row of a change, with the time in which it holds."""
        watch, real = Watch(unnoted(self._clock.now)), Watch(unnoted(self._clock.real))
        now = watch.now
        case, found = self._row_at(change, Clock(now, now if watch.at == real.at else real.now))
        if real.holding != ALWAYS:
            # What depends on the machine's clock as well holds no longer than this look at it.
            watch.narrow(Holding(watch.at, watch.at))
        for moment in _moments_in(found):
            if isinstance(moment, WatchedTime):
                watch.only_now()
        judged = None
        if self._with_cases and case is not None:
            judged = JudgedCase(case, watch)
        return replace(found, during=watch.holding, judged=judged)

    def _row_at(
        self, change: ChangeRequest, clock: Clock
    ) -> tuple[LifeCase | None, RegisteredChange]:
        # One for each row: what a row is compared with is noted for that row.
        standing = standings_of_head(self._place.view, clock.now)
        mine = self._evidence.of_change(change.id)
        case, state = standing.case(change.id), standing.state(change.id)
        ending: tuple[ConcernedEnding, ...] = ()
        if case is not None and state in READY:
            ending = tuple(endings_of_approvals(case, clock.now))
        owes = self._owed(case, state, mine, clock)
        found = RegisteredChange(
            row=self._row(change, case, state, mine, owes),
            moment=moment_of(change, mine, self._base.config.zone),
            approvers=approvers(mine),
            ending=ending,
        )
        return case, found

    def _owed(
        self,
        case: LifeCase | None,
        state: LifecycleState | None,
        mine: Sequence[LedgerEntry],
        clock: Clock,
    ) -> tuple[Owed, ...]:
        if case is None:
            return ()
        zone = self._base.config.zone
        return open_ends(self._place, case, state, mine, clock, zone, self._fixed)

    def _row(
        self,
        change: ChangeRequest,
        case: LifeCase | None,
        state: LifecycleState | None,
        mine: Sequence[LedgerEntry],
        owes: tuple[Owed, ...],
    ) -> ListedChange:
        spec = change.spec
        class_, risk = _assessed(case, state, mine)
        return ListedChange.model_validate(
            {
                "change": change.id,
                "title": change.metadata.title,
                "type": spec.type.value,
                "class": class_,
                "risk": risk,
                "state": state.value if state is not None else UNKNOWN,
                "requester": change.metadata.requester,
                "implementer": spec.implementer,
                "items": change.changed,
                "window": spec.window.model_dump() if spec.window is not None else None,
                "at": self._place.label,
                "owed": owes,
            }
        )


def moment_of(change: ChangeRequest, mine: Sequence[LedgerEntry], zone: tzinfo) -> datetime:
    """Return the planned start, else the actual one, else when the change was recorded.

    Args:
        change: the request.
        mine: the entries about it.
        zone: of days that are no moment.
    """
    if change.spec.window is not None:
        return change.spec.window.start
    after = change.spec.retrospective
    started = release_facts(change, mine).started if after is None else after.started
    if started is not None:
        return started
    if mine:
        return mine[0].moment
    day = change.metadata.created or _day_of(change.id)
    return start_of_day(day, zone)


def state_of_row(one: RegisteredChange) -> LifecycleState | None:
    """Return the state that a row tells; None: it could not be told."""
    return None if one.row.state == UNKNOWN else LifecycleState(one.row.state)


def _moments_in(found: RegisteredChange) -> Iterator[datetime | None]:
    """Yield the moments that a row names."""
    yield found.moment
    yield from (owed.due for owed in found.row.owed)
    yield from (one.ending.ends for one in found.ending)


def _assessed(
    case: LifeCase | None, state: LifecycleState | None, mine: Sequence[LedgerEntry]
) -> tuple[str | None, RiskInBrief | None]:
    """Return class and risk: of a change that is over as they were recorded, else as they are now.

    Both are None where they cannot be told.
    """
    if state in OVER:
        for entry in reversed(mine):
            found = _on_record(entry)
            if found is not None:
                return found
    if case is None:
        return None, None
    assessment = case.common.assessment
    risk = RiskInBrief(score=assessment.risk.score, level=assessment.risk.level)
    return assessment.type.class_, risk


def _on_record(entry: LedgerEntry) -> tuple[str, RiskInBrief] | None:
    """Return class and risk in an entry that records an assessment; None where it has none."""
    found = assessment_in(entry)
    if found is None or found.score is None or found.level not in get_args(RiskLevel):
        return None
    brief = RiskInBrief.model_validate({"score": found.score, "level": found.level})
    return found.class_, brief


def approvers(mine: Sequence[LedgerEntry]) -> frozenset[str]:
    """Return the people whose approval of a change is on record, whether it still counts or not."""
    found: set[str] = set()
    for entry in mine:
        body = entry.body
        if isinstance(body, ApprovalBody) and body.decision == "approve":
            found.add(body.by)
        elif isinstance(body, DecisionBody):
            found.update(_counted(body))
    return frozenset(found)


def _counted(body: DecisionBody) -> Iterator[str]:
    """Yield the people whose approvals a recorded decision counted."""
    for one in body.approvals:
        yield one["by"]


def _day_of(change: str) -> date:
    """Return the day in the id of a change; where the calendar has no such day, the last of all."""
    try:
        return day_of_change(change)
    except ValueError:
        return date.max
