"""The blast radius against a definition that anybody can check by eye: iterate from zero until nothing changes."""

from __future__ import annotations

from typing import Any

from cmdb_items import item
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.impact import Blast, blast_radius
from changeflow.model.cmdb import ConfigurationItem, DependsOnItem
from changeflow.model.impact_weights import ImpactWeights
from tests.examples import examples

NAMES = [f"n{index}" for index in range(9)] + ["ghost"]  # `ghost` is never an item


def handed_on(dependency: Any, scores: dict[str, float], weights: ImpactWeights) -> dict[str, float]:
    """What each member of a dependency hands on where it is the one that decides."""
    if isinstance(dependency, DependsOnItem):
        weight = weights.hard if dependency.strength == "hard" else weights.soft
        return {dependency.ci: weight * scores.get(dependency.ci, 0.0)}
    members = sorted(set(dependency.any_of))
    ranked = sorted((scores.get(member, 0.0) for member in members), reverse=True)
    tip, worst = ranked[len(members) - dependency.min], ranked[0]
    answer: dict[str, float] = {}
    for member in members:
        own = scores.get(member, 0.0)
        options = [weights.hard * own] * (own == tip) + [weights.weakened * own] * (own == worst)
        if options:
            answer[member] = max(options)
    return answer


def fixed_point(changed: list[str], items: list[ConfigurationItem], weights: ImpactWeights) -> dict[str, float]:
    scores: dict[str, float] = dict.fromkeys(changed, 1.0)
    while True:
        new = dict(scores)
        for one in items:
            values = [v for dep in one.spec.depends_on for v in handed_on(dep, scores, weights).values()]
            best = max([*values, new.get(one.metadata.id, 0.0)])
            new[one.metadata.id] = best
        if new == scores:
            return scores
        scores = new


def strongest_paths(
    changed: list[str], items: list[ConfigurationItem], scores: dict[str, float], weights: ImpactWeights
) -> dict[str, tuple[str, ...]]:
    """All simple paths along deciding edges, then the shortest and first of them."""
    edges = {
        (member, one.metadata.id)
        for one in items
        for dep in one.spec.depends_on
        for member, value in handed_on(dep, scores, weights).items()
        if value == scores[one.metadata.id] > 0
    }
    best: dict[str, tuple[str, ...]] = {}
    waiting = [(ci,) for ci in changed]
    while waiting:
        path = waiting.pop()
        key = path[-1]
        if key not in best or (len(path), path) < (len(best[key]), best[key]):
            best[key] = path
        waiting += [(*path, after) for before, after in edges if before == key and after not in path and after not in changed]
    return best


dependencies = st.one_of(
    st.builds(lambda ci, s: {"ci": ci, "strength": s}, st.sampled_from(NAMES), st.sampled_from(["hard", "soft"])),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=5).flatmap(
        lambda members: st.integers(1, len(set(members))).map(lambda least: {"any_of": members, "min": least})
    ),
)
cmdbs = st.lists(st.lists(dependencies, max_size=3), min_size=1, max_size=len(NAMES) - 1).map(
    lambda needs: [item(name, *need) for name, need in zip(NAMES, needs, strict=False)]
)
some_weights = st.one_of(
    st.just(ImpactWeights()),
    st.builds(ImpactWeights, **dict.fromkeys(("hard", "soft", "weakened"), st.sampled_from([0.0, 0.3, 0.5, 0.7, 1.0])),
              threshold=st.sampled_from([0.0, 0.05, 0.3])),
)  # fmt: skip


@settings(max_examples=examples(400))
@given(items=cmdbs, changed=st.lists(st.sampled_from(NAMES), min_size=1, max_size=4), weights=some_weights)
def test_scores_and_paths_agree_with_iteration_from_zero(
    items: list[ConfigurationItem], changed: list[str], weights: ImpactWeights
) -> None:
    scores = fixed_point(changed, items, weights)
    expected = {ci: s for ci, s in scores.items() if s >= weights.threshold and s > 0 and ci not in changed}
    impact = blast_radius(changed, Graph.of(items), weights)
    assert {a.ci: a.score for a in impact.affected} == {ci: round(score, 6) for ci, score in expected.items()}
    paths = strongest_paths(sorted(set(changed)), items, scores, weights)
    assert {a.ci: a.path for a in impact.affected} == {ci: paths[ci] for ci in expected}
    assert all(a.hops == len(a.path) - 1 == len(a.strengths) for a in impact.affected)
    order = [(-a.score, a.hops, a.ci) for a in impact.affected]
    assert order == sorted(order)


@settings(max_examples=examples(100))
@given(items=cmdbs, changed=st.lists(st.sampled_from(NAMES), min_size=1, max_size=3), depth=st.integers(0, 4))
def test_depth_shows_the_same_scores_for_fewer_items(items: list[ConfigurationItem], changed: list[str], depth: int) -> None:
    graph = Graph.of(items)
    whole = blast_radius(changed, graph, ImpactWeights())
    assert blast_radius(changed, graph, ImpactWeights(), depth).affected == tuple(a for a in whole.affected if a.hops <= depth)


@settings(max_examples=examples(100))
@given(items=cmdbs, changed=st.lists(st.sampled_from(NAMES), min_size=1, max_size=3), order=st.randoms(use_true_random=False))
def test_the_order_of_files_changes_nothing(items: list[ConfigurationItem], changed: list[str], order: Any) -> None:
    shuffled = items[:]
    order.shuffle(shuffled)
    assert blast_radius(changed, Graph.of(shuffled), ImpactWeights()) == blast_radius(changed, Graph.of(items), ImpactWeights())


@settings(max_examples=examples(100))
@given(items=cmdbs, changed=st.lists(st.sampled_from(NAMES), min_size=1, max_size=3), more=st.sampled_from(NAMES))
def test_changing_more_never_hurts_less(items: list[ConfigurationItem], changed: list[str], more: str) -> None:
    graph = Graph.of(items)
    before = {a.ci: a.score for a in blast_radius(changed, graph, ImpactWeights()).affected}
    after = {a.ci: a.score for a in blast_radius([*changed, more], graph, ImpactWeights()).affected} | {more: 1.0}
    assert all(after.get(ci, 0.0) >= score for ci, score in before.items())


@settings(max_examples=examples(400))
@given(
    items=cmdbs,
    changed=st.lists(st.sampled_from(NAMES), min_size=1, max_size=4),
    weights=some_weights,
    depth=st.one_of(st.none(), st.integers(0, 3)),
    most=st.one_of(st.none(), st.integers(0, 5)),
)
def test_whole_columns_at_a_time_say_the_same_as_one_dependency_after_the_other(
    items: list[ConfigurationItem], changed: list[str], weights: ImpactWeights, depth: int | None, most: int | None
) -> None:
    graph = Graph.of(items)
    roots = tuple(dict.fromkeys(changed))
    one_by_one = Blast(roots, graph, weights, depth)
    at_once = Blast(roots, graph, weights, depth, few=0)
    whole = one_by_one.impact()
    assert at_once.impact(most) == one_by_one.impact(most)
    assert at_once.impact(most).affected == whole.affected[:most]
    assert at_once.impact(most).affected_total == len(whole.affected)
    assert at_once.impact(most).direct == sum(one.hops == 1 for one in whole.affected)
    assert at_once.impact(most).failing == sum(one.score == 1 for one in whole.affected)
