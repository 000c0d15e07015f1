"""Debian's packages beside `apt-cache`: who is reached from a package, and why some answers differ.

    python benchmarks/debian_packages.py [--sample 200] [--seed 7] [--data FOLDER]

Ours is the blast radius on the list of edges; theirs is `apt-cache rdepends --recurse --important`
of the same package. Two things are not the same question, and each difference is told by them:

- provided: our list of edges has a dependency on a virtual package as one on a package that
  provides it. `apt-cache` does not follow those.
- alternative: of `a | b` our list has the first that there is. `apt-cache` follows each.
- another release: the package lists of this machine are newer than the list of edges.

A difference is told at its edge: of the packages that only one side reaches, those that need a
package which both reach.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.impact import blast_radius
from changeflow.cmdb_sources.collect import collect
from changeflow.cmdb_sources.identifiers import id_of, written_name
from changeflow.cmdb_sources.merge import Merged
from changeflow.cmdb_sources.rows import SourceFile
from changeflow.cmdb_sources.table import SourceSpec
from changeflow.model.impact_weights import ImpactWeights

PROJECT = Path(__file__).resolve().parent.parent
EDGES = Path("graphs") / "debian_depends_edges.tsv.gz"
RELEASE = "bookworm"


class Compared(NamedTuple):
    """A package, what both reach, and the reasons for what only one does."""

    package: str
    ours: int
    theirs: int
    reasons: Counter[str]


def debian_graph(data: Path) -> tuple[Graph, Mapping[str, frozenset[str]]]:
    """Return the graph by the public reader, and what each package needs by the file."""
    packed = (data / EDGES).read_bytes()
    rows, _ = collect("debian", SourceSpec("edges"), [SourceFile("edges.tsv.gz", packed)])
    needs: dict[str, set[str]] = {}
    for line in gzip.decompress(packed).decode().splitlines():
        one, other = line.split("\t")[:2]
        needs.setdefault(one, set()).add(other)
    graph = Graph.of(Merged({}, [rows], {}).items.values())
    return graph, {name: frozenset(others) for name, others in needs.items()}


def names_this_release() -> bool:
    """Return whether this machine has the package lists of the release of the list of edges."""
    try:
        release = Path("/etc/os-release").read_text(encoding="utf-8")
        listed = _apt("policy", "libxapian30")
    except OSError:
        return False
    return f"VERSION_CODENAME={RELEASE}" in release and "Candidate" in listed


def compared(graph: Graph, needs: Mapping[str, frozenset[str]], package: str) -> Compared:
    """Return how our answer about a package and that of `apt-cache` differ."""
    radius = blast_radius([id_of(package)], graph, ImpactWeights())
    ours = {written_name(hit.ci) for hit in radius.affected}
    theirs = _rdepends(package)
    both = (ours & theirs) | {package}
    reasons: Counter[str] = Counter()
    for one in sorted(ours - theirs):
        for other in needs.get(one, frozenset()) & both:
            literal = other in _depends(one)
            reasons["another release" if literal or not _depends(one) else "provided"] += 1
    for one in sorted(theirs - ours):
        for other in _depends(one) & both:
            known = one in needs
            reasons[
                "alternative" if known or other in _alternatives(one) else "another release"
            ] += 1
    if ours != theirs and not reasons:
        reasons["not explained"] += 1
    return Compared(package, len(ours), len(theirs), reasons)


def _apt(*arguments: str) -> str:
    return subprocess.run(
        ["apt-cache", *arguments], capture_output=True, text=True, check=False
    ).stdout


def _rdepends(package: str) -> set[str]:
    found = set()
    for line in _apt("rdepends", "--recurse", "--important", package).splitlines():
        if line.startswith(" "):
            found.add(_bare(line))
    return found - {package}


@cache
def _lines(package: str) -> tuple[str, ...]:
    """Return the lines `Depends: name` of a package, with `|` in front of alternatives."""
    lines = []
    for line in _apt("depends", "--important", package).splitlines():
        if "Depends:" in line:
            lines.append(line)
    return tuple(lines)


def _depends(package: str) -> frozenset[str]:
    return frozenset(_bare(line.partition(":")[2]) for line in _lines(package))


def _alternatives(package: str) -> frozenset[str]:
    """Return what stands in a list of alternatives, also at its end."""
    found, inside = set(), False
    for line in _lines(package):
        marked = line.strip().startswith("|")
        if marked or inside:
            found.add(_bare(line.partition(":")[2]))
        inside = marked
    return frozenset(found)


def _bare(text: str) -> str:
    return text.strip().lstrip("|").strip().partition(":")[0].strip("<>")


def sampled(packages: Iterable[str], count: int, seed: int) -> list[str]:
    """Return a sample that is the same for a seed."""
    return random.Random(seed).sample(sorted(packages), count)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    data = os.environ.get("CHANGEFLOW_SHARED_DATA", PROJECT.parent / "shared" / "data")
    parser.add_argument("--data", type=Path, default=Path(data))
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    if not names_this_release():
        print(f"this machine has no package lists of Debian {RELEASE}: nothing is compared")
        return 3
    graph, needs = debian_graph(options.data)
    libc = blast_radius(["libc6"], graph, ImpactWeights(), most=1).affected_total
    print(f"{len(graph):,} packages, {graph.edges:,} dependencies; libc6 reaches {libc:,}")
    packages = {name for one, others in needs.items() for name in (one, *others)}
    same = alone = 0
    reasons: Counter[str] = Counter()
    for package in sampled(packages, options.sample, options.seed):
        found = compared(graph, needs, package)
        if not found.reasons:
            same += 1
            alone += not found.ours
            continue
        reasons += found.reasons
        told = ", ".join(f"{count} {reason}" for reason, count in sorted(found.reasons.items()))
        print(f"  {found.package}: ours {found.ours}, apt-cache {found.theirs}: {told}")
    print(f"{same} of {options.sample} are the same ({alone} of them reach nothing)")
    print("the others, by edge:", dict(sorted(reasons.items())))
    return 1 if reasons["not explained"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
