"""Risk factors and facts of conditions that are sums over everything affected, beside sums over a record of each."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.impact import Blast, blast_radius
from changeflow.gate.assess import failing
from changeflow.model.answers.impact import Affected, Impact
from changeflow.model.change import ChangeRequest
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.impact_weights import ImpactWeights
from changeflow.model.riskmodel import RiskModelSpec
from changeflow.policy.cel import Condition, ConditionError, LateFacts, compile_condition
from changeflow.policy.condition_facts import impact_facts
from changeflow.risk.consequence import consequence
from changeflow.schedule.windows import timing
from tests.cmdb.test_affected_items import NAMES, changes, estates, ways
from tests.cmdb_items import item
from tests.examples import examples
from tests.gate.builders import NOW, change, roster
from tests.schedule.test_calendars import calendar

MODEL = RiskModelSpec()
ORDER = ("tier1", "tier2", "tier3", "tier4", "unknown")


def impact_of(
    items: list[ConfigurationItem], changed: list[str], few: int, most: int | None
) -> Impact:
    return Blast(tuple(changed), Graph.of(items), ImpactWeights(), few=few).impact(most)


def request(changed: list[str]) -> ChangeRequest:
    return change(items=[{"ci": ci, "outage": "PT0S"} for ci in changed])


# -- the same, told by a record of each ------------------------------------------------------------


def points(one: Affected) -> int:
    tier: Any = one.criticality or "unknown"
    return ceil(round(MODEL.impact.affected[tier] * one.score, 9))


def first_of(names: list[str]) -> dict[str, Any]:
    return {"first": names[:3], "count": len(names)}


def factors_by_records(changed: list[str], whole: Impact, graph: Graph) -> dict[str, Any]:
    hit = [*whole.affected, *whole.also_hit]
    if len(changed) > 1:
        unknown = [ci for ci in changed if ci in whole.unknown]
        hit += [
            Affected(ci=ci, score=1.0, hops=0, path=(ci,), criticality=None, owner=None)
            for ci in unknown
        ]
    found: dict[str, Any] = {}
    if hit:
        worst = max(hit, key=lambda one: (points(one), -ORDER.index(one.criticality or "unknown")))
        tier = worst.criticality or "unknown"
        same = [one.ci for one in hit if (one.criticality or "unknown") == tier]
        found[f"{tier}-affected"] = (points(worst), first_of(same), worst.ci, f"{worst.score:g}")
    millionths = sum(round(one.score * 1_000_000) for one in hit)
    breadth = min(MODEL.impact.breadth, (millionths // 1_000_000 + 1).bit_length() - 1)
    if breadth:
        found["breadth"] = (breadth, len(hit), sum(one.score == 1 for one in hit))
    orphans = [ci for ci in changed if not graph.owner(ci)] + [
        one.ci for one in whole.affected if not one.owner
    ]
    if orphans:
        found["no-owner"] = (MODEL.impact.no_owner, first_of(orphans))
    return found


def told_by_factor(factor: Any) -> tuple[Any, ...]:
    data = factor.data
    match factor.id:
        case "breadth":
            return (factor.points, data["hit"], data["failing"])
        case "no-owner":
            return (factor.points, data["items"])
        case _:
            return (factor.points, data["items"], data["worst"], data["score"])


def facts_by_records(whole: Impact, changed: list[dict[str, Any]]) -> dict[str, Any]:
    affected = [
        {
            "ci": one.ci,
            "score": one.score,
            "hops": one.hops,
            "criticality": one.criticality or "unknown",
            "owner": one.owner or "",
        }
        for one in whole.affected
    ]
    failing = [one for one in affected if one["score"] >= 1.0]
    tier1 = [one for one in (*changed, *affected) if one["criticality"] in ("tier1", "unknown")]
    return {
        "affected": affected,
        "count": len(affected),
        "direct": [one["ci"] for one in affected if one["hops"] == 1],
        "failing": [one["ci"] for one in failing],
        "tier1": [one["ci"] for one in tier1],
        "tier1_owners": sorted(
            {one["owner"] for one in tier1 if one["criticality"] == "tier1" and one["owner"]}
        ),
        "owners": sorted({one["owner"] for one in (*changed, *failing) if one["owner"]}),
        "unowned": [one["ci"] for one in tier1 if not one["owner"]],
    }


# -- both ways -------------------------------------------------------------------------------------


@settings(max_examples=examples(300))
@given(items=estates, changed=changes, few=ways, most=st.sampled_from([0, 2, 1_000]))
def test_risk_factors_are_those_of_all_affected_items(
    items: list[ConfigurationItem], changed: list[str], few: int, most: int
) -> None:
    graph = Graph.of(items)
    found = consequence(request(changed), impact_of(items, changed, few, most), graph, MODEL)
    wanted = factors_by_records(changed, impact_of(items, changed, 1_000, None), graph)
    told = {one.id: told_by_factor(one) for one in found if one.id in wanted}
    assert told == wanted
    assert not {
        one.id
        for one in found
        if one.points and one.id.endswith(("-affected", "breadth", "no-owner"))
    } - set(wanted)


@settings(max_examples=examples(300))
@given(items=estates, changed=changes, few=ways, most=st.sampled_from([0, 2, 1_000]))
def test_facts_are_those_of_all_affected_items(
    items: list[ConfigurationItem], changed: list[str], few: int, most: int
) -> None:
    by_id = {one.metadata.id: one for one in items}
    found = impact_facts(impact_of(items, changed, few, most), by_id)
    wanted = facts_by_records(impact_of(items, changed, 1_000, None), found["changed"])
    assert {name: found[name] for name in wanted} == wanted


SCOPES = st.fixed_dictionaries(
    {},
    optional={
        "items": st.lists(st.sampled_from(NAMES), min_size=1, max_size=2),
        "environments": st.sampled_from([["production"], ["staging"]]),
        "criticality": st.sampled_from([["tier1"], ["tier2", "tier4"]]),
    },
)


@settings(max_examples=examples(200))
@given(
    items=estates,
    changed=changes,
    few=ways,
    scopes=st.lists(SCOPES, min_size=1, max_size=3),
    long=st.booleans(),
)
def test_calendars_and_other_changes_see_everything_that_fails(
    items: list[ConfigurationItem],
    changed: list[str],
    few: int,
    scopes: list[dict[str, Any]],
    long: bool,
) -> None:
    by_id, asked = {one.metadata.id: one for one in items}, request(changed)
    some = impact_of(items, changed, few, 0)
    every = tuple(
        one.ci for one in impact_of(items, changed, 1_000, None).affected if one.score == 1
    )
    freezes = [LONG | {"scope": one, "covers": "affected"} for one in scopes]
    windows = [(LONG if long else SHORT) | {"scope": one, "covers": "affected"} for one in scopes]
    calendars = [calendar(*freezes, windows=windows)]
    answers = [
        timing(asked, calendars, by_id, roster(), NOW, failing=one)
        for one in (failing(some), every)
    ]
    assert answers[0] == answers[1]


LONG = {"start": "2026-11-25T00:00:00Z", "end": "2026-11-26T00:00:00Z"}
SHORT = {"start": "2026-11-25T14:00:00Z", "end": "2026-11-25T14:30:00Z"}

# -- what conditions read --------------------------------------------------------------------------

CHAIN = [
    item("db", criticality="tier1"),
    item("api", "db", owner="x"),
    item("web", "~api", criticality="tier1", owner="y"),
]
CONDITIONS = (
    "impact.affected.exists(a, a.hops == 2 && a.score < 1.0)",
    "impact['affected'].all(a, a.owner != '')",
    "impact.affected.exists(impact, impact.criticality == 'unknown')",
    "impact.map(name, name).exists(name, name == 'affected')",
    "size(impact) == 13",
    "has(impact.affected) && 'tier1' in impact",
    "[impact].exists(one, one.count == 2)",
    "impact[risk.field] == 2",
    "impact.nosuch == 1",
    "has(impact.nosuch) || size(impact.direct) == 1",
    "risk.field == 'impact.affected'",
)


def answer_of(condition: Condition, facts: dict[str, Any]) -> bool | str:
    try:
        return condition.truth(facts)
    except ConditionError as error:
        return str(error)


def test_conditions_have_the_same_answers_whether_facts_are_late_or_not() -> None:
    by_id = {one.metadata.id: one for one in CHAIN}
    for field in ("count", "direct"):
        for source in CONDITIONS:
            late = impact_facts(
                blast_radius(["db"], Graph.of(CHAIN), ImpactWeights(), most=0), by_id
            )
            found, risk = compile_condition(source), {"field": field}
            assert answer_of(found, {"impact": late, "risk": risk}) == answer_of(
                found, {"impact": dict(late), "risk": risk}
            )


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("impact.count > 1 && size(impact.tier1) == 1", ["count", "tier1"]),
        ("risk.field == 'impact'", []),
        ("risk.field == 'x'", []),
        ("impact.affected.all(a, a.hops > 0)", ["affected"]),
        ("impact\n . count > 1", ["count"]),
        ("impact // what is counted\n.count > 1", ["count"]),
        ("impact.exists(one, one == 'count')", ["affected", "count", "tier1"]),
        ("{'impact': 2}.impact > 1", []),
        ("impact['affected'].all(impact, impact.tier1 > 0)", ["affected", "tier1"]),
        ("size(impact) > 0", ["affected", "count", "tier1"]),
    ],
)
def test_a_list_of_all_affected_items_is_made_only_for_a_condition_that_reads_it(
    source: str, read: list[str]
) -> None:
    asked_for: list[str] = []

    def field(name: str, value: Any) -> Callable[[], Any]:
        return lambda: (asked_for.append(name), value)[1]

    late = LateFacts(
        {
            "affected": field("affected", []),
            "count": field("count", 2),
            "tier1": field("tier1", ["x"]),
        }
    )
    for _ in range(2):
        compile_condition(source).truth({"impact": late, "risk": {"field": "x"}})
    assert sorted(asked_for) == read
