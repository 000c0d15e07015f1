"""The mappings of the examples read what those systems write: small exports made by hand."""

from __future__ import annotations

import json
from pathlib import Path

from changeflow.history import tables
from changeflow.usecases.history.import_records import Folder, RecordsImported, import_records
from tests.history.exports import rows, utc

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "history"


def _run(folder: Path, mapping: str, text: str | bytes) -> RecordsImported:
    export = folder / "export"
    export.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return import_records(str(EXAMPLES / f"{mapping}.yaml"), ["export"], Folder("history", folder), write=True)


def test_servicenow(tmp_path: Path) -> None:
    told = _run(tmp_path, "servicenow/changes", (
        '"number","short_description","type","risk","state","close_code","cab_required","opened_at","start_date","end_date","work_start","work_end","closed_at","assignment_group","cmdb_ci"\n'
        '"CHG0030001","Patch db","Normal","High","Closed","Successful with issues","true","2026-01-02 08:00:00","2026-01-05 20:00:00","2026-01-05 22:00:00","2026-01-05 20:05:00","2026-01-05 23:00:00","2026-01-06 09:00:00","DBA","db1"\n'
        '"CHG0030002","Reboot","Standard","4","Canceled","","false","2026-01-02 08:00:00","","","","","","Ops",""\n'
        '"CHG0030003","Odd","Normal","High","Closed","went so so","false","2026-01-02 08:00:00","","","","","","Ops",""\n'
    ))  # fmt: skip
    assert told.imported.left_out == 1
    assert rows(tmp_path, "changes", "change", "type", "declared_risk", "outcome", "cab_required", "team", "actual_end") == [
        ("CHG0030001", "normal", "high", "implemented", True, "DBA", utc("2026-01-05T23:00")),
        ("CHG0030002", "standard", "low", "withdrawn", False, "Ops", None),
    ]  # fmt: skip
    _run(tmp_path, "servicenow/items", "task,ci_item,ci_item.sys_class_name\nCHG0030001,db1,cmdb_ci_database\nCHG0030001,db2,cmdb_ci_database\nINC001,db1,x\n")
    assert rows(tmp_path, "change_items", "change", "item") == [("CHG0030001", "db1"), ("CHG0030001", "db2")]
    _run(tmp_path, "servicenow/incidents", (
        "number,short_description,priority,cmdb_ci,opened_at,resolved_at,caused_by,rfc\n"
        "INC001,Slow,1 - Critical,db1,2026-01-05 21:00:00,,CHG0030001,CHG0030009\n"
    ))  # fmt: skip
    assert rows(tmp_path, "incidents", "incident", "severity", "change", "link") == [
        ("INC001", "critical", "CHG0030001", "caused_by"), ("INC001", "critical", "CHG0030009", "fixes"),
    ]  # fmt: skip


def test_jira(tmp_path: Path) -> None:
    text = (
        "Summary,Issue key,Issue Type,Status,Created,Resolved,Labels,Labels,Custom field (Change type),Custom field (Change risk),"
        "Custom field (Actual start),Custom field (Actual end),Custom field (Affected services)\n"
        'Patch,ITSM-1,[System] Change,Completed,02/Jan/26 9:05 AM,05/Jan/26 11:10 PM,db,night,Normal,High,05/Jan/26 8:00 PM,05/Jan/26 11:00 PM,"shop, payments"\n'
        "Broken,ITSM-2,[System] Incident,Done,05/Jan/26 9:00 PM,,,,,,,,shop\n"
    )
    told = _run(tmp_path, "jira/changes", text)
    assert (told.imported.skipped, told.imported.left_out) == (1, 0)
    assert rows(tmp_path, "changes", "change", "type", "declared_risk", "outcome", "traits", "actual_start") == [
        ("ITSM-1", "normal", "high", "implemented", ("db", "night"), utc("2026-01-05T20:00")),
    ]  # fmt: skip
    assert rows(tmp_path, "change_items", "item") == ["payments", "shop"]
    text = (
        "Summary,Issue key,Issue Type,Priority,Created,Resolved,Component/s,Component/s,Inward issue link (Problem/Incident),Inward issue link (Problem/Incident)\n"
        "Broken,ITSM-2,Incident,Highest,05/Jan/26 9:00 PM,,shop,cart,ITSM-1,ITSM-7\n"
    )
    _run(tmp_path, "jira/incidents", text)
    assert rows(tmp_path, "incidents", "severity", "item", "change", "link") == [
        ("critical", item, change, "caused_by") for item in ("cart", "shop") for change in ("ITSM-1", "ITSM-7")
    ]  # fmt: skip


def test_pagerduty(tmp_path: Path) -> None:
    incident = {
        "id": "PT4KHLK", "incident_number": 1234, "title": "The server is on fire.", "urgency": "high", "created_at": "2026-01-05T21:00:00Z",
        "resolved_at": None, "service": {"id": "PIJ90N7", "summary": "Shop"}, "priority": {"summary": "P2"},
    }  # fmt: skip
    other = {**incident, "id": "P2", "priority": None, "urgency": "low", "resolved_at": "2026-01-05T22:00:00+01:00"}
    _run(tmp_path, "pagerduty/incidents", json.dumps({"incidents": [incident, other], "limit": 100, "more": False}))
    assert rows(tmp_path, "incidents", "incident", "severity", "item", "resolved_at") == [
        ("P2", "low", "Shop", utc("2026-01-05T21:00")), ("PT4KHLK", "high", "Shop", None),
    ]  # fmt: skip
    change = {"id": "01C", "summary": "Build 5", "timestamp": "2026-01-05T20:00:00Z", "services": [{"summary": "Shop"}, {"summary": "Cart"}]}
    _run(tmp_path, "pagerduty/changes", json.dumps({"change_events": [change]}))
    assert rows(tmp_path, "change_items", "change", "item") == [("01C", "Cart"), ("01C", "Shop")]


def test_bmc(tmp_path: Path) -> None:
    head = "Change ID;Summary;Change Class;Risk Level;Status;Status Reason;Submit Date;Scheduled Start Date;Scheduled End Date;Actual Start Date;Actual End Date;Configuration Item;Outage (h)\r\n"
    row = "CRQ001;Größe ändern;Expedited;Risk Level 4;Closed;Backed Out;02.01.2026 09:00:00;05.01.2026 20:00;05.01.2026 22:00;05.01.2026 20:05:10;-;db1, db2;0,5\r\n"
    told = _run(tmp_path, "bmc/changes", (head + row).encode("cp1252"))
    assert told.imported.findings == ()
    assert rows(tmp_path, "changes", "title", "type", "declared_risk", "outcome", "recorded_at") == [
        ("Größe ändern", "emergency", "high", "rolled_back", utc("2026-01-02T08:00")),
    ]  # fmt: skip
    assert rows(tmp_path, "change_items", "item", "outage_seconds") == [("db1", 1_800), ("db2", 1_800)]
    head = "Incident ID;Summary;Priority;Configuration Item;Reported Date;Last Resolved Date;Caused By Change\r\n"
    _run(tmp_path, "bmc/incidents", head + "INC1;kaputt;Critical;db1;05.01.2026 20:30:00;;CRQ001\r\n")
    assert rows(tmp_path, "incidents", "severity", "change", "link") == [("critical", "CRQ001", "caused_by")]


def test_github(tmp_path: Path) -> None:
    def pull(number: int, title: str, merged: str | None, body: str | None = None) -> dict[str, object]:
        return {
            "number": number, "title": title, "body": body, "merged_at": merged, "created_at": "2026-01-04T10:00:00Z", "closed_at": "2026-01-07T10:00:00Z",
            "user": {"login": "ann"}, "labels": [{"name": "db"}], "head": {"ref": "renovate/pg"}, "base": {"repo": {"full_name": "shop/web"}},
        }  # fmt: skip

    pages = [
        [pull(12, "Use pg 17", "2026-01-05T10:00:00Z"), pull(13, "Never merged", None)],
        [pull(14, 'Revert "Use pg 17"', "2026-01-06T10:00:00Z", "Reverts shop/web#12\n\nIt was slow.")],
    ]
    told = _run(tmp_path, "github/changes", "".join(json.dumps(page) for page in pages))
    assert (told.imported.rows, told.imported.skipped) == (3, 1)
    assert rows(tmp_path, "changes", "change", "model", "traits", "reverted_by", "reverted_at") == [
        ("12", "renovate", ("db",), "14", utc("2026-01-06T10:00")), ("14", "renovate", ("db", "is-revert"), None, None),
    ]  # fmt: skip
    nodes = [
        {"databaseId": 1, "environment": "production", "commitOid": "a1", "createdAt": "2026-01-05T10:01:00Z", "latestStatus": {"state": "FAILURE", "createdAt": "2026-01-05T10:03:00Z"}},
        {"databaseId": 2, "environment": "production", "commitOid": "a2", "createdAt": "2026-01-05T11:01:00Z", "latestStatus": None},
    ]  # fmt: skip
    _run(tmp_path, "github/deployments", json.dumps({"data": {"repository": {"deployments": {"nodes": nodes}}}}))
    assert rows(tmp_path, "deployments", "deployment", "outcome") == [("1", "failed"), ("2", None)]


def test_the_mappings_read_no_person(tmp_path: Path) -> None:
    del tmp_path
    for path in EXAMPLES.glob("*/*.yaml"):
        assert "person:" not in path.read_text(encoding="utf-8"), path.name
    assert {column.name for column in tables.TABLES["opinions"].columns} >= {"person"}
