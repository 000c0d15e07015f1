"""All conflicts between open changes, beside comparing all pairs with networkx.

    python -m benchmarks.conflicts            # 5,000 and 10,000 changes on 100,000 items
    python -m benchmarks.conflicts --quick    # a tenth of both

Windows of one to four hours lie in thirty days for each thousand changes, so that as many are near each other
whatever their number. The peer computes what depends on the items of each change with `networkx.descendants`, once, and compares
it with every other change, for the kinds `same-item` and `dependency` alone; it is run on a sample of changes and scaled up.
"""

from __future__ import annotations

import argparse
import gc
import random
import resource
from datetime import UTC, datetime, timedelta
from typing import Any

import networkx as nx

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.outages import Outages
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.impact_weights import ImpactWeights
from changeflow.schedule.conflicts import ConflictRules, candidates, conflicts, conflicts_of_all
from changeflow.schedule.open_changes import OpenChange, OpenChanges

START = datetime(2026, 12, 1, tzinfo=UTC)
SAMPLE = 200


def spent() -> float:
    """Return the processor time of this process, in seconds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def estate(size: int, dice: random.Random) -> list[ConfigurationItem]:
    """Return items that need up to three earlier ones, few of which are needed by very many; some in groups."""
    found = []
    for number in range(size):
        needs: list[dict[str, Any]] = []
        for _ in range(dice.randrange(3) if number else 0):
            needs.append({"ci": f"i{int(number * dice.random() ** 3)}"})
        if number > 10 and dice.random() < 0.1:
            members = sorted({f"i{dice.randrange(number)}" for _ in range(3)})
            needs.append({"any_of": members, "min": max(1, len(members) - 1)})
        spec = {"depends_on": needs}
        found.append(
            ConfigurationItem.model_validate(
                {
                    "apiVersion": "changeflow/v1", "kind": "ConfigurationItem",
                    "metadata": {"id": f"i{number}"}, "spec": spec,
                }
            )
        )  # fmt: skip
    return found


def planned(count: int, items: int, dice: random.Random) -> list[OpenChange]:
    """Return changes of one to three items, most of which little depends on."""
    days = 30 * count / 1_000
    found = []
    for number in range(count):
        start = START + timedelta(minutes=dice.randrange(int(days * 1_440)))
        chosen = {f"i{int(items * (1 - dice.random() ** 3 * 0.999)) - 1}" for _ in range(dice.randint(1, 3))}
        found.append(
            OpenChange(
                id=f"CHG-{number:05}",
                start=start,
                end=start + timedelta(hours=dice.randint(1, 4)),
                items=tuple(sorted(chosen)),
                implementer=f"p{dice.randrange(200)}",
                limit=timedelta(minutes=30),
            )
        )
    return found


def by_pairs(changes: list[OpenChange], items: list[ConfigurationItem], dice: random.Random) -> float:
    """Return what the peer would take for all pairs, from a sample of changes beside all others."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for one in items:
        for need in one.spec.depends_on:
            for named in getattr(need, "any_of", None) or [need.ci]:
                graph.add_edge(named, one.metadata.id)
    sample = dice.sample(changes, min(SAMPLE, len(changes)))
    before = spent()
    for one in sample:
        mine = {below for ci in one.items if ci in graph for below in nx.descendants(graph, ci)}
        for other in changes:
            bool(one.start < other.end and other.start < one.end and (mine | set(one.items)) & set(other.items))
    return (spent() - before) * len(changes) / len(sample)


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    scale = 10 if parser.parse_args().quick else 1
    dice = random.Random(1)
    items = estate(100_000 // scale, dice)
    graph = Graph.of(items)
    # Commands map the graph and hold no records; here they would be looked through again and again.
    # Rubbish is looked for as rarely as in a command (`changeflow.__main__`).
    gc.set_threshold(200_000, 20, 50)
    gc.collect()
    gc.freeze()
    took: dict[int, float] = {}
    for count in (5_000 // scale, 10_000 // scale):
        changes = planned(count, len(items), dice)
        outages, before = Outages(graph, ImpactWeights()), spent()
        found = conflicts_of_all(changes, outages, ConflictRules())
        took[count] = spent() - before
        total = sum(map(len, found.values()))
        print(f"{count:,} open changes: {total:,} conflicts in {took[count]:.2f} s of processor")
    few, many = took.values()
    print(f"twice as many changes: {many / few:.2f} times (2.5 wanted)")
    peer = by_pairs(changes, items, dice)
    print(f"all pairs with networkx: about {peer:.0f} s, {peer / many:.0f} times as long (100 wanted)")
    near, outages, before = OpenChanges(changes), Outages(graph, ImpactWeights()), spent()
    for mine in changes[:100]:
        conflicts(mine, candidates(mine, near), outages, ConflictRules())
    print(f"one change against {len(changes):,}: {(spent() - before) * 10:.1f} ms")


if __name__ == "__main__":
    main()
