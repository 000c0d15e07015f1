"""A team at work in a change repository: steps that leave no mark, commands in this process, the clock of a test."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from changeflow.cli.main import run
from tests.repositories import Keys, make_keys, speaking
from tests.shop import Shop, request

BEFORE = "2026-11-21T10:00:00Z"
INSIDE = "2026-11-25T14:10:00Z"
AFTER = "2026-11-26T10:00:00Z"
CHANGE = "CHG-20261121-db"
MODEL = {
    "apiVersion": "changeflow/v1",
    "kind": "ChangeModel",
    "metadata": {"id": "restart"},
    "spec": {
        "description": "A restart", "authority": "cab", "authorised_by": ["carol"], "expires": "2026-12-10", "scope": {"items": ["db"]},
        "steps": [{"run": ["true"]}], "ceiling": 100,
    },
}  # fmt: skip


def step(name: str, **words: Any) -> dict[str, Any]:
    return {"name": name, "run": ["true"], "verify": ["true"], **words}


class _Stream(io.TextIOWrapper):
    """What a command writes, also where it writes bytes."""

    def __init__(self) -> None:
        self._bytes = io.BytesIO()
        super().__init__(self._bytes, encoding="utf-8", newline="", write_through=True)

    def said(self) -> str:
        self.flush()
        return self._bytes.getvalue().decode("utf-8")


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


class Office(Shop):
    """A shop whose commands run in this process. `people` have no keys: they speak by commits of theirs."""

    def say(self, *arguments: str, **environment: str) -> Said:
        out, err, before = _Stream(), _Stream(), dict(os.environ)
        kept = {name: value for name, value in before.items() if not name.startswith(("GIT_", "CHANGEFLOW_"))}
        isolated = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
        try:
            os.environ.clear()
            os.environ.update(kept | isolated | speaking(arguments) | environment)
            with contextlib.chdir(self.root), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = run(arguments)
        finally:
            os.environ.clear()
            os.environ.update(before)
        return Said(code, out.said(), err.said())

    def done(self, *arguments: str, **environment: str) -> str:
        """What a command says that must succeed."""
        said = self.say(*arguments, **environment)
        assert said.code == 0, said.err
        return said.out

    def answer(self, *arguments: str, now: str = BEFORE, **environment: str) -> Any:
        return json.loads(self.done(*arguments, "--now", now, "--format", "json", **environment))

    def row(self, name: str = CHANGE, *, now: str = BEFORE, **environment: str) -> Any:
        """The one row of the register about a change."""
        found = self.answer("list", now=now, **environment)
        (row,) = [one for one in found["changes"] if one["change"] == name]
        return row

    def ask(self, name: str = CHANGE, *, branch: str = "main", title: str = "Upgrade the database", **spec: Any) -> str:
        """Put a request on a branch, and come back to the main branch."""
        steps = {
            "implementation": {"steps": [step("Promote")]},
            "verification": [step("Smoke")],
            "rollback": {"trigger": "Errors", "limit": "PT30M", "steps": [step("Demote")]},
        }
        if branch != "main":
            self.git("switch", "-q", "-C", branch)
        self.write(f"changes/{name}/rfc.yaml", request(name, title, **(steps | spec)))
        self.commit(f"request {name}")
        if branch != "main":
            self.git("switch", "-q", "main")
        return name

    def opinion(self, verb: str, person: str, name: str = CHANGE, *, now: str = BEFORE, words: str = "Fine by me") -> None:
        self.done(verb, name, "--as", person, "--comment", words, "--now", now)

    def approved(self, name: str = CHANGE, *, now: str = BEFORE) -> None:
        for person in ("carol", "dave"):
            self.opinion("approve", person, name, now=now)

    def released(self, name: str = CHANGE, *, now: str = INSIDE) -> Said:
        return self.say("release", "run", name, "--as", "bob", "--now", now)

    def reviewed(
        self, name: str = CHANGE, *, now: str = AFTER, day: str = "2026-11-26", follow_ups: str = "", **said: str
    ) -> None:
        """Write the review of a change, commit it, and put it on record."""
        self.say("review", name, "--as", "erin", "--now", now)
        path = self.root / "changes" / name / "review.yaml"
        answers = {
            "outcome": "successful",
            "reviewed": day,
            "objectives_met": "The database runs on the supported version, as asked",
            "effects_observed": "Two minutes without writes, fewer than the ten announced",
            "deviations": "The replica was promoted a minute later than planned",
            "incidents": "[]",
            "lessons": "The replica needs a warm cache before it is promoted",
        }
        answers |= said
        text = path.read_text(encoding="utf-8")
        for name_, answer in answers.items():
            text = "\n".join(line for line in text.splitlines() if not line.startswith(f"  {name_}:")) + "\n"
            text = text.replace("\nspec:\n", f"\nspec:\n  {name_}: {answer}\n")
        if follow_ups:
            text = text.replace("\nspec:\n", f"\nspec:\n  follow_ups: {follow_ups}\n")
        path.write_text(text, encoding="utf-8")
        self.commit("review")
        said = self.say("review", name, "--as", "erin", "--now", now)
        assert said.code == 0, said.out + said.err


class SignedOffice(Office):
    """An office whose people have keys, and whose repository takes signed evidence only."""

    def __init__(self, where: Path, keys: Keys | None = None) -> None:
        super().__init__(where)
        self.keys = keys or make_keys(where.parent, ("alice", "bob", "carol", "dave", "erin"))
        roster = json.loads((self.root / "policies/roster.yaml").read_text(encoding="utf-8"))
        names = {"alice": "Alice Chen", "bob": "Bob Berg", "carol": "陈凯若", "dave": "Dave Dubois", "erin": "Erin Eze"}
        for person, name in names.items():
            roster["spec"]["people"][person] |= {"name": name, "keys": [self.keys.line(person)]}
        self.write("policies/roster.yaml", roster)
        config = json.loads((self.root / "changeflow.yaml").read_text(encoding="utf-8"))
        config["spec"]["require_signatures"] = True
        self.write("changeflow.yaml", config)
        self.commit("Keys")

    def say(self, *arguments: str, **environment: str) -> Said:
        """A command of the person that `--as` names, with the key in their pocket."""
        person = dict(itertools.pairwise(arguments)).get("--as")
        key = {"CHANGEFLOW_KEY": str(self.keys.files[person])} if person in self.keys.files else {}
        return super().say(*arguments, **(key | environment))


def typed(text: str) -> list[str]:
    """The commands that an answer tells, each as one line."""
    joined = re.sub(r" \\\n +", " ", text)
    return [line.strip() for line in joined.splitlines() if line.strip().startswith(("changeflow ", "git "))]


def do(office: Office, line: str, now: str, person: str) -> None:
    """Type what was told, as a shell takes it apart."""
    for command in line.split(" && "):
        program, *words = shlex.split(command)
        if program == "git":
            office.git(*words)
        else:
            as_person = [] if "--as" in words else ["--as", person]
            office.done(*words, *as_person, "--now", now)
