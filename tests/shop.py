"""A whole change repository on the default policy pack, and the installed command beside it."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from changeflow.resources import folder
from tests import forked
from tests.gate.builders import CHANGE, ROSTER
from tests.repositories import GIT, head_of, speaking

CONFIG = {
    "apiVersion": "changeflow/v1",
    "kind": "Config",
    "metadata": {"id": "changeflow"},
    "spec": {"allow_simulated_clock": True},
}
ITEM = {
    "apiVersion": "changeflow/v1",
    "kind": "ConfigurationItem",
    "metadata": {"id": "db"},
    "spec": {"type": "database", "criticality": "tier2", "owner": "team-db", "environment": "production"},
}


def request(change_id: str, title: str = "Upgrade the database", **spec: Any) -> dict[str, Any]:
    data = copy.deepcopy(CHANGE)
    data["metadata"] |= {"id": change_id, "title": title}
    data["spec"] |= spec
    return data


def _reachable(spec: Any) -> Any:
    """The roster with an address for everybody, from which they commit what they say."""
    people = {name: {"emails": [f"{name}@example.com"], **facts} for name, facts in spec["people"].items()}
    return {**spec, "people": people}


class Shop:
    """People without keys, so that opinions are commits of theirs; the clock may be simulated."""

    def __init__(self, where: Path) -> None:
        self.root = where
        where.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")
        self.write("changeflow.yaml", CONFIG)
        self.write(
            "policies/roster.yaml",
            {"apiVersion": "changeflow/v1", "kind": "Roster", "metadata": {"id": "roster"}, "spec": _reachable(ROSTER)},
        )
        self.write("cmdb/db.yaml", ITEM)
        for name in ("submit", "approve", "deploy", "close", "risk"):
            shutil.copy(folder("policies") / f"{name}.yaml", where / "policies" / f"{name}.yaml")
        self.commit("What judges")

    def write(self, path: str, document: Any) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(
            document if isinstance(document, str) else json.dumps(document, indent=1, ensure_ascii=False), encoding="utf-8"
        )
        return target

    def git(self, *arguments: str) -> str:
        identity = ["-c", "user.name=Alice", "-c", "user.email=alice@example.com", "-c", "commit.gpgsign=false"]
        done = subprocess.run([*GIT, *identity, *arguments], cwd=self.root, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def commit(self, message: str) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return head_of(self.root)

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("CHANGEFLOW_")}
        done = forked.run(arguments, cwd=self.root, env=clean | speaking(arguments) | environment)
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    def json(self, *arguments: str) -> Any:
        done = self.run(*arguments, "--format", "json")
        assert done.stdout, done.stderr
        return json.loads(done.stdout)
