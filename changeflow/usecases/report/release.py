"""`report release`: the plan of a release, and its record with deviations once it has started."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, Final

from pydantic import TypeAdapter

from changeflow import errors
from changeflow.cmdb.outdated_items import digest_of_record
from changeflow.gate.release_acceptance import accepted
from changeflow.gate_cases.release_acceptance import asked_by, latest_day
from changeflow.insight.period import Period
from changeflow.ledger.assessments import last_before_release
from changeflow.model.answers.assessment import Assessment
from changeflow.model.answers.one_change import ToldFollowUp
from changeflow.model.answers.register import PlannedWindow, RiskInBrief
from changeflow.model.answers.release import ReleaseAnswer
from changeflow.model.answers.report import ReleaseAnalysis
from changeflow.model.answers.report_release import (
    AcceptanceTold,
    BaselineItem,
    CausedIncident,
    PlannedStepTold,
    ReleaseCounts,
    ReleasedChange,
    ReleasePaper,
)
from changeflow.model.change import ChangeRequest
from changeflow.model.clock import Clock
from changeflow.model.document_paths import (
    RELEASES,
    is_folder_name,
    release_of,
    release_path,
    review_path,
    rfc_path,
)
from changeflow.model.evidence import BaselineBody, LedgerEntry
from changeflow.model.incident import Incident
from changeflow.model.phrases import meant, told
from changeflow.model.post_implementation import Release
from changeflow.reading.evidence import Evidence
from changeflow.reading.incident_rows import is_incident
from changeflow.reading.paper_head import inputs_at, repository_head
from changeflow.reading.places import MAIN, places
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State
from changeflow.reading.view import View
from changeflow.release.ending import OUTCOME_OF, items_at_start, moments, release_span
from changeflow.release.plan import plan
from changeflow.release.step_facts import actual
from changeflow.release.summed_releases import BAD_STEPS, analysis, summed
from changeflow.usecases.register.show import Shown, show
from changeflow.usecases.release.several_changes import ordered

# how long after its end an incident is told with a release
WATCHED: Final = timedelta(days=7)
_DAY: Final = timedelta(days=1)


def release_paper(view: View, argument: str, period: Period, clock: Clock) -> ReleasePaper:
    """Return the plan or the record of a release, wherever its document is committed.

    Raises:
        errors.NothingToDo: when there is no such release, or none of a change of it.
        errors.Unreadable: when it, or something that judges, cannot be read.
        errors.Refused: when its changes depend on each other in a circle.
        errors.HostFailed: when git fails.
    """
    view = view.of_base()
    name = argument.rstrip("/").removesuffix("/release.yaml").rpartition("/")[2]
    state, at = _where(view, name)
    release = state.document(release_path(name), Release)
    base = view.base.require_readable()
    evidence = view.ledger.evidence(view.base, "")
    incidents = _Incidents(view.base)
    tellers: list[_Told] = []
    inputs = [*inputs_at(state, [release_path(name)])]
    for change in ordered(state, release).changes:
        shown = show(view, change, clock)
        tellers.append(_Told(shown, evidence.of_change(change), incidents))
        inputs += inputs_at(shown.state, [rfc_path(change), review_path(change)])
    changes = tuple(one.change() for one in tellers)
    inputs += inputs_at(view.base, incidents.paths(changes))
    inputs.sort(key=lambda one: one.path)
    period = _of_release(release, changes, period)
    head = repository_head(view, period, clock.now, inputs, incidents.unreadable)
    said = release.model_dump()
    spec = said["spec"]
    return ReleasePaper.model_validate(
        {
            **head,
            **_course(changes),
            "analysis": summed(map(_analysis, tellers, changes)),
            "release": release.metadata.id,
            "title": release.metadata.title or "",
            "at": at,
            "type": spec["type"],
            "basis": spec["basis"],
            "description": spec["description"],
            "manager": spec["manager"],
            "window": spec["window"],
            "deployment": spec["deployment"],
            "artefacts": spec["artefacts"],
            "acceptance": _acceptance(release, view, at, clock),
            "closes": tuple(_closes(release, changes)),
            "notices": spec["notices"],
            "changes": changes,
            "baseline_name": _baseline_name(evidence, tellers),
            "baseline": tuple(_baseline(tellers, base)),
        }
    )


def _analysis(told: _Told, change: ReleasedChange) -> ReleaseAnalysis | None:
    return analysis(told.request, told.mine, told.answer.release, len(change.incidents))


def _course(changes: Sequence[ReleasedChange]) -> dict[str, Any]:
    """Return how far the release has come, and what the changes of it sum up to."""
    counts = Counter[str](dict.fromkeys(ReleaseCounts.model_fields, 0))
    starts: list[datetime] = []
    ends: list[datetime] = []
    incidents, follow_ups = 0, list[ToldFollowUp]()
    for one in changes:
        counts[one.outcome or "open"] += 1
        starts += filter(None, [one.started])
        ends += filter(None, [one.ended])
        incidents += len(one.incidents)
        if one.review is not None:
            follow_ups += one.review.follow_ups
    return {
        "phase": "record" if starts else "plan",
        "counts": counts,
        "started": min(starts, default=None),
        "ended": max(ends) if len(ends) == len(changes) else None,
        "incidents": incidents,
        "follow_ups": follow_ups,
    }


def _of_release(release: Release, changes: Sequence[ReleasedChange], period: Period) -> Period:
    """Return the window of a release, or else that of all its changes."""
    own = release.spec.window
    if own is not None:
        return Period(own.start, own.end, period.zone)
    windows = list(filter(None, map(attrgetter("window"), changes)))
    start = min(map(attrgetter("start"), windows), default=None)
    return Period(start, max(map(attrgetter("end"), windows), default=None), period.zone)


def _where(view: View, name: str) -> tuple[State, str]:
    """Return the first place that has a release, the main branch before others."""
    known = places(view, everywhere=True)
    wanted = release_path(name) if is_folder_name(name) else ""
    states = [(view.base, MAIN)]
    for one in known:
        states.append((one.state, one.label))
    names: set[str] = set()
    for state, label in states:
        if wanted and state.exists(wanted):
            return state, label
        for path in state.paths:
            if path.startswith(RELEASES) and path.endswith("/release.yaml"):
                names.add(release_of(path) or "")
    hint = meant(name, sorted(names)) or told("unknown.where_releases")
    raise errors.NothingToDo.of("unknown.release", name=name, hint=hint)


def _acceptance(release: Release, view: View, at: str, clock: Clock) -> AcceptanceTold | None:
    """Return who accepts a release and whether that counts, as the gate `deploy` says it."""
    wanted, roster = release.spec.acceptance, view.base.rulebook.roster
    if wanted is None:
        return None
    holds = None
    if wanted.accepted_by is not None:
        holds = wanted.accepted_by in roster.spec.roles.get(wanted.role, ())
    asked = asked_by(release, wanted, view.base).model_copy(update={"merged": at == MAIN})
    reason = accepted(asked, roster, latest_day(clock.now))
    said = {"code": reason.reason_code, **reason.data}
    facts = {
        "holds_role": holds,
        "counts": reason.outcome == "pass",
        "why": reason.message,
        "told": said,
    }
    return AcceptanceTold.model_validate(wanted.model_dump(exclude={"accepted_changes"}) | facts)


def _closes(release: Release, changes: Sequence[ReleasedChange]) -> Iterator[str]:
    named = [*release.spec.closes]
    for one in changes:
        named += one.fixes
    yield from dict.fromkeys(named)


class _Told:
    """Tells of a change of a release.

    Args:
        shown: what `show` says of it.
        mine: its entries of the ledger.
        incidents: those of the main branch.
    """

    def __init__(self, shown: Shown, mine: Sequence[LedgerEntry], incidents: _Incidents) -> None:
        self.answer = shown.answer
        self.request: ChangeRequest = shown.assessed.content.change
        self.span = release_span(mine)
        self.mine, self._incidents = mine, incidents

    def change(self) -> ReleasedChange:
        """Return what is told of it."""
        told, spec = self.answer, self.request.spec
        started, ended = moments(self.span)
        outcome = None
        if self.span is not None and self.span.end is not None:
            outcome = OUTCOME_OF.get(self.span.state)
        took = trigger = limit = None
        facts = actual(self.request, self.mine)
        if facts is not None:
            took = facts.rollback_took
        if spec.rollback is not None:
            trigger, limit = spec.rollback.trigger, spec.rollback.limit
        window = spec.window
        class_, risk = self._judged()
        return ReleasedChange.model_validate(
            {
                "change": told.change,
                "title": self.request.metadata.title,
                "type": spec.type.value,
                "class": class_,
                "risk": risk,
                "state": told.state,
                "requester": self.request.metadata.requester,
                "implementer": spec.implementer,
                "items": self.request.changed,
                "fixes": spec.fixes,
                "window": window and PlannedWindow(start=window.start, end=window.end),
                "steps": tuple(_steps(self.request, told.release)),
                "rollback_trigger": trigger,
                "rollback_limit": limit,
                "rollback_took": took,
                "started": started,
                "ended": ended,
                "outcome": outcome,
                "deviations": tuple(self._deviations(outcome)),
                "incidents": self._incidents.of(told.change, started, ended),
                "review": told.review,
            }
        )

    def _judged(self) -> tuple[str, RiskInBrief]:
        """Return class and risk as they were on record before the release, or else as now."""
        found = self.answer.assessment
        class_, risk = (
            found.type.class_,
            RiskInBrief(score=found.risk.score, level=found.risk.level),
        )
        assessed = last_before_release(self.mine)
        if assessed is None:
            return class_, risk
        recorded = TypeAdapter(Assessment).validate_python(assessed.said)
        brief = RiskInBrief(score=recorded.risk.score, level=recorded.risk.level)
        return recorded.type.class_, brief

    def _deviations(self, outcome: str | None) -> Iterator[str]:
        """Yield what is otherwise than planned, as far as the ledger shows it."""
        started, ended = moments(self.span)
        if started is None:
            return
        window = self.request.spec.window
        if window is not None and started < window.start:
            yield "before_window"
        if window is not None and (ended or started) > window.end:
            yield "after_window"
        if outcome in ("rolled_back", "failed"):
            yield outcome
        for step in self.answer.release.steps if self.answer.release is not None else ():
            if step.outcome in BAD_STEPS:
                yield f"step:{step.name}"


def _steps(request: ChangeRequest, released: ReleaseAnswer | None) -> Iterator[PlannedStepTold]:
    """Yield every planned step, with what became of it."""
    became = {}
    for done in released.steps if released is not None else ():
        became[done.phase, done.index] = done
    for step in plan(request):
        found = became.get((step.phase, step.index))
        facts: dict[str, Any] = dict.fromkeys(("outcome", "started", "ended"))
        if found is not None:
            facts |= found.model_dump(include=set(facts))
        facts |= {"phase": step.phase, "name": step.name, "by_hand": step.manual is not None}
        yield PlannedStepTold.model_validate(facts)


class _Incidents:
    """The incidents of the main branch by the changes that people say caused them.

    Args:
        state: the main branch.
    """

    def __init__(self, state: State) -> None:
        self._by_change: dict[str, list[tuple[str, Incident]]] = {}
        self.unreadable: list[str] = []
        for path in sorted(filter(is_incident, state.paths)):
            try:
                found = state.document(path, Incident)
            except errors.Unreadable:
                self.unreadable.append(path)
                continue
            for change in found.spec.caused_by:
                self._by_change.setdefault(change, []).append((path, found))

    def of(
        self, change: str, started: datetime | None, ended: datetime | None
    ) -> tuple[CausedIncident, ...]:
        """Return those from its start until seven days after its end."""
        if started is None:
            return ()
        last, found = (ended or started) + WATCHED, []
        for _, one in self._by_change.get(change, ()):
            opened = one.spec.opened
            if started <= opened <= last:
                days = round((opened - (ended or started)) / _DAY, 1)
                found.append(
                    CausedIncident(
                        incident=one.metadata.id,
                        opened=opened,
                        resolved=one.spec.resolved,
                        days=days,
                    )
                )
        return tuple(found)

    def paths(self, changes: Sequence[ReleasedChange]) -> Iterator[str]:
        """Yield the documents of those that are told of."""
        for change in changes:
            names = {one.incident for one in change.incidents}
            for path, found in self._by_change.get(change.change, ()):
                if found.metadata.id in names:
                    yield path


def _baseline_name(evidence: Evidence, told: Sequence[_Told]) -> str | None:
    """Return the newest baseline of the CMDB before the release, or of all before it started."""
    first: int | None = None
    for one in told:
        if one.span is not None:
            first = min(one.span.start.seq, first or one.span.start.seq)
    found: str | None = None
    for entry in evidence.entries:
        if first is not None and entry.seq > first:
            break
        if isinstance(entry.body, BaselineBody):
            found = entry.body.name
    return found


def _baseline(told: Sequence[_Told], base: Rulebook) -> Iterator[BaselineItem]:
    """Yield the records of items: as of the start where that is on the ledger, else as of now."""
    digests: dict[str, tuple[str, bool]] = {}
    for one in told:
        recorded = items_at_start(one.span)
        for ci in one.request.changed:
            if ci in base.items:
                digests.setdefault(ci, (digest_of_record(base.items[ci]), False))
        for ci, digest in recorded.items():
            if ci not in digests or not digests[ci][1]:
                digests[ci] = (digest, True)
    for ci, (digest, is_recorded) in sorted(digests.items()):
        yield BaselineItem(ci=ci, digest=digest, recorded=is_recorded)
