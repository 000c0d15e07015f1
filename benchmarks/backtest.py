"""How well the risk score tells trouble beforehand on real records, beside what is wanted; and what many changes cost.

    python benchmarks/backtest.py [--data FOLDER] [--changes 1000000] [--quick]

The bank (BPI Challenge 2014) comes in from its raw exports by `history import`, with the mappings in examples/history.
The labels are compared with those of the prepared table, row by row. Wikimedia's commits come in
the same way; a hash of the author stands for a team. Its prepared columns know authors from before the first commit of the
table, so a second row takes theirs. What is fitted is fitted to the earlier two thirds; a change whose end was not known
before the first judged one teaches nothing.

Speed is measured on made changes, in seconds of the processor: from the files to the result, without the fits. The limit is
five times the plain reading of the same columns.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import duckdb
import numpy as np

from changeflow.cli.main import run
from changeflow.history.coded_columns import read_coded
from changeflow.history.sql_text import TYPES
from changeflow.history.tables import read_columns
from changeflow.insight import rivals
from changeflow.insight.backtest import BackTest, Limits, backtest
from changeflow.insight.event_counts import Numbers
from changeflow.insight.labels import label_named, labelled
from changeflow.insight.measures import Interval
from changeflow.insight.past import LIKE, NAMES, READS, Past, past
from changeflow.insight.records import TABLES
from changeflow.insight.wide_facts import wide_facts
from changeflow.model.riskmodel import LikelihoodPoints, Smoothing

PROJECT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("CHANGEFLOW_SHARED_DATA", PROJECT.parent / "shared" / "data"))
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
BANK = (datetime(2013, 10, 31, tzinfo=AMSTERDAM), datetime(2014, 2, 1, tzinfo=AMSTERDAM))
# label: column of the prepared table; AUC and recall at 10 % that are wanted of a readable score
LABELS: dict[str, tuple[str, float | None, float | None]] = {
    "incident-within:P7D": ("y_any", 0.975, 0.72),
    "incident-excess:P7D": ("y_exc", 0.928, 0.62),
    "caused-incident": ("y_rec", None, None),
}
SHOWN = ("declared", "item-incidents", "boosted", "changeflow", "fitted")
TIMES = 5


def microseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


# -- the bank ------------------------------------------------------------------------------------------------------------------


def bank(data: Path, folder: Path) -> Past:
    """Import the raw exports, and read the tables."""
    exports = {
        "bpi2014/changes.yaml": data / "bpi2014/Detail_Change.csv.gz",
        "bpi2014/incidents.yaml": data / "bpi2014/Detail_Incident_before_2014-02-08.csv.gz",
    }
    return imported(exports, folder)


def imported(exports: Mapping[str, Path], folder: Path) -> Past:
    """Import exports, each by a mapping of the examples, and read the tables."""
    for name, export in exports.items():
        mapping = PROJECT / "examples/history" / name
        quiet = io.StringIO()
        with redirect_stdout(quiet), redirect_stderr(quiet):
            code = run(("history", "import", "--mapping", str(mapping), str(export), "--into", str(folder)))
        if code not in {0, 1}:
            sys.exit(f"history import: exit code {code}\n{quiet.getvalue()}")
    tables = {table: read_columns(folder, table, READS[table]) for table in READS}
    return past(tables)


def prepared(data: Path) -> dict[str, dict[str, str]]:
    with gzip.open(data / "bpi2014/change_outcomes.csv.gz", "rt", encoding="utf-8") as file:
        return {row["Change ID"]: row for row in csv.DictReader(file)}


def compare_labels(told: Past, rows: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Yield how many labels agree with the prepared table."""
    names = told.columns["change"].tolist()
    place = {name: number for number, name in enumerate(names)}
    for label, (column, _, _) in LABELS.items():
        found = labelled(told, label_named(label))
        judged = [name for name in rows if name in place and found.judged[place[name]]]
        same = sum(bool(found.positive[place[name]]) == (rows[name][column] == "1") for name in judged)
        yield f"{label:20} = {column}: {same:,} of {len(judged):,} judged changes agree; {len(rows) - len(judged)} are not judged"


# -- Wikimedia -----------------------------------------------------------------------------------------------------------------

# What the prepared table knows of authors and modules from before its first commit.
PREPARED = {
    "team_changes": "author_prior_commits",
    "team_failure_rate": "author_prior_revert_rate",
    "item_failures_90d": "module_reverts_90d",
    "item_changes_30d": "module_changes_30d",
    "items": "n_modules",
}


def wikimedia(data: Path, folder: Path) -> Past:
    """Import the table of commits, and read the tables."""
    return imported({"wikimedia/changes.yaml": data / "wikimedia/changes.csv.gz"}, folder)


def with_earlier_history(told: Past, facts: Mapping[str, Numbers], data: Path) -> dict[str, Numbers]:
    """Return the facts with those of the prepared table in the place of ours."""
    with gzip.open(data / "wikimedia/changes.csv.gz", "rt", encoding="utf-8") as file:
        rows = {row["sha"]: row for row in csv.DictReader(file)}
    names = told.columns["change"].tolist()
    told_there = {fact: np.array([float(rows[name][column]) for name in names]) for fact, column in PREPARED.items()}
    return {**facts, **told_there}


# -- the table -----------------------------------------------------------------------------------------------------------------


def report(title: str, found: BackTest, area: float | None, share: float | None) -> None:
    train, test = found.train, found.test
    print(f"\n{title}")
    print(f"  learned from {train.changes:,} ({train.positive} with trouble), judged {test.changes:,} ({test.positive})")
    print(f"  {'score':16}{'AUC':>7} {'95 %':>16}{'at 10 %':>9} {'95 %':>16}{'error':>8}")
    best: tuple[Verdict, Verdict] = (Verdict(0.0, 0.0), Verdict(0.0, 0.0))
    for one in found.results:
        if one.name not in SHOWN or one.auc is None or one.recall is None or one.recall_intervals is None:
            continue
        ends = (one.auc_interval, one.recall_intervals[0.10])
        areas, shares = map(_ends, ends)
        print(f"  {one.name:16}{one.auc:7.3f} {areas:>16}{one.recall[0.10]:9.3f} {shares:>16}{one.error:8.3f}")
        if one.name in {"changeflow", "fitted"}:
            these = (_verdict(one.auc, ends[0]), _verdict(one.recall[0.10], ends[1]))
            best = (max(best[0], these[0]), max(best[1], these[1]))
    if area is not None and share is not None:
        print(f"  wanted of a readable score: AUC {area}: {best[0].of(area)}; at 10 % {share}: {best[1].of(share)}")
    if found.placebo is not None:
        print(f"  placebo: {found.placebo:.2%} had an incident before them, {found.share:.2%} are positive")


class Verdict(NamedTuple):
    """What was reached, and the upper end of its 95 % interval."""

    reached: float
    high: float

    def of(self, wanted: float) -> str:
        """Say whether that is what is wanted, or what is wanted lies within the interval."""
        if self.reached >= wanted:
            return "holds"
        return "below, within the interval" if self.high >= wanted else "below"


def _verdict(reached: float, ends: Interval | None) -> Verdict:
    return Verdict(reached, reached if ends is None else ends.high)


def _ends(ends: Interval | None) -> str:
    return "-" if ends is None else f"[{ends.low:.3f}, {ends.high:.3f}]"


def quality(data: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        told = bank(data, Path(folder) / "history")
    facts = wide_facts(told, Smoothing(), zone=AMSTERDAM)
    print("bank, raw exports by `history import`:")
    for line in compare_labels(told, prepared(data)):
        print(f"  {line}")
    limits = Limits(*map(microseconds, BANK))
    for label, (column, area, share) in LABELS.items():
        report(f"bank, {column} ({label})", backtest(told, facts, LikelihoodPoints(), label_named(label), limits), area, share)
    with tempfile.TemporaryDirectory() as folder:
        commits = wikimedia(data, Path(folder) / "history")
    facts = wide_facts(commits, Smoothing())
    reverted = label_named("reverted-within:P7D")
    for title, known in {
        "wikimedia, reverted within 7 days": facts,
        "wikimedia, the same with the prepared columns": with_earlier_history(commits, facts, data),
    }.items():
        report(title, backtest(commits, known, LikelihoodPoints(), reverted), 0.71, 0.40)


# -- speed ---------------------------------------------------------------------------------------------------------------------

MADE = {
    "changes": """
        'made' AS source, 'C' || i AS change, 'kind' || (random() * 50)::INT AS category,
        ['standard', 'normal', 'emergency'][1 + (random() * 2.02)::INT] AS type, 'team' || (random() * 200)::INT AS team,
        ['low', 'medium', 'high'][1 + (random() * 2)::INT] AS declared_risk, random() < 0.02 AS cab_required,
        (random() * 40)::BIGINT AS files, (random() * 400)::BIGINT AS lines_added, (random() * 200)::BIGINT AS lines_deleted,
        s - INTERVAL 3 DAY AS recorded_at, s AS planned_start, s + INTERVAL 2 HOUR AS planned_end, s AS actual_start,
        s + INTERVAL 1 HOUR AS actual_end, CASE WHEN random() < 0.05 THEN 'failed' ELSE 'implemented' END AS outcome
        FROM (
            SELECT i, TIMESTAMPTZ '2020-01-01 00:00:00+00' + to_seconds((random() * 1.2e8)::BIGINT) AS s FROM range({n}) r(i)
        )""",
    "change_items": """
        'made' AS source, 'C' || (i * 2 // 3) AS change, 'item' || (pow(random(), 3) * 50000)::INT AS item,
        'svc' || (random() * 300)::INT AS service FROM range({n} * 3 // 2) r(i)""",
    "incidents": """
        'made' AS source, 'I' || i AS incident, 'item' || (pow(random(), 3) * 50000)::INT AS item,
        'svc' || (random() * 300)::INT AS service, 'item' || (pow(random(), 3) * 50000)::INT AS cause_item,
        CASE WHEN random() < 0.01 THEN 'C' || (random() * {n})::BIGINT END AS change, 'related' AS link,
        t AS opened_at, t + INTERVAL 5 HOUR AS resolved_at, t + INTERVAL 9 HOUR AS closed_at
        FROM (
            SELECT i, TIMESTAMPTZ '2020-01-01 00:00:00+00' + to_seconds((random() * 1.2e8)::BIGINT) AS t FROM range({n}) r(i)
        )""",
}


def make(folder: Path, changes: int) -> None:
    folder.mkdir()
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'; SET threads = 1; SELECT setseed(0.5)")
    for table, statement in MADE.items():
        connection.execute(f"CREATE TABLE {table} AS SELECT {statement.format(n=changes)}")
        have = {row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()}
        wanted = [_column(column.name, TYPES[column.type], have) for column in TABLES[table].columns]
        selected = f"SELECT {', '.join(wanted)} FROM {table}"  # noqa: S608 - names of our own
        connection.execute(f"COPY ({selected}) TO '{folder / table}.parquet' (FORMAT parquet, COMPRESSION zstd)")


def _column(name: str, type_: str, have: set[str]) -> str:
    return f'"{name}"::{type_} AS "{name}"' if name in have else f'NULL::{type_} AS "{name}"'


class Clock:
    """Seconds of the processor by what was done in them."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def timed(self, name: str, call: Any) -> Any:
        """Return the call, whose time is added up under a name."""

        def run_timed(*arguments: Any, **named: Any) -> Any:
            begin = time.process_time()
            try:
                return call(*arguments, **named)
            finally:
                self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - begin

        return run_timed


def speed(changes: int) -> None:
    clock = Clock()
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "history"
        make(folder, changes)
        read = clock.timed("read", read_columns)
        for table in READS:
            read(folder, table, READS[table])
        columns = clock.timed("read with numbers for texts", read_coded)(folder, READS, like=LIKE, names=NAMES)
    told = clock.timed("put together", past)(columns)
    facts = clock.timed("facts", wide_facts)(told, Smoothing())
    fit = rivals.fit
    whole = {name: rivals.RIVALS[name] for name in ("logistic", "boosted")}
    try:
        for name, call in whole.items():
            rivals.RIVALS[name] = clock.timed("fits", call)
        rivals.fit = clock.timed("fits", fit)
        clock.timed("back-test with fits", backtest)(told, facts, LikelihoodPoints(), label_named("incident-within:P7D"))
    finally:
        rivals.fit = fit
        rivals.RIVALS.update(whole)
    seconds = clock.seconds
    spent = sum(seconds.values()) - seconds["read"] - 2 * seconds["fits"]
    print(f"\nspeed, {changes:,} made changes: " + ", ".join(f"{name} {value:.1f} s" for name, value in seconds.items()))
    print(f"  without the fits {spent:.1f} s = {spent / seconds['read']:.1f} times the reading (limit {TIMES})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SHARED)
    parser.add_argument("--changes", type=int, default=1_000_000)
    parser.add_argument("--quick", action="store_true", help="no measure of speed")
    options = parser.parse_args()
    if options.data.is_dir():
        quality(options.data)
    else:
        print(f"real data is not here: {options.data}")
    if not options.quick:
        speed(options.changes)


if __name__ == "__main__":
    main()
