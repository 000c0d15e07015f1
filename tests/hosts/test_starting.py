"""Who starts a release on a laptop: whoever is named, and otherwise whoever's key would sign it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from changeflow import errors
from tests.hosts.office import CHANGE, WINDOW, Office, call

Capfd = pytest.CaptureFixture[str]
RULE = {"id": "independent", "assert": "!evidence.deployer.is_approver", "message": "Approvers start nothing"}
INSIDE = (datetime.fromisoformat(WINDOW["start"]) + timedelta(minutes=10)).isoformat()


@pytest.fixture
def ready(office: Office, keys: Any, capfd: Capfd) -> Office:
    """Approved by carol with her key; only the start is left."""
    spec = {"gate": "deploy", "rules": [RULE]}
    office.put(
        "policies/deploy.yaml", {"apiVersion": "changeflow/v1", "kind": "Policy", "metadata": {"id": "deploy"}, "spec": spec}
    )
    office.put(
        "changeflow.yaml",
        {"apiVersion": "changeflow/v1", "kind": "Config", "metadata": {"id": "c"}, "spec": {"allow_simulated_clock": True}},
    )
    office.repo.commit("What judges", author="Olga <olga@example.com>")
    asked = ("--repo", str(office.repo.path), "approve", CHANGE, "--as", "carol", "--key", str(keys.files["carol"]))
    assert call(capfd, *asked, "--now", "2026-11-22T10:00:00Z").code == 0
    return office


def gate(office: Office, capfd: Capfd, *more: str) -> int:
    return call(capfd, "--repo", str(office.repo.path), "gate", "deploy", CHANGE, "--now", INSIDE, *more).code


def test_a_key_that_would_sign_says_who_starts_it_whether_they_are_named_or_not(ready: Office, keys: Any, capfd: Capfd) -> None:
    assert gate(ready, capfd) == 0, "nobody's key: nobody is known to start it"
    ready.repo("config", "gpg.format", "ssh")
    ready.repo("config", "user.signingkey", str(keys.files["carol"]))
    assert gate(ready, capfd) == errors.NO
    assert gate(ready, capfd, "--as", "bob") == 0
    run = call(capfd, "--repo", str(ready.repo.path), "release", "run", CHANGE, "--now", INSIDE)
    assert (run.code, "Approvers start nothing" in run.out + run.err) == (errors.NO, True)
    ready.repo("config", "user.signingkey", str(keys.files["dave"]))
    assert gate(ready, capfd) == 0, "dave has a key and approved nothing"


def test_a_name_nobody_has_starts_nothing(ready: Office, capfd: Capfd) -> None:
    run = call(capfd, "--repo", str(ready.repo.path), "release", "run", CHANGE, "--as", "bobb", "--now", INSIDE)
    assert run.code == errors.NO
    assert "did you mean `--as bob`?" in run.err
    assert ready.count() == 2, "nothing but the approval and its assessment is on record"


def test_on_github_an_opinion_without_a_signature_is_warned_about(ready: Office, capfd: Capfd) -> None:
    spec = {"host": "github", "allow_simulated_clock": True}
    ready.put("changeflow.yaml", {"apiVersion": "changeflow/v1", "kind": "Config", "metadata": {"id": "c"}, "spec": spec})
    ready.repo.commit("On GitHub", author="Olga <olga@example.com>")
    said = call(capfd, "--repo", str(ready.repo.path), "approve", CHANGE, "--as", "erin", "--now", "2026-11-22T11:00:00Z", who="erin")
    assert "reviews are the approvals" in said.err


def test_an_approval_of_what_is_committed_names_the_commit(ready: Office, capfd: Capfd) -> None:
    shown = call(capfd, "--repo", str(ready.repo.path), "ledger", "show", "1", "--format", "json").json
    assert shown["subject"][0]["digest"]["gitCommit"] == ready.repo("rev-parse", "HEAD")


@pytest.mark.parametrize("then", ["0b6ff4f4-3a3b-4b51-9d0c-7a2f5e6a1c02", None])
def test_what_ran_under_an_id_that_was_replaced_or_removed_does_not_run_again(
    ready: Office, keys: Any, capfd: Capfd, then: str | None
) -> None:
    (ready.repo.path / "policies/deploy.yaml").unlink()
    rule = {"id": "any", "assert": "true", "message": "Always"}
    policy = {"apiVersion": "changeflow/v1", "kind": "Policy", "metadata": {"id": "d"}, "spec": {"gate": "deploy", "rules": [rule]}}
    ready.put("policies/deploy.yaml", policy)
    for script in ("promote", "is-primary", "smoke"):
        ready.repo.write(script, "#!/bin/sh\n").chmod(0o755)
    run = ("--repo", str(ready.repo.path), "release", "run", CHANGE, "--as", "bob", "--now", INSIDE)
    approve = ("approve", CHANGE, "--as", "carol", "--key", str(keys.files["carol"]), "--now", INSIDE)
    for repository in ("0b6ff4f4-3a3b-4b51-9d0c-7a2f5e6a1c01", then):
        spec = {"allow_simulated_clock": True} | ({"repository": repository} if repository else {})
        ready.put("changeflow.yaml", {"apiVersion": "changeflow/v1", "kind": "Config", "metadata": {"id": "c"}, "spec": spec})
        ready.repo.commit("An id", author="Olga <olga@example.com>")
        assert call(capfd, "--repo", str(ready.repo.path), *approve).code == 0
        said = call(capfd, *run, who="bob")
    assert said.code == errors.NO
    assert "recorded under another repository id" in said.out + said.err
