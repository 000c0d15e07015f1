"""`report sla`, `report release` and `report cmdb`: what each tells, and what it does not know."""

from __future__ import annotations

import csv
import html
import io
import json
from pathlib import Path
from typing import Any

import pytest

from changeflow import errors
from changeflow.model.release_list import digest_of_list
from tests.register.office import CHANGE, Office
from tests.report.papers import (
    AUDIT,
    DUTIES,
    RELEASE,
    RELEASED,
    URGENT,
    audited_office,
    telling_office,
)

NOVEMBER = ("--from", "2026-11-01", "--to", "2026-12-01")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return audited_office(tmp_path_factory.mktemp("services") / "shop")


def test_planned_outages_are_taken_from_the_budget_of_the_service_that_they_take_away(office: Office) -> None:
    told = office.answer("report", "sla", *NOVEMBER, now=DUTIES)
    (row,) = told["services"]
    assert row["service"] == "shop"
    assert row["budget"] == pytest.approx(30 * 24 * 60 * 0.0001)
    assert row["used"] == 20
    assert row["left"] == pytest.approx(row["budget"] - 20)
    assert row["over"]
    assert told["over"] == 1
    assert told["without_level"] == ["blog"]
    assert [one["change"] for one in row["changes"]] == [CHANGE, URGENT]


def test_an_actual_outage_is_not_guessed_from_how_long_the_release_took(office: Office) -> None:
    (row,) = office.answer("report", "sla", *NOVEMBER, now=DUTIES)["services"]
    for one in row["changes"]:
        assert one["actual"] is None
        assert one["release_minutes"] is not None
    said = office.done("--lang", "zh", "report", "sla", *NOVEMBER, "--now", DUTIES)
    assert "未记录实际停机" in said
    assert "超出 15.68" in said


def test_customers_count_as_told_once_all_of_them_were(office: Office) -> None:
    (row,) = office.answer("report", "sla", *NOVEMBER, now=DUTIES)["services"]
    told = {one["change"]: one["told"] for one in row["changes"]}
    assert told == {CHANGE: False, URGENT: None}


def test_each_period_of_a_service_level_has_a_row_and_this_month_is_asked_by_default(office: Office) -> None:
    quarter = office.answer("report", "sla", "--from", "2026-10-01", "--to", "2027-01-01", now=DUTIES)
    assert [one["start"] for one in quarter["services"]] == ["2026-09-30T16:00:00Z", "2026-10-31T16:00:00Z", "2026-11-30T16:00:00Z"]
    december = office.answer("report", "sla", now=DUTIES)
    assert [one["start"] for one in december["services"]] == ["2026-11-30T16:00:00Z"]
    assert december["period"]["from"] == "2026-11-30T16:00:00Z"


def test_a_released_change_makes_the_plan_a_record(office: Office) -> None:
    told = office.answer("report", "release", RELEASE, now=DUTIES)
    assert told["phase"] == "record"
    assert told["counts"] == {"implemented": 1, "rolled_back": 0, "failed": 0, "open": 0}
    assert told["closes"] == ["PRB-3", "KE-12"]
    assert told["acceptance"]["holds_role"] is True
    assert [one["recorded"] for one in told["baseline"]] == [True]
    (change,) = told["changes"]
    assert change["review"]["outcome"] == "successful"
    assert change["risk"] == {"score": 31, "level": "medium"}
    assert [one["incident"] for one in change["incidents"]] == ["INC-9"]
    assert change["deviations"] == []


def test_an_incident_after_seven_days_is_not_told_with_the_release(office: Office) -> None:
    path = "incidents/INC-10.yaml"
    late = {"opened": "2026-12-03T10:00:00Z", "caused_by": [CHANGE]}
    document = {"apiVersion": "changeflow/v1", "kind": "Incident", "metadata": {"id": "INC-10"}, "spec": late}
    office.git("switch", "-q", "-c", "late")
    office.write(path, document)
    office.commit("Later")
    office.git("switch", "-q", "main")
    office.git("merge", "-q", "--ff-only", "late")
    told = office.answer("report", "release", RELEASE, now=DUTIES)
    office.git("reset", "-q", "--hard", "HEAD~1")
    assert told["incidents"] == 1


def test_a_release_that_has_not_started_is_a_plan_also_on_a_branch(office: Office) -> None:
    spec = {"changes": ["CHG-20261126-proposed"], "acceptance": {"role": "cab", "criteria": [{"criterion": "It works"}]}}
    document = {"apiVersion": "changeflow/v1", "kind": "Release", "metadata": {"id": "next"}, "spec": spec}
    office.git("switch", "-q", "proposed")
    office.write("releases/next/release.yaml", document)
    office.commit("Plan")
    office.git("switch", "-q", "main")
    told = office.answer("report", "release", "next", now=DUTIES)
    assert (told["phase"], told["at"]) == ("plan", "proposed")
    said = office.done("--lang", "zh", "report", "release", "next", "--now", DUTIES)
    assert said.startswith("发布计划 next")
    assert "尚未验收，应由 cab 验收" in said
    assert "未填写（`spec.artefacts`）" in said


def test_a_release_that_does_not_exist_is_said_with_near_misses(office: Office) -> None:
    said = office.say("report", "release", "2026-q4-databsae", "--now", DUTIES)
    assert said.code == errors.NOTHING
    assert RELEASE in said.err


def accepted(**over: Any) -> dict[str, Any]:
    spec = json.loads(json.dumps(RELEASED))
    spec["acceptance"] |= over
    return {"apiVersion": "changeflow/v1", "kind": "Release", "metadata": {"id": "x"}, "spec": spec}


@pytest.mark.parametrize(("over", "said"), [
    ({"role": "nobody"}, "there is no role `nobody`"),
    ({"accepted_by": "bob"}, "`bob` accepts the release and is not cab"),
    ({"criteria": [{"criterion": "x", "result": "not-met"}]}, "this criterion is not met"),
    ({"accepted_changes": None}, "is accepted, and not which changes of it"),
    ({"accepted_changes": "sha256:" + "0" * 64}, "was accepted with other changes than it has now"),
    ({"accepted_by": None, "criteria": [{"criterion": "x"}]}, ""),
])
def test_check_finds_an_acceptance_that_is_none(office: Office, over: dict[str, Any], said: str) -> None:
    path = office.write("releases/x/release.yaml", accepted(**over))
    found = office.say("check", "releases/x/release.yaml")
    path.unlink()
    assert ("release-acceptance" in found.out) == bool(said)
    assert said in found.out


def test_nothing_of_a_release_is_deployed_before_it_is_accepted(office: Office) -> None:
    before = office.git("rev-parse", "HEAD").strip()
    spec: dict[str, Any] = {"changes": ["CHG-20261126-proposed"], "acceptance": {"role": "cab", "criteria": [{"criterion": "It works"}]}}
    document = {"apiVersion": "changeflow/v1", "kind": "Release", "metadata": {"id": "y"}, "spec": spec}
    acceptance = spec["acceptance"]
    office.git("merge", "-q", "--no-edit", "proposed")
    office.git("rm", "-q", "-r", "--ignore-unmatch", "releases/next")
    try:
        for told in ("not met is", "has not accepted it", "is not cab", "without a day", "which changes it was accepted with"):
            office.write("releases/y/release.yaml", document)
            office.commit("Release")
            said = office.say("release", "run", "y", "--as", "bob", "--now", DUTIES)
            assert said.code == errors.NO
            assert told in said.err, said.err
            gate = office.say("gate", "deploy", "CHG-20261126-proposed", "--now", DUTIES)
            assert told in " ".join(gate.out.split()), gate.out
            acceptance["criteria"][0]["result"] = "met"
            if "has not" in told:
                acceptance["accepted_by"] = "bob"
            elif "is not" in told:
                acceptance["accepted_by"] = "carol"
            elif "without" in told:
                acceptance["accepted_on"] = "2026-12-01"
        acceptance["accepted_changes"] = digest_of_list(spec["changes"])
        office.write("releases/y/release.yaml", document)
        gate = office.say("gate", "deploy", "CHG-20261126-proposed", "--now", DUTIES)
        assert "which changes" in " ".join(gate.out.split()), "what is not merged is no acceptance"
        office.commit("Accepted")
        gate = office.say("gate", "deploy", "CHG-20261126-proposed", "--now", DUTIES)
        assert "release y is accepted by carol" in " ".join(gate.out.split()), gate.out
        spec["changes"].append(CHANGE)
        office.write("releases/y/release.yaml", document)
        office.commit("One change more")
        gate = office.say("gate", "deploy", "CHG-20261126-proposed", "--now", DUTIES)
        assert "accepted it with other changes than it has now" in " ".join(gate.out.split()), gate.out
    finally:
        office.git("reset", "-q", "--hard", before)


def test_the_records_of_a_release_are_summed(office: Office) -> None:
    told = office.answer("report", "release", RELEASE, now=DUTIES)
    counts = {"incidents": 1, "overruns": 0, "failed_steps": 0, "rollbacks": 0, "failed_rollbacks": 0}
    assert told["analysis"] == counts
    assert office.answer("report", "change", CHANGE, now=DUTIES)["analysis"] == counts
    assert office.answer("report", "change", "CHG-20261126-proposed", now=DUTIES)["analysis"] is None
    said = office.done("--lang", "zh", "report", "release", RELEASE, "--now", DUTIES)
    assert "按记录汇总" in said


def test_an_audit_tells_every_difference_with_its_correction(office: Office) -> None:
    told = office.answer("report", "cmdb", now=DUTIES)
    assert told["audit"]["audit"] == AUDIT
    assert told["independent"] is True
    assert told["kinds"] == {"differs": 1, "missing": 0, "surplus": 1, "without_owner": 0, "outdated": 0}
    differs = [one for one in told["lines"] if one["found"] == "differs"]
    assert [(one["ci"], one["attribute"], one["value"], one["corrected_by"]) for one in differs] == [("blog", "status", "retired", CHANGE)]
    said = office.done("--lang", "zh", "report", "cmdb", "--now", DUTIES)
    for words in ("审计人不负责样本中的任何配置项", "cache-9", "尚未纠正", "记录基本可靠", f"已由{CHANGE}纠正"):
        assert words in said.replace("\n", "").replace(" ", ""), words


def test_baselines_tell_what_differs_and_what_has_no_change(office: Office) -> None:
    told = office.answer("report", "cmdb", now=DUTIES)
    first, second = told["baselines"]
    assert (first["before"], second["before"]) == (None, "before")
    found = second["differences"]
    assert (found["added"], found["changed"], found["removed"], found["unauthorised"]) == (2, 1, 0, 3)
    assert told["since"]["differences"] == []


def test_a_period_without_an_audit_says_so(office: Office) -> None:
    told = office.answer("report", "cmdb", *NOVEMBER, now=DUTIES)
    assert told["audit"] is None
    assert [one["baseline"]["name"] for one in told["baselines"]] == ["before"]


def test_csv_of_an_audit_has_a_row_for_each_attribute(office: Office) -> None:
    said = office.done("report", "cmdb", "--now", DUTIES, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(said)))
    assert {row["Kind"] for row in rows} == {"agrees", "differs", "surplus"}
    assert rows[-1]["Item"] == "cache-9"


def test_a_budget_counts_what_a_review_on_record_measured_in_place_of_what_was_stated(tmp_path: Path) -> None:
    office = telling_office(tmp_path / "shop")
    path = office.root / "changes" / CHANGE / "review.yaml"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace("\nspec:\n", "\nspec:\n  outages: [{ci: db, took: PT7M}]\n", 1), encoding="utf-8")
    office.commit("What was out")
    (row,) = office.answer("report", "sla", *NOVEMBER, now=DUTIES)["services"]
    assert row["used"] == 20, "nobody has put that on record"
    answers = {
        "root-cause": "The cache was cold, which no test had shown",
        "detection": "By customers, after a quarter of an hour",
        "prevention": "The cache is warmed before the switch",
        "nonconformity": "none",
    }
    found = {"outcome": "successful-with-issues", "incidents": "[INC-9]", "answers": json.dumps(answers)}
    office.reviewed(now=DUTIES, outages="[{ci: db, took: PT7M}]", **found)
    (row,) = office.answer("report", "sla", *NOVEMBER, now=DUTIES)["services"]
    assert row["used"] == 17
    assert {one["change"]: (one["planned"], one["actual"]) for one in row["changes"]}[CHANGE] == (10, 7)
    kpis = {one["id"]: one for one in office.answer("report", "kpi", *NOVEMBER, now=DUTIES)["kpis"]}
    assert (kpis["outage.actual_total"]["value"], kpis["outage.actual_total"]["records"]) == (7, [CHANGE])
    # answers stand beside the questions of the policy, in the language of the paper
    for kind in ("change", "review"):
        papers = {}
        for language in ("en", "zh"):
            papers[language] = office.done("--lang", language, "report", kind, CHANGE, "--format", "markdown", "--now", DUTIES)
            assert "root-cause" not in papers[language]
        assert "| What was the root cause, and why was it not seen before the change? | The cache was cold" in papers["en"]
        assert "| 根本原因是什么？为什么变更之前没有发现？ | The cache was cold" in papers["zh"]
    assert office.answer("report", "review", CHANGE, now=DUTIES)["record"]["review"]["answers"] == answers


def test_an_actual_outage_is_what_the_review_says_of_it(office: Office) -> None:
    path = office.root / "changes" / CHANGE / "review.yaml"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace("\nspec:\n", "\nspec:\n  outages: [{ci: db, took: PT7M}]\n", 1), encoding="utf-8")
    office.commit("What was out")
    (row,) = office.answer("report", "sla", *NOVEMBER, now=DUTIES)["services"]
    office.git("reset", "-q", "--hard", "HEAD~1")
    assert {one["change"]: one["actual"] for one in row["changes"]} == {CHANGE: 7, URGENT: None}


@pytest.mark.parametrize(
    ("language", "estimated", "counted"),
    [("en", "estimated for the whole CMDB", "as counted"), ("zh", "整个配置管理数据库的估计值", "按计数")],
)
def test_an_accuracy_that_is_weighted_stands_beside_the_one_that_measures_show(office: Office, language: str, estimated: str, counted: str) -> None:
    december = ("--from", "2026-12-01", "--to", "2027-01-01")
    told = office.answer("report", "cmdb", *december, now=DUTIES)["audit"]["accuracy"]
    share = f"{100 * told['agrees'] / told['looked_at']:.2f}"
    paper = html.unescape(office.done("--lang", language, "report", "cmdb", *december, "--format", "markdown", "--now", DUTIES))
    assert f"{estimated} {100 * told['value']:.1f}" in paper
    assert f"{counted} {share}" in paper
    kpis = office.answer("report", "kpi", *december, now=DUTIES)["kpis"]
    assert {one["id"] for one in kpis} >= {"cmdb_accuracy"}
