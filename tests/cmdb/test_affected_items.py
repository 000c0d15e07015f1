"""What columns tell of affected items, beside the same told by a record of each."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from cmdb_items import item
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.impact import Blast, affected_items, blast_radius
from changeflow.model.answers.impact import Affected
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.impact_weights import ImpactWeights
from tests.examples import examples

NAMES = [f"n{index}" for index in range(9)] + ["ghost"]  # `ghost` is never an item
FACTS = ("type", "criticality", "owner", "environment")
needs = st.one_of(
    st.builds(
        lambda ci, how: {"ci": ci, "strength": how},
        st.sampled_from(NAMES),
        st.sampled_from(["hard", "soft"]),
    ),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=5).flatmap(
        lambda members: st.integers(1, len(set(members))).map(
            lambda least: {"any_of": members, "min": least}
        )
    ),
)
said = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["service", "server", None]),
        "criticality": st.sampled_from(["tier1", "tier2", "tier4", None]),
        "owner": st.sampled_from(["team-a", "team-b", "alice", None]),
        "environment": st.sampled_from(["production", "staging", None]),
    }
)
estates = st.lists(
    st.tuples(st.lists(needs, max_size=3), said), min_size=1, max_size=len(NAMES) - 1
).map(
    lambda rows: [
        item(name, *need, **{fact: word for fact, word in facts.items() if word})
        for name, (need, facts) in zip(NAMES, rows, strict=False)
    ]
)
changes = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True)
# one dependency after the other, and in whole columns
ways = st.sampled_from([0, 1_000])


def blast(
    items: list[ConfigurationItem],
    changed: list[str],
    few: int,
    depth: int | None = None,
    together: bool = True,
) -> Blast:
    return Blast(
        tuple(changed), Graph.of(items), ImpactWeights(), depth, few=few, together=together
    )


def facts_of(items: list[ConfigurationItem]) -> dict[str, dict[str, Any]]:
    return {one.metadata.id: one.spec.model_dump(mode="json") for one in items}


@settings(max_examples=examples(300))
@given(
    items=estates, changed=changes, few=ways, depth=st.sampled_from([None, 0, 1, 2]), together=st.booleans(),
    failing=st.booleans(), direct=st.booleans(), fact=st.sampled_from(FACTS), words=st.sets(st.sampled_from(["tier1", "team-a", "server", None])),
)  # fmt: skip
def test_columns_tell_the_same_as_a_record_of_each(
    items: list[ConfigurationItem], changed: list[str], few: int, depth: int | None, together: bool,
    failing: bool, direct: bool, fact: str, words: set[str | None],
) -> None:  # fmt: skip
    found, told = blast(items, changed, few, depth, together), facts_of(items)

    def wanted(one: Affected) -> bool:
        chosen = told[one.ci][fact] in words and told[one.ci]["owner"] != "team-b"
        return chosen and (one.score == 1 or not failing) and (one.hops == 1 or not direct)

    records = [one for one in found.impact().affected if wanted(one)]
    some = found.affected.having(fact, lambda word: word in words).having(
        "owner", lambda owner: owner != "team-b"
    )
    some = some.failing if failing else some
    some = some.direct if direct else some
    assert list(some) == [one.ci for one in records]
    assert len(some) == len(records)
    assert {ci for ci in (*NAMES, "stranger") if ci in some} == {one.ci for one in records}
    assert some.first(2) == [(one.score, one.ci) for one in records[:2]]
    assert some.millionths() == sum(round(one.score * 1_000_000) for one in records)
    for name in FACTS:
        assert some.counts(name) == Counter(told[one.ci][name] for one in records)
    listed = [(one.ci, one.score, one.hops, one.criticality, one.owner) for one in records]
    assert list(map(tuple, some.listed())) == listed


@settings(max_examples=examples(200))
@given(items=estates, changed=changes, few=ways, named=st.sets(st.sampled_from(NAMES), max_size=3))
def test_one_of_each_stands_for_all_that_say_the_same(
    items: list[ConfigurationItem], changed: list[str], few: int, named: set[str]
) -> None:
    affected, told = blast(items, changed, few).affected, facts_of(items)
    found = list(affected.one_of_each(("environment", "criticality"), named))
    first: dict[Any, str] = {}
    for ci in sorted(set(affected) - named):
        first.setdefault((told[ci]["environment"], told[ci]["criticality"]), ci)
    assert sorted(found) == sorted({*first.values(), *(named & set(affected))})


@pytest.mark.parametrize("few", [0, 1_000])
def test_a_change_that_affects_nothing_has_nothing_to_tell(few: int) -> None:
    affected = blast([item("n0")], ["n0"], few).affected
    assert (len(affected), list(affected), affected.first(1), affected.millionths()) == (
        0,
        [],
        [],
        0,
    )
    assert (
        list(affected.having("owner", lambda owner: not owner))
        == list(affected.one_of_each(FACTS))
        == []
    )
    assert affected.counts("owner") == {}
    assert "n0" not in affected


def test_the_changed_items_are_not_among_the_affected_ones() -> None:
    found = blast_radius(
        ["a", "b"],
        Graph.of([item("a", "b"), item("b", "a"), item("c", "a")]),
        ImpactWeights(),
        most=0,
    )
    assert list(affected_items(found)) == ["c"]
