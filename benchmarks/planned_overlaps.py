"""How often planned windows of a bank's changes overlap on one item, by the program and by a plain count.

    CHANGEFLOW_SHARED_DATA=DIR python -m benchmarks.planned_overlaps

The records are those of the BPI Challenge 2014 (`bpi2014/Detail_Change.csv.gz`): a row for each
change and item, 18,000 changes. Windows are half-open, in Dutch local time; a change has the window
of its first row, as in `examples/history/bpi2014/changes.yaml`, and none where one end is missing or
it does not end after it begins. The program counts by `schedule.conflicts` (kind `same-item`), the
plain count item by item over sorted windows. Where both differ, the rows are printed.
"""

from __future__ import annotations

import csv
import gzip
import os
import resource
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.outages import Outages
from changeflow.model.impact_weights import ImpactWeights
from changeflow.schedule.conflicts import ConflictRules, conflicts_of_all
from changeflow.schedule.open_changes import OpenChange

FILE = Path("bpi2014") / "Detail_Change.csv.gz"
ZONE = ZoneInfo("Europe/Amsterdam")
SHORT = timedelta(days=1)
# differences that are printed
MOST = 20

# a change, another one, and the item that both change at once
Overlap = tuple[str, str, str]


class Counts(NamedTuple):
    """How many overlaps there are, one for each pair and item, and how many pairs."""

    overlaps: int
    pairs: int


def counted(found: Iterable[Overlap]) -> Counts:
    """Count overlaps, and the pairs among them."""
    listed = set(found)
    return Counts(len(listed), len({(one, other) for one, other, _ in listed}))


def planned(folder: Path) -> list[OpenChange]:
    """Return the changes that have a window, with all their items."""
    windows: dict[str, tuple[datetime | None, datetime | None]] = {}
    items: dict[str, dict[str, None]] = defaultdict(dict)
    with gzip.open(folder / FILE, "rt", encoding="ascii", newline="") as stream:
        for row in csv.DictReader(stream, delimiter=";"):
            name = row["Change ID"]
            windows.setdefault(name, (_moment(row["Planned Start"]), _moment(row["Planned End"])))
            items[name][row["CI Name (aff)"]] = None
    found: list[OpenChange] = []
    for name, (start, end) in windows.items():
        if start is not None and end is not None and start < end:
            found.append(OpenChange(id=name, start=start, end=end, items=tuple(items[name])))
    return found


def _moment(text: str) -> datetime | None:
    """Return the instant of a Dutch local time; the earlier one of an hour that comes twice."""
    if not text:
        return None
    return datetime.strptime(text, "%d-%m-%Y %H:%M").replace(tzinfo=ZONE).astimezone(UTC)


def shorter(changes: Iterable[OpenChange], longest: timedelta) -> list[OpenChange]:
    """Return the changes whose window lasts at most so long."""
    return [one for one in changes if one.end - one.start <= longest]


def by_program(changes: Iterable[OpenChange]) -> set[Overlap]:
    """Return the overlaps that the program finds."""
    outages = Outages(Graph.of(()), ImpactWeights())
    found: set[Overlap] = set()
    for name, mine in conflicts_of_all(changes, outages, ConflictRules()).items():
        for other in mine.told(None):
            if other.kind == "same-item" and name < other.change:
                found.update((name, other.change, item) for item in other.items)
    return found


def plainly(changes: Iterable[OpenChange]) -> set[Overlap]:
    """Return the overlaps by a count of its own, item by item."""
    by_item: dict[str, list[OpenChange]] = defaultdict(list)
    for one in changes:
        for item in one.items:
            by_item[item].append(one)
    found: set[Overlap] = set()
    for item, those in by_item.items():
        those.sort(key=lambda one: one.start)
        for place, one in enumerate(those):
            for other in those[place + 1 :]:
                if other.start >= one.end:
                    break
                first, second = sorted((one.id, other.id))
                found.add((first, second, item))
    return found


def report(title: str, changes: list[OpenChange]) -> bool:
    """Print both counts, and the rows in which they differ; return whether they are the same."""
    before = _spent()
    ours = by_program(changes)
    took = _spent() - before
    plain = plainly(changes)
    told: Mapping[str, set[Overlap]] = {"the program": ours, "a plain count": plain}
    print(f"{title}: {len(changes):,} changes")
    for name, found in told.items():
        counts = counted(found)
        print(f"  {name}: {counts.overlaps:,} overlaps on an item, {counts.pairs:,} pairs")
    print(f"  processor time of the program: {took:.1f} s")
    for row in sorted(ours ^ plain)[:MOST]:
        print(f"  only {'the program' if row in ours else 'a plain count'}: {' '.join(row)}")
    return ours == plain


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> int:
    folder = os.environ.get("CHANGEFLOW_SHARED_DATA")
    if not folder or not (Path(folder) / FILE).exists():
        print(f"not run: CHANGEFLOW_SHARED_DATA names no folder with {FILE}")
        return 0
    changes = planned(Path(folder))
    same = report("all windows", changes)
    return 0 if report("windows of at most one day", shorter(changes, SHORT)) and same else 1


if __name__ == "__main__":
    sys.exit(main())
