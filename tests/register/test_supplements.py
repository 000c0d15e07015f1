"""An incident that is reported after a review was put on record: the change stays closed, and owes a supplement."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.register.office import CHANGE, Office

REPORTED = "2026-11-28T10:00:00Z"
DUE = "2026-12-02T10:00:00Z"
LATE = "2026-12-03T10:00:00Z"
FILE = f"changes/{CHANGE}/review.yaml"


def incident(name: str, *caused_by: str, opened: str = "2026-11-27T10:00:00Z") -> dict[str, Any]:
    spec = {"opened": opened, "items": ["db"], "caused_by": list(caused_by)}
    return {"apiVersion": "changeflow/v1", "kind": "Incident", "metadata": {"id": name}, "spec": spec}


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office(tmp_path_factory.mktemp("supplements") / "office")
    office.ask()
    office.approved()
    office.released()
    office.reviewed()
    office.git("tag", "reviewed")
    return office


@pytest.fixture
def office(reviewed: Office) -> Office:
    """The office with the review on record; what a test commits is taken back before the next."""
    reviewed.git("reset", "-q", "--hard", "reviewed")
    return reviewed


def reported(office: Office, name: str = "INC-7", *caused_by: str, **words: str) -> None:
    office.write(f"incidents/{name}.yaml", incident(name, *(caused_by or (CHANGE,)), **words))
    office.commit(f"incident {name}")


def owed(office: Office, now: str = REPORTED) -> list[dict[str, Any]]:
    return list(office.row(now=now)["owed"])


def test_the_change_stays_closed_and_its_reviewer_owes_a_supplement_by_the_deadline_of_an_incident(office: Office) -> None:
    assert (office.row(now=REPORTED)["state"], owed(office)) == ("closed", [])
    reported(office)
    row = office.row(now=REPORTED)
    assert row["state"] == "closed"
    assert row["owed"] == [{"what": "supplement", "by": ["erin"], "due": DUE, "overdue": False, "about": "INC-7"}]
    assert owed(office, LATE)[0]["overdue"] is True


@pytest.mark.parametrize(
    ("language", "said"), [("en", "supplement to the review, about INC-7"), ("zh", "补充评审（INC-7）")]
)
def test_list_todo_and_show_name_it_in_both_languages(office: Office, language: str, said: str) -> None:
    reported(office)
    for words in (("list", "--owed"), ("todo", "--as", "erin"), ("show", CHANGE)):
        assert said in office.done(*words, "--lang", language, "--now", REPORTED), words
    todo = office.done("todo", "--as", "erin", "--lang", language, "--now", REPORTED)
    assert FILE in todo
    assert f"changeflow review {CHANGE} --as erin" in todo
    assert said not in office.done("todo", "--as", "bob", "--lang", language, "--now", REPORTED)


def test_an_incident_of_another_change_and_one_that_is_not_merged_ask_for_none(office: Office) -> None:
    reported(office, "INC-8", "CHG-20261121-other")
    office.write("incidents/INC-9.yaml", incident("INC-9", CHANGE))
    assert owed(office) == []
    (office.root / "incidents/INC-9.yaml").unlink()


def test_a_document_that_cannot_be_read_asks_nothing_of_every_review(office: Office) -> None:
    office.write("incidents/INC-7.yaml", {"kind": "Incident"})
    office.commit("broken")
    assert owed(office) == []


def test_a_new_text_that_names_the_incident_settles_it_and_is_in_time(office: Office) -> None:
    reported(office)
    path = office.root / FILE
    review = yaml.safe_load(path.read_text(encoding="utf-8"))
    asked = {name: f"The cache was cold ({name})" for name in ("root-cause", "detection", "prevention", "nonconformity")}
    review["spec"] |= {"incidents": ["INC-7"], "outcome": "successful-with-issues", "answers": asked}
    path.write_text(yaml.safe_dump(review, allow_unicode=True), encoding="utf-8")
    office.commit("supplement")
    # the gate asks for the word of the reviewer first
    assert [one["what"] for one in owed(office)] == ["review"]
    assert owed(office)[0]["overdue"] is False
    said = office.say("review", CHANGE, "--as", "erin", "--now", REPORTED)
    assert said.code == 0, said.out
    assert (office.row(now=LATE)["state"], owed(office, LATE)) == ("closed", [])
    closed = office.answer("gate", "close", CHANGE, now=LATE)
    assert [one["rule"] for one in closed["reasons"] if one["outcome"] == "warn"] == []


def test_a_policy_may_shut_the_gate_until_the_supplement_is_given(office: Office) -> None:
    path = office.root / "policies/close.yaml"
    policy = yaml.safe_load(path.read_text(encoding="utf-8"))
    rule = {"id": "incidents-reviewed", "assert": "size(evidence.review.unnamed_incidents) == 0", "level": "deny"}
    policy["spec"]["rules"].append({**rule, "message": "The review names every incident that the change caused"})
    path.write_text(yaml.safe_dump(policy, allow_unicode=True), encoding="utf-8")
    office.commit("policy")
    assert office.answer("gate", "close", CHANGE, now=REPORTED)["open"] is True
    reported(office)
    said = office.say("gate", "close", CHANGE, "--now", REPORTED)
    assert said.code == 1
    assert "The review names every incident that the change caused" in said.out
    assert [one["what"] for one in owed(office)] == ["supplement"]
