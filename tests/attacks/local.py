"""The local level: the command line in a real repository, for what happens after the merge and for evidence.

The steps are in README.md beside this file.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from attacks.scenario import Case
from attacks.stage import HERE, REQUEST, base_files, edited, read_yaml
from changeflow.ledger.statement import Draft
from changeflow.model.evidence import DecisionBody
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import LedgerBranch
from tests.repositories import speaking

CONFIG = "apiVersion: changeflow/v1\nkind: Config\nmetadata: {id: changeflow}\nspec: {allow_simulated_clock: true}\n"
CHANGE = "CHG-20261125-cache"


@dataclass
class Desk:
    """A repository, and somebody at its command line."""

    root: Path
    keys: Mapping[str, Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.root.mkdir()
        self.git("init", "-q", "-b", "main")
        for path, text in {**base_files(), "changeflow.yaml": CONFIG}.items():
            self.write(path, text)
        self.commit("dave", "The shared repository")

    def git(self, *arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.root, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "CHANGEFLOW_", "GITHUB_", "SSH_AUTH"))}
        return kept | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(self.root.parent)}

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.filled(text), encoding="utf-8")
        if text.startswith("#!"):
            file.chmod(0o755)

    def filled(self, text: str) -> str:
        def word(found: re.Match[str]) -> str:
            kind, name = found[1], found[2]
            if kind == "tip":
                return self.git("rev-parse", name)
            file = self.keys[name]
            return str(file) if kind == "private" else file.with_suffix(".pub").read_text(encoding="ascii").strip()

        return re.sub(r"@(key|private|tip):([^@]+)@", word, text)

    def commit(self, by: str, message: str) -> None:
        self.git("add", "-A")
        who = ("-c", f"user.name={by}", "-c", f"user.email={by}@example.com")
        self.git(*who, "commit", "-q", "--allow-empty", "-m", message)

    def do_commit(self, by: str = "alice", message: str = "Change", files: Any = None, **step: Any) -> None:
        told = dict(files or {})
        if "rfc" in step:
            told[REQUEST] = {"edit": step["rfc"] or {}}
        for path, value in told.items():
            if value is None:
                (self.root / path).unlink()
            else:
                self.write(path, value if isinstance(value, str) else edited(self.document(path), value["edit"]))
        self.commit(by, message)

    def forge(self, edits: Mapping[str, Any]) -> None:
        """What somebody can do who writes to an unsigned ledger, and to every clone that has seen it."""
        ledger = LedgerBranch(Git(self.root), "changeflow/ledger")
        last = ledger.read().entries[-1]
        body = read_yaml(edited(json.loads(last.body.model_dump_json()), edits))
        before = self.git("rev-list", "--max-count=1", "--skip=1", ledger.ref)
        self.git("update-ref", *([ledger.ref, before] if before else ["-d", ledger.ref]))
        (self.root / ".git/changeflow/seen-changeflow%2Fledger.json").unlink()
        draft = Draft(
            change=last.change, body=DecisionBody.model_validate(body), at=last.at, recorded_at=last.recorded_at, subject=last.subject
        )
        LedgerBranch(Git(self.root), "changeflow/ledger").append_deciding(lambda _: draft)

    def document(self, path: str) -> Any:
        file = self.root / path
        return read_yaml((file if file.exists() else HERE / "request.yaml").read_text(encoding="utf-8"))

    def run(self, *arguments: str, **variables: str) -> tuple[int, str]:
        """The command line, in this process: exit status, and everything it said."""
        from changeflow.cli.main import run

        said = io.StringIO()
        variables = speaking(arguments) | variables
        with swapped(self.environment | variables), contextlib.chdir(self.root), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = run([self.filled(word) for word in arguments])
        return code, said.getvalue()


@contextlib.contextmanager
def swapped(environment: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def complaints(case: Case, desk: Desk) -> list[str]:
    """Play the steps; where what a command said differs from what it should."""
    said = []
    for step in case.told["steps"]:
        if "run" in step:
            arguments = [str(word) for word in step["run"]]
            code, text = desk.run(*arguments, **step.get("environment", {}))
            wanted = step.get("exit", 0)
            said += [] if code == wanted else [f"{' '.join(arguments)}: exit {code}, expected {wanted}: {text}"]
            said += [f"{' '.join(arguments)}: lacks {word}: {text}" for word in step.get("says", []) if word not in text]
            said += [f"{' '.join(arguments)}: says {word}: {text}" for word in step.get("lacks", []) if word in text]
        elif "git" in step:
            desk.git(*(desk.filled(str(word)) for word in step["git"]))
        elif "forge" in step:
            desk.forge(step["forge"])
        else:
            desk.do_commit(**(step["commit"] or {}))
    return said
