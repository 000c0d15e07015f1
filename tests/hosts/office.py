"""A small change repository with people, keys, a policy and one change, and the command line beside it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from changeflow.cli.main import run
from tests.changes import SPEC
from tests.dates import now
from tests.repositories import BRANCH, Keys, Repo

CHANGE = "CHG-20261121-db-upgrade"
STARTED = now()
CONFIG: dict[str, Any] = {"apiVersion": "changeflow/v1", "kind": "Config", "metadata": {"id": "config"}, "spec": {}}




def window(days: int) -> dict[str, Any]:
    """A window of ninety minutes that lies so many days ahead, on whatever day the tests run."""
    start = STARTED + timedelta(days=days)
    return {"start": f"{start:%Y-%m-%dT%H:%M:%SZ}", "end": f"{start + timedelta(minutes=90):%Y-%m-%dT%H:%M:%SZ}"}


WINDOW, LATER = window(2), window(3)


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Office:
    """Carol and dave are the CAB and have keys, erin has none; alice asks, bob implements, renovate is a machine."""

    def __init__(self, folder: Path, keys: Keys, request: dict[str, Any] | None = None, **config: Any) -> None:
        self.repo = Repo(folder)
        self.keys = keys
        self.put("changeflow.yaml", CONFIG | {"spec": config})
        self.put("policies/roster.yaml", _roster(keys))
        self.put("policies/approve.yaml", _policy())
        self.put("cmdb/items.yaml", _item())
        self.repo.commit("What judges", author="Olga <olga@example.com>")
        self.put(f"changes/{CHANGE}/rfc.yaml", request or rfc())

    def put(self, path: str, document: dict[str, Any]) -> None:
        self.repo.write(path, json.dumps(document, indent=1, ensure_ascii=False))  # JSON is YAML

    def about(self, name: str, **facts: Any) -> None:
        """More about a person of the roster."""
        roster = json.loads((self.repo.path / "policies/roster.yaml").read_text(encoding="utf-8"))
        roster["spec"]["people"][name] |= facts
        self.put("policies/roster.yaml", roster)

    def count(self) -> int:
        if self.repo.git.resolve(f"refs/heads/{BRANCH}") is None:
            return 0
        return int(self.repo("rev-list", "--count", BRANCH))


def rfc(**spec: Any) -> dict[str, Any]:
    metadata = {"id": CHANGE, "title": "Upgrade payments-db 升級", "requester": "alice"}
    return {"apiVersion": "changeflow/v1", "kind": "ChangeRequest", "metadata": metadata, "spec": SPEC | spec}


def rfc_ahead(**spec: Any) -> dict[str, Any]:
    """As `rfc`, with a window that still lies ahead."""
    return rfc(**{"window": WINDOW, **spec})


def _roster(keys: Keys) -> dict[str, Any]:
    people: dict[str, Any] = {name: {"emails": [f"{name}@example.com"]} for name in ("alice", "bob", "erin", "olga")}
    people |= {name: {"emails": [f"{name}@example.com"], "keys": [keys.line(name)]} for name in ("carol", "dave")}
    people["renovate"] = {"kind": "agent"}
    roles = {"cab": ["carol", "dave", "erin"], "ops": ["bob", "olga"]}
    return {"apiVersion": "changeflow/v1", "kind": "Roster", "metadata": {"id": "roster"}, "spec": {"people": people, "roles": roles}}


def _policy() -> dict[str, Any]:
    rule = {"id": "cab", "require": [{"role": "cab", "count": 1}], "message": "One member of the CAB"}
    return {"apiVersion": "changeflow/v1", "kind": "Policy", "metadata": {"id": "approve"}, "spec": {"gate": "approve", "rules": [rule]}}


def _item() -> dict[str, Any]:
    spec = {"type": "database", "status": "live", "criticality": "tier2", "owner": "ops", "environment": "production"}
    return {"apiVersion": "changeflow/v1", "kind": "ConfigurationItem", "metadata": {"id": "payments-db"}, "spec": spec}


@contextlib.contextmanager
def committing(who: str | None) -> Iterator[None]:
    """git commits from an address of a person as long as this lasts: how somebody without a key speaks."""
    with pytest.MonkeyPatch.context() as patch:
        if who is not None:
            patch.setenv("GIT_COMMITTER_NAME", who)
            patch.setenv("GIT_COMMITTER_EMAIL", f"{who}@example.com")
        yield


def call(capfd: Any, *arguments: str, who: str | None = None) -> Said:
    """Run a command. `who` is the person whose git commits to the ledger; without one it is nobody's of the roster."""
    capfd.readouterr()
    with committing(who):
        code = run(arguments)
    said = capfd.readouterr()
    return Said(code, said.out, said.err)
