"""Facts of all changes at once are those of each change by itself, and nothing that was not known yet changes a bit of them."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from plain_facts import Plain, named_at
from worlds import HOUR, ITEMS, Rows, world

from changeflow.insight.past import READS, columns_of_rows, past
from changeflow.insight.records import TABLES
from changeflow.insight.wide_facts import wide_facts
from changeflow.model.history_facts import FACTS
from changeflow.model.riskmodel import Smoothing

SYDNEY = ZoneInfo("Australia/Sydney")


def facts_of(rows: Rows) -> dict[str, Any]:
    return wide_facts(past(columns_of_rows(rows)), Smoothing(), zone=SYDNEY)


@pytest.mark.parametrize("seed", range(16))
def test_all_facts_at_once_are_those_of_each_change_by_itself(seed: int) -> None:
    rows = world(seed)
    wide, plain = facts_of(rows), Plain(rows)
    assert set(FACTS) | {"trait_names-ticket", "trait_names-hosts"} == set(wide)
    for row, change in enumerate(rows["changes"]):
        if change["actual_start"] is None:
            assert all(np.isnan(values[row]) for values in wide.values())
            continue
        expected = plain.facts(change, change["actual_start"], SYDNEY)
        found = {name: values[row] for name, values in wide.items()}
        assert found == pytest.approx(expected, nan_ok=True), change["change"]


def poisoned(rows: Rows, moment: datetime, random: Random) -> Rows:
    """The same until the moment, and from the moment on everything else: at the moment itself, too."""
    told = copy.deepcopy(rows)
    changes = []
    for change in told["changes"]:
        _poison_change(change, moment, random)
        changes.append(change)
    told["incidents"] = [one for one in told["incidents"] if one["opened_at"] < moment]
    for incident in told["incidents"]:
        _poison_incident(incident, moment, random)
    for number in range(40):
        told["incidents"].append(_later_incident(moment, random, number))
    for number in range(10):
        later = dict(random.choice(rows["changes"]), change=f"later{number}", actual_start=moment + number * HOUR)
        later["actual_end"] = later["reverted_at"] = later["actual_start"]
        told["changes"].append(later)
        told["change_items"].append({"source": "itsm", "change": f"later{number}", "item": random.choice(ITEMS)})
    return told


def _poison_change(change: dict[str, Any], moment: datetime, random: Random) -> None:
    """A change that ends later may end in any way."""
    over = change["actual_end"] or change["closed_at"]
    if over is not None and over >= moment:
        change["actual_end"] = moment + random.randrange(5) * HOUR
        change["outcome"] = random.choice(["implemented", "failed", "rolled_back", None])
        change["closed_at"] = random.choice([None, moment])
    if change["closed_at"] is not None and change["closed_at"] >= moment:
        change["closed_at"] = moment + random.randrange(400) * HOUR
    if change["reverted_at"] is None or change["reverted_at"] >= moment:
        change["reverted_at"] = random.choice([None, moment, moment + HOUR])
    if change["actual_start"] is not None and change["actual_start"] > moment:
        change["actual_start"] = moment + random.randrange(1, 50) * HOUR
    if change["recorded_at"] is not None and change["recorded_at"] > moment:
        change["recorded_at"] = moment + random.randrange(1, 50) * HOUR


def _poison_incident(incident: dict[str, Any], moment: datetime, random: Random) -> None:
    """What an incident is linked to, and its cause, is named later."""
    at = named_at(incident)
    if at is None or at >= moment:
        incident |= {
            "change": f"C{random.randrange(25)}",
            "link": random.choice(["caused_by", "fixes", "related"]),
            "cause_item": random.choice(ITEMS),
            "linked_at": None,
            "resolved_at": random.choice([None, moment]),
            "closed_at": moment + random.randrange(400) * HOUR,
        }


def _later_incident(moment: datetime, random: Random, number: int) -> dict[str, Any]:
    opened = moment + random.randrange(60) * 6 * HOUR
    return {
        "source": "pager", "incident": f"later{number}", "item": random.choice(ITEMS), "service": "shop", "cause_item": random.choice(ITEMS),
        "change": f"C{random.randrange(25)}", "link": "caused_by", "opened_at": opened, "resolved_at": opened, "closed_at": opened,
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_what_comes_at_the_moment_or_later_changes_no_bit_of_the_facts(seed: int) -> None:
    rows = world(100 + seed)
    clean = facts_of(rows)
    for row, change in enumerate(rows["changes"]):
        moment = change["actual_start"]
        if moment is None:
            continue
        told = poisoned(rows, moment, Random(row))  # noqa: S311 - the same poison each time
        # what the change itself came to is no fact about it
        told["changes"][row] |= {"outcome": "failed", "actual_end": moment, "reverted_at": moment + HOUR, "closed_at": moment}
        dirty = facts_of(told)
        for name, values in clean.items():
            assert values[row].tobytes() == dirty[name][row].tobytes(), (name, change["change"])


def test_the_outcome_of_a_change_that_ended_before_it_started_is_no_fact_about_it() -> None:
    rows = world(7)
    for change in rows["changes"]:
        if change["actual_start"] is not None:
            change["actual_end"] = change["actual_start"] - timedelta(days=1)
    before = facts_of(rows)
    for row, change in enumerate(rows["changes"]):
        told = copy.deepcopy(rows)
        outcome = "implemented" if change["outcome"] == "rolled_back" else "rolled_back"
        told["changes"][row] |= {"outcome": outcome, "reverted_at": change["actual_start"]}
        after = facts_of(told)
        assert {name: values[row].tobytes() for name, values in after.items()} == {
            name: values[row].tobytes() for name, values in before.items()
        }


def test_no_column_about_a_person_is_read() -> None:
    people = {"person", "requester", "author", "assignee", "implementer"}
    assert not people & {column for columns in READS.values() for column in columns}
    for table, columns in READS.items():
        assert set(columns) <= {column.name for column in TABLES[table].columns}


def test_records_without_incidents_say_nothing_about_incidents() -> None:
    rows = world(3)
    rows["incidents"] = []
    found = facts_of(rows)
    for name in ("item_incidents_30d", "quiet_days", "weeks_of_4", "service_incidents_30d", "item_caused_7d"):
        assert np.isnan(found[name]).all()


def test_an_empty_past_has_empty_facts() -> None:
    found = facts_of({"changes": [], "change_items": [], "incidents": []})
    assert set(found) == set(FACTS)
    assert all(len(values) == 0 for values in found.values())
