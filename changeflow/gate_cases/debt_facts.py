"""What the team and the items of a change owe, told by the requests on the base and the ledger.

It is asked only where a rule reads it: it takes the state of other changes to tell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from changeflow.gate.change_states import LifecycleState
from changeflow.gate.owed_review import owed_review
from changeflow.gate_cases.improvements import Standing, improvement_at, is_improvement
from changeflow.gate_cases.open_ends import open_follow_ups
from changeflow.insight.instants import microseconds
from changeflow.model.answers.assessment import Debt
from changeflow.model.change import ChangeRequest, ChangeType
from changeflow.model.clock import Clock
from changeflow.model.document_paths import change_of_rfc, rfc_path
from changeflow.model.history_facts import COUNTED, DEBT_PERIOD, OPEN
from changeflow.model.improvement import Improvement
from changeflow.model.paths import shown
from changeflow.model.phrases import Told, told
from changeflow.reading.evidence import Evidence
from changeflow.reading.other_changes import Standings
from changeflow.reading.request_traits import team_of
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View
from changeflow.release.ending import ReleaseTimes, has_failed


class _Earlier(NamedTuple):
    """A change whose release began, and that has to do with the one in question."""

    name: str
    emergency: bool
    times: ReleaseTimes


def debt_facts(
    change: ChangeRequest,
    base: Rulebook,
    view: View,
    evidence: Evidence,
    others: Standings,
    now: datetime,
) -> Debt:
    """Return what is owed.

    Args:
        change: the request; it is no part of its own history.
        base: the rulebook of the base.
        view: where the base is, with the requests, reviews and improvements of others.
        evidence: the ledger.
        others: how other changes stand.
        now: the time. What began or was opened later does not count.

    Raises:
        errors.UsageError: when a library is needed and not installed.
        errors.Unreadable: when a table of the past is none.
    """
    if evidence.problems:
        return Debt.not_known(told("debt.ledger"))
    if evidence.head is None:
        return Debt.not_known(told("debt.no_ledger"))
    return _Debts(change, base, view, evidence, others, now).found()


class _Debts:
    """The earlier changes that a change has to do with."""

    def __init__(
        self,
        change: ChangeRequest,
        base: Rulebook,
        view: View,
        evidence: Evidence,
        others: Standings,
        now: datetime,
    ) -> None:
        self._change, self._base, self._view, self._place = change, base, view, view.base
        self._evidence, self._others, self._now = evidence, others, now
        self._team = team_of(change.changed, base)

    def found(self) -> Debt:
        """Return what is owed. A request that is not here may be of this team, or of its items."""
        earlier, lost = self._earlier()
        counted = Debt.not_known(_lost(lost), COUNTED)
        if not any(map(self._is_recent, lost)):
            recent = [one for one in earlier if self._is_recent(one.name)]
            counted = self._counted(recent)
        if lost:
            return counted.with_others(Debt.not_known(_lost(lost), OPEN))
        return counted.with_others(self._open(earlier))

    def _is_recent(self, name: str) -> bool:
        return self._now - self._evidence.times[name].started <= DEBT_PERIOD

    def _began(self, name: str) -> bool:
        return name != self._change.id and self._evidence.times[name].started <= self._now

    def _earlier(self) -> tuple[list[_Earlier], list[str]]:
        """Return the changes that it has to do with, and those whose request is not here."""
        times = self._evidence.times
        began = sorted(filter(self._began, times))
        found: list[_Earlier] = []
        items = frozenset(self._change.changed)
        specs = self._specs(began)
        for name, spec in specs.items():
            changed = _items_of(spec)
            is_ours = self._team is not None and team_of(changed, self._base) == self._team
            if is_ours or not items.isdisjoint(changed):
                emergency = spec.get("type") == ChangeType.EMERGENCY.value
                found.append(_Earlier(name, emergency, times[name]))
        return found, sorted(set(began) - specs.keys())

    def _specs(self, names: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        found: dict[str, Mapping[str, Any]] = {}
        for path, spec in self._place.request_fields(list(map(rfc_path, names))):
            name = change_of_rfc(path)
            if name is not None and isinstance(spec.get("items"), list):
                found[name] = spec
        return found

    # -- what is counted in the period ---------------------------------------------------------

    def _counted(self, recent: Sequence[_Earlier]) -> Debt:
        emergencies = sum(one.emergency for one in recent)
        share = emergencies / max(len(recent), 1)
        known = Debt(known={"changes": len(recent), "emergency_share": share})
        return known.with_others(self._failures(recent))

    def _failures(self, recent: Sequence[_Earlier]) -> Debt:
        """Return how many of them failed, as far as that was known at the time."""
        recorded = self._place.recorded_past
        if recorded is not None and recorded.unreadable:
            why = told("debt.incidents", paths=list(map(shown, recorded.unreadable)))
            return Debt.not_known(why, ["failures"])
        failed = 0
        for one in recent:
            ended, state = one.times.ended, self._evidence.finished.get(one.name)
            failed_itself = (
                ended is not None and ended <= self._now and state is not None and has_failed(state)
            )
            failed += failed_itself or self._is_blamed(one)
        return Debt(known={"failures": failed})

    def _is_blamed(self, one: _Earlier) -> bool:
        """Return whether an incident names it as its cause, and was opened after it began."""
        recorded = self._place.recorded_past
        if recorded is None:
            return False
        known = recorded.past.blamed(one.name, microseconds(one.times.started))
        return known is not None and known <= microseconds(self._now)

    # -- what is open --------------------------------------------------------------------------

    def _open(self, earlier: Iterable[_Earlier]) -> Debt:
        fixed = self._fixed()
        overdue = follow_ups = 0
        for one in earlier:
            if one.times.ended is None:
                continue
            case = self._others.case(one.name)
            if case is None:
                return Debt.not_known(_lost([one.name]), OPEN)
            review = owed_review(case.closing, self._now)
            overdue += review is not None and review.overdue
            if case.review.complete:
                follow_ups += len([*open_follow_ups(self._place, one.name, fixed)])
        known = Debt(known={"overdue_reviews": overdue, "open_followups": follow_ups})
        return known.with_others(self._claimed({one.name for one in earlier}))

    def _claimed(self, earlier: Collection[str]) -> Debt:
        """Return how many improvements are said to be verified, and it is not proved."""
        name = "claimed_improvements"
        claims = self._view.claimed_improvements
        if self._now not in claims:
            claims[self._now] = _claims(self._view, self._evidence, self._now)
        found, lost = claims[self._now]
        if lost:
            return Debt.not_known(told("debt.improvements", paths=list(map(shown, lost))), [name])
        count = 0
        for one in found:
            count += self._is_ours(one, earlier)
        return Debt(known={name: count})

    def _is_ours(self, one: Improvement, earlier: Collection[str]) -> bool:
        source = one.spec.source
        is_teams = self._team is not None and one.spec.owner == self._team
        return is_teams or source.review in earlier or source.ci in self._change.changed

    def _fixed(self) -> Collection[str]:
        """Return what implemented changes say that they fix, and what this one is there to fix."""
        implemented: list[str] = []
        for name, state in self._evidence.finished.items():
            if state == LifecycleState.IMPLEMENTED:
                implemented.append(name)
        found = set(self._change.spec.fixes)
        for spec in self._specs(implemented).values():
            fixes = spec.get("fixes")
            if isinstance(fixes, list):
                found.update(map(str, fixes))
        return found


def _items_of(spec: Mapping[str, Any]) -> list[str]:
    return [str(item.get("ci")) for item in spec["items"] if isinstance(item, dict)]


def _claims(
    view: View, evidence: Evidence, now: datetime
) -> tuple[tuple[Improvement, ...], tuple[str, ...]]:
    """Return the improvements whose verification is not proved, and paths that cannot be read."""
    standing = Standing(view, evidence, Clock(now, now))
    found: list[Improvement] = []
    lost: list[str] = []
    for path in filter(is_improvement, view.base.paths):
        one = improvement_at(view.base, path)
        if one is None:
            lost.append(path)
        elif one.spec.verified is not None and standing.of(one, path).state != "verified":
            found.append(one)
    return tuple(found), tuple(lost)


def _lost(changes: Iterable[str]) -> Told:
    return told("debt.requests", paths=list(map(shown, map(rfc_path, changes))))
