"""What `history import` costs beside DuckDB reading the same files: as whole processes, in turns, in one run.

    python benchmarks/history.py [--rounds 5] [--data DIR] [--quick]

The files are the records of a bank (BPI Challenge 2014, `--data`, default ../shared/data/bpi2014), or
made by seed in the same form where these are not here or `--quick` is asked for. The peer reads both
files into tables and counts their rows. Read the ratios: seconds are those of a machine that others use as well.
"""
# ruff: noqa: E501 - heads of files as they are

from __future__ import annotations

import argparse
import gzip
import random
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import assess
import cmdb

SEED = 20_261_127
MAPPINGS = assess.PROJECT / "examples" / "history" / "bpi2014"
DATA = assess.PROJECT.parent / "shared" / "data" / "bpi2014"
CHANGES, INCIDENTS = "Detail_Change.csv.gz", "Detail_Incident_before_2014-02-08.csv.gz"
WANTED = 3
PEER = """
import duckdb, sys
with duckdb.connect() as connection:
    for path in sys.argv[1:]:
        scan = "read_csv(?, delim = ';', header = true, all_varchar = true)"
        connection.execute(f"CREATE OR REPLACE TABLE t AS FROM {scan}", [path])
        print(connection.execute("SELECT count(*) FROM t").fetchone()[0])
"""
CHANGE_HEAD = (
    "CI Name (aff);CI Type (aff);CI Subtype (aff);Service Component WBS (aff);Change ID;Change Type;Risk Assessment;Emergency Change;"
    "CAB-approval needed;Planned Start;Planned End;Scheduled Downtime Start;Scheduled Downtime End;Actual Start;Actual End;"
    "Requested End Date;Change record Open Time;Change record Close Time;Originated from;# Related Interactions;# Related Incidents"
)
INCIDENT_HEAD = (
    "CI Name (aff);CI Type (aff);CI Subtype (aff);Service Component WBS (aff);Incident ID;Status;Impact;Urgency;Priority;Category;KM number;"
    "Alert Status;# Reassignments;Open Time;Reopen Time;Resolved Time;Close Time;Handle Time (Hours);Closure Code;# Related Interactions;"
    "Related Interaction;# Related Incidents;# Related Changes;Related Change;CI Name (CBy);CI Type (CBy);CI Subtype (CBy);ServiceComp WBS (CBy)"
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument(
        "--quick", action="store_true", help="small files made by seed, for a look whether it runs"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="history-") as name:
        folder = Path(name)
        data = options.data
        if options.quick or not (data / CHANGES).is_file():
            data = folder
            write_like_the_bank(folder, 2_000 if options.quick else 30_275)
        report(data, folder / "into", 1 if options.quick else options.rounds)
    return 0


def report(data: Path, into: Path, rounds: int) -> None:
    """Print all figures."""
    print(cmdb.ROW.format("what", "today", "wanted", "holds"))
    files = [str(data / CHANGES), str(data / INCIDENTS)]
    ours: list[Sequence[cmdb.Cost]] = []
    theirs: list[cmdb.Cost] = []
    for _ in range(rounds):
        shutil.rmtree(into, ignore_errors=True)
        theirs.append(cmdb.python(PEER, *files))
        ours.append([_import("changes", files[0], into), _import("incidents", files[1], into)])
    again = _import("incidents", files[1], into)
    peer = cmdb.middle(theirs)
    processor = sorted(sum(one.processor for one in pair) for pair in ours)[len(ours) // 2]
    wall = sorted(sum(one.wall for one in pair) for pair in ours)[len(ours) // 2]
    times = processor / peer.processor
    cmdb.row(
        "importing changes and incidents, beside DuckDB reading both files",
        f"{times:.1f} times ({wall / peer.wall:.1f} on the wall)",
        f"at most {WANTED} times",
        times <= WANTED,
    )
    memory = max(one.memory for pair in ours for one in pair)
    cmdb.row("  its memory", f"{memory:.0f} MiB", "at most 512 MiB", memory <= 512)
    same = "Nothing to write" in again.said
    cmdb.row("  importing again", "changes nothing" if same else "changes", "changes nothing", same)


def _import(what: str, export: str, into: Path) -> cmdb.Cost:
    words = [
        "history",
        "import",
        "--mapping",
        str(MAPPINGS / f"{what}.yaml"),
        export,
        "--into",
        str(into),
    ]
    return cmdb.cost([sys.executable, "-m", "changeflow", *words])


def write_like_the_bank(folder: Path, rows: int) -> None:
    """Write two files in the form of the bank's."""
    chance = random.Random(SEED)
    start = datetime(2013, 10, 1)  # noqa: DTZ001 - a local time
    with gzip.open(folder / CHANGES, "wt", encoding="utf-8", newline="") as out:
        out.write(CHANGE_HEAD + "\r\n")
        for number in range(rows):
            at = start + timedelta(minutes=chance.randrange(200_000))
            planned, ended = (at + timedelta(minutes=chance.randrange(600)) for _ in range(2))
            times = [
                _day(planned),
                _day(ended),
                "",
                "",
                _day(at),
                _day(ended),
                _day(ended),
                _day(at),
                _day(ended),
            ]
            cells = [
                f"CI{chance.randrange(900):06d}", "computer", "Linux Server", f"WBS{chance.randrange(99):06d}", f"C{number * 3 // 5:08d}",
                f"Standard Change Type {number * 3 // 5 % 240}", "Minor Change", "N", "N", *times, "Problem", "", "",
            ]  # fmt: skip
            out.write(";".join(cells) + "\r\n")
    with gzip.open(folder / INCIDENTS, "wt", encoding="utf-8", newline="") as out:
        out.write(INCIDENT_HEAD + "\r\n")
        for number in range(rows * 7 // 6):
            opened = start + timedelta(seconds=chance.randrange(12_000_000))
            item = [
                f"CI{chance.randrange(900):06d}",
                "application",
                "Web Based Application",
                f"WBS{chance.randrange(99):06d}",
            ]
            closed = _second(opened + timedelta(hours=chance.randrange(90)))
            cells = [
                *item, f"IM{number:07d}", "Closed", "4", "4", "4", "incident", "KM1", "closed", "0", _second(opened), "", closed, closed,
                "0,5", "Other", "1", "SD1", "", "", "", *item,
            ]  # fmt: skip
            out.write(";".join(cells) + "\r\n")


def _day(at: datetime) -> str:
    return f"{at.day}-{at.month}-{at.year} {at.hour}:{at.minute:02d}"


def _second(at: datetime) -> str:
    return f"{at:%d/%m/%Y %H:%M:%S}"


if __name__ == "__main__":
    raise SystemExit(main())
