"""Typical changes land where people expect them, and every point is explained."""

from __future__ import annotations

from typing import Any

import pytest
from changes import change
from cmdb_items import item

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.impact import blast_radius
from changeflow.model.answers.assessment import Risk
from changeflow.model.change import ChangeRequest
from changeflow.model.riskmodel import ImpactPoints, LikelihoodPoints, RiskModelSpec, Smoothing
from changeflow.risk.history import Count, History
from changeflow.risk.score import score

SHOP = Graph.of(
    [
        item("payments-db", criticality="tier1", owner="team-payments"),
        item("payments-api", "payments-db", criticality="tier1", owner="team-payments"),
        item("checkout", "payments-api", criticality="tier1", owner="team-shop"),
        item("reports", "~payments-db", criticality="tier3", owner="team-data"),
        item("wiki", criticality="tier3", owner="team-docs"),
        item("wiki-search", "~wiki", criticality="tier4", owner="team-docs"),
    ]
)
EXPERIENCED = History(items={"wiki": Count(40, 0)}, types={"standard": Count(300, 2), "normal": Count(200, 4)})


def assessed(
    request: ChangeRequest, graph: Graph = SHOP, history: History | None = None, model: RiskModelSpec | None = None
) -> Risk:
    model = model or RiskModelSpec()
    return score(request, blast_radius(request.changed, graph, model.weights), graph, model, history or History())


def points(risk: Risk) -> dict[str, int]:
    return {factor.id: factor.points for factor in risk.factors}


def test_a_prepared_upgrade_of_a_tier1_database_is_high() -> None:
    risk = assessed(change())
    assert (risk.level, risk.likelihood, risk.impact) == ("high", 3, 4)
    assert 55 <= risk.score <= 65
    assert points(risk)["tier1-affected"] == 20


def test_a_routine_tested_restart_of_a_tier3_service_is_low_with_and_without_history() -> None:
    restart = change(
        items=[{"ci": "wiki", "outage": "PT1M"}],
        assessment={"complexity": "low", "experience": "routine", "tested": "production-like"},
        implementation={"steps": [{"name": "Restart", "run": ["./restart", "wiki"]}]},
    )
    assert assessed(restart).level == "low"
    assert assessed(restart, history=EXPERIENCED).level == "low"
    assert assessed(restart, history=EXPERIENCED).score < assessed(restart).score


def test_an_untested_first_time_emergency_on_tier1_is_critical() -> None:
    risk = assessed(
        change(
            type="emergency",
            emergency={"incident": "INC-1", "justification": "Payments are down"},
            assessment={"complexity": "medium", "experience": "first-time", "tested": "none"},
        )
    )
    assert (risk.level, risk.likelihood) == ("critical", 5)


def test_a_failing_soft_dependency_weighs_half() -> None:
    graph = Graph.of([item("flags", criticality="tier3", owner="a"), item("shop", "~flags", criticality="tier1", owner="a")])
    assert points(assessed(change(items=[{"ci": "flags", "outage": "PT0S"}]), graph))["tier1-affected"] == 10


def test_reasons_name_items_and_numbers() -> None:
    reasons = {factor.id: factor.reason for factor in assessed(change()).factors}
    assert reasons["tier1-affected"] == "affects 2 tier1 items: payments-api, checkout; worst is payments-api with score 1"
    assert reasons["outage"] == "an outage of PT10M is expected for payments-db"
    assert reasons["breadth"] == "3 items are affected, 2 of them fail"
    assert reasons["manual-steps"] == "1 of 2 steps are done by hand"


@pytest.mark.parametrize(
    ("link", "hit", "breadth"),
    [
        ("db", "affects 1 tier1 item: shop, with score 1", "1 item is affected, 1 of them fails"),
        ("~db", "affects 1 tier1 item: shop, with score 0.5", None),  # half an item is no breadth
    ],
)
def test_one_item_is_spoken_of_in_the_singular(link: str, hit: str, breadth: str | None) -> None:
    graph = Graph.of([item("db", criticality="tier3", owner="a"), item("shop", link, criticality="tier1", owner="a")])
    reasons = {factor.id: factor.reason for factor in assessed(change(items=[{"ci": "db", "outage": "PT0S"}]), graph).factors}
    assert reasons["tier1-affected"] == hit
    assert reasons.get("breadth") == breadth


def test_an_item_outside_the_cmdb_is_named_and_weighs_most() -> None:
    risk = assessed(change(items=[{"ci": "mystery", "outage": "PT0S"}]))
    assert points(risk)["unknown-item"] == 16
    assert points(risk)["unknown-changed"] == 16
    assert any("mystery" in factor.reason for factor in risk.factors)


def test_an_item_that_is_being_added_is_expected_not_to_be_there() -> None:
    found = points(assessed(change(items=[{"ci": "new-service", "action": "add", "outage": "PT0S"}])))
    assert "unknown-item" not in found
    assert found["unknown-changed"] == 16


def test_an_empty_draft_counts_everything_as_the_worst() -> None:
    empty = dict.fromkeys(("items", "assessment", "implementation", "verification", "rollback", "window", "implementer"))
    risk = assessed(change(**empty))
    assert (risk.level, risk.likelihood, risk.impact) == ("critical", 5, 5)
    assert points(risk)["no-items"] == 50
    assert sum(points(risk).values()) == risk.score <= 100


@pytest.mark.parametrize(("action", "said"), [("remove", "removes payments-db"), ("transfer", "transfers payments-db")])
def test_what_takes_an_item_away_is_harder_to_undo(action: str, said: str) -> None:
    risk = assessed(change(items=[{"ci": "payments-db", "action": action}]))
    assert [factor.reason for factor in risk.factors if factor.id == "removal"] == [said]
    assert "removal" not in points(assessed(change(items=[{"ci": "payments-db", "action": "modify"}])))


def test_a_cap_that_bites_is_a_factor_with_negative_points() -> None:
    heavy = RiskModelSpec(impact=ImpactPoints(removal=100))
    risk = assessed(change(items=[{"ci": "payments-db", "action": "remove"}]), model=heavy)
    assert points(risk)["impact-cap"] < 0
    assert sum(f.points for f in risk.factors if f.side == "impact") == 50


@pytest.mark.parametrize(
    ("seen", "expected"),
    [(Count(), 6), (Count(4, 0), 6), (Count(5, 0), 1), (Count(100, 0), 1), (Count(40, 4), 2), (Count(20, 20), 6)],
)
def test_only_a_known_good_record_earns_points_back(seen: Count, expected: int) -> None:
    assert seen.points(6, Smoothing()) == expected


def test_one_failure_in_few_changes_is_no_rate_of_a_hundred_percent() -> None:
    assert Count(1, 1).rate(Smoothing()) < 0.1


def test_counts_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be"):
        Count(1, 2)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"low": 0, "medium": 6, "high": 12}, "points are missing for: unknown"),
        ({"low": 7, "medium": 6, "high": 12, "unknown": 12}, "`medium` must weigh at least as much as `low`"),
        ({"low": 0, "medium": 6, "high": 12, "unknown": 0}, "`unknown` must weigh at least as much as `high`"),
    ],
)
def test_a_risk_model_cannot_reward_silence(table: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LikelihoodPoints(complexity=table)  # type: ignore[arg-type]  # wrong on purpose


def test_a_changed_item_that_removes_a_service_weighs_more() -> None:
    kept: Any = [{"ci": "wiki", "outage": "PT0S"}]
    assert assessed(change(items=[kept[0] | {"action": "remove"}])).score > assessed(change(items=kept)).score


def test_an_item_nobody_owns_is_named_and_weighs_more() -> None:
    orphan = Graph.of([item("wiki", criticality="tier3"), item("search", "wiki", criticality="tier4")])
    found = {factor.id: factor for factor in assessed(change(items=[{"ci": "wiki", "outage": "PT0S"}]), orphan).factors}
    assert found["no-owner"].points == 2
    assert found["no-owner"].reason == "nobody is named as owner of wiki, search"


def test_a_change_without_rollback_steps_or_verification_says_so() -> None:
    found = points(assessed(change(rollback={"limit": "PT30M"}, verification=[])))
    assert (found["no-rollback"], found["no-verification"]) == (4, 4)


@pytest.mark.parametrize(("outage", "expected"), [("PT0S", 0), ("PT5M", 1), ("PT5M1S", 2), ("PT4H", 5), ("P1D", 6), (None, 6)])
def test_an_outage_weighs_by_its_band_and_silence_weighs_most(outage: str | None, expected: int) -> None:
    one: dict[str, Any] = {"ci": "wiki"} | ({"outage": outage} if outage else {})
    assert points(assessed(change(items=[one]))).get("outage", 0) == expected
