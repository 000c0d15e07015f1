"""`report emergencies` and `report improvements`: what is owed after the fact, by whom and since when."""

from __future__ import annotations

from typing import Any

import pytest

from tests.register.office import CHANGE, Office
from tests.report.papers import DUTIES, LATER, URGENT, busy_office

MEASURE = {
    "apiVersion": "changeflow/v1",
    "kind": "Improvement",
    "metadata": {"id": "IMP-1"},
    "spec": {
        "source": {"review": CHANGE},
        "finding": "The replica was cold",
        "cause": "It is restarted each night",
        "action": "Restart it in the morning",
        "owner": "team-db",
        "due": "2026-12-01",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = busy_office(tmp_path_factory.mktemp("emergencies") / "shop")
    office.write("improvements/IMP-1.yaml", MEASURE)
    verified = {"done_by": {"change": CHANGE}, "verified": {"by": "erin", "on": "2026-11-27"}}
    spec = {**MEASURE["spec"], **verified}  # type: ignore[dict-item]
    office.write("improvements/IMP-2.yaml", {**MEASURE, "metadata": {"id": "IMP-2"}, "spec": spec})
    office.commit("Improvements")
    return office


def row(office: Office, now: str) -> Any:
    (found,) = office.answer("report", "emergencies", now=now)["emergencies"]
    return found


def test_an_emergency_names_its_incident_and_who_let_it_start(office: Office) -> None:
    found = row(office, LATER)
    assert (found["change"], found["incident"]) == (URGENT, "INC-7")
    assert found["because"] == "Orders are lost every minute"
    assert [(one["by"], one["at"]) for one in found["authorised"]] == [("carol", "2026-11-26T10:00:00Z")]


def test_what_is_owed_in_retrospect_is_what_the_register_says_and_counts_begun_days(office: Office) -> None:
    early, late = row(office, LATER)["retrospective"], row(office, DUTIES)["retrospective"]
    (owed,) = [one for one in office.row(URGENT, now=LATER)["owed"] if one["what"] == "retrospective-approval"]
    assert (early["due"], early["missing"]) == (owed["due"], [owed["about"]])
    assert (early["days_overdue"], early["done"]) == (0, None)
    assert late["days_overdue"] == 4


def test_the_share_is_the_measure(office: Office) -> None:
    asked = ("--from", "2026-11-01", "--to", "2026-12-01")
    share = office.answer("report", "emergencies", *asked, now=LATER)["share"]
    kpis = office.answer("report", "kpi", *asked, now=LATER)["kpis"]
    assert share == next(one for one in kpis if one["id"] == "emergency_share")
    assert (share["numerator"], share["denominator"]) == (1, 4)


def test_a_period_without_an_emergency_says_so(office: Office) -> None:
    said = office.done("report", "emergencies", "--from", "2025-01-01", "--to", "2025-02-01", "--now", LATER)
    assert "no emergency in this period" in said


def test_follow_ups_of_reviews_stand_beside_improvements_and_those_not_done_come_first(office: Office) -> None:
    told = office.answer("report", "improvements", now=DUTIES)
    rows = {one["id"]: one for one in told["improvements"]}
    assert list(rows) == ["IMP-1", f"{CHANGE}#1", "IMP-2"]
    assert (told["total"], told["open"], told["overdue"]) == (3, 2, 2)
    assert (rows["IMP-1"]["state"], rows["IMP-1"]["overdue"]) == ("open", True)
    assert (rows["IMP-2"]["state"], rows["IMP-2"]["verified_by"]) == ("claimed", "erin"), "another person committed it"
    assert rows[f"{CHANGE}#1"]["action"] == "Warm the cache first"
    assert rows[f"{CHANGE}#1"]["cause"] is None
    assert not office.answer("report", "improvements", now=LATER)["overdue"]


def test_a_measure_that_cannot_be_read_is_named(office: Office) -> None:
    office.write("improvements/IMP-3.yaml", "kind: Improvement\n")
    office.commit("Broken")
    assert office.answer("report", "improvements", now=LATER)["unreadable"] == ["improvements/IMP-3.yaml"]
    office.git("rm", "-q", "improvements/IMP-3.yaml")
    office.commit("Mended")


def test_the_list_of_improvements_has_the_clause_and_the_evidence_of_each(office: Office) -> None:
    for language, wanted in (("en", {"Measure", "Clause", "Evidence"}), ("zh", {"编号", "条款", "证据"})):
        head = office.done("--lang", language, "report", "improvements", "--now", LATER, "--format", "csv").splitlines()[0]
        assert wanted <= set(head.split(","))
