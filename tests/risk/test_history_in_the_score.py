"""Incidents and earlier changes count in the everyday score, are part of what a decision rests on, and cost no lower score when unread."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from changeflow.history import tables
from changeflow.model.times import parse_instant
from tests.reading.test_own_records import incident
from tests.register.office import AFTER, BEFORE, CHANGE, INSIDE, Office

NOW = parse_instant(BEFORE)
OTHER, THIRD = "CHG-20261121-cache", "CHG-20261121-queue"


def bad_record(item: str = "db", incidents: int = 20) -> dict[str, list[dict[str, Any]]]:
    rows = []
    for number in range(incidents):
        opened = NOW - timedelta(days=1 + number)
        rows.append({"source": "itsm", "incident": f"I{number}", "item": item, "service": "shop", "opened_at": opened})
    return {"incidents": rows}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    found = Office(tmp_path / "shop")
    found.ask()
    return found


def record(office: Office, rows: dict[str, list[dict[str, Any]]]) -> None:
    tables.write(office.root / "history", rows)
    office.commit("history")


def factors(office: Office, change: str = CHANGE, now: str = BEFORE) -> dict[str, int]:
    found = office.answer("risk", "explain", change, now=now)
    return {one["id"]: one["points"] for one in found["factors"] if one["id"].startswith("record-")}


def test_without_records_of_incidents_no_line_of_the_card_counts(office: Office) -> None:
    assert factors(office) == {}
    assert "records" not in office.answer("assess", CHANGE)["inputs"]
    change = {"source": "itsm", "change": "C1", "team": "team-db", "outcome": "failed", "actual_start": NOW, "actual_end": NOW}
    record(office, {"changes": [change]})
    assert factors(office) == {}


def test_incidents_on_the_items_raise_the_score_and_those_of_others_do_not(office: Office) -> None:
    before = office.answer("assess", CHANGE)["risk"]["score"]
    record(office, bad_record("other"))
    quiet = factors(office)
    record(office, bad_record())
    found = factors(office)
    assert found["record-item-incidents-30d"] > 0 == quiet.get("record-item-incidents-30d", 0)
    assert found["record-quiet-days"] > quiet.get("record-quiet-days", 0)
    assert office.answer("assess", CHANGE)["risk"]["score"] > before


def test_what_came_later_than_now_does_not_count(office: Office) -> None:
    record(office, bad_record(incidents=1))
    later = [{**row, "incident": f"later-{row['incident']}", "opened_at": NOW + timedelta(days=2)} for row in bad_record(incidents=5)["incidents"]]
    before = factors(office)
    record(office, {"incidents": later})
    assert factors(office) == before
    assert factors(office, now="2026-11-24T10:00:00Z") != before


def test_documents_count_like_tables_and_one_that_cannot_be_read_counts_as_the_worst(office: Office) -> None:
    office.write("incidents/INC-1.yaml", incident("INC-1", items=["db"], opened="2026-11-20T10:00:00Z"))
    office.commit("incident")
    one = factors(office)
    assert one["record-item-incidents-30d"] > 0
    office.write("incidents/INC-2.yaml", "kind: [")
    office.commit("broken")
    worst = factors(office)
    assert all(worst[name] >= points for name, points in one.items())
    record(office, bad_record())
    assert worst["record-item-incidents-30d"] >= factors(office)["record-item-incidents-30d"]


def test_releases_of_this_repository_count_for_the_team_once_they_ended(office: Office) -> None:
    office.ask(OTHER, implementation={"steps": [{"name": "Promote", "run": ["false"], "verify": ["true"]}]})
    office.write("policies/risk.yaml", card([{"fact": "team_failure_rate", "at_least": 0.09, "points": 5}]))
    record(office, bad_record("other"))
    assert factors(office) == {}
    office.approved(OTHER)
    assert office.released(OTHER).code == 1
    assert factors(office, now=AFTER) == {"record-team-failure-rate": 5}
    # what was remembered of the ledger says the same as a reading of all of it
    again = office.answer("risk", "explain", CHANGE, now=AFTER, CHANGEFLOW_INDEX="off")
    assert again == office.answer("risk", "explain", CHANGE, now=AFTER)


def test_a_team_that_is_one_person_counts_as_one_without_a_record(office: Office) -> None:
    office.write("policies/risk.yaml", card([{"fact": "team_failure_rate", "at_least": 0.15, "points": 5}]))
    ended = NOW - timedelta(days=9)
    row = {"source": "itsm", "team": "team-db", "outcome": "failed", "actual_start": ended, "actual_end": ended}
    record(office, {**bad_record("other"), "changes": [{**row, "change": f"C{number}"} for number in range(8)]})
    roster = json.loads((office.root / "policies/roster.yaml").read_text(encoding="utf-8"))
    roster["spec"]["roles"]["team-db"] = ["alice", "dave"]
    office.write("policies/roster.yaml", roster)
    office.commit("two of them")
    assert factors(office) == {"record-team-failure-rate": 5}
    roster["spec"]["roles"]["team-db"] = ["alice"]
    office.write("policies/roster.yaml", roster)
    office.commit("one of them")
    assert factors(office) == {}


def test_a_change_is_no_part_of_its_own_record(office: Office) -> None:
    office.write("policies/risk.yaml", card([{"fact": "item_changes_30d", "at_least": 1, "points": 5}]))
    record(office, bad_record("other"))
    office.approved()
    assert office.released().code == 0
    assert factors(office, now=AFTER) == {}
    office.ask(OTHER)
    assert factors(office, OTHER, now=AFTER) == {"record-item-changes-30d": 5}


def test_an_incident_that_names_a_change_of_this_repository_makes_it_a_failure(office: Office) -> None:
    office.write("policies/risk.yaml", card([{"fact": "item_failures_90d", "at_least": 1, "points": 5}]))
    office.ask(OTHER)
    office.approved()
    assert office.released().code == 0
    caused = {"source": "itsm", "incident": "I1", "opened_at": parse_instant(INSIDE) + timedelta(hours=2), "change": CHANGE, "link": "caused_by"}
    record(office, {"incidents": [{**caused, "closed_at": parse_instant(AFTER)}]})
    assert factors(office, OTHER, now=AFTER) == {}
    assert factors(office, OTHER, now="2026-11-27T10:00:00Z") == {"record-item-failures-90d": 5}


def card(lines: list[dict[str, Any]]) -> dict[str, Any]:
    spec = {"likelihood": {"record": lines}}
    return {"apiVersion": "changeflow/v1", "kind": "RiskModel", "metadata": {"id": "risk"}, "spec": spec}


def test_a_fact_that_is_not_known_counts_as_the_worst(office: Office) -> None:
    office.write("policies/risk.yaml", card([{"fact": "cab_required", "at_least": 1, "points": 5}]))
    record(office, bad_record("other"))
    assert factors(office) == {"record-cab-required": 5}


def test_every_command_that_computes_a_score_rests_on_the_same_history(office: Office) -> None:
    record(office, bad_record())
    assessed = office.answer("assess", CHANGE)
    decided = office.say("gate", "approve", CHANGE, "--now", BEFORE, "--format", "json")
    assert f'"records":"{assessed["inputs"]["records"]}"' in decided.out.replace(" ", "").replace("\n", "")
    assert office.row()["risk"]["score"] == assessed["risk"]["score"]


def test_a_recorded_decision_is_replayed_with_the_history_that_it_rested_on(office: Office) -> None:
    record(office, bad_record())
    assert office.say("gate", "approve", CHANGE, "--record", "--now", BEFORE).code in (0, 1)
    later = [{"source": "itsm", "incident": f"L{number}", "item": "db", "opened_at": NOW - timedelta(hours=1)} for number in range(40)]
    record(office, {"incidents": later})
    said = office.say("ledger", "replay", "--format", "json")
    assert said.code == 0, said.out + said.err


def test_without_the_library_a_command_says_so_unless_what_it_needs_was_kept(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    record(office, bad_record())
    expected = office.answer("assess", CHANGE)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert office.answer("assess", CHANGE) == expected
    for command in (("assess", CHANGE), ("gate", "approve", CHANGE), ("risk", "explain", CHANGE)):
        said = office.say(*command, "--now", BEFORE, CHANGEFLOW_INDEX="off")
        assert said.code == 2
        assert "pip install 'changeflow[insight]'" in said.err


def test_neither_the_library_nor_numpy_is_loaded_where_the_past_was_kept(office: Office) -> None:
    record(office, bad_record())
    office.answer("assess", CHANGE)
    program = "import sys; from changeflow.cli.main import run; run(sys.argv[1:]); print(sorted({'duckdb', 'numpy', 'pyarrow'} & set(sys.modules)))"
    command = [sys.executable, "-c", program, "assess", CHANGE, "--now", BEFORE]
    done = subprocess.run(command, cwd=office.root, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_schedule_and_register_say_the_same_class_as_the_gate(office: Office) -> None:
    record(office, bad_record())
    office.ask(THIRD)
    asked = ("schedule", "--from", BEFORE, "--to", AFTER)
    assert office.answer(*asked) == office.answer(*asked, CHANGEFLOW_INDEX="off")
    assert office.row(THIRD)["class"] == office.answer("assess", THIRD)["type"]["class"]


@pytest.mark.parametrize("index", ["on", "off"])
def test_a_register_without_readable_records_is_no_empty_one(office: Office, index: str) -> None:
    office.approved()
    office.released()
    assert office.answer("list", "--owed", now=AFTER)["changes"]
    record(office, bad_record())
    office.write("history/incidents.parquet", "PAR1 no more")
    office.commit("damaged")
    commands = (
        ("list",), ("list", "--owed"), ("todo", "--as", "alice"), ("show", CHANGE), ("assess", CHANGE),
        ("gate", "approve", CHANGE), ("history", "export"), ("report", "kpi"),
    )  # fmt: skip
    for command in commands:
        said = office.say(*command, "--now", AFTER, CHANGEFLOW_INDEX=index)
        assert (said.code, "incidents.parquet` is no table" in said.err) == (4, True), command
