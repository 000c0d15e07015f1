"""Measures computed by an engine of SQL: DuckDB in this process, or Spark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, Final, NamedTuple, Protocol

from changeflow.insight import kpi_tables
from changeflow.insight.kpi import Counted, Kpi, counted, value_of
from changeflow.insight.period import Period, midnight_after, midnight_before
from changeflow.model.watched_time import BEGINNING, END, Holding

# ids behind a number that are told
MOST_RECORDS: Final = 1_000
# no table or column beside those that measures read
NO_MORE: Final[Mapping[str, Sequence[str]]] = {}


class MeasuringEngine(Protocol):
    """An engine with the tables of records, as `kpi_tables` describes them."""

    def make(self, name: str, select: str) -> None:
        """Make a table of what a statement selects, and keep it."""

    def rows(self, select: str) -> list[dict[str, Any]]:
        """Return what a statement selects."""


class Measured(NamedTuple):
    """A measure of a period.

    Attributes:
        found: what was counted.
        value: in the unit of the measure; None where there is nothing to measure.
        missing: the tables that it is computed from and that have no record.
        records: the first ids behind the number, sorted.
        total: how many there are.
    """

    found: Counted
    value: int | float | None
    missing: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    total: int = 0


def measure(
    engine: MeasuringEngine, kpis: Iterable[Kpi], period: Period, *, records: bool = False
) -> dict[str, Measured]:
    """Return what measures come to in a period.

    Args:
        engine: with the records.
        kpis: definitions.
        period: which records count.
        records: whether the ids behind the numbers are wanted.
    """
    make_tables(engine, kpi_tables.statements_for_all([period]))
    make_tables(engine, kpi_tables.statements(period))
    return _measure(engine, kpis, records=records)


def measure_with_before(
    engine: MeasuringEngine, kpis: Iterable[Kpi], period: Period, now: datetime | None = None
) -> tuple[dict[str, Measured], dict[str, Measured]]:
    """Return what measures come to in a period, with ids, and in the period before.

    There is nothing of the period before where no change was recorded yet.

    Args:
        engine: with the records.
        kpis: definitions.
        period: which records count.
        now: the time: what is due later and not done is in no number. None: all of it was due.
    """
    kpis, earlier = tuple(kpis), period.before()
    before: dict[str, Measured] = {}
    if earlier is None:
        make_tables(engine, kpi_tables.statements_for_all([period], now))
    else:
        make_tables(engine, kpi_tables.statements_for_all([earlier, period], now))
        make_tables(engine, kpi_tables.statements(earlier, now))
        if engine.rows("select change from changes_of_period limit 1"):
            before = _measure(engine, kpis, records=False)
    make_tables(engine, kpi_tables.statements(period, now))
    return _measure(engine, kpis, records=True), before


def due_during(engine: MeasuringEngine, now: datetime) -> Holding:
    """Return the time in which the same is due as at a moment, and so in which measures hold.

    Args:
        engine: with the tables of records.
        now: the moment; whole seconds of it count.
    """
    (found,) = engine.rows(kpi_tables.due_around(now))
    since, until = BEGINNING, END
    if found["before"] is not None:
        since = _instant(found["before"] + 1)
    if found["after"] is not None:
        until = _instant(found["after"] + 1)
    return Holding(since, until)


def measure_targets(
    engine: MeasuringEngine, kpi: Kpi, judged: Mapping[str, bool]
) -> Measured:
    """Return what a measure of targets comes to, with the measures whose targets are not met.

    Args:
        engine: with the tables of a period that was measured.
        kpi: the measure.
        judged: measures with a target that can be judged, and whether it is met.
    """
    engine.make("judged_targets", kpi_tables.judged_targets(judged))
    return _measured(engine, kpi, frozenset(), records=True)


def make_tables(engine: MeasuringEngine, statements: Mapping[str, str]) -> None:
    """Make tables of statements, in their order."""
    for name, select in statements.items():
        engine.make(name, select)


def _measure(engine: MeasuringEngine, kpis: Iterable[Kpi], *, records: bool) -> dict[str, Measured]:
    empty = empty_tables(engine)
    return {one.id: _measured(engine, one, empty, records=records) for one in kpis}


def measure_made(engine: MeasuringEngine, kpis: Iterable[Kpi]) -> dict[str, Measured]:
    """Return what measures come to in the period whose tables were made."""
    return _measure(engine, kpis, records=False)


def has_changes(engine: MeasuringEngine) -> bool:
    """Return whether any change is recorded, or anything that was delivered without one."""
    return any(
        engine.rows(f"select source from {kpi_tables.PREFIX}{table} limit 1")
        for table in ("changes", "deliveries")
    )


def first_moment(engine: MeasuringEngine) -> datetime | None:
    """Return the moment of the first change or delivery; None where there is none."""
    first, _ = _ends(engine)
    return None if first is None else _instant(first)


def whole_period(engine: MeasuringEngine, period: Period) -> Period:
    """Return a period whose open ends are the local days of the first and the last record.

    A record is a change by its moment, or a delivery that needed one: what was delivered without
    authority after the last change is part of the whole.
    """
    if period.start is not None and period.end is not None:
        return period
    first, last = _ends(engine)
    if first is None or last is None:
        return period
    start, end = period.start, period.end
    if start is None:
        start = midnight_before(_instant(first), period.zone)
    if end is None:
        end = midnight_after(_instant(last), period.zone)
    return Period(start, max(start, end), period.zone)


def _ends(engine: MeasuringEngine) -> tuple[int | None, int | None]:
    """Return the first and the last moment of changes and deliveries."""
    moment = kpi_tables.MOMENT
    (ends,) = engine.rows(
        "select min(moment) as first, max(moment) as last from"
        f" (select {moment} as moment from past_changes c"
        " union all select delivered_at as moment from past_deliveries) m"
    )
    return ends["first"], ends["last"]


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def empty_tables(engine: MeasuringEngine) -> frozenset[str]:
    """Return the tables of measures that have no record."""
    empty = set()
    for table in kpi_tables.COLUMNS:
        (found,) = engine.rows(f"select count(*) as n from {kpi_tables.PREFIX}{table}")
        if not found["n"]:
            empty.add(table)
    return frozenset(empty)


def has_records(kpi: Kpi, empty: frozenset[str]) -> bool:
    """Return whether the tables that a measure is computed from have records.

    Args:
        kpi: the measure.
        empty: the tables that have none.
    """
    return empty.isdisjoint(_needed(kpi, empty))


def _needed(kpi: Kpi, empty: frozenset[str]) -> tuple[str, ...]:
    return kpi.source if empty.issuperset(kpi.instead) else ()


def _measured(
    engine: MeasuringEngine, kpi: Kpi, empty: frozenset[str], *, records: bool
) -> Measured:
    missing = tuple(table for table in (*_needed(kpi, empty), *kpi.also) if table in empty)
    if not has_records(kpi, empty):
        return Measured(Counted(), None, missing)
    (row,) = engine.rows(kpi.sql)
    found = counted(row)
    if kpi.unit == "per day":
        (period,) = engine.rows("select days from this_period")
        found = found._replace(denominator=int(period["days"]))
    value = value_of(kpi.unit, found)
    if not records:
        return Measured(found, value, missing)
    return Measured(found, value, missing, *_records(engine, kpi))


def _records(engine: MeasuringEngine, kpi: Kpi) -> tuple[tuple[str, ...], int]:
    (count,) = engine.rows(f"select count(*) as n from ({kpi.records}) r")
    first = engine.rows(
        f"select record from ({kpi.records}) r order by record limit {MOST_RECORDS}"
    )
    ids = tuple(map(itemgetter("record"), first))
    return ids, int(count["n"])
