"""Other paths of a change's branch on plain git: who else must agree, as in a pull request on a code host."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from changeflow import errors
from tests.hosts.office import CHANGE, Office, call, rfc_ahead

Capfd = pytest.CaptureFixture[str]
OLGA = "Olga <olga@example.com>"


@pytest.fixture
def topic(office: Office) -> Office:
    """A branch with the request alone; dave alone owns the policies."""
    roster = json.loads((office.repo.path / "policies/roster.yaml").read_text(encoding="utf-8"))
    roster["spec"]["roles"]["policy-owners"] = ["dave"]
    office.put("policies/roster.yaml", roster)
    (office.repo.path / f"changes/{CHANGE}/rfc.yaml").unlink()
    office.repo.commit("Who owns the policies", author=OLGA)
    office.repo("checkout", "-q", "-b", "topic")
    office.put(f"changes/{CHANGE}/rfc.yaml", rfc_ahead())
    office.repo.commit("A request", author="Alice <alice@example.com>")
    return office


def lax(office: Office, text: str = "Anybody will do") -> None:
    """Another policy, which nobody of the CAB looked at."""
    rule = {"id": "lax", "require": [{"role": "cab", "count": 1}], "message": text}
    spec = {"gate": "close", "rules": [rule]}
    office.put("policies/lax.yaml", {"apiVersion": "changeflow/v1", "kind": "Policy", "metadata": {"id": "lax"}, "spec": spec})


def commit(office: Office) -> None:
    office.repo.commit("Something beside", author="Alice <alice@example.com>")


def decide(office: Office, capfd: Capfd, *people: str) -> Any:
    for name in people:
        assert call(capfd, "approve", CHANGE, "--as", name, "--key", str(office.keys.files[name])).code == 0
    return call(capfd, "gate", "approve", CHANGE, "-f", "json").json


def outcomes(decision: Mapping[str, Any], rule: str) -> list[tuple[str, str]]:
    return [(one["outcome"], one["reason_code"]) for one in decision["reasons"] if one["rule"] == f"changeflow.{rule}"]


def test_a_governed_file_in_the_branch_needs_a_policy_owner(topic: Office, capfd: Capfd) -> None:
    lax(topic)
    commit(topic)
    shut = decide(topic, capfd, "carol")
    assert (shut["open"], outcomes(shut, "governed")) == (False, [("pending", "approvals.missing")])
    assert ("policy-owners", ["dave"]) in [(one["role"], one["eligible"]) for one in shut["missing"]]
    assert any("policies/lax.yaml" in one["message"] for one in shut["reasons"])
    assert decide(topic, capfd, "dave")["open"]


@pytest.mark.parametrize("path", ["cmdb/audits/2026-11-27.yaml", "improvements/audit-2026-11-27-db.yaml"])
def test_an_audit_and_an_improvement_need_a_policy_owner_who_did_not_write_them(topic: Office, capfd: Capfd, path: str) -> None:
    topic.put(path, {"apiVersion": "changeflow/v1", "kind": "Improvement", "metadata": {"id": "x"}, "spec": {}})
    commit(topic)
    shut = decide(topic, capfd, "carol")
    assert (shut["open"], outcomes(shut, "governed")) == (False, [("pending", "approvals.missing")])
    assert outcomes(shut, "cmdb") == []
    assert decide(topic, capfd, "dave")["open"]
    topic.put(path, {"apiVersion": "changeflow/v1", "kind": "Improvement", "metadata": {"id": "y"}, "spec": {}})
    topic.repo.commit("Written by its only approver", author="Dave <dave@example.com>")
    shut = decide(topic, capfd, "carol", "dave")
    assert not shut["open"]


def test_a_freeze_exception_needs_the_role_for_exceptions_and_no_policy_owner(topic: Office, capfd: Capfd) -> None:
    spec = {"change": CHANGE, "freeze": "closing", "reason": "Support ends", "end": "2026-12-01T00:00:00Z", "approved_by": ["carol"]}
    document = {"apiVersion": "changeflow/v1", "kind": "FreezeException", "metadata": {"id": "db"}, "spec": spec}
    topic.put("exceptions/db.yaml", document)
    commit(topic)
    shut = decide(topic, capfd)
    assert outcomes(shut, "governed") == []
    assert outcomes(shut, "exceptions") == [("pending", "approvals.missing")]
    assert any("exceptions/db.yaml" in one["message"] for one in shut["reasons"])
    told = decide(topic, capfd, "carol")
    assert outcomes(told, "exceptions") == [("pass", "approvals.complete")]
    # written by its only approver
    topic.put("exceptions/db.yaml", document | {"metadata": {"id": "db", "name": "Again"}})
    topic.repo.commit("Once more", author="Carol <carol@example.com>")
    assert not decide(topic, capfd, "carol")["open"]


def test_a_freeze_exception_is_approved_by_those_whom_it_names(topic: Office, capfd: Capfd) -> None:
    spec = {"change": CHANGE, "freeze": "closing", "reason": "Support ends", "end": "2026-12-01T00:00:00Z", "approved_by": ["carol"]}
    document = {"apiVersion": "changeflow/v1", "kind": "FreezeException", "metadata": {"id": "db"}, "spec": spec}
    topic.put("exceptions/db.yaml", document)
    commit(topic)
    # another member of the role agrees, and carol never said what stands there in her name
    shut = decide(topic, capfd, "dave")
    assert outcomes(shut, "exceptions") == [("pending", "approvals.missing")]
    assert any("carol" in one["message"] for one in shut["reasons"] if one["rule"] == "changeflow.exceptions")
    # who has no seat left has approved all the same
    assert outcomes(decide(topic, capfd, "carol"), "exceptions") == [("pass", "approvals.complete")]


def test_an_acceptance_beside_a_change_is_approved_by_whom_it_names(topic: Office, capfd: Capfd) -> None:
    acceptance = {"criteria": [{"criterion": "Load test", "result": "met"}], "role": "cab", "accepted_by": "carol", "accepted_on": "2026-11-24"}
    spec: dict[str, Any] = {"changes": [CHANGE], "acceptance": acceptance}
    release = {"apiVersion": "changeflow/v1", "kind": "Release", "metadata": {"id": "r1"}, "spec": spec}
    topic.put("releases/r1/release.yaml", {**release, "spec": {"changes": [CHANGE]}})
    commit(topic)
    # an honest twin: a release that says nothing of an acceptance asks for no one's
    assert outcomes(decide(topic, capfd), "acceptance") == []
    topic.put("releases/r1/release.yaml", release)
    commit(topic)
    shut = decide(topic, capfd, "dave")
    assert (shut["open"], outcomes(shut, "acceptance")) == (False, [("pending", "approvals.missing")])
    assert any("carol" in one["message"] for one in shut["reasons"] if one["rule"] == "changeflow.acceptance")
    assert outcomes(decide(topic, capfd, "carol"), "acceptance") == [("pass", "approvals.complete")]


def test_an_owner_agrees_to_the_governed_file_as_it_was_on_the_approved_commit(topic: Office, capfd: Capfd) -> None:
    lax(topic)
    commit(topic)
    assert decide(topic, capfd, "carol", "dave")["open"]
    lax(topic, "Another text")
    commit(topic)
    shut = decide(topic, capfd)
    assert (shut["open"], outcomes(shut, "governed")) == (False, [("pending", "approvals.missing")])
    assert decide(topic, capfd, "dave")["open"]


def test_an_owner_who_agreed_before_the_branch_touched_anything_governed_has_not_agreed_to_it(
    topic: Office, capfd: Capfd
) -> None:
    assert decide(topic, capfd, "carol", "dave")["open"]
    lax(topic)
    commit(topic)
    assert not decide(topic, capfd)["open"]
    assert decide(topic, capfd, "dave")["open"]


def test_an_item_of_the_cmdb_in_the_branch_needs_its_owner(topic: Office, capfd: Capfd) -> None:
    item = json.loads((topic.repo.path / "cmdb/items.yaml").read_text(encoding="utf-8"))
    item["spec"]["criticality"] = "tier3"
    topic.put("cmdb/items.yaml", item)
    commit(topic)
    shut = decide(topic, capfd, "carol", "dave")
    assert (shut["open"], outcomes(shut, "cmdb")) == (False, [("pending", "approvals.missing")])
    assert call(capfd, "approve", CHANGE, "--as", "olga", who="olga").code == 0
    assert decide(topic, capfd)["open"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("notes/README.md", [("pass", "path.covered")]),
        ("README.md", []),
        ("changes/CHG-20261122-other/notes.txt", []),
        ("changes/notes.txt", [("pass", "path.covered")]),
    ],
)
def test_other_paths_are_covered_exempt_or_another_request_s(
    topic: Office, capfd: Capfd, path: str, said: list[tuple[str, str]]
) -> None:
    topic.repo.write(path, "Text\n")
    commit(topic)
    decision = decide(topic, capfd, "carol")
    assert outcomes(decision, "paths") == said
    assert decision["open"] is (path != "changes/notes.txt"), "a folder of changes holds nothing else"


def test_a_governed_file_that_could_not_be_read_afterwards_keeps_the_gate_shut(topic: Office, capfd: Capfd) -> None:
    topic.repo.write("policies/lax.yaml", "kind: Policy\n")
    commit(topic)
    shut = decide(topic, capfd, "carol", "dave")
    assert not shut["open"]
    assert ("fail", "governed.invalid") in outcomes(shut, "governed")


def test_an_edit_that_is_not_committed_belongs_to_no_branch(topic: Office, capfd: Capfd) -> None:
    lax(topic)
    assert decide(topic, capfd, "carol")["open"]


def test_on_the_main_branch_itself_nothing_more_is_asked(topic: Office, capfd: Capfd) -> None:
    lax(topic)
    commit(topic)
    assert not decide(topic, capfd, "carol")["open"]
    topic.repo("checkout", "-q", "main")
    topic.repo("merge", "-q", "--ff-only", "topic")
    decision = decide(topic, capfd)
    assert (decision["open"], outcomes(decision, "governed")) == (True, [])


def test_a_branch_without_common_history_is_not_known(topic: Office, capfd: Capfd) -> None:
    topic.repo("checkout", "-q", "--orphan", "alone")
    commit(topic)
    assert outcomes(decide(topic, capfd, "carol"), "paths") == [("error", "paths.unknown")]


def test_such_a_decision_is_computed_again_to_the_same_bytes(topic: Office, capfd: Capfd) -> None:
    lax(topic)
    commit(topic)
    decide(topic, capfd, "carol")
    assert call(capfd, "gate", "approve", CHANGE, "--record").code == errors.NO
    decide(topic, capfd, "dave")
    assert call(capfd, "gate", "approve", CHANGE, "--record").code == 0
    assert call(capfd, "ledger", "replay").code == 0
