"""What papers over ten thousand changes cost, cold and warm, beside reading and parsing the same files.

    python benchmarks/reports.py [--changes 10000] [--keep DIR] [--rounds 3]

The repository is that of `benchmarks/many_changes.py`: each change has five entries on the ledger. Figures
are of whole processes in one run: seconds of the processor, those of git and of all other
processes included, and seconds on the wall. Papers of many changes are made in as many processes as
there are cores, the peer in one beside git; so both ratios are printed. That on the wall means
nothing where others use the cores, whose load is printed. *Cold* is the first run, without an index;
*warm* is the middle of several that ask a second later each time. The peer reads every file of both
branches by `git cat-file --batch` and parses it: YAML by libyaml, entries as JSON with the statements
in them.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Final

import many_changes
import walks
from costs import Cost, cost_of

from changeflow.repo.git import Git

PAPERS: Final = (["report", "kpi"], ["report", "emergencies"], ["report", "register"])
BRANCHES: Final = ("refs/heads/main", "refs/heads/changeflow/ledger")
TIMES, FASTER = 3, 20


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--changes", type=int, default=many_changes.MANY)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="make the repository here, or use the one here")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read is not None:
        read_and_parse(options.read)
        return 0
    with tempfile.TemporaryDirectory() as parent:
        kept = options.keep or Path(parent)
        folder = many_changes.made(kept / f"many-{options.changes}", options.changes)
        report(folder, options.rounds)
    return 0


def report(folder: Path, rounds: int) -> None:
    """Print the figures of each paper."""
    peer = cost_of([sys.executable, __file__, "--read", str(folder)], folder, walks.environment())
    print(f"reading and parsing every file: {both(peer)}; load {os.getloadavg()[0]:.1f}")
    for paper in PAPERS:
        cold = many_changes.without_index(folder, paper)
        warm = middle([many_changes.cost(folder, paper) for _ in range(rounds)])
        times, faster = cold.processor / peer.processor, cold.processor / warm
        on_wall = cold.wall / peer.wall
        print(
            f"{' '.join(paper)}: cold {both(cold)}: {times:.1f} times the reading, on the wall "
            f"{on_wall:.1f} (wanted there: at most {TIMES}: {told(on_wall <= TIMES)}); warm "
            f"{warm:.2f} s, {faster:.0f} times faster (wanted: at least {FASTER}: "
            f"{told(faster >= FASTER)}); load {os.getloadavg()[0]:.1f}"
        )


def both(cost: Cost) -> str:
    """Return what something cost, by the processor and on the wall."""
    return f"{cost.processor:.2f} s, {cost.wall:.2f} s on the wall"


def middle(costs: list[Cost]) -> float:
    return statistics.median(one.processor for one in costs)


def told(holds: bool) -> str:
    return "yes" if holds else "NO"


def read_and_parse(folder: Path) -> None:
    """Read every file of both branches, and parse it."""
    import yaml

    git = Git(folder)
    names: list[tuple[str, str]] = []
    for branch in BRANCHES:
        for line in git.run("ls-tree", "-r", "-z", branch).stdout.decode().split("\0"):
            if line:
                facts, _, path = line.partition("\t")
                names.append((path, facts.split()[2]))
    asked = "".join(f"{name}\n" for _, name in names).encode()
    data = git.run("cat-file", "--batch", stdin=asked).stdout
    at = 0
    for path, _ in names:
        end = data.index(b"\n", at)
        size = int(data[at:end].split()[2])
        content, at = data[end + 1 : end + 1 + size], end + size + 2
        if path.endswith(".json"):
            json.loads(base64.b64decode(json.loads(content)["payload"]))
        elif path.endswith((".yaml", ".yml")):
            list(yaml.load_all(content, yaml.CSafeLoader))


if __name__ == "__main__":
    raise SystemExit(main())
