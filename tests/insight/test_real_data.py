"""Changes of a bank that nobody on the team wrote: labels as in the prepared table, and a card that was judged on their later part."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.backtest import AMSTERDAM, BANK, LABELS, bank, microseconds, prepared
from changeflow.insight.labels import label_named, labelled
from changeflow.insight.measures import auc, ranked, recall_at
from changeflow.insight.past import Past
from changeflow.insight.wide_card import model_points
from changeflow.insight.wide_facts import wide_facts
from changeflow.model.riskmodel import LikelihoodPoints, Smoothing


@pytest.fixture(scope="module")
def told(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Past:
    return bank(shared_data, tmp_path_factory.mktemp("bank") / "history")


def test_labels_and_facts_from_raw_exports_are_those_of_the_prepared_table(told: Past, shared_data: Path) -> None:
    rows = prepared(shared_data)
    place = {name: number for number, name in enumerate(told.columns["change"].tolist())}
    for label, (column, _, _) in LABELS.items():
        found = labelled(told, label_named(label))
        judged = [name for name in rows if found.judged[place[name]]]
        assert len(judged) >= 7_950
        same = sum(bool(found.positive[place[name]]) == (rows[name][column] == "1") for name in judged)
        assert same >= len(judged) - 1, label
    facts = wide_facts(told, Smoothing())
    places = [place[name] for name in rows]
    for fact, column in {"items": "nci", "emergency": "em", "cab_required": "cab"}.items():
        assert facts[fact][places].tolist() == [float(row[column]) for row in rows.values()]
    # The table counts an item twice that two rows of a change name.
    before = np.array([float(row["pre_aff"]) for row in rows.values()])
    assert np.count_nonzero(facts["item_incidents_7d"][places] == before) >= 8_000
    # The table counts from when the request was recorded, where that was before the start.
    early = np.minimum(told.start, told.columns["recorded_at"])
    month = wide_facts(told, Smoothing(), moment=early)["item_incidents_30d"][places]
    assert np.count_nonzero(month == np.array([float(row["h30"]) for row in rows.values()])) >= 7_950


@pytest.mark.parametrize(("label", "area", "share"), [("incident-within:P7D", 0.97, 0.65), ("incident-excess:P7D", 0.91, 0.55)])
def test_the_shipped_card_tells_trouble_of_the_later_third(told: Past, label: str, area: float, share: float) -> None:
    found = labelled(told, label_named(label))
    since, until = map(microseconds, BANK)
    rows = np.flatnonzero(found.judged & (told.start >= since) & (told.start < until))
    rows = rows[np.argsort(told.start[rows], kind="stable")]
    later = rows[len(rows) * 2 // 3 :]
    points = model_points(LikelihoodPoints(), wide_facts(told, Smoothing(), zone=AMSTERDAM))[later]
    of = ranked(points, found.positive[later])
    # recall carries noise of 0.05
    assert auc(of) >= area
    assert recall_at(of, 0.10) >= share
