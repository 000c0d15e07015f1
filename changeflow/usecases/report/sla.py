"""`report sla`: what planned outages of changes leave of the service levels, and who was told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from changeflow import errors
from changeflow.gate_cases.other_changes_states import standings_of_head
from changeflow.gate_cases.service_budgets import planned_outages
from changeflow.insight.period import Period
from changeflow.model.answers.impact import ServiceBudget
from changeflow.model.answers.outage_budget import told_budget
from changeflow.model.answers.register import PlannedWindow
from changeflow.model.answers.report_sla import NoticeGiven, OutageOfChange, SlaPaper, SlaRow
from changeflow.model.change import ChangeRequest
from changeflow.model.clock import Clock
from changeflow.model.document_paths import change_of_rfc, review_path, rfc_path
from changeflow.model.post_implementation import Release, ReviewSpec
from changeflow.model.times import local_day, start_of_day
from changeflow.reading.evidence import Evidence
from changeflow.reading.other_changes import Standings
from changeflow.reading.paper_head import inputs_at, repository_head
from changeflow.reading.releases import releases_of
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State
from changeflow.reading.view import View
from changeflow.release.ending import moments, release_span
from changeflow.schedule.service_budget import PlannedOutage, budgets_of, outage_of

_MINUTE = timedelta(minutes=1)
_INSTANT = timedelta(microseconds=1)


def sla_paper(view: View, period: Period, clock: Clock) -> SlaPaper:
    """Return the service levels in the periods of theirs that a period touches.

    Args:
        view: the main branch.
        period: without an end it ends now, without a start it is the month of its end.
        clock: the time.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    view = view.of_base().for_many()
    base, period = view.base.require_readable(), _bounded(period, clock.now)
    assert period.start is not None  # noqa: S101 - bounded above; for the type checker
    assert period.end is not None  # noqa: S101
    zone = period.zone
    days = (local_day(period.start, zone), local_day(period.end.astimezone(UTC) - _INSTANT, zone))
    evidence = view.ledger.evidence(view.base, "")
    standings = standings_of_head(view, clock.now)
    outages = planned_outages(base, view.base, evidence, standings.state, days, clock.now)
    levels = base.services.levels if base.services is not None else {}
    rows, teller = [], _Teller(view.base, base, evidence, standings)
    for one in budgets_of(levels, days, outages, zone):
        rows.append(_row(one, outages, teller))
    inputs = inputs_at(view.base, teller.paths())
    head = repository_head(view, period, clock.now, inputs, teller.unreadable)
    return SlaPaper.model_validate(
        {
            **head,
            "services": tuple(rows),
            "total": len(rows),
            "over": sum(row.over for row in rows),
            "without_level": tuple(_without_level(base, levels)),
        }
    )


def _bounded(period: Period, now: datetime) -> Period:
    """Return a period with both ends."""
    zone = period.zone
    if period.end is None:
        after = _next_month(local_day(max(now, period.start or now), zone))
        start = period.start or _month(local_day(now, zone), zone)
        return Period(start, _at(after, zone), zone)
    start = period.start or _month(local_day(period.end.astimezone(UTC) - _INSTANT, zone), zone)
    return Period(start, period.end, zone)


def _month(day: date, zone: ZoneInfo) -> datetime:
    return _at(day.replace(day=1), zone)


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _at(day: date, zone: ZoneInfo) -> datetime:
    return start_of_day(day, zone).astimezone(zone)


def _without_level(base: Rulebook, levels: Mapping[str, object]) -> Iterator[str]:
    """Yield the services that promise no level and are not retired."""
    types = set(base.config.service_types)
    words, facts = base.graph.words, base.graph.facts
    for number, ci in enumerate(base.graph.ids):
        is_service = words[facts["type"][number]] in types
        if is_service and ci not in levels and words[facts["status"][number]] != "retired":
            yield ci


def _row(one: ServiceBudget, outages: Sequence[PlannedOutage], teller: _Teller) -> SlaRow:
    counted = []
    for outage in outages:
        if outage.change in one.changes and one.ci in outage.outages:
            counted.append(teller.outage(outage, one.ci))
    return SlaRow(
        **told_budget(one),
        left=one.left,
        over=one.over,
        unknown=one.unknown,
        changes=tuple(sorted(counted, key=lambda found: found.change)),
    )


class _Teller:
    """Tells of the changes that take services away.

    Args:
        state: the main branch.
        base: its rulebook.
        evidence: the ledger.
        standings: how the changes stand.
    """

    def __init__(
        self, state: State, base: Rulebook, evidence: Evidence, standings: Standings
    ) -> None:
        self._state, self._evidence, self._standings = state, evidence, standings
        self._services = base.services
        releases = releases_of(state)
        self._releases, self._by_change = releases, releases.by_change()
        self._incidents = state.incidents
        self._told: set[str] = set()
        # what a request asks for that cannot be read is not known to take nothing away
        self.unreadable = {*releases.unreadable, *_unreadable_requests(state)}

    def paths(self) -> Iterator[str]:
        """Yield the documents of what was told of."""
        for name in sorted(self._told):
            yield from (rfc_path(name), review_path(name))
        for path, release in self._releases.found.items():
            if self._told & set(release.spec.changes):
                yield path

    def outage(self, outage: PlannedOutage, service: str) -> OutageOfChange:
        """Return what is known of a change that takes a service away."""
        name = outage.change
        self._told.add(name)
        request = self._request(name)
        state = self._standings.state(name)
        started, ended = moments(release_span(self._evidence.of_change(name)))
        took = None
        if started is not None and ended is not None:
            took = round((ended - started) / _MINUTE, 2)
        title, customers = "", None
        if request is not None:
            title = request.metadata.title
            if request.spec.effects is not None:
                customers = request.spec.effects.customers
        review = self._state.review(name)
        planned = self._planned(request, service)
        notices = _notices(self._by_change.get(name, ()))
        return OutageOfChange(
            change=name,
            title=title,
            state=state.value if state is not None else "",
            planned=None if planned is None else planned / _MINUTE,
            actual=self._actual(request, review, service),
            released=outage.released,
            window=_window(request),
            started=started,
            ended=ended,
            release_minutes=took,
            incidents=self._incidents_of(name, review),
            customers=customers,
            notices=notices,
            told=all(one.sent is not None for one in notices) if notices else None,
        )

    def _request(self, name: str) -> ChangeRequest | None:
        try:
            return self._state.change(name).change
        except (errors.NothingToDo, errors.Unreadable):
            self.unreadable.add(rfc_path(name))
            return None

    def _planned(self, request: ChangeRequest | None, service: str) -> timedelta | None:
        """Return for how long the request says that the items are out which take the service away."""
        if request is None or self._services is None:
            return None
        stated = {item.ci: item.outage for item in request.spec.items or ()}
        return outage_of(stated, self._services.causes(request.changed, service))

    def _actual(
        self, request: ChangeRequest | None, review: ReviewSpec | None, service: str
    ) -> float | None:
        """Return for how long the review says that the items were out which take the service away."""
        if request is None or review is None or not review.outages or self._services is None:
            return None
        taken: dict[str, timedelta | None] = {}
        for one in review.outages:
            taken[one.ci] = one.took
        causes = self._services.causes(request.changed, service)
        found = outage_of(taken, causes)
        return None if found is None else found / _MINUTE

    def _incidents_of(self, name: str, review: ReviewSpec | None) -> tuple[str, ...]:
        """Return the incidents that people say it caused, in their documents and its review."""
        named: tuple[str, ...] = ()
        if review is not None and review.incidents:
            named = review.incidents
        return tuple(dict.fromkeys((*self._incidents.caused_by(name), *named)))


def _unreadable_requests(state: State) -> set[str]:
    """Return the requests of which no field can be read."""
    requests = [path for path in state.paths if change_of_rfc(path) is not None]
    return set(requests).difference(path for path, _ in state.request_fields(requests))


def _window(request: ChangeRequest | None) -> PlannedWindow | None:
    if request is None or request.spec.window is None:
        return None
    return PlannedWindow(start=request.spec.window.start, end=request.spec.window.end)


def _notices(releases: Sequence[Release]) -> tuple[NoticeGiven, ...]:
    found = []
    for release in releases:
        for one in release.spec.notices:
            found.append(NoticeGiven(**one.model_dump()))
    return tuple(found)
