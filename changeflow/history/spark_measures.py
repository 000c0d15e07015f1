"""Measures by Apache Spark, for tables that one machine does not hold.

The statements are those that DuckDB runs. Spark runs on this machine, unless its own settings name a
cluster (`SPARK_MASTER`, `spark-defaults.conf`); locally it talks to the loopback alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from changeflow.history.engine import require_library
from changeflow.history.measuring import NO_MORE
from changeflow.history.tables import file_name, reading_tables
from changeflow.insight import kpi_tables
from changeflow.insight.records import TABLES, ColumnType, Table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_TYPES: Final = {
    ColumnType.TEXT: "string",
    ColumnType.FLAG: "boolean",
    ColumnType.NUMBER: "bigint",
    ColumnType.INSTANT: "bigint",
    ColumnType.TEXTS: "array<string>",
}
_SETTINGS: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "4",
}
_LOCAL: Final = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}


class SparkMeasures:
    """The engine of the extra `spark`.

    Args:
        session: of Spark.
        tables: by the name of a table of records: its columns, with times in seconds.
    """

    def __init__(self, session: SparkSession, tables: dict[str, DataFrame]) -> None:
        self._session = session
        for table, frame in tables.items():
            frame.createOrReplaceTempView(f"{kpi_tables.PREFIX}{table}")

    def make(self, name: str, select: str) -> None:
        """See `MeasuringEngine.make`."""
        self._session.sql(select).cache().createOrReplaceTempView(name)

    def rows(self, select: str) -> list[dict[str, Any]]:
        """See `MeasuringEngine.rows`."""
        return [row.asDict() for row in self._session.sql(select).collect()]


@contextmanager
def spark_measures(
    folders: Sequence[Path], more: Mapping[str, Sequence[str]] = NO_MORE
) -> Iterator[SparkMeasures]:
    """Open the tables of folders; of a record that several have, the first counts.

    Raises:
        errors.UsageError: when the library is not installed.
        errors.NothingToDo: when there is no such folder.
    """
    session = _session()
    try:
        with reading_tables(folders) as places:
            frames = {}
            for name, columns in kpi_tables.columns_with(more).items():
                table = TABLES[name]
                paths = [place(file_name(table)) for place in places]
                frames[name] = _frame(session, table, columns, [p for p in paths if p.is_file()])
            yield SparkMeasures(session, frames)
    finally:
        session.stop()


def _session() -> SparkSession:
    sql = require_library("pyspark.sql", "spark")
    builder = sql.SparkSession.builder.appName("changeflow")
    settings = dict(_SETTINGS)
    if "SPARK_MASTER" not in os.environ:
        settings |= _LOCAL
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = builder.master(os.environ.get("SPARK_MASTER", "local[*]"))
    for name, value in settings.items():
        builder = builder.config(name, value)
    session: SparkSession = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _frame(
    session: SparkSession, table: Table, columns: Sequence[str], paths: Sequence[Path]
) -> DataFrame:
    whole = _nothing(session, table, columns)
    for path in paths:
        frame = session.read.parquet(str(path))
        part = frame.selectExpr(*(_as_seconds(table, column, frame.columns) for column in columns))
        known = whole.select(*table.record).distinct()
        whole = whole.unionByName(part.join(known, list(table.record), "left_anti"))
    return whole


def _nothing(session: SparkSession, table: Table, columns: Sequence[str]) -> DataFrame:
    told = ", ".join(_unknown(table, column) for column in columns)
    return session.sql(f"select {told} where false")


def _unknown(table: Table, name: str) -> str:
    column = table.column(name)
    assert column is not None  # noqa: S101 - a name of `kpi_tables.COLUMNS`
    return f"cast(null as {_TYPES[column.type]}) as `{name}`"


def _as_seconds(table: Table, name: str, there: Sequence[str]) -> str:
    if name not in there:
        return _unknown(table, name)
    if kpi_tables.is_instant(table.name, name):
        return f"unix_seconds(`{name}`) as `{name}`"
    return f"`{name}`"
