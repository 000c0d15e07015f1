"""`report emergencies`: emergency changes, their retrospective approvals and reviews, their share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from changeflow.gate_cases.retrospective import authorisation_in, retrospective_of
from changeflow.gate_cases.told_changes import Row, ToldChange, told_rows
from changeflow.insight.period import Period
from changeflow.model.answers.report import KpiAnswer
from changeflow.model.answers.report_lists import (
    Authorisation,
    EmergenciesPaper,
    EmergencyRow,
)
from changeflow.model.clock import Clock
from changeflow.model.measuring_engines import EngineName
from changeflow.model.watched_time import unnoted
from changeflow.reading.paper_head import repository_head
from changeflow.reading.remembered_paper import remembered
from changeflow.reading.view import View
from changeflow.usecases.report.kpi import kpi_report
from changeflow.usecases.report.own_tables import own_tables
from changeflow.usecases.report.register import review_of


def emergencies_paper(
    view: View, period: Period, clock: Clock, engine: EngineName = "duckdb"
) -> EmergenciesPaper:
    """Return the emergencies of a period, with their share and that of the period before.

    Raises:
        errors.UsageError: when the engine is not installed.
        errors.Unreadable: when policies, roster or CMDB cannot be read, or the ledger does not hold.
        errors.HostFailed: when git fails.
    """

    def make(view: View, clock: Clock) -> EmergenciesPaper:
        return _made(view, period, clock, engine)

    return remembered(EmergenciesPaper, view, clock, (repr(period), engine), make)


def _made(view: View, period: Period, clock: Clock, engine: EngineName) -> EmergenciesPaper:
    found = told_rows(view, period, clock, partial(_row, now=clock.now), ("emergency",))
    head = repository_head(view, period, unnoted(clock.now), found.inputs, found.unreadable)
    share = _share(view, period, clock, engine)
    return EmergenciesPaper.model_validate(
        {**head, "emergencies": found.rows, "total": len(found.rows), "share": share}
    )


def _share(view: View, period: Period, clock: Clock, engine: EngineName) -> KpiAnswer | None:
    """Return the measure; None where there is no change to measure."""
    with own_tables(view, clock.now) as own:
        if not own.changes:
            return None
        paper = kpi_report((), period, engine, own=own, now=unnoted(clock.now))
    return next(one for one in paper.kpis if one.id == "emergency_share")


def _row(one: ToldChange, now: datetime) -> EmergencyRow:
    emergency, listed = one.request.spec.emergency, one.listed.row
    return EmergencyRow.model_validate(
        {
            "change": listed.change,
            "title": listed.title,
            "incident": emergency.incident if emergency is not None else None,
            "because": emergency.justification if emergency is not None else "",
            "requester": listed.requester,
            "implementer": listed.implementer,
            "authorised": tuple(_authorisations(one.opinions)),
            "started": one.record.get("actual_start"),
            "ended": one.record.get("actual_end"),
            "state": listed.state,
            "outcome": one.record.get("outcome"),
            "retrospective": retrospective_of(one, now),
            "review": review_of(one),
            "review_due": one.reviewed.get("due_at"),
            "at": listed.at,
        }
    )


def _authorisations(opinions: Sequence[Row]) -> Iterable[Authorisation]:
    """Yield who approved before the release."""
    for row in opinions:
        if row["decision"] == "approve" and not row["retrospective"]:
            yield authorisation_in(row)
