"""An approval stands on record with the assessment that it rests on: class, score, every factor with its value, and the risk model."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from changeflow.model.evidence import ApprovalBody, AssessmentBody, LedgerEntry
from tests.hosts.office import CHANGE, Office, call
from tests.repositories import Keys, ledger

NOON = "2026-11-22T12:00:00Z"


@pytest.fixture
def office(tmp_path: Any, keys: Keys) -> Office:
    office = Office(tmp_path / "office", keys, allow_simulated_clock=True)
    office.repo.commit("A request", author="Alice <alice@example.com>")
    return office


def says(office: Office, capfd: Any, verb: str, person: str, now: str = NOON) -> None:
    said = call(capfd, "--repo", str(office.repo.path), verb, CHANGE, "--as", person, "--key", str(office.keys.files[person]), "--now", now, "--comment", "Read")
    assert said.code == 0, said.err


def entries(office: Office) -> tuple[LedgerEntry, ...]:
    return ledger(office.repo, ring=office.keys.ring("carol", "dave")).read().entries


def kinds(office: Office) -> list[str]:
    return [entry.kind for entry in entries(office)]


def test_an_approval_is_recorded_with_its_assessment_before_it_signed_by_the_same_person(office: Office, capfd: Any) -> None:
    says(office, capfd, "approve", "carol")
    assessed, approved = entries(office)
    assert isinstance(assessed.body, AssessmentBody)
    assert isinstance(approved.body, ApprovalBody)
    assert (assessed.signer, approved.signer, approved.body.comment) == ("carol", "carol", "Read")
    assert (assessed.body.content, assessed.subject) == (approved.body.digest, approved.subject)
    assert {"declared", "computed", "class", "reasons"} == set(assessed.body.assessment["type"])


def test_every_factor_has_points_and_the_value_that_gave_them(office: Office, capfd: Any) -> None:
    says(office, capfd, "approve", "carol")
    risk = entries(office)[0].body.assessment["risk"]  # type: ignore[union-attr]
    without = entries(office)[0].body.without_points  # type: ignore[union-attr]
    assert without
    assert {one["points"] for one in without} == {0}
    assert not {one["id"] for one in without} & {one["id"] for one in risk["factors"]}
    assert all(set(one) == set(risk["factors"][0]) for one in without)
    assert sum(one["points"] for one in risk["factors"]) == risk["score"]
    values = {one["id"]: one["values"] for one in risk["factors"]}
    request = office.repo.path / "changes" / CHANGE / "rfc.yaml"
    assert request.is_file()
    assert {"seen", "enough"} <= set(values["type-history"])
    assert all("code" not in one for one in values.values())


def test_the_digest_of_the_risk_model_changes_with_a_number_of_it_and_not_with_a_comment(office: Office, capfd: Any) -> None:
    def model() -> str:
        said = call(capfd, "--repo", str(office.repo.path), "assess", CHANGE, "--now", NOON, "--format", "json")
        assert said.code == 0, said.err
        return str(json.loads(said.out)["risk"]["model"])

    built_in = model()
    risk: dict[str, Any] = {"apiVersion": "changeflow/v1", "kind": "RiskModel", "metadata": {"id": "risk"}, "spec": {}}
    office.put("policies/risk.yaml", risk)
    office.repo.commit("The numbers that are built in")
    assert model() == built_in
    office.put("policies/risk.yaml", risk | {"spec": {"likelihood": {"emergency": 7}}})
    office.repo.commit("Another number")
    assert model() != built_in
    assert model().startswith("sha256:")


def test_the_same_assessment_stands_there_once_and_a_new_one_before_the_approval_that_rests_on_it(office: Office, capfd: Any) -> None:
    says(office, capfd, "approve", "carol")
    says(office, capfd, "approve", "dave")
    assert kinds(office) == ["assessment", "approval", "approval"]
    office.put("policies/risk.yaml", {"apiVersion": "changeflow/v1", "kind": "RiskModel", "metadata": {"id": "risk"}, "spec": {"likelihood": {"emergency": 7}}})
    office.repo.commit("Another number")
    says(office, capfd, "approve", "dave", "2026-11-22T13:00:00Z")
    assert kinds(office) == ["assessment", "approval", "approval", "assessment", "approval"]


def test_a_rejection_and_a_withdrawal_rest_on_none(office: Office, capfd: Any) -> None:
    says(office, capfd, "reject", "carol")
    says(office, capfd, "withdraw", "carol")
    assert kinds(office) == ["approval", "approval"]


def test_one_file_reads_assessments_on_record() -> None:
    found = subprocess.run(["git", "grep", "-lE", r"isinstance\([^)]*AssessmentBody", "--", "changeflow"], capture_output=True, text=True, check=False)
    assert found.stdout.split() in ([], ["changeflow/ledger/assessments.py"])
