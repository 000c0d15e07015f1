"""Evidence counts in the repository it was recorded for: a clone is the same one, a copy takes another id."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.hosts.office import CHANGE, CONFIG, Office, call, rfc_ahead
from tests.repositories import BRANCH, Keys, Repo


class Pair:
    """A repository in production and a copy of it, whose ledger is pushed to production."""

    def __init__(self, folder: Path, keys: Keys, capfd: Any, *, here: str | None, there: str | None) -> None:
        self.capfd, self.keys = capfd, keys
        self.production = Office(folder / "production", keys, rfc_ahead(), **({"repository": here} if here else {}))
        self.production.repo.commit("A request", author="Alice <alice@example.com>")
        self.production.repo("clone", "-q", str(self.production.repo.path), str(folder / "copy"))
        self.copy = Repo(folder / "copy")
        self.copy("remote", "remove", "origin")  # it lives on by itself: a clone is judged by the main branch of its origin
        spec = {"repository": there} if there else {}
        self.copy.write("changeflow.yaml", json.dumps(CONFIG | {"spec": spec}))
        self.copy.commit("A repository of its own", author="Olga <olga@example.com>")

    def __call__(self, repo: Repo, *arguments: str) -> Any:
        return call(self.capfd, "--repo", str(repo.path), *arguments)

    def approve(self, repo: Repo) -> Any:
        return self(repo, "approve", CHANGE, "--as", "carol", "--key", str(self.keys.files["carol"]))

    def push(self) -> None:
        self.production.repo("fetch", "-q", str(self.copy.path), f"{BRANCH}:{BRANCH}")

    @property
    def decision(self) -> Any:
        return self(self.production.repo, "gate", "approve", CHANGE, "-f", "json").json

    @property
    def findings(self) -> list[str]:
        return [one["rule"] for one in self(self.production.repo, "ledger", "verify", "-f", "json").json["problems"]]


@pytest.mark.parametrize(("here", "there"), [("production", "staging"), ("production", None), (None, "staging")])
def test_an_approval_of_a_copy_does_not_count(
    tmp_path: Path, keys: Keys, capfd: Any, here: str | None, there: str | None
) -> None:
    pair = Pair(tmp_path, keys, capfd, here=here, there=there)
    assert pair.approve(pair.copy).code == 0
    pair.push()
    assert not pair.decision["open"]
    assert [one["reason_code"] for one in pair.decision["ignored"]] == ["approval.other_repository"]
    assert pair.findings == ["ledger-repository"] * 2  # the assessment, and the approval
    assert pair.approve(pair.production.repo).code == 0
    assert pair.decision["open"], "the same person may agree here, too"


def test_a_clone_is_the_same_repository(tmp_path: Path, keys: Keys, capfd: Any) -> None:
    pair = Pair(tmp_path, keys, capfd, here="production", there="production")
    pair.approve(pair.copy)
    pair.push()
    assert pair.decision["open"]
    assert pair.findings == []


def test_what_was_approved_before_the_repository_had_an_id_still_counts(tmp_path: Path, keys: Keys, capfd: Any) -> None:
    pair = Pair(tmp_path, keys, capfd, here=None, there=None)
    pair.approve(pair.production.repo)
    pair.production.put("changeflow.yaml", CONFIG | {"spec": {"repository": "production"}})
    pair.production.repo.commit("The repository has an id", author="Olga <olga@example.com>")
    assert pair.decision["open"]
    assert pair.findings == []
    assert pair(pair.production.repo, "ledger", "replay").code in (0, 3)
