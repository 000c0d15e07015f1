"""The register of changes: every request on the main branch and on others, with how it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Final, get_args

from changeflow import errors
from changeflow.gate.change_states import READY, LifecycleState
from changeflow.gate.lifecycle import LifeCase
from changeflow.gate_cases.endings import ConcernedEnding, endings_of_approvals, endings_of_rulebook
from changeflow.gate_cases.open_ends import open_ends
from changeflow.gate_cases.other_changes_states import standings_of_head
from changeflow.gate_cases.release_facts import release_facts
from changeflow.model.answers.register import ListedChange, Owed, RiskInBrief
from changeflow.model.change import ChangeRequest
from changeflow.model.clock import Clock
from changeflow.model.document_paths import day_of_change, rfc_path
from changeflow.model.evidence import ApprovalBody, AssessmentBody, DecisionBody, LedgerEntry
from changeflow.model.paths import shown
from changeflow.model.riskmodel import RiskLevel
from changeflow.reading.evidence import Evidence
from changeflow.reading.other_changes import OVER
from changeflow.reading.places import Place, places
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State
from changeflow.reading.view import View

# the state of a change that cannot be told
UNKNOWN: Final = "unknown"
# characters of a commit that a request is read from which no branch has
_SHORT: Final = 12


@dataclass(frozen=True)
class RegisteredChange:
    """A change in the register, with what it is looked for by.

    Attributes:
        row: what is listed.
        moment: its planned start, else its actual start, else when it was recorded.
        approvers: the people who approved it.
        ending: approvals of it that end soon.
    """

    row: ListedChange
    moment: datetime
    approvers: frozenset[str]
    ending: tuple[ConcernedEnding, ...]


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
    problems: tuple[str, ...]
    elsewhere: Mapping[tuple[str, str], str]


@dataclass
class Requests:
    """The requests of a place that can be read, and the names of the others."""

    found: dict[str, ChangeRequest] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)


def read_register(view: View, clock: Clock, *, everywhere: bool) -> Register:
    """Read the register.

    Args:
        view: base and head.
        clock: the time.
        everywhere: look at all local and remote branches, too.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    view = view.for_many()
    base = view.base.require_readable()
    known = places(view, everywhere=everywhere)
    # Every signature is checked, whatever change is asked about.
    evidence = view.ledger.evidence(view.base, "")
    lost_places, gone = forgotten(view, known, evidence)
    requests: list[tuple[Place, Requests]] = []
    for place in (*known, *lost_places):
        requests.append((place, read_requests(place.state, place.changes)))
    rows, lost = list[RegisteredChange](), [*gone]
    fixed = frozenset[str]().union(*(fixed_by(read, evidence) for _, read in requests))
    for place, read in requests:
        lost += read.lost
        rows += _Rows(place, base, evidence, clock, fixed).all(read.found)
    ending = [*endings_of_rulebook(base, clock.now)]
    for one in rows:
        ending += one.ending
    return Register(
        tuple(sorted(rows, key=lambda one: (one.moment, one.row.change, one.row.at))),
        tuple(sorted(ending, key=lambda one: one.order)),
        tuple(sorted(lost)),
        tuple(finding.message for finding in evidence.problems),
        dict(_elsewhere(view, (*known, *lost_places))),
    )


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
        try:
            request = state.document(rfc_path(name), ChangeRequest)
        except errors.Unreadable:
            request = None
        if request is not None and request.id == name:
            read.found[name] = request
        else:
            read.lost.append(shown(name))
    return read


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


class _Rows:
    """Makes the rows of one place."""

    def __init__(
        self,
        place: Place,
        base: Rulebook,
        evidence: Evidence,
        clock: Clock,
        fixed: frozenset[str],
    ) -> None:
        self._place, self._base, self._evidence = place, base, evidence
        self._clock, self._fixed = clock, fixed
        self._standing = standings_of_head(place.view, clock.now)

    def all(self, requests: Mapping[str, ChangeRequest]) -> Iterator[RegisteredChange]:
        for name, change in requests.items():
            yield self._registered(name, change)

    def _registered(self, name: str, change: ChangeRequest) -> RegisteredChange:
        mine = self._evidence.of_change(name)
        case, state = self._standing.case(name), self._standing.state(name)
        ending: tuple[ConcernedEnding, ...] = ()
        if case is not None and state in READY:
            ending = tuple(endings_of_approvals(case, self._clock.now))
        owes = self._owed(case, state, mine)
        return RegisteredChange(
            row=self._row(change, case, state, mine, owes),
            moment=self._moment(change, mine),
            approvers=approvers(mine),
            ending=ending,
        )

    def _owed(
        self, case: LifeCase | None, state: LifecycleState | None, mine: Sequence[LedgerEntry]
    ) -> tuple[Owed, ...]:
        if case is None:
            return ()
        zone = self._base.config.zone
        return open_ends(self._place, case, state, mine, self._clock, zone, self._fixed)

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

    def _moment(self, change: ChangeRequest, mine: Sequence[LedgerEntry]) -> datetime:
        """Return the planned start, else the actual one, else when the change was recorded."""
        started = release_facts(change, mine).started
        if change.spec.window is not None:
            return change.spec.window.start
        if started is not None:
            return started
        if mine:
            return mine[0].moment
        day = change.metadata.created or _day_of(change.id)
        return datetime.combine(day, time(), self._base.config.zone).astimezone(UTC)


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
    if not isinstance(entry.body, AssessmentBody):
        return None
    kind, risk = entry.body.assessment.get("type"), entry.body.assessment.get("risk")
    if not isinstance(kind, dict) or not isinstance(risk, dict):
        return None
    score, level = risk.get("score"), risk.get("level")
    if not isinstance(score, int) or level not in get_args(RiskLevel):
        return None
    return str(kind.get("class")), RiskInBrief.model_validate({"score": score, "level": level})


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
    for item in body.decision.get("approvals") or ():
        if isinstance(item, Mapping) and isinstance(item.get("by"), str):
            yield item["by"]


def _day_of(change: str) -> date:
    """Return the day in the id of a change; where the calendar has no such day, the last of all."""
    try:
        return day_of_change(change)
    except ValueError:
        return date.max
