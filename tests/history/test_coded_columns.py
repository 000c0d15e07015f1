"""DuckDB numbers texts as the program itself does, so that every fact is the same to the bit."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from changeflow.history import tables
from changeflow.history.coded_columns import read_coded
from changeflow.insight.labels import label_named, labelled
from changeflow.insight.past import LIKE, NAMES, READS, Past, columns_of_rows, past
from changeflow.insight.wide_facts import wide_facts
from changeflow.model.riskmodel import Smoothing
from tests.insight.worlds import Rows, world

ODD = ("", " ", "B", "a", "Ä", "ﬀ", "数据库", "\U0001f4a5", 'it\'s "so"')


def _odd_world(seed: int) -> Rows:
    rows, random = world(seed, changes=60, incidents=120), Random(seed)  # noqa: S311 - the same world each time
    names = {name: random.choice(ODD) for name in ("db", "api")}
    for row in rows["change_items"] + rows["incidents"]:
        for column in {"item", "cause_item", "service"} & row.keys():
            row[column] = names.get(row[column], row[column])
    for change in rows["changes"]:
        change |= {"team": random.choice((None, *ODD)), "category": random.choice((None, *ODD))}
    return rows


def _both(folder: Path, rows: Rows) -> tuple[Past, Past]:
    tables.write(folder, rows)
    plain = {table: tables.read_rows(folder, table, READS[table]) for table in READS}
    return past(read_coded(folder, READS, like=LIKE, names=NAMES)), past(columns_of_rows(plain))


def _bits(facts: dict[str, Any]) -> dict[str, bytes]:
    return {name: values.tobytes() for name, values in facts.items()}


@pytest.mark.parametrize("seed", range(6))
def test_facts_and_labels_are_equal_to_the_bit(tmp_path: Path, seed: int) -> None:
    coded, plain = _both(tmp_path, _odd_world(seed))
    assert _bits(wide_facts(coded, Smoothing())) == _bits(wide_facts(plain, Smoothing()))
    for label in (
        "failed",
        "caused-incident",
        "incident-within:P7D",
        "incident-excess:P7D",
        "reverted-within:P7D",
    ):
        one, other = labelled(coded, label_named(label)), labelled(plain, label_named(label))
        assert np.array_equal(one.judged, other.judged)
        assert np.array_equal(one.positive, other.positive)
    for column in ("type", "team", "category", "declared_risk", "outcome"):
        assert coded.texts(column) == plain.texts(column)
        assert np.array_equal(coded.codes(column), plain.codes(column))


@pytest.mark.parametrize("table", ["changes", "change_items", "incidents"])
def test_a_table_that_is_not_there_has_no_rows(tmp_path: Path, table: str) -> None:
    rows = {name: found for name, found in world(1).items() if name != table}
    coded, plain = _both(tmp_path, rows)
    assert _bits(wide_facts(coded, Smoothing())) == _bits(wide_facts(plain, Smoothing()))


def test_rows_stay_in_their_order_when_there_are_many(tmp_path: Path) -> None:
    changes = [
        {"source": "s", "change": f"C{number:06}", "team": f"t{number * 7 % 911}"}
        for number in range(9_000)
    ]
    tables.write(tmp_path, {"changes": changes})
    coded = read_coded(tmp_path, READS, like=LIKE, names=NAMES)
    assert coded["changes"]["team"].tolist() == [change["team"] for change in changes]
    assert coded["changes"]["change"].codes.tolist() == list(range(9_000))
