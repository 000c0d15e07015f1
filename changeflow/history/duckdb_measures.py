"""Measures by DuckDB, from the tables of one or several folders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from changeflow.history.measuring import NO_MORE
from changeflow.history.sql_text import name
from changeflow.history.tables import open_folders
from changeflow.insight import kpi_tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class DuckDbMeasures:
    """The engine that comes with the extra `insight`.

    Args:
        connection: with a view for each table of records.
        more: tables with all columns that are wanted of them, beside what measures read.
    """

    def __init__(
        self, connection: DuckDBPyConnection, more: Mapping[str, Sequence[str]] = NO_MORE
    ) -> None:
        self._connection = connection
        for table, columns in kpi_tables.columns_with(more).items():
            told = ", ".join(_as_seconds(table, column) for column in columns)
            view = name(f"{kpi_tables.PREFIX}{table}")
            connection.execute(f"CREATE TEMP VIEW {view} AS SELECT {told} FROM {name(table)}")

    def make(self, table: str, select: str) -> None:
        """See `MeasuringEngine.make`."""
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {name(table)} AS {select}")

    def rows(self, select: str) -> list[dict[str, Any]]:
        """See `MeasuringEngine.rows`."""
        found = self._connection.execute(select)
        columns = [column[0] for column in found.description or ()]
        return [dict(zip(columns, values, strict=True)) for values in found.fetchall()]


@contextmanager
def duckdb_measures(
    folders: Sequence[Path], more: Mapping[str, Sequence[str]] = NO_MORE
) -> Iterator[DuckDbMeasures]:
    """Open the tables of folders; of a record that several have, the first counts.

    Raises:
        errors.UsageError: when the library is not installed.
        errors.NothingToDo: when there is no such folder.
        errors.Unreadable: when a file is no such table.
    """
    with open_folders(folders) as connection:
        yield DuckDbMeasures(connection, more)


def _as_seconds(table: str, column: str) -> str:
    quoted = name(column)
    if kpi_tables.is_instant(table, column):
        # rounded towards the past, as Spark does; `//` rounds towards zero
        micros = f"epoch_us({quoted})"
        return f"{micros} // 1000000 - ({micros} % 1000000 < 0)::BIGINT AS {quoted}"
    return quoted
