"""What a branch touches on plain git, beside what its request declares: as the gates judge it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.hosts.office import CHANGE, Office, call, rfc_ahead

Capfd = pytest.CaptureFixture[str]
OLGA = "Olga <olga@example.com>"
ALICE = "Alice <alice@example.com>"


def item(ci: str, **maps: list[str]) -> dict[str, Any]:
    spec = {"type": "service", "criticality": "tier3", "owner": "cab", "environment": "production", "maps": maps}
    return {"apiVersion": "changeflow/v1", "kind": "ConfigurationItem", "metadata": {"id": ci, "name": ci}, "spec": spec}


def other_request(**spec: Any) -> dict[str, Any]:
    request: dict[str, Any] = json.loads(json.dumps(rfc_ahead(**spec)))
    request["metadata"]["id"] = "CHG-20261121-other"
    request["spec"]["items"] = [{"ci": "shop", "action": "modify"}]
    return request


@pytest.fixture
def topic(office: Office) -> Office:
    """A branch with the request and new code; the base says that the code belongs to `shop`."""
    office.put("cmdb/shop.json.yaml", item("shop", paths=["services/shop/**"], terraform=["module.shop"]))
    office.repo.write("services/shop/app.py", "one\n")
    (office.repo.path / f"changes/{CHANGE}/rfc.yaml").unlink()
    office.repo.commit("What belongs to the shop", author=OLGA)
    office.repo("checkout", "-q", "-b", "topic")
    office.put(f"changes/{CHANGE}/rfc.yaml", rfc_ahead())
    office.repo.write("services/shop/app.py", "two\n")
    office.repo.commit("A request, and new code", author=ALICE)
    return office


def policy(office: Office, gate: str, **rule: Any) -> None:
    """A rule of the base: `topic` stays where it is."""
    office.repo("checkout", "-q", "main")
    spec = {"gate": gate, "rules": [{"id": "scope", "message": "Scope", **rule}]}
    office.put("policies/scope.yaml", {"apiVersion": "changeflow/v1", "kind": "Policy", "metadata": {"id": "scope"}, "spec": spec})
    office.repo.commit("A rule", author=OLGA)
    office.repo("checkout", "-q", "topic")


def reasons(capfd: Capfd, gate: str = "approve") -> dict[str, Any]:
    decision = call(capfd, "gate", gate, CHANGE, "-f", "json").json
    return {one["reason_code"] if one["rule"].startswith("changeflow.") else one["rule"]: one for one in decision["reasons"]}


@pytest.mark.usefixtures("topic")
def test_a_gate_names_the_item_the_line_and_what_mends_it(capfd: Capfd) -> None:
    for gate in ("submit", "approve"):
        found = reasons(capfd, gate)["scope.undeclared"]
        assert found["message"].endswith("no request in it declares the item: `services/shop/app.py:1` is changed")
        assert found["hint"] == f"add `- {{ci: shop, action: modify}}` to `spec.items` of `changes/{CHANGE}/rfc.yaml`"
        assert (found["outcome"], found["level"]) == ("pass", "warn")
    told = call(capfd, "gate", "approve", CHANGE)
    assert "add `- {ci: shop, action: modify}`" in told.out


def test_policy_decides_by_the_facts(topic: Office, capfd: Capfd) -> None:
    policy(topic, "submit", **{"assert": 'change.scope.compared && change.scope.undeclared == ["shop"] && change.scope.unmapped == 0'})
    assert reasons(capfd, "submit")["scope"]["outcome"] == "pass"
    policy(topic, "submit", **{"assert": "size(change.scope.undeclared) == 0"})
    assert reasons(capfd, "submit")["scope"]["outcome"] == "fail"
    # a change may not be approved that may not be submitted
    assert reasons(capfd)["scope"]["outcome"] == "fail"


def test_who_must_approve_may_depend_on_it_already_in_the_assessment(topic: Office, capfd: Capfd) -> None:
    policy(topic, "approve", when="size(change.scope.undeclared) > 0", require=[{"role": "ecab", "count": 1}])
    assessed = call(capfd, "assess", CHANGE, "-f", "json").json
    assert "ecab" in [one["role"] for one in assessed["approvals"]]


def test_what_is_not_committed_is_of_no_branch(topic: Office, capfd: Capfd) -> None:
    topic.repo.write("services/shop/app.py", "one\n")
    assert "scope.undeclared" in reasons(capfd)
    topic.repo.commit("Nothing but the request", author=ALICE)
    topic.repo.write("services/shop/app.py", "three\n")
    assert "scope.undeclared" not in reasons(capfd)


def test_a_plan_that_cannot_be_read_shuts_both_gates(topic: Office, capfd: Capfd) -> None:
    topic.repo.write("plan.json", '{"format_version": "1.2", "terraform_version": "1.9.8", "resource_ch')
    topic.repo.commit("A plan", author=ALICE)
    for gate in ("submit", "approve"):
        found = reasons(capfd, gate)["scope.unread"]
        assert found["outcome"] == "error"
        assert found["data"]["path"] == "plan.json"


def test_a_declared_item_of_which_nothing_is_touched_is_pointed_out(topic: Office, capfd: Capfd) -> None:
    request = rfc_ahead()
    request["spec"]["items"] = [{"ci": "shop", "action": "modify"}]
    topic.put(f"changes/{CHANGE}/rfc.yaml", request)
    topic.repo.commit("Declared", author=ALICE)
    assert not {"scope.undeclared", "scope.untouched"} & reasons(capfd).keys()
    topic.repo.write("services/shop/app.py", "one\n")
    topic.repo.commit("Taken back", author=ALICE)
    assert reasons(capfd)["scope.untouched"]["data"] == {"items": ["shop"]}


def test_an_item_that_another_request_declares_is_said_to_be_its(topic: Office, capfd: Capfd) -> None:
    topic.put("changes/CHG-20261121-other/rfc.yaml", other_request())
    topic.repo.commit("Another request", author=ALICE)
    found = reasons(capfd)
    assert "scope.undeclared" not in found
    assert found["scope.elsewhere"]["data"] == {"ci": "shop", "change": "CHG-20261121-other"}


def test_another_request_that_is_a_draft_declares_nothing_for_this_one(topic: Office, capfd: Capfd) -> None:
    topic.put("changes/CHG-20261121-other/rfc.yaml", other_request(draft=True))
    topic.repo.commit("A draft", author=ALICE)
    found = reasons(capfd)
    assert "scope.undeclared" in found
    assert "scope.elsewhere" not in found


def test_another_request_that_was_withdrawn_declares_nothing_for_what_comes_later(topic: Office, capfd: Capfd) -> None:
    other = "CHG-20261121-other"
    topic.repo("checkout", "-q", "main")
    topic.put(f"changes/{other}/rfc.yaml", other_request())
    topic.repo.commit("Another request", author=ALICE)
    topic.repo("checkout", "-q", "topic")
    topic.repo("-c", "user.name=Alice", "-c", "user.email=alice@example.com", "rebase", "-q", "main")
    topic.repo.write(f"changes/{other}/notes.txt", "so that the branch brings it\n")
    topic.repo.commit("Notes", author=ALICE)
    assert "scope.elsewhere" in reasons(capfd)
    assert call(capfd, "withdraw", other, "--as", "alice", "-m", "No need", who="alice").code == 0
    found = reasons(capfd)
    assert "scope.undeclared" in found
    assert "scope.elsewhere" not in found


def test_a_request_that_is_on_the_base_is_not_held_to_another_branch(topic: Office, capfd: Capfd) -> None:
    topic.repo.write("services/shop/app.py", "one\n")
    topic.repo.commit("The request alone", author=ALICE)
    topic.repo("checkout", "-q", "main")
    topic.repo("merge", "-q", "--ff-only", "topic")
    topic.repo("checkout", "-q", "-b", "later")
    topic.repo.write("services/shop/app.py", "three\n")
    topic.repo.commit("Something else", author=ALICE)
    assert not [code for code in reasons(capfd) if code.startswith("scope.")]


def test_a_decision_on_record_is_computed_again_to_the_byte(topic: Office, capfd: Capfd) -> None:
    assert call(capfd, "approve", CHANGE, "--as", "carol", "--key", str(topic.keys.files["carol"])).code == 0
    assert call(capfd, "gate", "approve", CHANGE, "--record").code in (0, 1)
    assert call(capfd, "ledger", "replay").code == 0
