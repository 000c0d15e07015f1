"""Gather what a change and others take of the service levels of services."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from changeflow import errors
from changeflow.cmdb.service_levels import Services
from changeflow.gate.change_states import LifecycleState
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.impact import Impact
from changeflow.model.change import ChangeRequest
from changeflow.model.document_parts import parse_instant
from changeflow.model.document_paths import change_of_rfc, rfc_path
from changeflow.model.times import local_day
from changeflow.reading.evidence import Evidence
from changeflow.reading.given_reviews import NOTHING_MEASURED, measured_outages
from changeflow.reading.other_changes import OVER, RUNS, Standings
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State
from changeflow.schedule.service_budget import (
    Period,
    PlannedOutage,
    budgets,
    outage_of,
    periods_of,
)

_NO_TIME = timedelta(microseconds=1)
# the state of a change; None where it cannot be told
StateOf: TypeAlias = Callable[[str], LifecycleState | None]


def with_budgets(
    impact: Impact,
    change: ChangeRequest,
    base: Rulebook,
    place: State,
    evidence: Evidence,
    standings: Standings | None,
    now: datetime,
) -> Impact:
    """Return the impact of a change with what is left of the budgets of services that fail.

    Args:
        impact: of the change.
        change: the request.
        base: the rulebook of the base.
        place: the base, with the requests of other changes.
        evidence: the ledger, which says which of them were released.
        standings: how other changes stand; None: those that are not released are not looked at.
        now: the time, which counts for a change without a window.
    """
    services = base.services
    if services is None:
        return impact
    failing = services.failing(change.changed)
    degraded = tuple(ci for ci in services.degraded(change.changed) if ci not in failing)
    if not failing:
        return replace(impact, sla_degraded=degraded)
    own = _outage_of(change, services, failing, *_span(change, now))
    window, zone = change.spec.window, base.config.zone
    if window is None:
        days = (local_day(now, zone),) * 2
    else:
        last = max(window.start, window.end - _NO_TIME)
        days = (local_day(window.start, zone), local_day(last, zone))
    periods: list[Period] = []
    for name in {services.levels[ci].period for ci in failing}:
        periods += periods_of(name, *days, zone)
    state = standings.state if standings is not None else None
    others = _Others(place, evidence, state, services, failing, tuple(periods), now)
    rows = budgets(own, days, services.levels, tuple(others.of(change.id)), zone)
    return replace(impact, sla=rows, sla_degraded=degraded)


def planned_outages(
    base: Rulebook,
    place: State,
    evidence: Evidence,
    state: StateOf,
    days: tuple[date, date],
    now: datetime,
    *,
    proposed: bool = False,
) -> tuple[PlannedOutage, ...]:
    """Return the outages of all changes that were released or may be, on services with a level.

    Args:
        base: the rulebook.
        place: with the requests.
        evidence: the ledger, which says which of them were released.
        state: returns the state of a change.
        days: the first and the last day that are looked at, in the zone of the rulebook.
        now: the time, which counts for a change without a window.
        proposed: whether changes that wait for approval are looked at, too.
    """
    services = base.services
    if services is None:
        return ()
    periods: list[Period] = []
    for name in {level.period for level in services.levels.values()}:
        periods += periods_of(name, *days, base.config.zone)
    wanted = frozenset(services.levels)
    every = _Others(place, evidence, state, services, wanted, tuple(periods), now, proposed)
    return tuple(every.of(""))


def _span(change: ChangeRequest, now: datetime) -> tuple[datetime, datetime]:
    window = change.spec.window
    return (window.start, window.end) if window is not None else (now, now)


def _outage_of(
    change: ChangeRequest,
    services: Services,
    wanted: frozenset[str],
    start: datetime,
    end: datetime,
    *,
    released: bool = False,
    took: Mapping[str, timedelta] = NOTHING_MEASURED,
) -> PlannedOutage:
    """Return how long a change takes services away; items that were out so long as was measured."""
    stated: dict[str, timedelta | None] = {}
    for item in change.spec.items or ():
        stated[item.ci] = item.outage
    stated |= took
    outages: dict[str, timedelta | None] = {}
    for service in sorted(wanted):
        causes = services.causes(change.changed, service)
        if causes:
            outages[service] = outage_of(stated, causes)
    return PlannedOutage(change.id, start, end, outages, released)


@dataclass(frozen=True)
class _Others:
    """Other changes on the base that take the same services away."""

    place: State
    evidence: Evidence
    state: StateOf | None
    services: Services
    wanted: frozenset[str]
    periods: tuple[Period, ...]
    now: datetime
    proposed: bool = False

    def of(self, own: str) -> Iterator[PlannedOutage]:
        """Yield the outages of the changes but this one that were released, or may be."""
        names = [name for name in map(change_of_rfc, self.place.entries()) if name and name != own]
        for path, spec in self.place.request_fields(list(map(rfc_path, names))):
            name = change_of_rfc(path) or ""
            hit = self.services.failing(_items_of(spec)) & self.wanted
            if not hit:
                continue
            when = self._when(name, spec)
            near = any(period.touches(*when) for period in self.periods)
            if not near:
                continue
            if self._counts(name, spec):
                yield self._outage(name, when, hit)
            elif self.proposed and self._waits(name, spec, when[1]):
                yield replace(self._outage(name, when, hit), proposed=True)

    def _counts(self, name: str, spec: Mapping[str, Any]) -> bool:
        """Return whether a change was released, or is approved. One that cannot be told counts."""
        if name in self.evidence.finished:
            return True
        if self.state is None or spec.get("draft") is True:
            return False
        state = self.state(name)
        return state is None or state in RUNS

    def _waits(self, name: str, spec: Mapping[str, Any], end: datetime) -> bool:
        """Return whether a change may yet be approved in time."""
        if self.state is None or spec.get("draft") is True or end < self.now:
            return False
        return self.state(name) not in OVER

    def _outage(
        self, name: str, when: tuple[datetime, datetime], hit: frozenset[str]
    ) -> PlannedOutage:
        start, end = when
        released = name in self.evidence.finished
        try:
            change = self.place.change(name).change
        except (errors.NothingToDo, errors.Unreadable):
            # what cannot be read is not known to be short
            return PlannedOutage(name, start, end, dict.fromkeys(hit), released)
        took = NOTHING_MEASURED
        if released:
            took = measured_outages(self.place, name, self.evidence.of_change(name))
        return _outage_of(change, self.services, hit, start, end, released=released, took=took)

    def _when(self, name: str, spec: Mapping[str, Any]) -> tuple[datetime, datetime]:
        """Return the window of a change; without one when it was released, or now."""
        window = spec.get("window")
        if isinstance(window, dict):
            try:
                return parse_instant(str(window["start"])), parse_instant(str(window["end"]))
            except (KeyError, ValueError):
                pass
        moments = [
            entry.moment for entry in self.evidence.of_change(name) if entry.kind == "release"
        ]
        return (min(moments), max(moments)) if moments else (self.now, self.now)


def _items_of(spec: Mapping[str, Any]) -> Sequence[str]:
    items = spec.get("items")
    if not isinstance(items, list):
        return ()
    return [str(item.get("ci")) for item in items if isinstance(item, dict)]
