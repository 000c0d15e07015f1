"""What `report kpi` costs over many changes of the past, beside reading the columns that it needs: in turns, in one process.

    python benchmarks/kpi.py [--changes 1000000] [--rounds 3] [--quick]

The tables are those that `benchmarks/backtest.py` makes. Two peers read the same columns: one into arrays, as a back-test has
them, and one into tables of DuckDB. The limit is for the first one.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import backtest
import cmdb
import duckdb

from changeflow.history.tables import read_columns
from changeflow.insight.kpi_tables import COLUMNS
from changeflow.insight.period import Period
from changeflow.usecases.report.kpi import kpi_report

TIMES = 3
UTC_ZONE = ZoneInfo("UTC")
PERIODS = {
    "all changes": Period(None, None, UTC_ZONE),
    "one year and the year before": Period(
        datetime(2022, 1, 1, tzinfo=UTC), datetime(2023, 1, 1, tzinfo=UTC), UTC_ZONE
    ),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--changes", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--quick", action="store_true", help="few changes, for a look whether it runs"
    )
    options = parser.parse_args()
    print(cmdb.ROW.format("what", "today", "wanted", "holds"))
    with tempfile.TemporaryDirectory(prefix="kpi-") as parent:
        folder = Path(parent) / "history"
        backtest.make(folder, 20_000 if options.quick else options.changes)
        for title, period in PERIODS.items():
            report(folder, title, period, 1 if options.quick else options.rounds)
    return 0


def report(folder: Path, title: str, period: Period, rounds: int) -> None:
    """Print the figures of one period."""
    runs: dict[str, Callable[[], object]] = {
        "ours": lambda: kpi_report([folder], period, now=datetime(2026, 1, 1, tzinfo=UTC)),
        "arrays": lambda: [read_columns(folder, table, COLUMNS[table]) for table in COLUMNS],
        "tables": lambda: into_tables(folder),
    }
    costs: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            costs[name].append(cost(run))
    ours, arrays, tables = (sorted(found)[rounds // 2] for found in costs.values())
    times = ours[0] / arrays[0]
    cmdb.row(
        f"report kpi, {title}, beside reading its columns into arrays",
        f"{times:.1f} times ({ours[1] / arrays[1]:.1f} on the wall)",
        f"at most {TIMES} times",
        times <= TIMES,
    )
    print(
        f"  {ours[0]:.1f} s; beside reading them into tables of DuckDB {ours[0] / tables[0]:.1f} times"
    )


def cost(run: Callable[[], object]) -> tuple[float, float]:
    """Run something once; return the seconds of the processor and on the wall."""
    processor, wall = time.process_time(), time.perf_counter()
    run()
    return time.process_time() - processor, time.perf_counter() - wall


def into_tables(folder: Path) -> None:
    with duckdb.connect() as connection:
        for table, columns in COLUMNS.items():
            path = folder / f"{table}.parquet"
            if path.is_file():
                selected = f"SELECT {', '.join(columns)} FROM '{path}'"  # noqa: S608 - names of our own
                connection.execute(f"CREATE TEMP TABLE {table} AS {selected}")


if __name__ == "__main__":
    raise SystemExit(main())
