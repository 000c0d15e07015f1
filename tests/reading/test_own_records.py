"""This repository as rows of the tables of the past: what requests, ledger and incidents say, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from changeflow.gate.change_states import LifecycleState
from changeflow.gate_cases.other_changes_states import standings_of_head
from changeflow.insight.records import OUTCOMES, TABLES, ColumnType
from changeflow.model.times import parse_instant
from changeflow.reading.own_records import OwnRecords, outcome_of, own_records
from changeflow.reading.view import locate
from changeflow.release.ending import OUTCOME_OF
from tests.register.office import AFTER, BEFORE, CHANGE, INSIDE, Office

OTHER, WITHDRAWN, WAITING = "CHG-20261121-cache", "CHG-20261121-queue", "CHG-20261121-later"
TYPES = {ColumnType.TEXT: str, ColumnType.FLAG: bool, ColumnType.NUMBER: int, ColumnType.INSTANT: datetime, ColumnType.TEXTS: list}


def records(office: Office, now: str = AFTER) -> OwnRecords:
    view, at = locate(office.root).of_base().for_many(), parse_instant(now)
    return own_records(view.git, view.base, view.ledger.evidence(view.base, ""), standings_of_head(view, at), at)


def rows(found: OwnRecords, table: str, change: str = CHANGE) -> list[dict[str, Any]]:
    return [row for row in found.tables[table] if row.get("change") == change]


def incident(name: str, **spec: Any) -> dict[str, Any]:
    spec = {"opened": "2026-11-25T18:00:00+01:00", **spec}
    return {"apiVersion": "changeflow/v1", "kind": "Incident", "metadata": {"id": name, "name": "Writes fail"}, "spec": spec}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    found = Office(tmp_path / "shop")
    for name in (CHANGE, OTHER, WITHDRAWN, WAITING):
        found.ask(name)
    found.opinion("withdraw", "alice", WITHDRAWN)
    found.approved()
    found.done("gate", "approve", CHANGE, "--record", "--now", BEFORE)
    assert found.released().code == 0
    return found


def test_every_row_has_only_columns_of_its_table_each_of_its_type(office: Office) -> None:
    office.reviewed()
    office.write("incidents/INC-1.yaml", incident("INC-1", items=["db"], caused_by=[CHANGE], severity="high"))
    office.commit("incident")
    found = records(office)
    assert found.unreadable == []
    for name in ("changes", "change_items", "opinions", "steps", "deployments", "reviews", "incidents"):
        assert found.tables[name], name
    for name, table_rows in found.tables.items():
        for row in table_rows:
            assert row.keys() >= set(TABLES[name].record)
            for column, value in row.items():
                known = TABLES[name].column(column)
                assert known is not None, (name, column)
                assert isinstance(value, TYPES[known.type])
                assert not known.values or value in known.values


def test_a_released_change_says_what_was_known_before_and_how_it_ended(office: Office) -> None:
    (row,) = rows(records(office), "changes")
    assert (row["outcome"], row["type"], row["actual_start"]) == ("implemented", "normal", parse_instant(INSIDE))
    assert row["actual_end"] >= row["actual_start"] > row["approved_at"] == parse_instant(BEFORE)
    assert row["recorded_at"] <= row["approved_at"]
    assert row["cab_required"] is True
    assert (row["environment"], row["team"]) == ("production", "team-db")
    assert row["risk_level"] in ("low", "medium", "high", "critical")
    assert row["class"] in ("minor", "significant", "major")
    assert 0 <= row["risk_score"] <= 100
    assert "closed_at" not in row


def test_a_change_that_was_not_carried_out_has_no_release_and_says_why(office: Office) -> None:
    found = records(office)
    assert {name: rows(found, "changes", name)[0].get("outcome") for name in (WITHDRAWN, WAITING)} == {WITHDRAWN: "withdrawn", WAITING: None}
    assert rows(found, "steps", WITHDRAWN) == rows(found, "deployments", WITHDRAWN) == rows(found, "reviews", WITHDRAWN) == []


def test_steps_opinions_and_deployments_are_those_of_the_ledger(office: Office) -> None:
    found = records(office)
    assert {row["step"]: (row["phase"], row["outcome"]) for row in rows(found, "steps")} == {
        "implementation/0": ("implementation", "done"), "verification/0": ("verification", "done"),
    }  # fmt: skip
    assert [(row["person"], row["decision"], row["retrospective"]) for row in rows(found, "opinions")] == [
        ("carol", "approve", False), ("dave", "approve", False),
    ]  # fmt: skip
    (deployment,) = rows(found, "deployments")
    assert (deployment["environment"], deployment["outcome"]) == ("production", "implemented")


def test_a_release_whose_verification_fails_is_rolled_back(office: Office) -> None:
    failing = {"steps": [{"name": "Promote", "run": ["false"], "verify": ["true"]}]}
    office.ask("CHG-20261121-broken", implementation=failing)
    office.approved("CHG-20261121-broken", now=INSIDE)
    office.released("CHG-20261121-broken")
    (row,) = rows(records(office), "changes", "CHG-20261121-broken")
    assert row["outcome"] == "rolled_back"
    assert row["actual_start"] <= row["rollback_start"] <= row["rollback_end"] == row["actual_end"]
    assert row["rollback_limit_seconds"] > 0


def test_a_review_is_due_until_it_is_on_record_and_closes_the_change(office: Office) -> None:
    (due,) = rows(records(office), "reviews")
    assert "recorded_at" not in due
    office.reviewed()
    (row,) = rows(records(office), "reviews")
    assert (row["person"], row["outcome"], row["recorded_at"]) == ("erin", "successful", parse_instant(AFTER))
    (change,) = rows(records(office), "changes")
    assert change["closed_at"] == parse_instant(AFTER)


def test_incidents_are_linked_by_what_people_say_and_by_nothing_else(office: Office) -> None:
    emergency = {"type": "emergency", "emergency": {"incident": "INC-1", "justification": "Customers cannot pay"}}
    office.ask("CHG-20261125-mend", **emergency)
    office.write("incidents/INC-1.yaml", incident("INC-1", items=["db"], caused_by=[CHANGE]))
    office.write("incidents/INC-2.yaml", incident("INC-2", items=["db", "gone"]))
    office.commit("incidents")
    found = records(office)
    told = [(row["incident"], row["item"], row.get("link"), row.get("change")) for row in found.tables["incidents"]]
    assert sorted(told, key=str) == [
        ("INC-1", "db", "caused_by", CHANGE), ("INC-1", "db", "fixes", "CHG-20261125-mend"),
        ("INC-2", "db", None, None), ("INC-2", "gone", None, None),
    ]  # fmt: skip
    assert found.tables["incidents"][0]["opened_at"] == datetime(2026, 11, 25, 17, tzinfo=UTC)


def test_a_link_that_times_contradict_is_found_and_only_related(office: Office) -> None:
    office.write("incidents/INC-1.yaml", incident("INC-1", opened="2026-11-25T10:00:00Z", items=["db", "web"], caused_by=[CHANGE]))
    office.write("incidents/INC-2.yaml", incident("INC-2", opened="2026-11-26T18:00:00Z", fixes=[CHANGE]))
    office.write("incidents/INC-3.yaml", incident("INC-3", opened="2026-11-26T18:00:00Z", caused_by=[CHANGE]))
    office.write("incidents/INC-4.yaml", incident("INC-4", opened="2026-11-25T10:00:00Z", caused_by=[OTHER], fixes=[CHANGE]))
    office.commit("incidents")
    found = records(office)
    told = [(row["incident"], row["link"]) for row in found.tables["incidents"]]
    assert told == [("INC-1", "related")] * 2 + [("INC-2", "related"), ("INC-3", "caused_by"), ("INC-4", "caused_by"), ("INC-4", "fixes")]
    places = [(one.rule, one.path, one.line, one.level) for one in found.findings]
    assert places == [("history-link", *place(office, "INC-1", "caused_by"), "warning"), ("history-link", *place(office, "INC-2", "fixes"), "warning")]
    said = office.done("history", "export", "--into", str(office.root.parent / "past"), "--now", AFTER)
    assert f"`INC-1` was opened before `{CHANGE}` began, which is said to have caused it" in " ".join(said.split())


def place(office: Office, name: str, link: str) -> tuple[str, int]:
    path = f"incidents/{name}.yaml"
    lines = (office.root / path).read_text(encoding="utf-8").splitlines()
    return path, next(number for number, line in enumerate(lines, 1) if link in line)


def test_what_cannot_be_read_is_named_and_gives_no_rows(office: Office) -> None:
    office.write(f"changes/{OTHER}/rfc.yaml", "kind: [")
    office.write("incidents/INC-9.yaml", "kind: [")
    office.commit("broken")
    found = records(office)
    assert found.unreadable == [f"changes/{OTHER}/rfc.yaml", "incidents/INC-9.yaml"]
    assert rows(found, "changes", OTHER) == []


def test_a_person_is_no_team(office: Office) -> None:
    item = {"apiVersion": "changeflow/v1", "kind": "ConfigurationItem", "metadata": {"id": "db"}, "spec": {"owner": "bob"}}
    office.write("cmdb/db.yaml", item)
    office.commit("bob owns it")
    assert "team" not in rows(records(office), "changes")[0]


def test_every_end_of_a_change_has_a_word_of_the_tables() -> None:
    assert set(OUTCOME_OF.values()) | {outcome_of(None, LifecycleState.WITHDRAWN), outcome_of(None, LifecycleState.REJECTED)} == set(OUTCOMES)
    assert outcome_of(None, LifecycleState.CLOSED) is None
