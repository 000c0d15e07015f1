"""`report management`: what a management review has before it, counted by hand in an office."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.register.office import Office
from tests.report.papers import DUTIES, busy_office

MONTH = ("--from", "2026-11-01T00:00:00+08:00", "--to", "2026-12-01T00:00:00+08:00")
PATH = "reviews/2026-11-management/review.yaml"
OBJECTIVES = {
    "apiVersion": "changeflow/v1",
    "kind": "Objectives",
    "metadata": {"id": "objectives"},
    "spec": {
        "objectives": [
            {"kpi": "emergency_share", "target": "<= 10 %", "owner": "cab"},
            {"kpi": "change_failure_rate", "target": "<= 10 %", "owner": "cab"},
        ]
    },
}
EARLIER = {
    "apiVersion": "changeflow/v1",
    "kind": "PeriodReview",
    "metadata": {"id": "2026-10-management"},
    "spec": {
        "purpose": "management",
        "period": {"from": "2026-09-30T16:00:00Z", "to": "2026-10-31T16:00:00Z", "zone": "Asia/Shanghai"},
        "looked_at": [{"report": "management", "numbers": "sha256:" + "0" * 64, "main": "0" * 40, "made": "2026-11-02T00:00:00Z"}],
        "reviewed": "2026-11-03",
        "decisions": [{"decision": "Rehearse rollbacks", "owner": "bob", "due": "2026-12-31"}],
    },
}
IMPROVEMENT = {
    "apiVersion": "changeflow/v1",
    "kind": "Improvement",
    "metadata": {"id": "warm-cache"},
    "spec": {"source": {"review": "CHG-20261121-db"}, "finding": "The cache was cold", "action": "Warm it before the switch", "owner": "bob", "due": "2026-12-01"},
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = busy_office(tmp_path_factory.mktemp("management") / "shop")
    office.write("policies/objectives.yaml", OBJECTIVES)
    office.write("reviews/2026-10-management/review.yaml", EARLIER)
    office.write("improvements/warm-cache.yaml", IMPROVEMENT)
    office.commit("Targets, an improvement and the review of October")
    return office


@pytest.fixture(scope="module")
def told(office: Office) -> Any:
    return office.answer("report", "management", *MONTH, now=DUTIES)


def test_it_has_the_digest_of_all_that_it_was_made_from(office: Office, told: Any) -> None:
    listed = {one["path"]: one["sha256"] for one in told["inputs"]}
    for path in ("changeflow.yaml", "policies/objectives.yaml", "reviews/2026-10-management/review.yaml", "improvements/warm-cache.yaml"):
        assert listed[path] == hashlib.sha256((office.root / path).read_bytes()).hexdigest()
    assert "changes.parquet" in listed
    canonical = json.dumps(told["inputs"], sort_keys=True, separators=(",", ":"))
    assert told["digest"] == f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def test_each_input_is_counted_from_what_is_recorded(told: Any) -> None:
    assert [(one["id"], one["overdue"]) for one in told["actions"]] == [("warm-cache", True), ("CHG-20261121-db#1", True)]
    assert told["overdue"] == 2
    assert [(one["decision"], one["due"]) for one in told["decisions"]] == [("Rehearse rollbacks", "2026-12-31")]
    assert told["last_review"] == "2026-11-03"
    # one emergency of four changes; none of the two that ended failed
    assert [(one["id"], one["value"], one["met"]) for one in told["kpis"]] == [("emergency_share", 25.0, False), ("change_failure_rate", 0.0, True)]
    assert (told["met"], told["untold"]) == (1, 0)
    assert told["suppliers"] is None
    assert told["nonconformities"] == []
    assert told["audits"] == []


def test_changes_of_rules_come_from_the_commits_of_the_period(office: Office, told: Any) -> None:
    log = office.git("log", "--first-parent", "--format=%H", "main", "--", "policies", "changeflow.yaml").split()
    inside = office.answer("report", "management", "--from", "2000-01-01", "--to", "2100-01-01", now=DUTIES)["rules"]
    assert [one["commit"] for one in inside] == list(reversed(log))
    assert inside[-1]["files"] == ["policies/objectives.yaml"]
    assert {"changeflow.yaml"} <= set(inside[1]["files"])
    assert len(told["rules"]) <= len(inside)


def test_what_is_not_recorded_is_not_known_and_decisions_are_left_blank(office: Office) -> None:
    for language, words in (("en", ("not known", "Until", "No earlier")), ("zh", ("未知", "期限", "没有以往"))):
        said = office.done("--lang", language, "report", "management", *MONTH, "--now", DUTIES)
        for word in words[:2]:
            assert word in said
        assert words[2] not in said


def test_a_management_review_is_started_checked_and_told(office: Office) -> None:
    said = office.say("report", "management", *MONTH, "--now", DUTIES, "--start-review")
    assert said.code == 0, said.err
    found = json.loads(office.say("check", PATH, "--format", "json").out)["findings"]
    assert {one["rule"] for one in found} == {"period-review-unanswered"}
    office.commit("Management review, to be filled in")
    again = office.answer("report", "management", *MONTH, now=DUTIES)
    assert again["review"]["path"] == PATH
    assert office.say("report", "management", *MONTH, "--now", DUTIES, "--start-review").code == 1


def test_what_cannot_be_read_is_named_in_what_management_reads_and_in_the_budgets(office: Office, tmp_path: Path) -> None:
    copy = Office.__new__(Office)
    copy.__dict__ |= office.__dict__
    copy.root = tmp_path / "shop"
    shutil.copytree(office.root, copy.root)
    broken = "changes/CHG-20261121-broken/rfc.yaml"
    copy.write(broken, "kind: ChangeRequest\nspec: [")
    copy.commit("A request that nobody can read")
    for kind in ("management", "sla"):
        told = copy.answer("report", kind, *MONTH, now=DUTIES)
        assert told["unreadable"] == [broken]
