"""The facts of one change now are those that the back-test finds for all changes at once."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from plain_facts import LEVELS, Plain
from worlds import BEGIN, HOUR, Rows, world

from changeflow.insight.instants import microseconds
from changeflow.insight.known_past import KnownPast, ending, known_past
from changeflow.insight.now_facts import NowFacts, Subject
from changeflow.insight.past import columns_of_rows, past
from changeflow.insight.wide_facts import wide_facts
from changeflow.model.history_facts import FACTS
from changeflow.model.riskmodel import Smoothing

SYDNEY = ZoneInfo("Australia/Sydney")
NAMES = (*FACTS, "trait_names-ticket", "trait_names-hosts")


def maybe(moment: datetime | None) -> int | None:
    return None if moment is None else microseconds(moment)


def subject(rows: Rows, change: dict[str, Any]) -> Subject:
    plain, level, added = Plain(rows), change["declared_risk"], change["lines_added"]
    return Subject(
        items=frozenset(plain.items(change)),
        services=plain.services(change),
        outage=plain._planned_outage(change),
        recorded_at=maybe(change["recorded_at"]),
        planned_start=maybe(change["planned_start"]),
        planned_end=maybe(change["planned_end"]),
        emergency=change["type"] == "emergency",
        cab_required=change["cab_required"],
        declared_level=LEVELS.index(level) if level else None,
        team=change["team"],
        category=change["category"],
        model=change["model"],
        files=change["files"],
        lines=None if added is None else added + change["lines_deleted"],
        traits=change["traits"],
    )


def facts(rows: Rows, change: dict[str, Any], pasts: list[KnownPast], moment: datetime) -> dict[str, float]:
    asked = NowFacts(subject(rows, change), pasts, microseconds(moment), Smoothing(), SYDNEY)
    return {name: float("nan") if value is None else value for name, value in asked.facts(NAMES).items()}


def without(rows: Rows, change: dict[str, Any]) -> Rows:
    """The past without one change: it is no part of its own past."""
    key = (change["source"], change["change"])
    left = {table: [one for one in rows[table] if (one["source"], one["change"]) != key] for table in ("changes", "change_items")}
    return {**left, "incidents": rows["incidents"]}


@pytest.mark.parametrize("seed", range(16))
def test_the_facts_of_one_change_are_those_of_all_changes(seed: int) -> None:
    rows = world(200 + seed)
    wide = wide_facts(past(columns_of_rows(rows)), Smoothing(), zone=SYDNEY)
    whole = known_past(rows)
    for row, change in enumerate(rows["changes"]):
        if change["actual_start"] is None:
            continue
        expected = {name: values[row] for name, values in wide.items()}
        # At its start nothing of the change itself counts, whether its past holds it or not.
        for known in (whole, known_past(without(rows, change))):
            assert facts(rows, change, [known], change["actual_start"]) == pytest.approx(expected, nan_ok=True), change["change"]


@pytest.mark.parametrize("seed", range(8))
def test_a_past_that_is_told_in_two_parts_is_the_same_past(seed: int) -> None:
    rows, random = world(300 + seed), Random(seed)  # noqa: S311 - the same moments each time
    for change in rows["changes"]:
        change["source"] = "itsm" if int(change["change"][1:]) % 2 else "repository"
    for item in rows["change_items"]:
        item["source"] = "itsm" if int(item["change"][1:]) % 2 else "repository"
    for incident in rows["incidents"]:
        incident |= {"source": "pager", "change": None}
    parts = [known_past(rows, without=source) for source in ("itsm", "repository")]
    parts[1] = known_past({**rows, "incidents": []}, without="repository")
    for change in rows["changes"]:
        moment = BEGIN + random.randrange(90) * 24 * HOUR
        assert facts(rows, change, parts, moment) == pytest.approx(facts(rows, change, [known_past(rows)], moment), nan_ok=True)


def test_a_past_that_was_written_and_mapped_is_the_same_past() -> None:
    rows = world(5)
    rows["changes"][0]["team"] = "平台组"
    whole = known_past(rows)
    data = memoryview(b"".join(bytes(piece) for piece in whole.pieces()))
    again = KnownPast.from_bytes(data)
    for change in rows["changes"]:
        moment = change["actual_start"] or BEGIN + 1000 * HOUR
        assert facts(rows, change, [again], moment) == pytest.approx(facts(rows, change, [whole], moment), nan_ok=True, abs=0, rel=0)
    assert list(again.of("team finished", "平台组")) == list(whole.of("team finished", "平台组"))
    assert list(again.of("team finished", "nobody")) == []


def test_bytes_of_another_format_are_no_past() -> None:
    data = b"".join(bytes(piece) for piece in known_past(world(1)).pieces())
    with pytest.raises(ValueError, match="another format"):
        KnownPast.from_bytes(memoryview(data.replace(b'"format": 1', b'"format": 9')))


def test_an_incident_that_names_a_change_of_another_place_is_found_by_the_id_of_the_change() -> None:
    opened = BEGIN + 10 * HOUR
    incident = {"source": "pager", "incident": "I1", "change": "CHG-1", "link": "caused_by", "opened_at": opened, "closed_at": opened + HOUR}
    found = known_past({"incidents": [incident, {**incident, "incident": "I2", "change": "CHG-10"}]})
    assert found.blamed("CHG-1", microseconds(BEGIN)) == microseconds(opened + HOUR)
    assert found.blamed("CHG-1", microseconds(opened + HOUR)) is None
    assert found.blamed("CHG-2", microseconds(BEGIN)) is None


def test_without_records_of_incidents_nothing_is_known_of_them() -> None:
    rows = world(3)
    rows["incidents"] = []
    change = next(one for one in rows["changes"] if Plain(rows).items(one))
    found = facts(rows, change, [known_past(rows)], BEGIN + 2000 * HOUR)
    assert np.isnan([found[name] for name in ("item_incidents_30d", "quiet_days", "weeks_of_4", "service_incidents_30d")]).all()


def test_a_change_ends_and_fails_when_that_was_known() -> None:
    assert ending(10, 20, "implemented", ()) == (20, None)
    assert ending(10, 20, "failed", ()) == (20, 20)
    assert ending(10, 5, "rolled_back", ()) == (10, 10)
    assert ending(10, 20, "implemented", (None, 15)) == (15, 15)
    assert ending(10, 20, "withdrawn", (30,)) == (30, 30)
    assert ending(None, 20, "failed", (30,)) == (None, None)
