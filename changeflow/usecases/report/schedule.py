"""`report schedule`: the change schedule as a notice of planned outages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from changeflow.cmdb.impact import blast_radius
from changeflow.gate.change_states import LifecycleState
from changeflow.gate_cases.told_changes import services_of
from changeflow.insight.period import Period
from changeflow.model.answers.report_rules import (
    AnnouncedChange,
    FreezeException,
    ItemOutage,
    SchedulePaper,
)
from changeflow.model.answers.report_sla import NoticeGiven
from changeflow.model.answers.schedule import ScheduledChange
from changeflow.model.change import ChangeRequest
from changeflow.model.clock import Clock
from changeflow.model.document_paths import rfc_path
from changeflow.model.post_implementation import Release
from changeflow.model.times import END_OF_TIME
from changeflow.reading.paper_head import inputs_at, repository_head
from changeflow.reading.releases import releases_of
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View
from changeflow.schedule.windows import timing
from changeflow.usecases.schedule.forward_schedule import schedule

_MONTH = timedelta(days=30)
_MINUTE = timedelta(minutes=1)
_CANCELLED = ("withdrawn", "rejected")


def schedule_paper(view: View, period: Period, clock: Clock) -> SchedulePaper:
    """Return what is planned in a period, without an end within 30 days.

    Raises:
        errors.Unreadable: when policies, roster, CMDB or a calendar cannot be read.
        errors.UsageError: when the period is empty.
        errors.HostFailed: when git fails.
    """
    view = view.of_base().for_many()
    start = period.start or clock.now
    end = period.end or start + min(_MONTH, END_OF_TIME - start)
    period = Period(start, end, period.zone)
    found = schedule(view, start, end, clock.now)
    base, releases = view.base.require_readable(), releases_of(view.base)
    of_change = releases.by_change()
    changes, cancelled, paths = [], [], list[str]()
    for row in found.planned:
        if row.state == LifecycleState.DRAFT:
            # its time is not asked for yet
            continue
        if row.state in _CANCELLED:
            cancelled.append(row.change)
            continue
        request = view.base.change(row.change).change
        changes.append(_announced(row, request, base, of_change))
        paths.append(rfc_path(row.change))
    lost = (*found.unreadable, *releases.unreadable)
    head = repository_head(view, period, clock.now, inputs_at(view.base, paths), lost)
    return SchedulePaper.model_validate(
        {
            **head,
            "changes": changes,
            "total": len(changes),
            "cancelled": cancelled,
            "freezes": found.freezes,
        }
    )


def _announced(
    row: ScheduledChange,
    request: ChangeRequest,
    base: Rulebook,
    releases: Mapping[str, Sequence[Release]],
) -> AnnouncedChange:
    impact = blast_radius(request.changed, base.graph, base.risk_model.weights, most=0)
    effects = request.spec.effects
    notices = []
    for release in releases.get(row.change, ()):
        for one in release.spec.notices:
            notices.append(NoticeGiven(**one.model_dump()))
    return AnnouncedChange(
        change=row.change,
        title=row.title,
        type=row.type,
        state=row.state,
        start=row.start,
        end=row.end,
        items=tuple(_items(request)),
        environments=row.environments,
        services=services_of(base, impact),
        customers=effects.customers if effects is not None else None,
        requester=row.requester,
        implementer=row.implementer,
        owners=tuple(dict.fromkeys(_owners(request, base))),
        conflicts=tuple(dict.fromkeys(one.change for one in row.conflicts)),
        freezes=row.freezes,
        exceptions=tuple(_exceptions(request, base, row.start)),
        notices=tuple(notices),
    )


def _items(request: ChangeRequest) -> Iterator[ItemOutage]:
    for item in request.spec.items or ():
        minutes = None if item.outage is None else item.outage / _MINUTE
        yield ItemOutage(ci=item.ci, action=item.action.value, minutes=minutes)


def _owners(request: ChangeRequest, base: Rulebook) -> Iterator[str]:
    for ci in request.changed:
        known = base.items.get(ci)
        if known is not None and known.spec.owner is not None:
            yield known.spec.owner


def _exceptions(
    request: ChangeRequest, base: Rulebook, start: datetime
) -> Iterator[FreezeException]:
    """Yield the freezes that the change need not heed, with the grant where there is one."""
    granted = {}
    for calendar in base.calendars:
        for freeze in calendar.spec.freezes:
            for one in freeze.exceptions:
                if one.change == request.id:
                    granted[freeze.id] = one
    for hit in timing(request, base.calendars, base.items, base.roster, start).freezes:
        if hit.exempt:
            grant = granted.get(hit.id)
            by = grant.granted_by if grant is not None else None
            reason = grant.reason if grant is not None else None
            if hit.exception is not None:
                by, reason = hit.exception.approved(request)[0], hit.exception.reason
            yield FreezeException(freeze=hit.name, granted_by=by, reason=reason)
