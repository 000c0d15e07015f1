"""What a period comes to beside earlier ones, and how its measures moved: by an engine of SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast
from zoneinfo import ZoneInfo

from changeflow.history.measuring import (
    Measured,
    MeasuringEngine,
    empty_tables,
    has_records,
    make_tables,
    measure_made,
)
from changeflow.history.sql_text import literal
from changeflow.insight import kpi_tables, trend_tables
from changeflow.insight.kpi import Counted, Kpi, counted
from changeflow.insight.part_tables import sql_by_part, statements_by_part
from changeflow.insight.period import Period
from changeflow.insight.sub_periods import SubPeriod
from changeflow.insight.trend_tables import DIMENSIONS, Dimension

Row = Mapping[str, Any]
# the services that items belong to, where records do not say it
ServicesOf = Callable[[Sequence[str]], Iterable[tuple[str, str]]]


class Compared(NamedTuple):
    """What one of the compared periods comes to.

    Attributes:
        measures: by id, without the ids of records.
        counts: rows of each dimension: `value`, `changes`, `ended`, `failed`, `rolled_back`.
    """

    measures: Mapping[str, Measured]
    counts: Mapping[Dimension, Sequence[Row]]


class Trends(NamedTuple):
    """What was measured.

    Attributes:
        compared: for each period that was asked about; None where no change belongs to it.
        failing: the items on which most changes of the first period failed.
        failed_changes: those changes, by item.
        recurring: kinds of changes that always went well, each with `examples` and `items`.
    """

    compared: Sequence[Compared | None]
    failing: Sequence[Row]
    failed_changes: Mapping[str, Sequence[str]]
    recurring: Sequence[Row]


def measure_trends(
    engine: MeasuringEngine,
    kpis: Sequence[Kpi],
    periods: Sequence[Period | None],
    services_of: ServicesOf,
    enough: int,
) -> Trends:
    """Measure periods.

    Args:
        engine: with the records.
        kpis: what is compared.
        periods: the one that is asked about, and those that it is compared with.
        services_of: what is known of services beside the records.
        enough: changes of a kind that must have gone well to be told as recurring.
    """
    wanted = [one for one in periods if one is not None]
    make_tables(engine, kpi_tables.statements_for_all(wanted))
    make_tables(engine, trend_tables.make_items())
    _make_services(engine, services_of)
    compared = []
    # The one that is asked about comes last: its tables are asked about more.
    for period in reversed(periods):
        compared.append(_compared(engine, kpis, period))
    make_tables(engine, {trend_tables.FAILING_ITEMS: trend_tables.failing_items()})
    make_tables(engine, {trend_tables.NORMAL_CHANGES: trend_tables.normal_changes()})
    make_tables(engine, {trend_tables.RECURRING: trend_tables.recurring_changes(enough)})
    return Trends(
        tuple(reversed(compared)),
        _sorted(engine.rows(trend_tables.failing_items())),
        _failed_changes(engine),
        _recurring(engine, enough),
    )


def _make_services(engine: MeasuringEngine, services_of: ServicesOf) -> None:
    items = engine.rows(
        f"select distinct item from {trend_tables.ITEMS_OF_CHANGES}"
        " where item is not null and service is null order by item"
    )
    told = services_of([row["item"] for row in items])
    values = [f"({literal(item)}, {literal(service)})" for item, service in told]
    select = "select cast('' as varchar(1)) as item, cast('' as varchar(1)) as service where false"
    if values:
        select = f"select * from (values {', '.join(values)}) told(item, service)"
    make_tables(engine, {trend_tables.SERVICES_OF_ITEMS: select})


def measure_by_part(
    engine: MeasuringEngine, kpis: Sequence[Kpi], parts: Sequence[SubPeriod]
) -> dict[str, Sequence[Counted | None]]:
    """Return what was counted in each part, by measure; None where nothing was.

    Measures without records of their tables are left out.
    """
    if not parts:
        return {}
    zone = cast("ZoneInfo", parts[0].start.tzinfo)
    span = Period(parts[0].start, parts[-1].end, zone)
    make_tables(engine, kpi_tables.statements_for_all([span]))
    make_tables(engine, statements_by_part(span, parts))
    found: dict[str, Sequence[Counted | None]] = {}
    empty = empty_tables(engine)
    for kpi in kpis:
        select = sql_by_part(kpi)
        if select is not None and has_records(kpi, empty):
            by_part = {int(row["part"]): counted(row) for row in engine.rows(select)}
            found[kpi.id] = tuple(by_part.get(number) for number in range(len(parts)))
    return found


def _compared(
    engine: MeasuringEngine, kpis: Sequence[Kpi], period: Period | None
) -> Compared | None:
    if period is None:
        return None
    make_tables(engine, kpi_tables.statements(period))
    if not engine.rows("select change from changes_of_period limit 1"):
        return None
    counts = {}
    for dimension in DIMENSIONS:
        counts[dimension] = engine.rows(trend_tables.counts_by(dimension))
    return Compared(measure_made(engine, kpis), counts)


def _sorted(rows: Sequence[Row]) -> Sequence[Row]:
    return sorted(rows, key=lambda row: (-row["failed"], -row["rolled_back"], row["item"]))


def _failed_changes(engine: MeasuringEngine) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for row in engine.rows(trend_tables.failed_changes_of_items()):
        found.setdefault(row["item"], []).append(row["change"])
    return found


_KIND: Final = ("kind1", "kind2", "area")


def _recurring(engine: MeasuringEngine, enough: int) -> Sequence[Row]:
    kinds = engine.rows(trend_tables.recurring_changes(enough))
    examples: dict[tuple[Any, ...], list[Row]] = {}
    items: dict[tuple[Any, ...], list[Row]] = {}
    for found, select in (
        (examples, trend_tables.examples_of_recurring()),
        (items, trend_tables.items_of_recurring()),
    ):
        for row in engine.rows(select):
            found.setdefault(tuple(row[name] for name in _KIND), []).append(row)
    told = []
    for row in kinds:
        kind = tuple(row[name] for name in _KIND)
        mine = items.get(kind, [])
        told.append(
            {
                **row,
                "examples": [one["change"] for one in examples.get(kind, [])],
                "items": [one["item"] for one in mine],
                "items_total": mine[0]["items"] if mine else 0,
            }
        )
    return told
