"""A small change repository in real git, whose gates are open unless a test shuts them, and programs that leave marks."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests import forked
from tests.dates import now
from tests.repositories import GIT, speaking

ID = "CHG-20261121-payments"

CONFIG = """\
apiVersion: changeflow/v1
kind: Config
metadata: {id: changeflow}
spec: {allow_simulated_clock: true}
"""

ROSTER = """\
apiVersion: changeflow/v1
kind: Roster
metadata: {id: roster}
spec:
  people:
    alice: {emails: [alice@example.com]}
    bob: {emails: [bob@example.com]}
    carol: {emails: [carol@example.com]}
    renovate: {kind: agent}
"""

ITEMS = """\
apiVersion: changeflow/v1
kind: ConfigurationItem
metadata: {id: payments-db}
spec: {type: service, environment: production, criticality: tier2, owner: bob}
---
apiVersion: changeflow/v1
kind: ConfigurationItem
metadata: {id: payments-api}
spec: {type: service, environment: production, criticality: tier2, owner: bob, depends_on: [{ci: payments-db}]}
---
apiVersion: changeflow/v1
kind: ConfigurationItem
metadata: {id: wiki}
spec: {type: service, environment: office, criticality: tier4, owner: bob}
"""

POLICY = """\
apiVersion: changeflow/v1
kind: Policy
metadata: {id: %(gate)s}
spec:
  gate: %(gate)s
  rules: [{id: %(gate)s-rule, assert: "%(holds)s", message: The test says so}]
"""

# `mark NAME` appends its key, fence and name to `marks`, outside of git's sight.
MARK = """\
#!/bin/sh
echo "$CHANGEFLOW_STEP_KEY $1" >> "$MARKS"
"""
# `marked NAME`: whether `mark NAME` has left its mark.
MARKED = """\
#!/bin/sh
grep -q " $1$" "$MARKS"
"""
FAIL = """\
#!/bin/sh
echo "$CHANGEFLOW_STEP_KEY $1" >> "$MARKS"
echo "cannot do $1" >&2
exit 3
"""


def git(root: Path, *arguments: str, **more: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_SYSTEM": "/dev/null",
        **more,
    }
    done = subprocess.run(
        [*GIT, "-c", "user.name=Alice", "-c", "user.email=alice@example.com", *arguments],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def run_step(name: str, program: str = "mark", **words: Any) -> dict[str, Any]:
    return {"name": name, "run": [f"./scripts/{program}", name], **words}


def checked_step(name: str, program: str = "mark", **words: Any) -> dict[str, Any]:
    return run_step(name, program, verify=["./scripts/marked", name], **words)


@dataclass
class Site:
    root: Path

    @classmethod
    def at(cls, root: Path, **files: str) -> Site:
        site = cls(root)
        root.mkdir(parents=True)
        git(root, "init", "-q", "-b", "main")
        defaults = {
            "changeflow.yaml": CONFIG,
            "policies/roster.yaml": ROSTER,
            "policies/approve.yaml": POLICY % {"gate": "approve", "holds": "true"},
            "policies/deploy.yaml": POLICY % {"gate": "deploy", "holds": "true"},
            "cmdb/items.yaml": ITEMS,
            "scripts/mark": MARK,
            "scripts/marked": MARKED,
            "scripts/fail": FAIL,
        }
        for path, text in {**defaults, **files}.items():
            site.write(path, text)
        site.commit("start")
        return site

    @property
    def marks_file(self) -> Path:
        return self.root.parent / f"{self.root.name}.marks"

    @property
    def marks(self) -> list[str]:
        return self.marks_file.read_text(encoding="utf-8").splitlines() if self.marks_file.exists() else []

    def write(self, path: str, text: str) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        if text.startswith("#!"):
            target.chmod(0o755)
        return target

    def commit(self, message: str) -> None:
        git(self.root, "add", "-A")
        git(self.root, "commit", "-qm", message)

    def change(self, name: str = ID, *, item: str = "payments-db", commit: bool = True, **spec: Any) -> str:
        at = now()
        rollback = spec.pop("rollback", [checked_step("undo")])
        words: dict[str, Any] = {
            "type": "normal",
            "reason": "PostgreSQL 13 leaves support this month",
            "implementer": "bob",
            "items": [{"ci": item}],
            "assessment": {"tested": "partly"},
            "implementation": {"steps": spec.pop("steps", [checked_step("one"), run_step("two")])},
            "verification": spec.pop("verification", [run_step("smoke")]),
            "rollback": rollback if isinstance(rollback, dict) else {"trigger": "errors", "limit": "PT30M", "steps": rollback},
            "window": {"start": (at - timedelta(hours=1)).isoformat(), "end": (at + timedelta(hours=1)).isoformat()},
        }
        document = {
            "apiVersion": "changeflow/v1",
            "kind": "ChangeRequest",
            "metadata": {"id": name, "title": "Upgrade payments-db", "requester": "alice"},
            "spec": {key: value for key, value in {**words, **spec}.items() if value is not None},
        }
        self.write(f"changes/{name}/rfc.yaml", json.dumps(document, indent=1))
        if commit:
            self.commit(f"request {name}")
        return name

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "CHANGEFLOW_"))}
        return kept | {
            "MARKS": str(self.marks_file),
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_SYSTEM": "/dev/null",
        }

    def argv(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "changeflow", *arguments]

    def cli(self, *arguments: str, **environment: str) -> Done:
        """The command line in this process, which saves the start of an interpreter; `process` starts one."""
        from changeflow.cli.main import run

        out, err, before = io.StringIO(), io.StringIO(), dict(os.environ)
        surroundings = self.environment | speaking(arguments) | environment
        try:
            os.environ.clear()
            os.environ.update(surroundings)
            with contextlib.chdir(self.root), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = run(arguments)
        finally:
            os.environ.clear()
            os.environ.update(before)
        return Done(code, out.getvalue(), err.getvalue())

    def process(self, *arguments: str, **environment: str) -> Done:
        """The command line in a process of its own."""
        done = forked.run(arguments, cwd=self.root, env=self.environment | speaking(arguments) | environment)
        return Done(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    def release(self, verb: str, *arguments: str, change: str = ID) -> Done:
        return self.cli("release", verb, change, "--format", "json", *arguments)

    def events(self) -> list[str]:
        """The ledger's release entries as `event key outcome`."""
        names = git(self.root, "log", "--reverse", "--format=", "--name-only", "changeflow/ledger").split()
        found = []
        for name in (name for name in names if name.endswith("-release.json")):
            import base64

            envelope = json.loads(git(self.root, "show", f"changeflow/ledger:{name}"))
            body = json.loads(base64.b64decode(envelope["payload"]))["predicate"]
            found.append(" ".join(filter(None, (body["event"], body["key"], body["outcome"], body["state"]))))
        return found


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def answer(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def outcomes(self) -> dict[str, str]:
        return {f"{step['phase']}/{step['index']}": step["outcome"] for step in self.answer["steps"]}
