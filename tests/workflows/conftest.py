from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.git_isolation import fresh_git, keys
from tests.hosts.office import CHANGE, Office, call
from tests.repositories import Keys, Repo

__all__ = ["fresh_git", "keys"]


@pytest.fixture
def application(tmp_path: Path) -> Repo:
    """The repository of an application."""
    return Repo(tmp_path / "application")


@pytest.fixture
def office(tmp_path: Path, keys: Keys, capfd: Any) -> Office:
    """A change that was approved, in a repository where only the window is left to wait for."""
    office = Office(tmp_path / "changes", keys, allow_simulated_clock=True)
    spec = {"gate": "deploy", "rules": [{"id": "ready", "assert": "true", "message": "It is ready"}]}
    office.put(
        "policies/deploy.yaml", {"apiVersion": "changeflow/v1", "kind": "Policy", "metadata": {"id": "deploy"}, "spec": spec}
    )
    office.repo.commit("What judges deployments", author="Olga <olga@example.com>")
    asked = ("--repo", str(office.repo.path), "approve", CHANGE, "--as", "carol", "--key", str(keys.files["carol"]))
    said = call(capfd, *asked, "--now", "2026-11-22T10:00:00Z")
    assert said.code == 0, said.err
    return office
