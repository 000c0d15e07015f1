"""The scorecard: lines of a fact add up, what is not known counts as the worst, and a worse record never pays."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from changeflow.documents.cross_field import RULES
from changeflow.documents.document import Document
from changeflow.documents.loader import load
from changeflow.language.reader import Reader
from changeflow.language.sentences import say
from changeflow.model.history_facts import FACTS, fact_named, wrong_lines
from changeflow.model.riskmodel import LikelihoodPoints, RecordLine
from changeflow.risk.card import FactPoints, card_factors, card_points, worst_points

INCIDENTS = "item_incidents_30d"
QUIET = "quiet_days"


def line(fact: str, at_least: float, points: int) -> RecordLine:
    return RecordLine(fact=fact, at_least=at_least, points=points)


CARD = (line(INCIDENTS, 1, 2), line(INCIDENTS, 15, 3), line(QUIET, 0, 6), line(QUIET, 30, -3), line(QUIET, 60, -3))


@pytest.mark.parametrize(
    ("incidents", "quiet", "points"),
    [(0, 60, (0, 0)), (1, 29.9, (2, 6)), (15, 0, (5, 6)), (14, 30, (2, 3)), (200, 60, (5, 0))],
)
def test_all_lines_of_a_fact_that_hold_add_up(incidents: float, quiet: float, points: tuple[int, int]) -> None:
    found = card_points(CARD, {INCIDENTS: incidents, QUIET: quiet})
    assert found == (FactPoints(INCIDENTS, incidents, points[0]), FactPoints(QUIET, quiet, points[1]))


@pytest.mark.parametrize("missing", [{}, {INCIDENTS: None, QUIET: None}, {INCIDENTS: float("nan"), QUIET: float("nan")}])
def test_what_is_not_known_counts_as_the_worst_that_its_lines_can_give(missing: dict[str, float | None]) -> None:
    assert [one.points for one in card_points(CARD, missing)] == [5, 6]
    assert all(one.value is None for one in card_points(CARD, missing))


def test_a_fact_that_may_go_either_way_is_worst_at_its_highest_sum() -> None:
    lines = (line("lead_hours", 10, 4), line("lead_hours", 20, -9), line("lead_hours", 30, 2))
    assert worst_points(lines) == 4
    assert worst_points((line("lead_hours", 10, -4),)) == 0


facts = st.sampled_from([*FACTS, "trait_names-ticket"])
cards = st.lists(st.tuples(facts, st.integers(-5, 70), st.integers(-20, 20)), max_size=12)


@given(cards, st.data())
def test_more_of_a_fact_that_speaks_against_a_change_never_lowers_its_points(card: list[tuple[str, int, int]], data: st.DataObject) -> None:
    wrong = {number for number, _ in wrong_lines(card)}
    lines = [line(*one) for number, one in enumerate(card) if number not in wrong]
    values = sorted(data.draw(st.lists(st.floats(0, 100), min_size=2, max_size=6)))
    for fact in {one.fact for one in lines}:
        told = fact_named(fact)
        assert told is not None
        about = [one for one in lines if one.fact == fact]
        given_points = [card_points(about, {fact: value})[0].points for value in values]
        assert max(given_points) <= worst_points(about)
        for less, more in pairwise(given_points):
            assert told.direction != "raises" or more >= less
            assert told.direction != "lowers" or more <= less


def test_the_record_as_a_whole_never_lowers_a_score() -> None:
    good = (line("lead_hours", 10, -8), line(INCIDENTS, 1, 2))
    drafts = list(card_factors(good, {"lead_hours": 100, INCIDENTS: 3}))
    assert [(name, points) for name, points, _, _ in drafts] == [
        ("record-lead-hours", -8),
        ("record-item-incidents-30d", 2),
        ("record-floor", 6),
    ]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["incidents on its items in the last 30 days: 3", "not known, so it counts as the worst: it has the trait `names-ticket` (1: yes)"]),
        ("zh", ["最近 30 天内其配置项上的事件数：3", "未知，因此按最差计：具有特征 `names-ticket`（1 为是）"]),
    ],
)
def test_each_fact_says_its_value(language: Any, said: list[str]) -> None:
    card = (line(INCIDENTS, 1, 2), line("trait_names-ticket", 1, -2))
    reader = Reader(language=language)
    told = [say(why["code"], why, reader).text for _, _, _, why in card_factors(card, {INCIDENTS: 3})]
    assert told == said


REFUSED = {
    "unknown": [(INCIDENTS + "x", 1, 2)],
    "twice": [(INCIDENTS, 1, 2), (INCIDENTS, 1, 3)],
    "raises": [(INCIDENTS, 1, 2), (INCIDENTS, 5, -1)],
    "lowers": [(QUIET, 0, 6), (QUIET, 5, 1)],
}


@pytest.mark.parametrize("problem", REFUSED)
def test_a_card_that_rewards_a_worse_record_is_refused_by_the_record_and_by_check(problem: str) -> None:
    lines = [dict(zip(("fact", "at_least", "points"), one, strict=True)) for one in REFUSED[problem]]
    with pytest.raises(ValidationError, match=f"line {len(lines)} .*: {problem}"):
        LikelihoodPoints.model_validate({"record": lines})
    (finding,) = findings(lines)
    assert finding.rule == "risk-record"
    assert (finding.data or {}).get("case", "unknown") == problem
    assert finding.route[:4] == ("spec", "likelihood", "record", len(lines) - 1)


def findings(lines: list[dict[str, Any]]) -> list[Any]:
    text = f"apiVersion: changeflow/v1\nkind: RiskModel\nmetadata: {{id: risk}}\nspec:\n  likelihood:\n    record: {lines}\n"
    (document,) = load(text.encode(), "policies/risk.yaml").documents
    assert isinstance(document, Document)
    (rule,) = [one for one in RULES if one.id == "risk-record"]
    return list(rule.find(document))


def test_the_shipped_card_has_about_a_dozen_lines_and_none_about_a_person() -> None:
    record = LikelihoodPoints().record
    assert 8 <= len(record) <= 12
    assert {one.fact for one in record} <= set(FACTS)
    for word in ("person", "author", "requester", "implementer", "approver"):
        assert not any(word in fact for fact in FACTS)


def test_a_quiet_record_gives_no_points_and_the_worst_gives_half_of_the_side() -> None:
    record = LikelihoodPoints().record
    quiet = dict.fromkeys(FACTS, 0.0) | {"quiet_days": 60.0}
    assert sum(one.points for one in card_points(record, quiet)) == 0
    assert sum(one.points for one in card_points(record, {})) <= 30
