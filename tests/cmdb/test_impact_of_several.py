"""Several items that fail together or one after the other, and what is hit by environment, tier, owner and service."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from cmdb_items import item
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.impact import Blast, scores_in_blast
from changeflow.cmdb.tally import hit_services, tallies
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.impact_weights import ImpactWeights
from tests.cmdb.test_impact_oracle import NAMES, cmdbs, fixed_point, some_weights
from tests.examples import examples
from tests.release.site import Site

some_changed = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True)


@settings(max_examples=examples(200))
@given(items=cmdbs, changed=some_changed, weights=some_weights, few=st.sampled_from([0, 50_000]))
def test_one_by_one_is_the_largest_score_of_each_alone(
    items: list[ConfigurationItem], changed: list[str], weights: ImpactWeights, few: int
) -> None:
    expected: dict[str, float] = {}
    for one in changed:
        for ci, score in fixed_point([one], items, weights).items():
            if ci not in changed and score >= weights.threshold and score > 0:
                expected[ci] = max(expected.get(ci, 0.0), score)
    blast = Blast(tuple(changed), Graph.of(items), weights, few=few, together=False)
    impact = blast.impact()
    assert {one.ci: one.score for one in impact.affected} == {ci: round(score, 6) for ci, score in expected.items()}
    assert impact.affected_total == len(expected)
    for one in impact.affected:
        # its path is the strongest one of the items that give it this score
        paths = []
        for ci in changed:
            alone = Blast((ci,), blast.graph, weights).impact().affected
            paths += [(hit.hops, hit.path, hit.strengths) for hit in alone if (hit.ci, hit.score) == (one.ci, one.score)]
        assert (one.hops, one.path, one.strengths) == min(paths)


@settings(max_examples=examples(100))
@given(items=cmdbs, changed=some_changed, weights=some_weights)
def test_items_that_fail_together_never_hit_less(
    items: list[ConfigurationItem], changed: list[str], weights: ImpactWeights
) -> None:
    together = Blast(tuple(changed), Graph.of(items), weights)
    alone = {one.ci: one.score for one in together.alone.impact().affected}
    scores = together.scores(alone)
    assert all(scores[ci] >= score for ci, score in alone.items())


@settings(max_examples=examples(100))
@given(items=cmdbs, changed=some_changed, of=st.lists(st.sampled_from([*NAMES, "nowhere"]), unique=True))
def test_single_scores_are_those_of_the_whole(items: list[ConfigurationItem], changed: list[str], of: list[str]) -> None:
    weights = ImpactWeights()
    expected = {one.ci: one.score for one in Blast(tuple(changed), Graph.of(items), weights).impact().affected}
    found = scores_in_blast(changed, Graph.of(items), weights, of)
    assert found == {ci: 1.0 if ci in changed else expected.get(ci, 0.0) for ci in of}


FACTS: dict[str, list[Any]] = {
    "environment": ["production", "test", None],
    "criticality": ["tier1", "tier4", None],
    "owner": ["team", None],
    "type": ["service", "hub", None],
}


@settings(max_examples=examples(150))
@given(
    items=cmdbs,
    facts=st.lists(st.fixed_dictionaries({name: st.sampled_from(values) for name, values in FACTS.items()}), min_size=9, max_size=9),
    changed=some_changed,
    depth=st.one_of(st.none(), st.integers(0, 3)),
    few=st.sampled_from([0, 50_000]),
)
def test_groups_count_what_is_listed(
    items: list[ConfigurationItem], facts: list[dict[str, Any]], changed: list[str], depth: int | None, few: int
) -> None:
    told = {}
    for one, says in zip(items, facts, strict=False):
        spec = one.spec.model_dump(mode="json", exclude_none=True) | {key: value for key, value in says.items() if value}
        told[one.metadata.id] = (item(one.metadata.id, **spec), says)
    graph, weights = Graph.of(known for known, _ in told.values()), ImpactWeights()
    blast = Blast(tuple(changed), graph, weights, depth, few=few)
    affected = blast.impact().affected
    nothing: dict[str, Any] = dict.fromkeys(FACTS)
    for fact, rows in tallies(blast.affected).items():
        every = Counter(told.get(one.ci, (None, nothing))[1][fact] for one in affected)
        near = Counter(told.get(one.ci, (None, nothing))[1][fact] for one in affected if one.hops == 1)
        failing = Counter(told.get(one.ci, (None, nothing))[1][fact] for one in affected if one.score == 1)
        assert {row.name: row[1:] for row in rows} == {name: (every[name], near[name], failing[name]) for name in every}
    services = [(one.score, one.ci) for one in affected if told.get(one.ci, (None, nothing))[1]["type"] == "hub"]
    total, found = hit_services(blast.affected, ["hub", "unheard-of"], None)
    assert [(score, graph.ids[number]) for score, number in found] == services
    assert total == len(services)
    assert hit_services(blast.affected, ["hub"], 1) == (total, found[:1])


ITEMS = """\
apiVersion: changeflow/v1
kind: ConfigurationItem
metadata: {id: web}
spec: {type: service, criticality: tier1, owner: bob, environment: production, depends_on: [{any_of: [a, b]}]}
---
{apiVersion: changeflow/v1, kind: ConfigurationItem, metadata: {id: a}, spec: {type: cache, environment: production}}
---
{apiVersion: changeflow/v1, kind: ConfigurationItem, metadata: {id: b}, spec: {type: cache, environment: production}}
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site.at(tmp_path / "repo", **{"cmdb/items.yaml": ITEMS})


def test_the_command_tells_together_from_one_by_one(site: Site) -> None:
    def asked(*words: str) -> dict[str, Any]:
        done = site.cli("impact", "a", "b", *words, "--format", "json")
        assert done.code == 0, done.err
        found: dict[str, Any] = json.loads(done.out)
        return found

    plain, together, alone = asked(), asked("--fail-together"), asked("--one-by-one")
    assert [one["affected"][0]["score"] for one in (plain, together, alone)] == [1.0, 1.0, 0.2]
    assert [one["fail_together"] for one in (plain, together, alone)] == [True, True, False]
    assert [one["only_together"] for one in (plain, alone)] == [None, None]
    assert together["only_together"] == [{"ci": "web", "score": 1.0, "alone": 0.2}]
    assert plain["groups"]["criticality"] == [{"name": "tier1", "affected": 1, "direct": 1, "failing": 1}]
    assert (plain["services_total"], plain["services"][0]["ci"], plain["services"][0]["environment"]) == (1, "web", "production")
    assert plain.keys() == together.keys() == alone.keys()


@pytest.mark.parametrize("shape", ["text", "markdown", "html"])
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("Only because they fail at the same time: web 1.00 (alone 0.20)", "By environment: ", "Services: web fails")),
     ("zh", ("仅因同时失效：web 1.00（单独 0.20）", "按环境：", "服务：web 会失效"))],
)  # fmt: skip
def test_people_read_what_is_hit_by_group(site: Site, shape: str, language: str, words: tuple[str, ...]) -> None:
    from html import unescape

    done = site.cli("--lang", language, "impact", "a", "b", "--fail-together", "--format", shape)
    said = unescape(done.out)
    assert [one for one in words if one not in said] == []
