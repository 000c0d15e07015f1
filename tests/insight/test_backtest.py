"""A back-test learns from earlier changes alone, judges later ones, and says plainly where there is nothing to say."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import numpy as np
import pytest
from worlds import BEGIN, HOUR, Rows

from changeflow.insight.backtest import BackTest, Limits, Untestable, backtest
from changeflow.insight.labels import label_named
from changeflow.insight.past import columns_of_rows, past
from changeflow.insight.wide_card import model_points, wide_card_points
from changeflow.insight.wide_facts import wide_facts
from changeflow.model.history_facts import FACTS
from changeflow.model.riskmodel import LikelihoodPoints, Smoothing
from changeflow.risk.card import card_points

DAY = timedelta(days=1)


def troubled(changes: int = 400, seed: int = 5) -> Rows:
    """Half of the items break all the time, the others never: what comes after is told by what came before."""
    random = Random(seed)  # noqa: S311 - the same world each time
    rows: Rows = {"changes": [], "change_items": [], "incidents": []}
    for number in range(changes):
        start = BEGIN + 60 * DAY + number * 6 * HOUR
        rows["changes"].append({
            "source": "itsm", "change": f"C{number}", "type": "normal", "actual_start": start, "actual_end": start + HOUR,
            "outcome": random.choice(["implemented", "failed"]), "declared_risk": random.choice(["low", "high"]),
        })  # fmt: skip
        rows["change_items"].append({"source": "itsm", "change": f"C{number}", "item": random.choice(["broken", "sound"])})
    days = changes // 4 + 80
    for number in range(days):
        opened = BEGIN + number * DAY + random.randrange(24) * HOUR
        rows["incidents"].append({"source": "itsm", "incident": f"I{number}", "item": "broken", "opened_at": opened})
    return rows


def judged(rows: Rows, label: str = "incident-within:P7D", limits: Limits | None = None) -> BackTest:
    told = past(columns_of_rows(rows))
    facts = wide_facts(told, Smoothing())
    return backtest(told, facts, LikelihoodPoints(), label_named(label), limits or Limits())


@pytest.fixture(scope="module")
def found() -> BackTest:
    return judged(troubled())


def test_all_scores_are_there_each_with_its_intervals(found: BackTest) -> None:
    assert [one.name for one in found.results] == ["changeflow", "fitted", "declared", "item-incidents", "emergency", "logistic", "boosted"]
    for one in found.results:
        assert one.missing is None
        assert one.auc is not None
        assert one.auc_interval is not None
        assert one.auc_interval.low <= one.auc <= one.auc_interval.high
        assert sum(band.changes for band in one.bands) == found.test.changes


def test_a_score_that_knows_the_items_tells_and_a_coin_does_not(found: BackTest) -> None:
    areas = {one.name: one.auc for one in found.results}
    assert areas["changeflow"] == areas["fitted"] == areas["item-incidents"] == 1.0
    assert areas["emergency"] == 0.5
    assert areas["declared"] == pytest.approx(0.5, abs=0.15)


def test_the_placebo_says_that_as_many_changes_had_incidents_before_them(found: BackTest) -> None:
    assert found.placebo == pytest.approx(found.share, abs=0.02)


def test_two_thirds_are_learned_from_and_none_whose_end_was_not_known_by_then(found: BackTest) -> None:
    # seven days of four changes each, and the end of each an hour after its start
    assert found.left_out.overlapping == 28
    assert found.train.changes + found.left_out.overlapping == pytest.approx(2 * found.test.changes, abs=2)
    assert found.train.until + timedelta(days=7) / timedelta(microseconds=1) < found.test.since


def test_what_happens_later_changes_no_word_of_what_was_learned(found: BackTest) -> None:
    """Chances of the first judged changes, fitted from the earlier part alone, are bit for bit the same."""
    rows = troubled()
    split = found.test.since
    for change in rows["changes"]:
        if (change["actual_start"] - BEGIN) / timedelta(microseconds=1) + BEGIN.timestamp() * 1e6 >= split:
            change["declared_risk"] = "critical"
            change["outcome"] = "rolled_back"
    again = judged(rows)
    assert again.card == found.card
    assert again.train == found.train


def test_a_cause_that_is_named_after_the_first_judged_change_teaches_nothing() -> None:
    rows = troubled(120)
    split = rows["changes"][80]["actual_start"]
    for number in range(0, 120, 4):
        opened = rows["changes"][number]["actual_start"] + HOUR
        named = split + HOUR if number in {0, 40} else opened
        rows["incidents"].append({
            "source": "itsm", "incident": f"N{number}", "change": f"C{number}", "link": "caused_by", "opened_at": opened, "linked_at": named,
        })  # fmt: skip
    found = judged(rows, "caused-incident", Limits(train_until=int(split.timestamp() * 1e6)))
    assert (found.train.positive, found.left_out.overlapping) == (18, 2)


def test_limits_are_half_open_about_the_actual_start() -> None:
    rows = troubled()
    starts = [int(change["actual_start"].timestamp() * 1e6) for change in rows["changes"]]
    told = judged(rows, limits=Limits(since=starts[10], until=starts[200], train_until=starts[120]))
    assert told.train.since == starts[10]
    assert told.test.since == starts[120]
    assert told.test.until == starts[199]


@pytest.mark.parametrize(
    ("change", "label", "why"),
    [
        ({"actual_start": None}, "failed", "nothing"),
        ({"outcome": "failed"}, "failed", "train"),
        ({"outcome": "implemented"}, "failed", "train"),
        ({"outcome": None}, "failed", "nothing"),
        ({}, "reverted-within:P7D", "train"),
    ],
)
def test_nothing_is_made_of_nothing_or_of_one_kind_alone(change: dict[str, Any], label: str, why: str) -> None:
    rows = troubled(60)
    for one in rows["changes"]:
        one.update(change)
    with pytest.raises(Untestable) as refused:
        judged(rows, label)
    assert refused.value.why == why


def test_without_incidents_nothing_is_judged_by_them() -> None:
    with pytest.raises(Untestable, match="nothing"):
        judged(troubled(60) | {"incidents": []})


def test_a_score_whose_number_nobody_recorded_has_no_figure() -> None:
    rows = troubled(200)
    for one in rows["changes"]:
        one["declared_risk"] = None
    (declared,) = [one for one in judged(rows).results if one.name == "declared"]
    assert (declared.auc, declared.missing) == (None, "unrecorded")


def test_the_points_of_all_changes_at_once_are_those_of_each_by_itself() -> None:
    random = np.random.default_rng(3)
    facts = {name: np.round(random.uniform(-5, 70, 200), 1) for name in FACTS}
    for values in facts.values():
        values[random.random(200) < 0.2] = np.nan
    points = LikelihoodPoints()
    wide = wide_card_points(points.record, facts)
    for row in range(200):
        alone = card_points(points.record, {name: values[row] for name, values in facts.items()})
        assert wide[row] == max(0, sum(one.points for one in alone))
    added = model_points(points, facts) - wide
    assert set(added.tolist()) <= {0, points.emergency}
