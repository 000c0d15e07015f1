"""How much of a bank's later incidents lies in the blast radius that its earlier ones teach.

    python benchmarks/observed_impact.py [--before 2013-12-15] [--data FOLDER]

The records are those of Rabobank Group ICT (BPI Challenge 2014). An incident names the item that
was affected and the item that caused it. What is learnt: of each incident opened before the day,
whose cause is another item than the one affected, the affected item depends on the cause. These
pairs are written as a list of edges and read as any source of that format is.

What is asked: of each incident opened on the day or later, again with two items, whether the
affected one is in the blast radius of the cause, within one hop, two, and as far as it goes. The
mean size is that of the blast radius over the same incidents: what people would have been told to
look at. `#N/B` and `#MULTIVALUE` are no items.

Changes name no item that suffered: a cause is what the people who closed the incident wrote down.
Incidents that follow a change on the same item within a week say nothing about other items, and
those on other items within a week are nearly all coincidence. So changes do not teach edges here.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.impact import blast_radius
from changeflow.cmdb_sources.collect import collect
from changeflow.cmdb_sources.identifiers import id_of
from changeflow.cmdb_sources.merge import Merged
from changeflow.cmdb_sources.rows import SourceFile
from changeflow.cmdb_sources.table import SourceSpec
from changeflow.model.impact_weights import ImpactWeights

PROJECT = Path(__file__).resolve().parent.parent
INCIDENTS = Path("bpi2014") / "Detail_Incident_before_2014-02-08.csv.gz"
NO_ITEM = ("", "#N/B", "#MULTIVALUE")
HOPS = (1, 2, None)


class Incident(NamedTuple):
    """An incident that one item caused and another suffered."""

    opened: datetime
    affected: str
    cause: str


class Coverage(NamedTuple):
    """The share of incidents inside of blast radii, and how large those are on average."""

    hops: int | None
    share: float
    size: float


def incidents(data: Path) -> Iterator[Incident]:
    """Yield the incidents that say which of two items caused it."""
    with gzip.open(data / INCIDENTS, "rt", encoding="ascii") as lines:
        for row in csv.DictReader(lines, delimiter=";"):
            ends = (row["CI Name (aff)"], row["CI Name (CBy)"])
            if ends[0] != ends[1] and not any(end in NO_ITEM for end in ends):
                # the records have no zone; what counts is the order
                opened = datetime.strptime(f"{row['Open Time']}Z", "%d/%m/%Y %H:%M:%S%z")
                yield Incident(opened, *ends)


def learnt(known: Iterable[Incident]) -> Graph:
    """Return the graph of what depends on what, by the public reader of lists of edges."""
    pairs = sorted({(one.affected, one.cause) for one in known})
    text = "".join(f"{affected}\t{cause}\n" for affected, cause in pairs)
    rows, findings = collect("bank", SourceSpec("edges"), [SourceFile("edges.tsv", text.encode())])
    if findings:
        raise SystemExit(findings[0].message)
    return Graph.of(Merged({}, [rows], {}).items.values())


def coverage(graph: Graph, later: Sequence[Incident], hops: int | None) -> Coverage:
    """Return how many of the later incidents lie in the blast radius of their cause."""
    weights = ImpactWeights()
    radii: dict[str, frozenset[str]] = {}
    inside = size = 0
    for one in later:
        if one.cause not in radii:
            found = blast_radius([id_of(one.cause)], graph, weights, hops).affected
            radii[one.cause] = frozenset(hit.ci for hit in found)
        inside += id_of(one.affected) in radii[one.cause]
        size += len(radii[one.cause])
    return Coverage(hops, inside / len(later), size / len(later))


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    data = os.environ.get("CHANGEFLOW_SHARED_DATA", PROJECT.parent / "shared" / "data")
    parser.add_argument("--data", type=Path, default=Path(data))
    parser.add_argument("--before", type=_day, action="append")
    options = parser.parse_args()
    every = list(incidents(options.data))
    for day in options.before or [_day("2013-12-15"), _day("2014-01-15")]:
        graph = learnt(one for one in every if one.opened < day)
        later = [one for one in every if one.opened >= day]
        print(
            f"learnt before {day:%Y-%m-%d}: {len(graph)} items, {graph.edges} dependencies; "
            f"{len(later)} later incidents with another cause"
        )
        for hops in HOPS:
            found = coverage(graph, later, hops)
            named = "as far as it goes" if hops is None else f"within {hops} hop{'s'[: hops - 1]}"
            print(f"  {named:<18} {found.share:6.1%} at {found.size:6.1f} items")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
