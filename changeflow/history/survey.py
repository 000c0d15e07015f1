"""What the tables of a folder hold: rows, sources, periods, and what is not known."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from changeflow.history.sql_text import name, names
from changeflow.history.tables import open_tables
from changeflow.insight.instants import instant
from changeflow.insight.records import TABLES, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# the time by which a record belongs to a period: the first of these that is known
_WHEN: Final = {
    "changes": ("actual_start", "planned_start", "recorded_at"),
    "incidents": ("opened_at",),
    "opinions": ("decided_at",),
    "steps": ("started_at",),
    "deployments": ("started_at",),
    "reviews": ("recorded_at", "due_at"),
}


class SourceSurvey(NamedTuple):
    """What a table holds of one source; the first and the last time are None where unknown."""

    source: str
    records: int
    rows: int
    first: datetime | None
    last: datetime | None


class TableSurvey(NamedTuple):
    """What a table holds.

    Attributes:
        table: its name.
        rows: how many there are.
        records: how many records they belong to.
        sources: that the records come from.
        unknown: by column, in how many rows it is not known; columns that are known everywhere
            are left out.
    """

    table: str
    rows: int
    records: int
    sources: tuple[SourceSurvey, ...]
    unknown: dict[str, int]


def survey(folder: Path) -> tuple[TableSurvey, ...]:
    """Return what each table with rows holds.

    Raises:
        errors.NothingToDo: when there is no such folder.
        errors.Unreadable: when a file is no table of the past.
    """
    found = []
    with open_tables(folder) as connection:
        for table in TABLES.values():
            sources = tuple(_sources(connection, table))
            if sources:
                rows = sum(one.rows for one in sources)
                records = sum(one.records for one in sources)
                unknown = _unknown(connection, table)
                found.append(TableSurvey(table.name, rows, records, sources, unknown))
    return tuple(found)


def _sources(connection: DuckDBPyConnection, table: Table) -> list[SourceSurvey]:
    when = _WHEN.get(table.name)
    at = f"epoch_us(coalesce({names(when)}))" if when else "NULL"
    record = names(column for column in table.record if column != "source")
    rows = connection.execute(
        f"SELECT source, count(DISTINCT {record}), count(*), min({at}), max({at}) "
        f"FROM {name(table.name)} GROUP BY source ORDER BY source"
    ).fetchall()
    return list(map(_source_survey, rows))


def _source_survey(row: tuple[Any, ...]) -> SourceSurvey:
    source, records, rows, first, last = row
    return SourceSurvey(source, records, rows, _time(first), _time(last))


def _time(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else instant(microseconds)


def _unknown(connection: DuckDBPyConnection, table: Table) -> dict[str, int]:
    told = [f"count(*) - count({name(column.name)})" for column in table.columns]
    counts = connection.execute(f"SELECT {', '.join(told)} FROM {name(table.name)}").fetchone()
    assert counts is not None  # noqa: S101 - counts are always one row
    found = {}
    for column, count in zip(table.columns, counts, strict=True):
        if count:
            found[column.name] = count
    return found
