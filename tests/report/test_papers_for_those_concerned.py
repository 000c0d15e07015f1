"""`report schedule`, `report models` and `report roles`: what those are told whom changes concern."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.register.office import CHANGE, Office
from tests.report.papers import DUTIES, REJECTED, ROUTINE, WITHDRAWN, audited_office, window

PERIOD = ("--from", "2026-11-20", "--to", "2026-12-20")
FROZEN = "CHG-20261201-frozen"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = audited_office(tmp_path_factory.mktemp("concerned") / "shop")
    grant = {"change": FROZEN, "granted_by": "carol", "reason": "The certificate expires"}
    freeze = {"id": "rush", "name": "双十二封网", "start": "2026-12-11T00:00:00Z", "end": "2026-12-13T00:00:00Z", "exceptions": [grant]}
    meta = {"apiVersion": "changeflow/v1"}
    office.write("policies/calendar.yaml", {**meta, "kind": "Calendar", "metadata": {"id": "calendar"}, "spec": {"freezes": [freeze]}})
    roster = json.loads((office.root / "policies/roster.yaml").read_text(encoding="utf-8"))
    roster["spec"]["role_duties"] = {"cab": "评审重大变更"}
    roster["spec"]["roles"]["empty"] = []
    office.write("policies/roster.yaml", roster)
    office.commit("Freeze")
    unstated = [{"ci": "db", "action": "modify"}]
    office.ask(FROZEN, title="New certificate", window=window("2026-12-12"), items=unstated, effects={"customers": "买家无法下单"})
    office.ask(ROUTINE, title="Restart", type="standard", model="restart", window=window("2026-12-08"), items=[{"ci": "db", "action": "modify", "outage": "PT0S"}])
    return office


def announced(office: Office) -> dict[str, Any]:
    told = office.answer("report", "schedule", *PERIOD, now=DUTIES)
    return {one["change"]: one for one in told["changes"]}


def test_a_notice_tells_services_outage_customers_contacts_and_who_was_told(office: Office) -> None:
    one = announced(office)[CHANGE]
    assert one["services"] == ["shop"]
    assert one["items"] == [{"ci": "db", "action": "modify", "minutes": 10}]
    assert (one["requester"], one["implementer"], one["owners"]) == ("alice", "bob", ["team-db"])
    assert [notice["to"] for notice in one["notices"]] == ["商店客户", "Support desk"]
    assert announced(office)[FROZEN]["customers"] == "买家无法下单"


def test_an_outage_that_is_not_stated_is_told_as_such(office: Office) -> None:
    assert announced(office)[FROZEN]["items"][0]["minutes"] is None
    assert "db：未申报" in office.done("--lang", "zh", "report", "schedule", *PERIOD, "--now", DUTIES)


def test_an_exception_from_a_freeze_names_who_granted_it(office: Office) -> None:
    one = announced(office)[FROZEN]
    assert one["freezes"] == []
    assert one["exceptions"] == [{"freeze": "双十二封网", "granted_by": "carol", "reason": "The certificate expires"}]
    said = office.done("--lang", "zh", "report", "schedule", *PERIOD, "--now", DUTIES)
    assert "双十二封网 的例外，由 carol 批准" in said.replace("\n", "").replace("  ", "")


def test_changes_that_were_taken_back_are_not_announced_and_are_named(office: Office) -> None:
    told = office.answer("report", "schedule", *PERIOD, now=DUTIES)
    assert sorted(told["cancelled"]) == sorted([REJECTED, WITHDRAWN])
    assert not {REJECTED, WITHDRAWN} & announced(office).keys()


def test_a_catalogue_counts_what_was_carried_out_under_each_model(office: Office) -> None:
    (before,) = office.answer("report", "models", now=DUTIES)["models"]
    assert (before["standing"], before["uses"], before["uses_ever"]) == ("in force", [], 0)
    said = office.released(ROUTINE, now="2026-12-08T14:10:00Z")
    assert said.code == 0, said.out + said.err
    (after,) = office.answer("report", "models", now="2026-12-09T10:00:00Z")["models"]
    assert (after["uses"], after["failures"], after["uses_ever"]) == ([ROUTINE], [], 1)
    (later,) = office.answer("report", "models", "--from", "2026-12-09", now="2026-12-12T10:00:00Z")["models"]
    assert (later["standing"], later["uses"], later["uses_ever"]) == ("expired", [], 1)


def test_roles_tell_their_members_duties_and_what_they_decide(office: Office) -> None:
    told = office.answer("report", "roles", now="2026-12-12T10:00:00Z")
    roles = {one["role"]: one for one in told["roles"]}
    assert roles["cab"]["duties"] == "评审重大变更"
    assert {"gate": "approve", "rule": "cab-quorum", "seats": 2} in [
        {name: one[name] for name in ("gate", "rule", "seats")} for one in roles["cab"]["authorities"]
    ]
    assert [one["model"] for one in roles["cab"]["authorities"] if one["model"]] == ["restart"]
    assert roles["team-db"]["owns"] == 3
    assert {one["person"]: one["kind"] for one in told["people"]}["renovate"] == "agent"
    said = office.done("--lang", "zh", "report", "roles", "--now", "2026-12-12T10:00:00Z")
    assert "没有成员" in said


def test_a_duty_of_a_role_that_is_not_there_is_found(office: Office) -> None:
    path = office.root / "policies/roster.yaml"
    before = path.read_text(encoding="utf-8")
    roster = json.loads(before)
    roster["spec"]["role_duties"]["ghost"] = "x"
    office.write("policies/roster.yaml", roster)
    found = office.say("check", "policies/roster.yaml").out
    Path(path).write_text(before, encoding="utf-8")
    assert "roster-role-name" in found
