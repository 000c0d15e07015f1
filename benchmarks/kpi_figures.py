"""The measures of real records, in both engines: a bank's changes and the commits of Wikimedia.

    python -m benchmarks.kpi_figures [--data DIR] [--duckdb]

Each export is imported with the mapping of the examples, and `report kpi --history` is asked once
for each engine. A line has a measure with what it came to; *equal* says whether DuckDB and Spark
came to the same value, numerator, denominator and records. Without Spark or Java only DuckDB is
asked (`make spark` gets it).
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

from changeflow.insight.period import Period
from changeflow.model.answers.report import KpiAnswer
from changeflow.usecases.history.import_records import Folder, import_records
from changeflow.usecases.report.kpi import kpi_report

PROJECT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CHANGEFLOW_SHARED_DATA", PROJECT.parent / "shared" / "data"))
EXAMPLES = PROJECT / "examples" / "history"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
EXPORTS = {
    "A bank's changes and incidents (BPI Challenge 2014)": (
        ("bpi2014/changes.yaml", "bpi2014/Detail_Change.csv.gz"),
        ("bpi2014/incidents.yaml", "bpi2014/Detail_Incident_before_2014-02-08.csv.gz"),
    ),
    "Commits of Wikimedia's configuration": (
        ("wikimedia/changes.yaml", "wikimedia/changes.csv.gz"),
    ),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=SHARED)
    parser.add_argument("--duckdb", action="store_true", help="do not ask Spark")
    options = parser.parse_args()
    both = not options.duckdb and find_spec("pyspark") is not None and shutil.which("java")
    for title, exports in EXPORTS.items():
        with tempfile.TemporaryDirectory(prefix="figures-") as parent:
            folder = Path(parent) / "history"
            for mapping, export in exports:
                into = Folder(str(folder), Path(parent))
                import_records(str(EXAMPLES / mapping), [str(options.data / export)], into, write=True)
            print(f"\n{title}\n")
            show(measured(folder, "duckdb"), measured(folder, "spark") if both else ())
    return 0


def measured(folder: Path, engine: str) -> Sequence[KpiAnswer]:
    period = Period(None, None, ZoneInfo("Europe/Amsterdam"))
    chosen = "spark" if engine == "spark" else "duckdb"
    return kpi_report([folder], period, chosen, now=NOW).kpis


def show(ours: Sequence[KpiAnswer], others: Sequence[KpiAnswer]) -> None:
    """Print a line for each measure, and how many are equal."""
    by_id = {one.id: one for one in others}
    equal = 0
    for one in ours:
        same = by_id.get(one.id) == one
        equal += same
        if one.value is None and (same or not others):
            continue
        said = f"{one.value} {'' if one.unit == 'count' else one.unit}".strip()
        of = "" if one.denominator is None else f"of {one.denominator:,}"
        if one.numerator is not None:
            of = f"{one.numerator:,} {of}".strip()
        verdict = ""
        if others:
            verdict = "equal" if same else f"DIFFERS: {by_id[one.id].value}"
        print(f"  {one.id:28} {said:>16}  {of:20} {verdict}".rstrip())
    if others:
        print(f"  {equal} of {len(ours)} measures are equal in DuckDB and Spark")


if __name__ == "__main__":
    raise SystemExit(main())
