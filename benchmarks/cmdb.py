"""What a large CMDB costs, beside what else does the same work: as whole processes, in turns, in one run.

    python benchmarks/cmdb.py [--items 1000000] [--natives 100000] [--rounds 3] [--quick] [--keep DIR]

The CMDB is made by seed: five dependencies of an item, most of them on few items, many of them in
rings. Three items are singled out: one that almost all others need, one that 2,000 need, and one
that 100 need. Peers: networkx unpickles the same graph and calls `descendants`; networkx reads the
same CSV; libyaml parses the same YAML to events. Read the ratios: seconds are those of a machine
that others use as well. `--quick` runs small sizes, which says only that everything runs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import assess
import walks

SEED = 20_261_127
NEEDS = 5
SOME, FEW = 2_000, 100
MUCH_NEEDED, NEEDED_BY_SOME, NEEDED_BY_FEW = "much-needed", "needed-by-some", "needed-by-few"
# the change of the item that almost all others need
WIDE_CHANGE = "CHG-20261121-much-needed-upgrade"
MEBIBYTES = 1_024
ROW = "{:<64} {:<34} {:<34} {}"
SOURCE = """\
apiVersion: changeflow/v1
kind: ConfigurationSource
metadata: {id: estate}
spec:
  format: csv
  nodes: cmdb/exports/nodes.csv
  edges: cmdb/exports/edges.csv
"""
FROM_CSV = """
import csv, sys
import networkx as nx
graph = nx.DiGraph()
with open(sys.argv[1], newline="") as file:
    for row in csv.DictReader(file):
        graph.add_node(row.pop("id"), **row)
with open(sys.argv[2], newline="") as file:
    for row in csv.DictReader(file):
        graph.add_edge(row["from"], row["to"], strength=row["strength"])
print(graph.number_of_nodes(), graph.number_of_edges())
"""
PICKLED = """
import csv, pickle, sys
import networkx as nx
graph = nx.DiGraph()
with open(sys.argv[1], newline="") as file:
    graph.add_edges_from((row["to"], row["from"]) for row in csv.DictReader(file))
with open(sys.argv[2], "wb") as file:
    pickle.dump(graph, file, protocol=pickle.HIGHEST_PROTOCOL)
"""
DESCENDANTS = """
import pickle, sys
import networkx as nx
with open(sys.argv[1], "rb") as file:
    graph = pickle.load(file)
print(len(nx.descendants(graph, sys.argv[2])))
"""
EVENTS = """
import sys, yaml
from pathlib import Path
count = 0
for path in sorted(Path(sys.argv[1]).rglob("*.yaml")):
    for event in yaml.parse(path.read_bytes(), Loader=yaml.CLoader):
        count += 1
print(count)
"""


@dataclass(frozen=True)
class Cost:
    """Seconds on the wall and of the processor, MiB of the largest process, and what it printed."""

    wall: float
    processor: float
    memory: float
    said: str


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--natives", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, for a look whether it runs"
    )
    parser.add_argument("--keep", type=Path, help="make the repositories here, or use those here")
    options = parser.parse_args()
    if options.quick:
        options.items, options.natives, options.rounds = 20_000, 2_000, 1
    with tempfile.TemporaryDirectory(prefix="cmdb-") as name:
        report(options.keep or Path(name), options.items, options.natives, options.rounds)
    return 0


def report(folder: Path, items: int, natives: int, rounds: int) -> None:
    """Print all figures."""
    print(ROW.format("what", "today", "wanted", "holds"))
    large = made(folder / f"csv-{items}", lambda root: csv_repository(root, items))
    small = made(folder / "csv-10000", lambda root: csv_repository(root, 10_000))
    built(large, rounds)
    of_one_item(large, small, items, rounds)
    assessed(large, rounds)
    native = made(folder / f"native-{natives}", lambda root: native_repository(root, natives))
    of_natives(native, natives, rounds)


def row(what: str, today: str, wanted: str, holds: bool) -> None:
    print(ROW.format(what, today, wanted, "yes" if holds else "NO"), flush=True)


# -- the figures -------------------------------------------------------------------------------


def built(large: Path, rounds: int) -> None:
    """Print what building from CSV costs beside networkx."""
    exports = large / "cmdb" / "exports"
    files = [str(exports / "nodes.csv"), str(exports / "edges.csv")]
    ours, theirs = [], []
    for _ in range(max(1, rounds // 2)):
        forget(large)
        ours.append(changeflow(large, "impact", NEEDED_BY_FEW, "--format", "json"))
        theirs.append(python(FROM_CSV, *files))
    mine, other = middle(ours), middle(theirs)
    times = other.processor / mine.processor
    row(
        "snapshot from CSV, beside networkx from the same files",
        f"{times:.1f} times faster ({other.wall / mine.wall:.1f} on the wall)",
        "at least 5 times",
        times >= 5,
    )
    row("  its memory", f"{mine.memory:.0f} MiB", "at most 1,536 MiB", mine.memory <= 1_536)


def of_one_item(large: Path, small: Path, items: int, rounds: int) -> None:
    """Print what `impact` costs from a snapshot, beside networkx from a pickle."""
    pickled = large / "graph.pickle"
    if not pickled.exists():
        python(PICKLED, str(large / "cmdb" / "exports" / "edges.csv"), str(pickled))
    for what, ci, least in (
        ("almost all", MUCH_NEEDED, 30),
        (f"{SOME:,}", NEEDED_BY_SOME, 150),
    ):
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(changeflow(large, "impact", ci, "--format", "json"))
            theirs.append(python(DESCENDANTS, str(pickled), ci))
        mine, other = middle(ours), middle(theirs)
        found = json.loads(mine.said)["affected_total"]
        times = other.processor / mine.processor
        row(
            f"`impact` on {items:,} items, {what} affected ({found:,})",
            f"{times:.0f} times faster ({other.wall / mine.wall:.0f} on the wall)",
            f"at least {least} times",
            times >= least,
        )
        share = other.memory / mine.memory
        row("  its memory", f"1/{share:.1f} ({mine.memory:.0f} MiB)", "at most 1/8", share >= 8)
    changeflow(small, "impact", NEEDED_BY_FEW, "--format", "json")
    runs = []
    for _ in range(rounds):
        runs.append([changeflow(one, "impact", NEEDED_BY_FEW) for one in (large, small)])
    ratio = middle([one[0] for one in runs]).processor / middle([one[1] for one in runs]).processor
    what = f"`impact` of {FEW} dependents, {items:,} items beside 10,000"
    row(what, f"{ratio:.2f} times", "below 2", ratio < 2)


def assessed(large: Path, rounds: int) -> None:
    """Print what `assess` costs beside `impact` of the same item."""
    for what, ci, change in (
        (f"{SOME:,}", NEEDED_BY_SOME, assess.CHANGE),
        ("almost all", MUCH_NEEDED, WIDE_CHANGE),
    ):
        changeflow(large, "assess", change)
        runs = []
        for _ in range(rounds):
            command = (("assess", change), ("impact", ci))
            runs.append([changeflow(large, *one) for one in command])
        ours, other = middle([one[0] for one in runs]), middle([one[1] for one in runs])
        ratio = ours.processor / other.processor
        row(
            f"`assess` of one change there, {what} affected, beside `impact`",
            f"{ratio:.2f} times ({ours.processor:.2f} s, {ours.memory:.0f} MiB)",
            "at most 2",
            ratio <= 2,
        )


def of_natives(native: Path, natives: int, rounds: int) -> None:
    """Print what native YAML costs beside libyaml, and what one changed file costs."""
    ours, theirs = [], []
    changed: dict[str, list[Cost]] = {needed_by_none(natives): [], "ci-0": []}
    for number in range(rounds):
        forget(native)
        ours.append(changeflow(native, "impact", "ci-0", "--format", "json"))
        theirs.append(python(EVENTS, str(native / "cmdb")))
        for turn, (ci, costs) in enumerate(changed.items()):
            edit(native, natives // 2, 2 * number + turn)
            costs.append(changeflow(native, "impact", ci, "--format", "json"))
    mine, other = middle(ours), middle(theirs)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    times = mine.wall / other.wall
    row(
        f"snapshot from {natives:,} native files, beside libyaml's events",
        f"{times:.2f} times ({mine.processor / other.processor:.2f} of processor, {cores} cores)",
        "at most 1.5 times on the wall",
        times <= 1.5,
    )
    for what, costs in zip(("none", "almost all"), changed.values(), strict=True):
        after = middle(costs)
        times = mine.processor / after.processor
        row(
            f"one file of {natives:,} changed, beside a full build, {what} affected",
            f"{times:.1f} times faster ({mine.wall / after.wall:.1f} on the wall)",
            "at least 20 times",
            times >= 20,
        )


# -- processes ---------------------------------------------------------------------------------


def changeflow(root: Path, *words: str) -> Cost:
    return cost([sys.executable, "-m", "changeflow", "--repo", str(root), *words])


def python(script: str, *words: str) -> Cost:
    return cost([sys.executable, "-c", script, *words])


def cost(argv: Sequence[str]) -> Cost:
    """Run a process, which must succeed."""
    with tempfile.TemporaryFile() as out:
        began = time.perf_counter()
        child = subprocess.Popen(argv, stdout=out, env=walks.environment())
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read().decode("utf-8")
    if child.returncode:
        raise SystemExit(f"{' '.join(argv)[:200]} ended with {child.returncode}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / MEBIBYTES, said)


def middle(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(one.wall for one in costs),
        statistics.median(one.processor for one in costs),
        max(one.memory for one in costs),
        costs[-1].said,
    )


def forget(root: Path) -> None:
    shutil.rmtree(root / ".git" / "changeflow", ignore_errors=True)


# -- repositories ------------------------------------------------------------------------------


def made(root: Path, make: Callable[[Path], None]) -> Path:
    """Return a repository, made and committed where it is not there yet."""
    if not (root / ".git").is_dir():
        shutil.rmtree(root, ignore_errors=True)
        make(root)
        git = ["git", "-c", "user.name=bench", "-c", "user.email=bench@webshop.example"]
        for argv in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "all"]):
            subprocess.run([*git, *argv], cwd=root, env=walks.environment(), check=True)
        # so that the index may be older than no file
        time.sleep(1.1)
        subprocess.run([*git, "status", "-s"], cwd=root, env=walks.environment(), check=True)
    return root


def csv_repository(root: Path, items: int) -> None:
    """Write the example with another CMDB: a source of two tables."""
    shop = assess.PROJECT / "examples" / "webshop"
    shutil.copytree(shop, root, ignore=shutil.ignore_patterns("cmdb", "changes"))
    shutil.copytree(assess.PROJECT / "policies", root / "policies", dirs_exist_ok=True)
    exports = root / "cmdb" / "exports"
    exports.mkdir(parents=True)
    (root / "cmdb" / "sources").mkdir()
    (root / "cmdb" / "sources" / "estate.yaml").write_text(SOURCE, encoding="utf-8")
    with (exports / "nodes.csv").open("w", encoding="utf-8") as out:
        out.write("id,name,type,status,criticality,owner,environment\n")
        for number, ci in enumerate(names(items)):
            facts = f"server,live,tier{1 + number % 4},team-{number % 200},production"
            out.write(f"{ci},Item {number},{facts}\n")
    with (exports / "edges.csv").open("w", encoding="utf-8") as out:
        out.write("from,to,strength\n")
        out.writelines(f"{one},{other},{how}\n" for one, other, how in edges(items))
    for change, ci in ((assess.CHANGE, NEEDED_BY_SOME), (WIDE_CHANGE, MUCH_NEEDED)):
        request = json.loads(json.dumps(assess.REQUEST))
        request["metadata"]["id"] = change
        request["spec"]["items"] = [{"ci": ci, "outage": "PT10M"}]
        rfc = root / "changes" / change / "rfc.yaml"
        rfc.parent.mkdir(parents=True)
        rfc.write_text(json.dumps(request), encoding="utf-8")
    # what is made beside the repository for its peers
    (root / ".gitignore").write_text("*.pickle\n", encoding="utf-8")


def names(items: int) -> Iterator[str]:
    yield from (MUCH_NEEDED, NEEDED_BY_SOME, NEEDED_BY_FEW)
    for number in range(3, items):
        yield f"ci-{number:07d}"


def edges(items: int) -> Iterator[tuple[str, str, str]]:
    """Yield dependencies. The last items are needed by nobody, and need the singled out ones."""
    chance = random.Random(SEED)
    every = list(names(items))
    leaves = every[-(SOME + FEW) :]
    inner = every[3 : -(SOME + FEW)]
    for ci in leaves[:SOME]:
        yield ci, NEEDED_BY_SOME, "hard"
    for ci in leaves[SOME:]:
        yield ci, NEEDED_BY_FEW, "hard"
    for ci in (*inner, *leaves):
        for _ in range(NEEDS):
            other = inner[int(len(inner) * chance.random() ** 3)]
            if other != ci:
                yield ci, other, "soft" if chance.random() < 0.1 else "hard"
    for ci in inner[: max(1, len(inner) // 1_000)]:
        yield ci, MUCH_NEEDED, "hard"


def native_repository(root: Path, natives: int) -> None:
    """Write a file for each item."""
    for number, needs in enumerate(native_needs(natives)):
        file = native_file(root, number)
        if number % 1_000 == 0:
            file.parent.mkdir(parents=True)
        lines = [
            "apiVersion: changeflow/v1", "kind: ConfigurationItem", "metadata:",
            f"  id: ci-{number}", f"  name: Item {number}", "spec:", "  type: server",
            "  status: live", f"  criticality: tier{1 + number % 4}", f"  owner: team-{number % 200}",
            "  environment: production", "  depends_on:",
        ]  # fmt: skip
        for other, soft in needs:
            lines.append(f"    - ci: ci-{other}")
            if soft:
                lines.append("      strength: soft")
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    config = "apiVersion: changeflow/v1\nkind: Config\nmetadata: {id: changeflow}\nspec: {}\n"
    (root / "changeflow.yaml").write_text(config, encoding="utf-8")


def native_needs(natives: int) -> Iterator[list[tuple[int, bool]]]:
    """Yield what each item needs, and whether softly."""
    chance = random.Random(SEED)
    for _ in range(natives):
        yield [(int(natives * chance.random() ** 3), chance.random() < 0.1) for _ in range(NEEDS)]


def needed_by_none(natives: int) -> str:
    """Return the last item that no other needs."""
    needed = {other for needs in native_needs(natives) for other, _ in needs}
    return f"ci-{max(set(range(natives)) - needed)}"


def native_file(root: Path, number: int) -> Path:
    return root / "cmdb" / "items" / f"{number // 1_000:03d}" / f"ci-{number}.yaml"


def edit(root: Path, number: int, turn: int) -> None:
    """Change one item's file."""
    file = native_file(root, number)
    text = file.read_text(encoding="utf-8").replace(
        f"  name: Item {number}", f"  name: Item {number} {turn}"
    )
    file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
