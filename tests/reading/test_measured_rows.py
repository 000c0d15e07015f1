"""Rows that measures need beside what happened: planning on record, rollbacks, audits, improvements."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from changeflow.gate_cases.other_changes_states import standings_of_head
from changeflow.model.configuration_audit import ConfigurationAudit
from changeflow.model.times import parse_instant
from changeflow.reading.audit_rows import rows_of_audit
from changeflow.reading.own_records import OwnRecords, own_records
from changeflow.reading.planning_rows import lead_rules, planned_by, service_outages
from changeflow.reading.view import locate
from tests.register.office import AFTER, BEFORE, CHANGE, Office

AUDIT = {
    "apiVersion": "changeflow/v1",
    "kind": "ConfigurationAudit",
    "metadata": {"id": "2026-11-25"},
    "spec": {
        "sample": {
            "commit": "0" * 40, "digest": f"sha256:{'0' * 64}", "seed": "1", "size": 2,
            "drawn": "2026-11-25T09:00:00Z", "population": 2,
        },
        "auditor": "carol",
        "strata": [{"tier": "tier1", "type": "database", "items": 2, "drawn": 2}],
        "items": [
            {"ci": "db", "tier": "tier1", "type": "database", "found": "agrees", "attributes": [
                {"name": "name"}, {"name": "owner", "found": "differs", "value": "bob"}]},
            {"ci": "old", "tier": "tier1", "type": "database", "found": "missing", "attributes": [
                {"name": "name"}]},
        ],
        "surplus": [{"name": "spare"}],
    },
}  # fmt: skip


FOLLOW_UPS = "[{action: Warm the cache first, owner: bob, due: 2026-12-03}, {action: Time it, owner: bob, due: 2026-12-04}]"


def improvement(name: str, **spec: Any) -> dict[str, Any]:
    spec = {"source": {"audit": "2026-11-25"}, "finding": "No owner", "action": "Name one", **spec}
    head = {"apiVersion": "changeflow/v1", "kind": "Improvement"}
    return {**head, "metadata": {"id": name, "name": name}, "spec": spec}


def records(office: Office) -> OwnRecords:
    view, at = locate(office.root).of_base().for_many(), parse_instant(AFTER)
    evidence = view.ledger.evidence(view.base, "")
    return own_records(view.git, view.base, evidence, standings_of_head(view, at), at)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A released change, an audit, and improvements of every state."""
    found = Office(tmp_path_factory.mktemp("office") / "shop")
    found.ask(CHANGE)
    found.approved()
    found.done("gate", "approve", CHANGE, "--record", "--now", BEFORE)
    assert found.released().code == 0
    found.reviewed(follow_ups=FOLLOW_UPS)
    found.write("cmdb/audits/2026-11-25.yaml", AUDIT)
    found.commit("audit")
    done = {"due": "2026-11-30", "verified": {"by": "carol", "on": "2026-11-29"}}
    found.write("improvements/verified.yaml", improvement("verified", **done))
    found.git("add", "-A")
    found.git("-c", "user.name=Carol", "-c", "user.email=carol@example.com", "commit", "-q", "-m", "verified")
    found.write("improvements/claimed.yaml", improvement("claimed", **done))
    change = {"due": "2026-11-20", "done_by": {"change": CHANGE}}
    found.write("improvements/late.yaml", improvement("late", **change))
    head = found.git("rev-parse", "HEAD")[:10]
    by_commit = {"due": "2026-12-31", "done_by": {"commit": head}}
    found.write("improvements/by-commit.yaml", improvement("by-commit", **by_commit))
    found.write("improvements/open.yaml", improvement("open"))
    from_review = {"source": {"review": CHANGE, "follow_up": 2}, "due": "2026-12-04"}
    found.write("improvements/followed.yaml", improvement("followed", **from_review))
    found.write("improvements/broken.yaml", "kind: Improvement")
    found.commit("improvements")
    return found


@pytest.fixture(scope="module")
def found(office: Office) -> OwnRecords:
    return records(office)


def test_an_improvement_was_done_when_its_change_ended_its_commit_was_made_or_it_was_verified(
    found: OwnRecords,
) -> None:
    rows = {row["improvement"]: row for row in found.tables["improvements"]}
    (change,) = found.tables["changes"]
    assert rows["late"]["done_at"] == change["actual_end"] > rows["late"]["due_at"]
    assert rows["verified"]["done_at"] == rows["verified"]["verified_at"] < rows["verified"]["due_at"]
    assert rows["claimed"]["done_at"] == rows["verified"]["done_at"]
    assert "verified_at" not in rows["claimed"], "carol did not say so"
    assert isinstance(rows["by-commit"]["done_at"], datetime)
    assert rows["open"].keys() == {"source", "improvement", "origin"}
    assert rows[f"{CHANGE}#1"]["origin"] == "review"
    assert "done_at" not in rows[f"{CHANGE}#1"]
    assert found.unreadable == ["improvements/broken.yaml"]


def test_a_follow_up_that_an_improvement_follows_counts_once(found: OwnRecords) -> None:
    names = [row["improvement"] for row in found.tables["improvements"]]
    assert "followed" in names
    assert f"{CHANGE}#1" in names
    assert f"{CHANGE}#2" not in names


def test_a_review_that_was_given_says_until_when_it_was_due(found: OwnRecords) -> None:
    (row,) = found.tables["reviews"]
    assert row["recorded_at"] < row["due_at"]


def test_an_incident_that_only_a_review_names_was_caused_by_its_change(tmp_path: Path) -> None:
    office = Office(tmp_path / "shop")
    office.ask(CHANGE, fixes=["PRB-3"])
    office.approved()
    assert office.released().code == 0
    answers = {
        "root-cause": "The cache was cold, which no test had shown",
        "detection": "By customers, after a quarter of an hour",
        "prevention": "The cache is warmed before the switch",
        "nonconformity": "none",
    }
    said = {"outcome": "successful-with-issues", "answers": json.dumps(answers)}
    office.reviewed(incidents="[INC-7, INC-8, PRB-3]", **said)
    known = {"opened": "2026-11-25T15:00:00Z", "items": ["db"], "caused_by": [CHANGE]}
    head = {"apiVersion": "changeflow/v1", "kind": "Incident", "metadata": {"id": "INC-7", "name": "Slow"}}
    office.write("incidents/INC-7.yaml", {**head, "spec": known})
    office.commit("incident")
    rows = [(row["incident"], row["change"], row["link"], "opened_at" in row) for row in records(office).tables["incidents"]]
    # PRB-3 is what it fixes
    assert rows == [("INC-7", CHANGE, "caused_by", True), ("INC-8", CHANGE, "caused_by", False)]


def test_an_audit_gives_a_row_for_each_item(found: OwnRecords) -> None:
    rows = {row["item"]: row for row in found.tables["audited_items"]}
    told = {name: (row["found"], row.get("attributes"), row.get("agreeing")) for name, row in rows.items()}
    assert told == {"db": ("agrees", 2, 1), "old": ("missing", 1, 0), "spare": ("surplus", None, None)}
    assert {row["audited_at"] for row in rows.values()} == {parse_instant("2026-11-25T09:00:00Z")}


def test_an_audit_that_is_not_filled_in_gives_none() -> None:
    spec = AUDIT["spec"]
    assert isinstance(spec, dict)
    for change in ({"auditor": None}, {"items": [*spec["items"], {**spec["items"][0], "found": "unchecked"}]}):
        audit = ConfigurationAudit.model_validate({**AUDIT, "spec": {**spec, **change}})
        assert list(rows_of_audit(audit)) == []


def test_a_deployment_says_when_its_commit_was_made_and_an_opinion_whether_it_is_of_the_cab(
    office: Office, found: OwnRecords
) -> None:
    (deployment,) = found.tables["deployments"]
    at = datetime.fromisoformat(office.git("show", "-s", "--format=%cI", deployment["commit"]))
    assert deployment["committed_at"] == at
    assert {(row["person"], row["cab"]) for row in found.tables["opinions"]} >= {("carol", True)}


def test_conflicts_freezes_and_lead_time_are_those_on_record(office: Office, found: OwnRecords) -> None:
    (change,) = found.tables["changes"]
    assert (change["conflicts"], change["in_freeze"]) == (0, False)
    rules = lead_rules(locate(office.root).base.rulebook.policies)
    assert planned_by({"conflicts": [{"change": "A"}, {"change": "B"}, {"change": "B"}], "freezes": [{}]}, (), rules) == {
        "conflicts": 2,
        "in_freeze": True,
        "notice_kept": None,
    }
    assert planned_by({}, (), rules) == dict.fromkeys(("conflicts", "in_freeze", "notice_kept"))


def test_budgets_of_services_are_seconds_and_an_outage_that_is_not_stated_is_not_known() -> None:
    row = {
        "ci": "shop", "start": "2026-11-01T00:00:00Z", "end": "2026-12-01T00:00:00Z", "budget": 43.2,
        "outage": 10.0, "unknown": [],
    }  # fmt: skip
    other = row | {"ci": "till", "unknown": ["CHG-1"]}
    told = list(service_outages({"change": "CHG-1", "impact": {"sla": [row, other, {"ci": "old"}]}}))
    assert [(one["service"], one["budget_seconds"], one["planned_seconds"]) for one in told] == [
        ("shop", 2592, 600),
        ("till", 2592, None),
    ]
