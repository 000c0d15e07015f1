"""What an item rests on, against the blast radius of every single item."""

from __future__ import annotations

from cmdb_items import item
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.cmdb.columns_of_records import columns_of
from changeflow.cmdb.upstream import Upstream
from changeflow.model.cmdb import ConfigurationItem, DependsOnItem
from changeflow.model.impact_weights import ImpactWeights
from tests.cmdb.test_impact_oracle import NAMES, cmdbs, fixed_point, some_weights
from tests.examples import examples


def upstream(items: list[ConfigurationItem], asked: list[str], weights: ImpactWeights) -> tuple[Upstream, list[str]]:
    columns = columns_of({one.metadata.id: one for one in items})
    ids = list(columns.graph.ids)
    return Upstream([ids.index(ci) for ci in asked], columns.graph, columns.needs, weights), ids


def rests_on(items: list[ConfigurationItem], asked: list[str]) -> set[str]:
    needs = {
        one.metadata.id: {ci for dep in one.spec.depends_on for ci in ([dep.ci] if isinstance(dep, DependsOnItem) else dep.any_of)}
        for one in items
    }
    found, waiting = set(asked), list(asked)
    while waiting:
        for ci in needs.get(waiting.pop(), set()) - found:
            found.add(ci)
            waiting.append(ci)
    return found


@settings(max_examples=examples(400))
@given(items=cmdbs, asked=st.lists(st.sampled_from(NAMES[:3]), min_size=1, max_size=2, unique=True), weights=some_weights)
def test_a_score_is_that_of_the_blast_radius_of_the_item_alone(
    items: list[ConfigurationItem], asked: list[str], weights: ImpactWeights
) -> None:
    known = {one.metadata.id for one in items}
    asked = [ci for ci in asked if ci in known] or [items[0].metadata.id]
    found, ids = upstream(items, asked, weights)
    assert {ids[number] for number in found.hops} == rests_on(items, asked)
    expected = {}
    for ci in rests_on(items, asked) - set(asked):
        scores = fixed_point([ci], items, weights)
        score = max(scores.get(one, 0.0) for one in asked)
        if score and score >= weights.threshold:
            expected[ci] = round(score, 6)
    assert {ids[one.number]: one.score for one in found.causes()} == expected
    order = [(-one.score, one.hops, one.number) for one in found.causes()]
    assert order == sorted(order)


@settings(max_examples=examples(200))
@given(items=cmdbs, together=st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
def test_items_that_fail_together_hit_it_as_their_blast_radius_says(
    items: list[ConfigurationItem], together: list[str]
) -> None:
    asked, weights = [items[0].metadata.id], ImpactWeights()
    found, ids = upstream(items, asked, weights)
    inside = [ci for ci in together if ci in rests_on(items, asked)]
    score = fixed_point(inside, items, weights).get(asked[0], 0.0) if inside else 0.0
    assert round(found.score_of(ids.index(ci) for ci in together if ci in ids), 6) == round(score if score >= 0.05 else 0, 6)


def test_what_both_members_of_a_group_rest_on_takes_it_down() -> None:
    items = [item("web", {"any_of": ["a", "b"], "min": 1}), item("a", "rack"), item("b", "rack"), item("rack"), item("other")]
    found, ids = upstream(items, ["web"], ImpactWeights())
    assert [(ids[one.number], one.score, one.hops) for one in found.causes()] == [("rack", 1.0, 2), ("a", 0.2, 1), ("b", 0.2, 1)]
