"""The measures of a site with their charts, made again when something changed that they read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from changeflow import errors
from changeflow.history.tables import write
from changeflow.insight.period import Period
from changeflow.insight.trend_tables import MORE_COLUMNS
from changeflow.model.answers.report import KpiReport
from changeflow.model.answers.report_trends import TrendsPaper
from changeflow.model.phrases import Told
from changeflow.model.watched_time import Holding, Watch, hold, unnoted
from changeflow.reading.objectives import objectives_of
from changeflow.reading.own_records import KnownRecords
from changeflow.reading.view import View
from changeflow.usecases.report.kpi import head_of, kpi_report
from changeflow.usecases.report.own_tables import OwnTables, own_tables
from changeflow.usecases.report.trends import asked_of_view, trends_paper
from changeflow.usecases.site.site_tables import SiteTables


class SiteMeasures(NamedTuple):
    """The measures of everything on record.

    Attributes:
        kpis: None where they cannot be computed.
        trends: control charts; None where there are none.
        why: they cannot.
    """

    kpis: KpiReport | None
    trends: TrendsPaper | None
    why: str | Told = ""


def site_measures(
    view: View,
    now: datetime,
    zone: ZoneInfo,
    known: Mapping[str, KnownRecords],
    tables: SiteTables | None,
) -> SiteMeasures:
    """Return the measures of everything on record with their charts; or why there are none.

    Args:
        view: the main branch.
        now: the time; a watched one notes how long the measures hold.
        zone: of the repository.
        known: the rows of changes in the tables of the past.
        tables: those of the last build; None: nothing is kept.

    Raises:
        errors.HostFailed: when git fails.
    """
    writing = write if tables is None else tables.write
    try:
        with own_tables(view, now, known, writing) as own:
            kept = tables.recalled() if tables is not None else {}
            found = _recalled(view, own, kept, now, zone) or _made(view, own, now, zone)
            hold(now, found.during)
            if tables is not None:
                tables.keep(own.folder, found.as_plain())
    except (errors.UsageError, errors.NothingToDo, errors.Unreadable) as error:
        return SiteMeasures(None, None, error.told)
    return SiteMeasures(found.kpis, found.trends)


class _Measured(NamedTuple):
    """Measures, and how long they hold."""

    kpis: KpiReport
    trends: TrendsPaper
    during: Holding

    def as_plain(self) -> dict[str, Any]:
        """Return them as plain data, to be kept."""
        return {
            "kpis": self.kpis.model_dump_json(by_alias=True),
            "trends": self.trends.model_dump_json(by_alias=True),
            "during": self.during.as_texts(),
        }


def _made(view: View, own: OwnTables, now: datetime, zone: ZoneInfo) -> _Measured:
    watch = Watch(unnoted(now))
    always, objectives = Period(None, None, zone), objectives_of(view.base)
    organisation = view.base.config.organisation
    report = kpi_report(
        (), always, "duckdb", objectives, own, now=watch.now, organisation=organisation
    )
    asked = asked_of_view(view, always, objectives=objectives)
    trends = trends_paper((), asked, own, now=watch.now)
    return _Measured(report, trends, watch.holding)


def _recalled(
    view: View, own: OwnTables, kept: Mapping[str, Any], now: datetime, zone: ZoneInfo
) -> _Measured | None:
    """Return what was measured before with a head of now; None where it holds no longer."""
    if not kept or not Holding.of_texts(kept["during"]).has(unnoted(now)):
        return None
    report = KpiReport.model_validate_json(kept["kpis"])
    trends = TrendsPaper.model_validate_json(kept["trends"])
    # What could not be read may add to a measure.
    if report.unreadable != own.unreadable:
        return None
    asked = view.base.config.organisation, Period(None, None, zone), unnoted(now)
    head, head_of_trends = head_of(*asked, (), own), head_of(*asked, (), own, MORE_COLUMNS)
    del head["period"], head_of_trends["period"]
    return _Measured(
        report.model_copy(update=head),
        trends.model_copy(update=head_of_trends),
        Holding.of_texts(kept["during"]),
    )
