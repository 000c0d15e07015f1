"""Who wrote a change on plain git, what an unknown address asks for, and a request that is withdrawn and submitted again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.hosts.office import CHANGE, Office, call, rfc_ahead

Capfd = pytest.CaptureFixture[str]


def submit(office: Office, who: str = "Alice <alice@example.com>") -> None:
    """The request, and the script that its step runs, on main."""
    office.repo.write("scripts/do", "#!/bin/sh\n").chmod(0o755)
    steps = {"steps": [{"name": "Do it", "run": ["./scripts/do"]}]}
    office.put(f"changes/{CHANGE}/rfc.yaml", rfc_ahead(implementation=steps))
    office.repo.commit("A request", author=who)


def approve(office: Office, capfd: Capfd, *people: str) -> Any:
    for name in people:
        assert call(capfd, "approve", CHANGE, "--as", name, "--key", str(office.keys.files[name])).code == 0
    return call(capfd, "gate", "approve", CHANGE, "-f", "json").json


def ignored(decision: Any) -> dict[str, str]:
    return {item["by"]: item["reason_code"] for item in decision["ignored"]}


def test_who_wrote_a_script_that_a_step_runs_since_the_request_exists_fills_no_seat(office: Office, capfd: Capfd) -> None:
    submit(office)
    office.repo.write("scripts/do", "#!/bin/sh\nexit 0\n")
    office.repo.commit("What it really does", author="Carol <carol@example.com>")
    decision = approve(office, capfd, "carol")
    assert (decision["open"], ignored(decision)) == (False, {"carol": "approver.is_contributor"})
    assert approve(office, capfd, "dave")["open"]


def test_a_request_that_the_first_commit_brought_has_contributors_too(office: Office, capfd: Capfd) -> None:
    submit(office)
    root = office.repo("-c", "user.name=A", "-c", "user.email=alice@example.com", "commit-tree", "-m", "All", "HEAD^{tree}")
    office.repo("reset", "-q", "--hard", root)
    office.repo.write("scripts/do", "#!/bin/sh\nexit 0\n")
    office.repo.commit("What it really does", author="Carol <carol@example.com>")
    assert ignored(approve(office, capfd, "carol")) == {"carol": "approver.is_contributor"}


def test_who_wrote_that_script_before_the_request_was_there_may_approve(office: Office, capfd: Capfd) -> None:
    office.repo.write("scripts/do", "#!/bin/sh\n").chmod(0o755)
    office.repo("add", "scripts")
    office.repo("-c", "user.name=C", "-c", "user.email=carol@example.com", "commit", "-qm", "A script for everybody")
    submit(office)
    assert approve(office, capfd, "carol")["open"]


@pytest.mark.parametrize("path", ["notes/anything.txt", "policies/other.yaml", f"changes/{CHANGE}/notes.txt"])
def test_every_commit_of_a_branch_that_is_not_merged_makes_a_contributor(office: Office, capfd: Capfd, path: str) -> None:
    office.repo("checkout", "-q", "-b", "topic")
    office.repo.write(path)
    office.repo.commit("Something before the request", author="Carol <carol@example.com>")
    submit(office)
    assert ignored(approve(office, capfd, "carol")) == {"carol": "approver.is_contributor"}


def test_an_address_that_fits_nobody_asks_for_one_approval_more_by_name(office: Office, capfd: Capfd) -> None:
    submit(office, "Dan <dan@home.example.org>")
    decision = approve(office, capfd, "carol")
    (reason,) = (one for one in decision["reasons"] if one["reason_code"] == "contributors.unknown")
    assert "dan@home.example.org" in reason["message"]
    assert not decision["open"]
    assert approve(office, capfd, "dave")["open"]


def withdraw(capfd: Capfd) -> Any:
    return call(capfd, "withdraw", CHANGE, "--as", "alice", who="alice")


def codes(decision: Any) -> set[str]:
    return {one["reason_code"] for one in decision["reasons"]}


def test_a_requester_withdraws_the_change_until_a_new_commit_of_theirs(office: Office, capfd: Capfd) -> None:
    submit(office)
    assert approve(office, capfd, "carol")["open"]
    said = withdraw(capfd)
    assert said.out.startswith(f"alice withdrew the change {CHANGE}")
    assert call(capfd, "approve", CHANGE, "--as", "alice", who="alice").code == 0, "an opinion, and no submission"
    assert "change.withdrawn" in codes(approve(office, capfd, "carol"))
    office.repo.write(f"changes/{CHANGE}/notes.txt")
    assert "change.withdrawn" in codes(approve(office, capfd, "carol")), "it is not committed"
    office.repo.commit("Somebody else's work", author="Bob <bob@example.com>")
    assert "change.withdrawn" in codes(approve(office, capfd, "carol"))
    office.repo.write(f"changes/{CHANGE}/notes.txt", "Again\n")
    office.repo.commit("Once more", author="Alice <alice@example.com>")
    assert approve(office, capfd, "carol")["open"]
    withdraw(capfd)
    assert "change.withdrawn" in codes(approve(office, capfd, "carol"))


def test_nobody_withdraws_a_change_in_the_name_of_its_requester(office: Office, capfd: Capfd) -> None:
    submit(office)
    assert call(capfd, "withdraw", CHANGE, "--as", "alice", who="bob").code == 1
    assert approve(office, capfd, "carol")["open"]
