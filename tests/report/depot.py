"""A repository into which things are delivered in every way, each commit with a date of its own."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from changeflow.insight.period import Period
from changeflow.model.answers.completeness import Completeness, Delivery
from changeflow.model.clock import Clock
from changeflow.reading.view import locate
from changeflow.usecases.report.completeness import completeness
from tests.register.office import AFTER, BEFORE, INSIDE, Office
from tests.repositories import GIT
from tests.shop import ITEM

PEOPLE = ("alice", "bob", "carol", "dave", "erin")
NOW = datetime(2026, 12, 20, 10, 0, tzinfo=UTC)
ALWAYS = Period(None, None, ZoneInfo("UTC"))


class Depot(Office):
    """An office whose item `db` has the files below `db/`, and `web` those below `web/`."""

    def __init__(self, where: Path) -> None:
        self.at = "2026-11-20T08:00:00Z"
        self.who = "alice"
        super().__init__(where)
        for name in ("db", "web"):
            spec = {**ITEM["spec"], "maps": {"paths": [f"{name}/**"]}}  # type: ignore[dict-item]
            self.write(f"cmdb/{name}.yaml", {**ITEM, "metadata": {"id": name}, "spec": spec})
        self.git("add", "-A")
        # all that is there from the beginning is one commit, with the configuration
        self.git("commit", "-q", "--amend", "-m", "What judges")

    def git(self, *arguments: str) -> str:
        identity = {
            "GIT_AUTHOR_NAME": self.who, "GIT_AUTHOR_EMAIL": f"{self.who}@example.com", "GIT_AUTHOR_DATE": self.at,
            "GIT_COMMITTER_NAME": self.who, "GIT_COMMITTER_EMAIL": f"{self.who}@example.com", "GIT_COMMITTER_DATE": self.at,
        }  # fmt: skip
        command = [*GIT, "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false", *arguments]
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False, env=os.environ | identity)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def made(self, path: str, message: str, *, who: str = "alice", at: str = "", text: str = "") -> str:
        """Write a file as somebody at a time, and commit it where we are."""
        self.who, self.at = who, at or self.at
        self.write(path, text or f"{message}\n")
        commit = self.commit(message)
        self.who = "alice"
        return commit

    def merged(self, branch: str, message: str = "Merge", *, who: str = "alice", at: str = "", squash: bool = False) -> str:
        """Merge a branch into the main branch."""
        self.who, self.at = who, at or self.at
        self.git("switch", "-q", "main")
        if squash:
            self.git("merge", "-q", "--squash", branch)
            self.git("commit", "-q", "-m", message)
        else:
            self.git("merge", "-q", "--no-ff", "-m", message, branch)
        self.who = "alice"
        return self.git("rev-parse", "HEAD")

    def agreed(self, name: str, *, at: str = "2026-11-21T09:00:00Z", **spec: object) -> str:
        """A request on a branch of its name, with its approvals; we stay on the branch."""
        self.at = at
        self.git("switch", "-q", "-C", name)
        self.ask(name, branch=name, **spec)
        self.git("switch", "-q", name)
        for person in ("carol", "dave"):
            self.opinion("approve", person, name, now=BEFORE)
        self.at = INSIDE
        return name

    def complete(self, period: Period = ALWAYS, now: datetime = NOW) -> Completeness:
        return completeness(locate(self.root), period, Clock(now, now))

    def delivery(self, name: str, now: datetime = NOW) -> Delivery:
        (found,) = [one for one in self.complete(now=now).deliveries if one.name == name]
        return found


@cache
def template(where: Path) -> Path:
    """A depot that tests copy, because to begin anew takes longer."""
    return Depot(where / "template").root


__all__ = ["AFTER", "ALWAYS", "BEFORE", "INSIDE", "NOW", "Depot"]
