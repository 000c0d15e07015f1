"""Silence never pays: leaving evidence out never lowers a score, and declaring worse never does either."""

from __future__ import annotations

from typing import Any

from changes import change
from cmdb_items import item
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.impact import blast_radius
from changeflow.model.answers.assessment import Risk
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.riskmodel import RiskModelSpec
from changeflow.risk.history import Count, History
from changeflow.risk.score import score
from tests.examples import examples

NAMES = ["a", "b", "c", "d", "e"]
WORSE = {
    "complexity": ["low", "medium", "high", None],
    "experience": ["routine", "done-before", "first-time", None],
    "tested": ["production-like", "partly", "none", None],
}
OUTAGES = ["PT0S", "PT1M", "PT15M", "PT16M", "PT2H", "P2D", None]

counts = st.integers(0, 60).flatmap(lambda n: st.builds(Count, st.just(n), st.integers(0, n)))
histories = st.builds(
    History,
    items=st.dictionaries(st.sampled_from(NAMES), counts),
    types=st.dictionaries(st.sampled_from(["normal", "emergency"]), counts),
    models=st.dictionaries(st.just("restart"), counts),
)
items = st.tuples(
    *(
        st.builds(
            lambda needs, tier, owner, name=name: item(
                name, *(need for need in needs if need.strip("~") != name), **tier, **owner
            ),
            st.lists(st.sampled_from([*NAMES, *(f"~{name}" for name in NAMES)]), max_size=3),
            st.sampled_from(["tier1", "tier2", "tier3", "tier4", None]).map(lambda t: {"criticality": t} if t else {}),
            st.sampled_from([{}, {"owner": "team"}]),
        )
        for name in NAMES
    )
).map(list)
specs = st.fixed_dictionaries(
    {
        "items": st.lists(
            st.fixed_dictionaries({"ci": st.sampled_from([*NAMES, "ghost"]), "outage": st.sampled_from(OUTAGES[:-1])},
                                  optional={"action": st.sampled_from(["add", "modify", "remove", "transfer"])}),
            min_size=1, max_size=3, unique_by=lambda one: one["ci"],
        ),
        "assessment": st.fixed_dictionaries({}, optional={k: st.sampled_from(v[:-1]) for k, v in WORSE.items()}),
        "model": st.sampled_from([None, "restart"]),
    }
)  # fmt: skip


def assessed(spec: dict[str, Any], cmdb: list[ConfigurationItem], history: History) -> Risk:
    request, graph, model = change(**spec), Graph.of(cmdb), RiskModelSpec()
    return score(request, blast_radius(request.changed, graph, model.weights), graph, model, history)


@settings(max_examples=examples(120))
@given(spec=specs, cmdb=items, history=histories)
def test_the_points_add_up_and_stay_in_range(spec: dict[str, Any], cmdb: list[ConfigurationItem], history: History) -> None:
    risk = assessed(spec, cmdb, history)
    assert sum(factor.points for factor in risk.factors) == risk.score
    assert 0 <= risk.score <= 100
    assert all(factor.points for factor in risk.factors)
    for side in ("likelihood", "impact"):
        assert 0 <= sum(factor.points for factor in risk.factors if factor.side == side) <= 50
    assert len({factor.id for factor in risk.factors}) == len(risk.factors)


def without(source: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in source.items() if name != key}


@settings(max_examples=examples(120))
@given(spec=specs, cmdb=items, history=histories, data=st.data())
def test_leaving_evidence_out_never_lowers_the_score(
    spec: dict[str, Any], cmdb: list[ConfigurationItem], history: History, data: st.DataObject
) -> None:
    before = assessed(spec, cmdb, history).score
    less: list[tuple[dict[str, Any], list[ConfigurationItem], History]] = [
        (spec, cmdb, History()),
        (spec | {"assessment": None}, cmdb, history),
        (spec | {"verification": None}, cmdb, history),
        (spec | {"rollback": None}, cmdb, history),
        (spec | {"implementation": None}, cmdb, history),
        (spec | {"items": None}, cmdb, history),
        (spec, cmdb, History(items=history.items)),
    ]
    less += [(spec | {"assessment": without(spec["assessment"], key)}, cmdb, history) for key in WORSE]
    less += [(spec | {"items": [without(one, "outage") for one in spec["items"]]}, cmdb, history)]
    less += [(spec, cmdb, History(without(dict(history.items), ci), history.types, history.models)) for ci in NAMES]
    place = data.draw(st.integers(0, len(cmdb) - 1))
    for field in ("criticality", "owner"):
        bare = cmdb[place].model_copy(update={"spec": cmdb[place].spec.model_copy(update={field: None})})
        less.append((spec, [*cmdb[:place], bare, *cmdb[place + 1 :]], history))
    for changed in (one for one in spec["items"] if one.get("action") != "add"):  # what is added need not be there yet
        less.append((spec, [one for one in cmdb if one.metadata.id != changed["ci"]], history))
    for case in less:
        assert assessed(*case).score >= before, case


@settings(max_examples=examples(100))
@given(spec=specs, cmdb=items, history=histories, key=st.sampled_from(list(WORSE)))
def test_declaring_worse_never_lowers_the_score(
    spec: dict[str, Any], cmdb: list[ConfigurationItem], history: History, key: str
) -> None:
    variants = [spec | {"assessment": spec["assessment"] | ({key: answer} if answer else {})} for answer in WORSE[key][:-1]]
    found = [assessed(variant, cmdb, history).score for variant in variants]
    assert found == sorted(found)
    outages = [
        assessed(spec | {"items": [one | {"outage": outage} for one in spec["items"]]}, cmdb, history).score
        for outage in OUTAGES[:-1]
    ]
    assert outages == sorted(outages)


@settings(max_examples=examples(100))
@given(seen=counts, worse=st.integers(0, 60))
def test_a_worse_record_never_weighs_less(seen: Count, worse: int) -> None:
    model = RiskModelSpec()
    failing = Count(seen.changes, min(seen.changes, seen.failures + worse))
    assert failing.points(6, model.smoothing) >= seen.points(6, model.smoothing)
    assert failing.points(6, model.smoothing) <= Count().points(6, model.smoothing)


@settings(max_examples=examples(150))
@given(spec=specs, cmdb=items, history=histories, data=st.data())
def test_declaring_that_more_is_changed_never_lowers_the_score(
    spec: dict[str, Any], cmdb: list[ConfigurationItem], history: History, data: st.DataObject
) -> None:
    """Else whoever changes a library would add the payment service it takes down, and have it count as changed instead of hit."""
    left = [name for name in NAMES if name not in {one["ci"] for one in spec["items"]}]
    more = [*spec["items"], {"ci": data.draw(st.sampled_from(left)), "outage": "PT0S"}]
    before, after = assessed(spec, cmdb, history), assessed(spec | {"items": more}, cmdb, history)
    assert sum(factor.points for factor in after.factors if factor.side == "impact") >= sum(
        factor.points for factor in before.factors if factor.side == "impact"
    )


def test_an_item_that_is_changed_and_hit_counts_as_both() -> None:
    cmdb = [item("lib", criticality="tier3", owner="t"), item("pay", "lib", criticality="tier1", owner="t")]
    alone = {"items": [{"ci": "lib", "outage": "PT0S"}]}
    both = {"items": [*alone["items"], {"ci": "pay", "outage": "PT0S"}]}
    hit = {factor.id: factor for factor in assessed(both, cmdb, History()).factors}
    assert assessed(both, cmdb, History()).score >= assessed(alone, cmdb, History()).score
    assert hit["tier1-affected"].reason == "affects 1 tier1 item: pay, with score 1"
    assert "tier1-changed" in hit
