"""`report cab`: what waits for the board, and what it said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.reading.test_own_records import incident
from tests.register.office import CHANGE, Office
from tests.report.papers import LATER, PROPOSED, REJECTED, URGENT, busy_office


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return busy_office(tmp_path_factory.mktemp("cab") / "shop")


def agenda(office: Office) -> Any:
    return office.answer("report", "cab", now=LATER)["agenda"]


def test_the_agenda_has_what_waits_for_the_board_the_riskiest_first(office: Office) -> None:
    rows = agenda(office)
    waiting = set()
    for row in office.answer("list", "--owed", now=LATER)["changes"]:
        if any(owed["about"] == "cab" for owed in row["owed"]):
            waiting.add(row["change"])
    assert {URGENT, PROPOSED} <= waiting == {row["change"] for row in rows}
    scores = [row["risk"]["score"] for row in rows]
    assert scores == sorted(scores, reverse=True)


def test_each_has_its_three_largest_factors_its_outage_its_rollback_and_who_is_missing(office: Office) -> None:
    row = next(row for row in agenda(office) if row["change"] == PROPOSED)
    points = [one["points"] for one in row["factors"]]
    assessed = office.answer("show", PROPOSED, now=LATER)["assessment"]["risk"]["factors"]
    assert points == sorted((one["points"] for one in assessed), reverse=True)[:3]
    assert (row["rollback_trigger"], row["rollback_limit"]) == ("Errors", "PT30M")
    (seat,) = row["missing"]
    assert (seat["role"], seat["have"], "carol" in seat["eligible"]) == ("cab", 0, True)
    urgent = next(row for row in agenda(office) if row["change"] == URGENT)
    assert [seat["role"] for seat in urgent["missing"]] == ["cab"]


def test_minutes_name_who_spoke_in_the_period_and_in_which_words(office: Office) -> None:
    day = ("--from", "2026-11-21", "--to", "2026-11-22")
    told = office.answer("report", "cab", "--minutes", *day, now=LATER)
    rows = {row["change"]: row for row in told["discussed"]}
    assert told["attended"] == ["carol", "dave"]
    assert set(rows) == {CHANGE, REJECTED}
    assert [one["words"] for one in rows[REJECTED]["opinions"]] == ["Not without a plan"]
    assert rows[CHANGE]["approved"] is not None
    assert rows[CHANGE]["open_points"][0]["what"] == "follow-up"
    later = ("--from", "2026-11-26", "--to", "2026-11-27")
    found = office.answer("report", "cab", "--minutes", *later, now=LATER)["discussed"]
    assert [row["change"] for row in found] == [URGENT]


def test_an_agenda_has_no_period_and_an_empty_one_says_so(office: Office) -> None:
    said = office.say("report", "cab", "--from", "2026-11-01", "--now", LATER)
    assert (said.code, "--minutes" in said.err) == (2, True)
    asked = ("report", "cab", "--minutes", "--from", "2025-01-01", "--to", "2025-01-02", "--now", LATER)
    assert "no member of the board gave an opinion" in office.done(*asked)


def test_a_release_stays_approved_whatever_rules_ask_for_since(tmp_path: Path) -> None:
    office = busy_office(tmp_path / "shop")
    everything = ("report", "cab", "--minutes", "--from", "2026-11-01T00:00:00Z", "--to", "2027-01-01T00:00:00Z")

    def approved() -> Any:
        return next(one for one in office.answer(*everything, now=LATER)["discussed"] if one["change"] == CHANGE)["approved"]

    before = approved()
    assert before is not None
    rule = {"id": "never", "assert": "false", "message": "Never", "level": "deny", "require": [{"role": "cab", "count": 9}]}
    metadata = {"id": "later"}
    office.write("policies/later.yaml", {"apiVersion": "changeflow/v1", "kind": "Policy", "metadata": metadata, "spec": {"gate": "approve", "rules": [rule]}})
    office.commit("A rule that came later")
    shut = [one for one in office.answer("show", CHANGE, now=LATER)["decisions"] if one["gate"] == "approve" and one["seq"] is None]
    assert [one["open"] for one in shut] == [False]
    assert approved() == before
    told = office.done("report", "change", CHANGE, "--now", LATER)
    assert "The gate was open when the release started" in told
    assert "Gate approve now" not in told
    (listed,) = (one for one in office.answer("report", "register", now=LATER)["changes"] if one["change"] == CHANGE)
    assert listed["approved"] == before


def test_papers_tell_of_a_release_the_class_and_risk_that_it_was_started_on(tmp_path: Path) -> None:
    office = busy_office(tmp_path / "shop")
    spec = {"type": "service", "criticality": "tier1", "owner": "team-db", "environment": "production", "depends_on": [{"ci": "db"}]}
    metadata = {"id": "shop-front", "name": "Shop"}
    office.write("cmdb/shop-front.yaml", {"apiVersion": "changeflow/v1", "kind": "ConfigurationItem", "metadata": metadata, "spec": spec})
    office.commit("A service that needs it")
    (listed,) = (one for one in office.answer("report", "register", now=LATER)["changes"] if one["change"] == CHANGE)
    record = office.answer("report", "change", CHANGE, now=LATER)
    then, now = record["at_start"], record["record"]["assessment"]["risk"]
    assert (then["score"], then["level"], then["class"]) == (listed["risk"]["score"], listed["risk"]["level"], listed["class"])
    assert then["score"] != now["score"]
    everything = ("report", "cab", "--minutes", "--from", "2026-11-01T00:00:00Z", "--to", "2027-01-01T00:00:00Z")
    (minute,) = (one for one in office.answer(*everything, now=LATER)["discussed"] if one["change"] == CHANGE)
    assert minute["risk"] == {"score": then["score"], "level": then["level"]}
    for paper in ("change", "review"):
        said = office.done("report", paper, CHANGE, "--now", LATER, "--format", "markdown")
        (kind,) = (line for line in said.splitlines() if line.startswith("| Type |"))
        assert f"risk &#40;{then['score']})" in kind
        assert f"ledger entry {then['seq']}" in kind
        (today,) = (line for line in said.splitlines() if line.startswith("| By today's records |"))
        assert f"risk &#40;{now['score']})" in today
    assert "The release was started on another assessment" in office.done("report", "change", CHANGE, "--now", LATER)


def test_the_record_has_the_reasons_of_the_decision_and_the_items_at_the_start_of_the_release(office: Office) -> None:
    told = office.answer("report", "change", CHANGE, now=LATER)
    assert told["baseline_items"].keys() >= {"db"}
    said = office.done("report", "change", CHANGE, "--now", LATER, "--format", "markdown")
    (start,) = (one for one in told["record"]["decisions"] if one["gate"] == "deploy" and one["open"])
    part = said.split(f"## Gate deploy in ledger entry {start['seq']}")[1].split("\n## ")[0]
    assert "ISO/IEC 20000" in part
    assert told["baseline_items"]["db"] in said


def test_recorded_reasons_of_rules_are_told_in_the_language_of_the_reader(office: Office) -> None:
    told = office.answer("report", "change", CHANGE, now=LATER)
    (start,) = (one for one in told["record"]["decisions"] if one["gate"] == "deploy" and one["open"])
    said = office.done("--lang", "zh", "report", "change", CHANGE, "--now", LATER, "--format", "markdown")
    part = said.split(f"## 账本条目 {start['seq']}：")[1].split("\n## ")[0]
    assert "没有封网期生效" in part
    assert "处于变更窗口内" in part, "its sentence needs more than what is recorded"


def test_an_incident_that_is_reported_after_the_review_stands_in_register_and_record(tmp_path: Path) -> None:
    office = busy_office(tmp_path / "shop")
    office.write("incidents/INC-77.yaml", incident("INC-77", opened="2026-11-26T09:00:00Z", items=["db"], caused_by=[CHANGE]))
    office.commit("It was reported late")
    (listed,) = (one for one in office.answer("report", "register", now=LATER)["changes"] if one["change"] == CHANGE)
    assert "INC-77" in listed["incidents"]
    shown = office.answer("show", CHANGE, now=LATER)
    assert shown["incidents"] == ["INC-77"]
    assert "INC-77" not in json.dumps(shown["review"])
    (facts,) = (line for line in office.done("report", "change", CHANGE, "--now", LATER).splitlines() if "Incidents" in line)
    assert "INC-77" in facts
