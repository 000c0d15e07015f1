"""How fast the blast radius is beside plain reachability with networkx (`descendants`), as whole processes on the same edges.

    python benchmarks/impact.py [--rounds 5] [--edges 1000000] [--data FOLDER]

Runs on Debian's package graph where the real data is at hand, and on a made graph with a few
much-needed items. Ours computes score, hops, owner, tier and strongest path of every affected item;
networkx only says which items can be reached. In turns, in one run: read the ratio, not the
seconds.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

OURS = """
import sys
from changeflow.cmdb.graph import Graph
from changeflow.cmdb.impact import blast_radius
from changeflow.model.cmdb import DependsOnItem, Status
from changeflow.model.impact_weights import ImpactWeights

class Item:
    # Stands in for a record: graphs are compared here, not parsers.
    __slots__ = ("id", "depends_on")
    name = type = criticality = owner = environment = None
    status = Status.LIVE
    metadata = spec = property(lambda self: self)
    def __init__(self, id, depends_on):
        self.id, self.depends_on = id, depends_on

def items(path):
    ci, needs, known = None, [], {}
    for line in open(path, encoding="utf-8"):
        source, target = line.rstrip("\\n").split("\\t")
        if source != ci and ci is not None:
            yield Item(ci, needs)
            needs = []
        ci = source
        if target not in known:
            known[target] = DependsOnItem.model_construct(ci=target, strength="hard")
        needs.append(known[target])
    yield Item(ci, needs)

print(len(blast_radius([sys.argv[2]], Graph.of(items(sys.argv[1])), ImpactWeights()).affected))
"""

NETWORKX = """
import sys
import networkx as nx
graph = nx.DiGraph()
graph.add_edges_from(line.rstrip("\\n").split("\\t")[::-1] for line in open(sys.argv[1], encoding="utf-8"))
print(len(nx.descendants(graph, sys.argv[2])))
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--edges", type=int, default=1_000_000)
    data = os.environ.get("CHANGEFLOW_SHARED_DATA", PROJECT.parent / "shared" / "data")
    parser.add_argument("--data", type=Path, default=Path(data))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cases: list[tuple[str, Path, str]] = []
        debian = options.data / "graphs" / "debian_depends_edges.tsv.gz"
        if debian.is_file():
            path = write(Path(folder) / "debian.tsv", edges_of(debian))
            cases += [
                ("Debian, libc6", path, "libc6"),
                ("Debian, a package few need", path, "libboost-filesystem1.74.0"),
            ]
        made = write(Path(folder) / "made.tsv", made_edges(options.edges))
        cases += [(f"made, {options.edges:,} edges, much needed", made, "n0")]
        cases += [("made, hardly needed", made, f"n{options.edges // 5 - 1}")]
        print(
            f"{'graph':<40} {'affected':>9} {'ours s':>8} {'MB':>6} {'networkx s':>11} {'MB':>6} "
            f"{'ratio':>6}"
        )
        for name, path, changed in cases:
            report(name, path, changed, options.rounds)
    return 0


def edges_of(path: Path) -> Iterator[tuple[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            source, target = line.rstrip("\n").split("\t")[:2]
            yield source, target


def made_edges(count: int) -> Iterator[tuple[str, str]]:
    """Five dependencies each, most of them on few items, some of them in rings."""
    chance = random.Random(20_000)
    nodes = count // 5
    for source in range(nodes):
        for _ in range(5):
            yield f"n{source}", f"n{int(nodes * chance.random() ** 4)}"


def write(path: Path, edges: Iterator[tuple[str, str]]) -> Path:
    with path.open("w", encoding="utf-8") as out:
        out.writelines(f"{source}\t{target}\n" for source, target in edges)
    return path


def report(name: str, path: Path, changed: str, rounds: int) -> None:
    seen: dict[str, list[tuple[float, int, str]]] = {OURS: [], NETWORKX: []}
    for _ in range(rounds):
        for script, runs in seen.items():
            runs.append(measured([sys.executable, "-c", script, str(path), changed]))
    (ours, mine, count), (theirs, other, counted) = (
        (statistics.median(r[0] for r in runs), max(r[1] for r in runs), runs[0][2])
        for runs in seen.values()
    )
    if count != counted:
        raise SystemExit(f"{name}: we find {count} affected items, networkx {counted}")
    print(
        f"{name:<40} {count:>9} {ours:>8.2f} {mine:>6} {theirs:>11.2f} {other:>6} "
        f"{theirs / ours:>6.1f}"
    )


def measured(argv: list[str]) -> tuple[float, int, str]:
    """Seconds, peak memory in MB, and what was printed, of one whole process."""
    began = time.perf_counter()
    child = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
    said = child.stdout.read().strip() if child.stdout else ""
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"a run failed with exit code {child.returncode}")
    return time.perf_counter() - began, usage.ru_maxrss // 1024, said


if __name__ == "__main__":
    raise SystemExit(main())
