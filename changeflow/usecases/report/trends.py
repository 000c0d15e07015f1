"""`report trends`: a period beside earlier ones, where changes fail, and control charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from changeflow.cmdb.audit_estimate import simple
from changeflow.cmdb.nearest_services import nearest_services
from changeflow.history.kpi_definitions import kpi_definitions
from changeflow.history.measuring import MeasuringEngine, first_moment, whole_period
from changeflow.history.trend_measures import (
    Compared,
    Row,
    ServicesOf,
    Trends,
    measure_by_part,
    measure_trends,
)
from changeflow.insight.control_chart import (
    ControlChart,
    Sample,
    Timed,
    count_chart,
    individuals_chart,
    share_chart,
)
from changeflow.insight.kpi import Counted, Kpi, value_of
from changeflow.insight.period import Period, midnight_before
from changeflow.insight.sub_periods import (
    LONGER,
    SubPeriod,
    SubPeriodUnit,
    fitting_unit,
    sub_periods,
)
from changeflow.insight.trend_tables import DIMENSIONS, MORE_COLUMNS, MOST_CHANGES, Dimension
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.policy_backtest import StandardCandidate
from changeflow.model.answers.report import ReportPeriod
from changeflow.model.answers.report_trends import (
    Breakdown,
    BreakdownRow,
    ChartAnswer,
    ChartedPoint,
    ChartedSignal,
    ComparedMeasure,
    FailingItem,
    TrendsPaper,
)
from changeflow.model.config import StandingConfig
from changeflow.model.measuring_engines import EngineName
from changeflow.model.objectives import Objective
from changeflow.model.watched_time import unnoted
from changeflow.reading.paper_head import digest_of_numbers, report_period
from changeflow.reading.state import State
from changeflow.reading.view import View
from changeflow.usecases.report.kpi import definition_of, head_of, opened_records
from changeflow.usecases.report.own_tables import OwnTables
from changeflow.usecases.report.period_review import told_review

# Measures that are compared, in their order, and those of them that are always charted.
MEASURES: Final = (
    "changes", "emergency_share", "change_failure_rate", "rolled_back", "change_success_rate",
    "recorded_after_start", "lead_time.median", "restore_time.median",
)  # fmt: skip
CHARTED: Final = (
    "emergency_share", "change_failure_rate", "changes", "lead_time.median",
    "recorded_after_start",
)  # fmt: skip
# Values of a breakdown that are listed.
_MOST_VALUES: Final = 10
_PLACES: Final = 4
_PERCENT: Final = 100


def _no_services(_: Sequence[str]) -> Sequence[tuple[str, str]]:
    return ()


@dataclass(frozen=True)
class TrendsAsked:
    """What is asked about.

    Attributes:
        period: an open end is that of the records.
        unit: of the points of charts; None: what fits the period.
        engine: what computes.
        objectives: targets: measures with one are charted, too.
        services_of: the services of items, where records do not say them.
        enough: changes of a kind that must have gone well to be told as recurring.
        organisation: whom the paper is about.
    """

    period: Period
    unit: SubPeriodUnit | None = None
    engine: EngineName = "duckdb"
    objectives: Sequence[Objective] = ()
    services_of: ServicesOf = _no_services
    enough: int = field(default=StandingConfig().candidate_changes)
    organisation: str | None = None


def asked_of_view(
    view: View,
    period: Period,
    unit: SubPeriodUnit | None = None,
    engine: EngineName = "duckdb",
    objectives: Sequence[Objective] = (),
) -> TrendsAsked:
    """Return what is asked about a repository, whose CMDB knows the services of items."""
    base = view.base

    def services_of(items: Sequence[str]) -> Iterator[tuple[str, str]]:
        return nearest_services(base.rulebook.graph, base.config.service_types, items)

    enough, organisation = base.config.standing.candidate_changes, base.config.organisation
    return TrendsAsked(period, unit, engine, objectives, services_of, enough, organisation)


def trends_paper(
    folders: Sequence[Path],
    asked: TrendsAsked,
    own: OwnTables | None = None,
    reviews: State | None = None,
    *,
    now: datetime,
) -> TrendsPaper:
    """Return how a period compares with earlier ones, and what moved.

    Args:
        folders: with tables of records.
        asked: what is asked about.
        own: the records of this repository, where they count; they come first.
        reviews: where the review of the period lies, if there is one.
        now: the time, watched or not: a point that is not over is not drawn.

    Raises:
        errors.UsageError: when the engine is not installed.
        errors.NothingToDo: when there is no such folder, or no change in any.
        errors.Unreadable: when a file is no such table.
    """
    with opened_records(asked.engine, folders, own, MORE_COLUMNS) as tables:
        period = whole_period(tables, asked.period)
        measured = _measured(tables, asked, period, now)
    head = head_of(asked.organisation, period, unnoted(now), folders, own, MORE_COLUMNS)
    paper = TrendsPaper.model_validate({**head, **measured, "numbers": "", "review": None})
    plain = paper.model_dump(mode="json", by_alias=True, include=set(measured))
    numbers = digest_of_numbers(plain)
    review = None
    if reviews is not None:
        review = told_review(reviews, period, "trend", numbers)
    return paper.model_copy(update={"numbers": numbers, "review": review})


def _measured(
    tables: MeasuringEngine, asked: TrendsAsked, period: Period, now: datetime
) -> dict[str, Any]:
    """Return everything of the paper but its head."""
    kpis = {one.id: one for one in kpi_definitions()}
    compared = [kpis[name] for name in MEASURES]
    with_target = {one.kpi for one in asked.objectives} & kpis.keys()
    names = dict.fromkeys((*CHARTED, *sorted(with_target)))
    charts = tuple(_charts(tables, [kpis[name] for name in names], period, asked.unit, now))
    periods = (period, period.before(), period.year_before())
    found = measure_trends(tables, compared, periods, asked.services_of, asked.enough)
    return {
        "previous": _compared_period(periods[1], found.compared[1]),
        "year_before": _compared_period(periods[2], found.compared[2]),
        "measures": tuple(_measure(one, found.compared) for one in compared),
        "breakdowns": tuple(_breakdown(name, found.compared) for name in DIMENSIONS),
        "failing": tuple(_failing(found)),
        "failed": _failed_of_all(found.compared[0]),
        "charts": charts,
        "recurring": tuple(map(_recurring, found.recurring)),
        "recurring_from": asked.enough,
    }


# -- compared with earlier periods -----------------------------------------------------------------


def _compared_period(period: Period | None, found: Compared | None) -> ReportPeriod | None:
    """Return a period that is compared with; None where it has no records."""
    return None if period is None or found is None else report_period(period)


def _measure(kpi: Kpi, compared: Sequence[Compared | None]) -> ComparedMeasure:
    values: list[float | int | None] = []
    for one in compared:
        values.append(None if one is None else one.measures[kpi.id].value)
    now = compared[0]
    counts = Counted() if now is None else now.measures[kpi.id].found
    return ComparedMeasure(
        id=kpi.id,
        definition=definition_of(kpi),
        unit=kpi.unit,
        better=kpi.better,
        value=values[0],
        numerator=counts.numerator,
        denominator=counts.denominator,
        previous=values[1],
        year_before=values[2],
    )


def _breakdown(by: Dimension, compared: Sequence[Compared | None]) -> Breakdown:
    now, *earlier = [None if one is None else _by_value(one.counts[by]) for one in compared]
    rows = []
    # most changes first; what is not recorded comes last among as many
    for value, row in sorted((now or {}).items(), key=_most_first):
        before, year_before = (_changes_of(one, value) for one in earlier)
        rows.append(
            BreakdownRow(
                value=value,
                changes=row["changes"],
                ended=row["ended"],
                failed=row["failed"],
                rolled_back=row["rolled_back"],
                previous=before,
                year_before=year_before,
            )
        )
    shown = rows[:_MOST_VALUES]
    return Breakdown(by=by, rows=tuple(shown), others=len(rows) - len(shown))


def _by_value(rows: Sequence[Row]) -> dict[str | None, Row]:
    return {row["value"]: row for row in rows}


def _most_first(one: tuple[str | None, Row]) -> tuple[int, bool, str]:
    value, row = one
    return -row["changes"], value is None, value or ""


def _changes_of(found: Mapping[str | None, Row] | None, value: str | None) -> int | None:
    """Return how many changes a value has in another period; None where that has no records."""
    if found is None:
        return None
    return found[value]["changes"] if value in found else 0


# -- where changes fail ----------------------------------------------------------------------------


def _failing(found: Trends) -> Iterator[FailingItem]:
    for row in found.failing:
        yield FailingItem(
            item=row["item"],
            changes=row["changes"],
            failed=row["failed"],
            rolled_back=row["rolled_back"],
            with_incident=row["with_incident"],
            records=tuple(found.failed_changes[row["item"]][:MOST_CHANGES]),
        )


def _failed_of_all(compared: Compared | None) -> int:
    if compared is None:
        return 0
    return sum(row["failed"] for row in compared.counts["type"])


def _recurring(row: Row) -> StandardCandidate:
    share = simple(row["changes"], row["changes"])
    return StandardCandidate(
        items=tuple(row["items"]),
        items_total=row["items_total"],
        kinds=tuple(dict.fromkeys((row["kind1"], row["kind2"]))),
        category=row["area"],
        steps=(),
        changes=row["changes"],
        first=datetime.fromtimestamp(row["first"], UTC),
        last=datetime.fromtimestamp(row["last"], UTC),
        at_least=share.low if share is not None else 0.0,
        examples=tuple(row["examples"]),
    )


# -- control charts --------------------------------------------------------------------------------


def _charts(
    tables: MeasuringEngine,
    kpis: Sequence[Kpi],
    period: Period,
    wanted: SubPeriodUnit | None,
    now: datetime,
) -> Iterator[ChartAnswer]:
    """Yield the chart of each measure.

    Where too little is counted in a point, points are longer, unless their length was asked for.
    """
    first = first_moment(tables)
    units = [wanted] if wanted is not None else LONGER[LONGER.index(fitting_unit(period)) :]
    drawn: dict[str, ChartAnswer] = {}
    open_ = [*kpis]
    for unit in units:
        if not open_ or first is None:
            break
        parts = sub_periods(period, unit, midnight_before(first, period.zone), now)
        counts = measure_by_part(tables, open_, parts)
        for kpi in open_:
            if kpi.id in counts or not parts:
                chart = _chart(kpi, counts.get(kpi.id, ()), parts, unit)
                if kpi.id not in drawn or chart.why is None:
                    drawn[kpi.id] = chart
        open_ = [kpi for kpi in open_ if kpi.id in drawn and drawn[kpi.id].why == "rare"]
    for kpi in kpis:
        if kpi.id in drawn:
            yield drawn[kpi.id]


def _chart(
    kpi: Kpi, found: Sequence[Counted | None], parts: Sequence[SubPeriod], unit: SubPeriodUnit
) -> ChartAnswer:
    drawn: list[tuple[SubPeriod, Counted]] = []
    for part, one in zip(parts, found, strict=True):
        counts = one or _nothing_counted(kpi)
        if value_of(kpi.unit, _with_days(counts, part)) is not None:
            drawn.append((part, counts))
    chart = _chart_of(kpi, drawn)
    scale = _PERCENT if kpi.unit == "%" else 1
    rules: dict[int, list[str]] = {}
    for signal in chart.signals:
        for place in signal.points:
            rules.setdefault(place, []).append(signal.rule)
    points = []
    for place, ((part, counts), point) in enumerate(zip(drawn, chart.points, strict=True)):
        points.append(
            ChartedPoint.model_validate(
                {
                    "name": part.name,
                    "from": part.start,
                    "to": part.end,
                    "value": _rounded(point.value, scale),
                    "numerator": counts.numerator,
                    "denominator": counts.denominator if kpi.unit == "%" else None,
                    "lower": _rounded(point.lower, scale),
                    "upper": _rounded(point.upper, scale),
                    "in_period": part.is_asked,
                    "rules": tuple(dict.fromkeys(rules.get(place, ()))),
                }
            )
        )
    return ChartAnswer(
        id=kpi.id,
        unit="per day" if chart.kind in ("u", "u'") else kpi.unit,
        by=unit,
        chart=chart.kind,
        centre=_rounded(chart.centre, scale),
        factor=round(chart.factor, _PLACES),
        firm=chart.is_firm,
        why=chart.why,
        points=tuple(points),
        left_out=len(parts) - len(drawn),
        signals=tuple(_signals(chart, [part for part, _ in drawn])),
    )


def _nothing_counted(kpi: Kpi) -> Counted:
    """Return what stands for a part without rows: a count of none, and nothing to measure else."""
    is_count = kpi.denominator is None or kpi.unit == "per day"
    return Counted(numerator=0) if is_count else Counted()


def _with_days(counts: Counted, part: SubPeriod) -> Counted:
    """Return the same where the denominator is the days: those of the part."""
    if counts.numerator is None or counts.denominator is not None:
        return counts
    return counts._replace(denominator=part.days)


def _chart_of(kpi: Kpi, drawn: Sequence[tuple[SubPeriod, Counted]]) -> ControlChart:
    if kpi.unit == "%":
        shares = []
        for part, one in drawn:
            shares.append(Sample(part.name, one.numerator or 0, one.denominator or 0))
        return share_chart(shares)
    if kpi.unit in ("count", "per day"):
        return count_chart(
            [Sample(part.name, one.numerator or 0, part.days) for part, one in drawn]
        )
    times = []
    for part, one in drawn:
        times.append(Timed(part.name, float(value_of(kpi.unit, one) or 0)))
    return individuals_chart(times)


def _signals(chart: ControlChart, parts: Sequence[SubPeriod]) -> Iterator[ChartedSignal]:
    for signal in chart.signals:
        yield ChartedSignal(
            rule=signal.rule,
            side=signal.side,
            first=parts[signal.points[0]].name,
            last=parts[signal.points[-1]].name,
            points=len(signal.points),
            in_period=any(parts[place].is_asked for place in signal.points),
        )


def _rounded(value: float | None, scale: int) -> float | None:
    return None if value is None else round(value * scale, _PLACES)
