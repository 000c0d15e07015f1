"""A blast radius and an assessment to render, with text that tries to break out of wherever it is shown."""

from __future__ import annotations

from typing import Any

from cmdb_items import item
from pydantic import TypeAdapter

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.impact import blast_radius
from changeflow.model.answers.assessment import Assessment
from changeflow.model.answers.impact import ImpactAnswer
from changeflow.model.impact_weights import ImpactWeights
from changeflow.render.labels import Labels

EVIL = '"]; %%{init: {}}%% <script>alert(1)</script> @org/team closes #1 `x` | end\n--> n0 ![i](https://evil.example) \u202e'

CACHES = {"any_of": ["cache-1", "cache-2", "cache-3"], "min": 2}
GRAPH = Graph.of(
    [
        item("payments-db", criticality="tier1", owner="team-payments", name="支付数据库"),
        item("cache-1", criticality="tier2", owner="team-platform"),
        item("cache-2", criticality="tier2", owner="team-platform"),
        item("cache-3", criticality="tier2", owner="team-platform"),
        item("payments-api", "payments-db", CACHES, criticality="tier1", owner="team-payments", name="Payments gateway"),
        item("checkout", "payments-api", "~payments-db", criticality="tier1", owner="team-shop", name="结账服务"),
        item("reports", "~payments-db", criticality="tier3", owner="team-data", status="planned"),
        item("frontend", "checkout", criticality="tier1", owner="team-shop", name=EVIL[:200]),
        item("search", CACHES, criticality="tier2"),
    ]
)
LABELS = Labels.of(GRAPH)


def impact(*changed: str, depth: int | None = None, graph: Graph = GRAPH) -> ImpactAnswer:
    found = blast_radius(changed or ("payments-db", "cache-2"), graph, ImpactWeights(), depth)
    return ImpactAnswer(
        changed=found.changed, depth=depth, affected_total=found.affected_total, affected=found.affected,
        direct=found.direct, failing=found.failing,
    )  # fmt: skip


def assessment(**changes: Any) -> Assessment:
    found = blast_radius(("payments-db", "cache-2"), GRAPH, ImpactWeights())
    whole = {
        "change": "CHG-20261121-payments-db-upgrade",
        "digest": "sha256:" + "0" * 64,
        "type": {
            "declared": "normal", "computed": "normal", "class": "significant",
            "reasons": [f"normal change because of {EVIL}"],
        },
        "risk": {
            "score": 41, "level": "high", "likelihood": 3, "impact": 4,
            "factors": [
                {"id": "tier1-affected", "points": 45, "source": "computed", "reason": f"hits {EVIL}", "side": "impact"},
                {"id": "impact-cap", "points": -4, "source": "computed", "reason": "at most", "side": "impact"},
            ],
        },
        "impact": found,
        "approvals": [{"role": "cab", "count": 2, "because": EVIL, "rule": "cab-quorum"}],
        "conflicts": [
            {"change": "CHG-20261122-other", "kind": "same-item", "items": ["payments-db"], "message": EVIL,
             "overlap_start": "2026-11-25T14:00:00Z", "overlap_end": "2026-11-25T15:00:00Z"}
        ],
        "policy": {}, "inputs": {"rfc": "sha256:" + "1" * 64},
    }  # fmt: skip
    return TypeAdapter(Assessment).validate_python(whole | changes)


def wide(count: int, name: str | None = None) -> Graph:
    """One item that `count` others need."""
    spec = {"name": name} if name else {}
    return Graph.of([item("hub"), *(item(f"service-{index:05}", "hub", **spec) for index in range(count))])


def layered(count: int) -> Graph:
    """`count` items behind `item-0`, up to eleven steps away: several tiers, owners, environments, rings, groups, soft edges."""
    found = [item("item-0", name="根数据库", type="database")]
    for place in range(1, count + 1):
        before = 0 if place < 8 or place % 7 == 0 else place // 2
        needs: list[Any] = [f"~item-{before}" if place % 11 == 0 else f"item-{before}"]
        if place % 13 == 0:
            needs.append({"any_of": [f"item-{place - 1}", f"item-{place - 2}", f"item-{place - 3}"], "min": 2})
        if place % 17 == 0 and place * 2 <= count:
            needs.append(f"~item-{place * 2}")
        spec = {
            "type": ("service", "database", "application")[place % 3],
            "criticality": ("tier1", "tier2", "tier3", "tier3", "tier4", None)[place % 6],
            "owner": f"team-{place % 9}" if place % 10 else None,
            "environment": ("production", "production", "staging", None)[place % 4],
            "status": "planned" if place % 41 == 0 else "live",
        }
        name = f"服务 {place}" if place % 2 else f"Service number {place}"
        found.append(item(f"item-{place}", *needs, name=name, **{key: value for key, value in spec.items() if value}))
    return Graph.of(found)
