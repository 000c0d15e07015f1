"""A job of GitHub Actions: a clone, the environment a runner sets, an event file, and `changeflow ci` as a process."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from github.double.server import Double, Recorded
from github.double.world import Check, Pull, Status, World

GATE = "changeflow/gate"


@dataclass
class Done:
    """What a run left behind."""

    code: int
    log: str
    out: str
    outputs: dict[str, str]
    summary: str
    requests: list[Recorded]

    @property
    def writes(self) -> list[str]:
        return [f"{request.method} {request.path.removeprefix('/repos/acme/changes')}" for request in self.requests if request.changes]

    @property
    def budget(self) -> int:
        """How many requests the run says it made."""
        found = re.search(r"([0-9]+) requests? to GitHub", self.log)
        assert found, self.log
        return int(found[1])


class Warm:
    """The process of `warm.py`."""

    def __init__(self) -> None:
        program = [sys.executable, "-X", "utf8", str(Path(__file__).with_name("warm.py"))]  # as changeflow starts itself
        self.process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")

    def run(self, cwd: Path, environment: dict[str, str], arguments: list[str], files: Path, clock: datetime) -> int:
        told = {"cwd": str(cwd), "environment": environment, "arguments": arguments, "clock": clock.isoformat()}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({**told, "out": str(files / "out"), "err": str(files / "err")}) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def close(self) -> None:
        self.process.communicate(timeout=30)


@dataclass
class Job:
    """Runs the bot against a double. `token` is that of the App unless a test says otherwise.

    `late` is how far the clock of its machine is behind GitHub's; `checkout` are options of the clone that the job starts with,
    `cwd` is where the step runs if not in the clone.
    """

    world: World
    double: Double
    folder: Path
    more: dict[str, str] = field(default_factory=dict)
    token: str = ""
    runs: int = 0
    warm: Warm | None = None
    options: tuple[str, ...] = ()
    late: timedelta = timedelta()
    checkout: tuple[str, ...] = ()
    cwd: Path | None = None

    def __post_init__(self) -> None:
        self.clone = self.folder / "clone"
        origin = self.world.store.path.as_uri()
        environment = {**self._bare_environment()}
        subprocess.run(["git", "clone", "-q", *self.checkout, origin, str(self.clone)], check=True, env=environment)
        self.token = self.token or self.world.token(self.world.apps["changeflow-bot"])

    def _bare_environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR", "COVERAGE_PROCESS_START") if name in os.environ}
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        return {**kept, "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}

    def environment(self, event: str, payload: Any) -> dict[str, str]:
        """What a runner sets."""
        self.runs += 1
        files = self.folder / f"job{self.runs}"
        files.mkdir()
        (files / "event.json").write_text(payload if isinstance(payload, str) else json.dumps(payload), encoding="utf-8")
        for name in ("summary", "output", "env", "path"):
            (files / name).touch()
        return {
            **self._bare_environment(),
            "CI": "true", "GITHUB_ACTIONS": "true", "RUNNER_OS": "Linux", "GITHUB_WORKFLOW": "changeflow", "GITHUB_JOB": "gate",
            "GITHUB_RUN_ID": "1", "GITHUB_RUN_NUMBER": "1", "GITHUB_RUN_ATTEMPT": "1", "GITHUB_ACTOR": "alice",
            "GITHUB_TRIGGERING_ACTOR": "alice", "GITHUB_REPOSITORY": f"{self.world.owner}/{self.world.name}",
            "GITHUB_REPOSITORY_ID": str(self.world.repository_id), "GITHUB_REPOSITORY_OWNER": self.world.owner,
            "GITHUB_EVENT_NAME": event, "GITHUB_EVENT_PATH": str(files / "event.json"),
            "GITHUB_API_URL": self.double.url, "GITHUB_GRAPHQL_URL": f"{self.double.origin}/api/graphql",
            "GITHUB_SERVER_URL": self.double.origin, "GITHUB_SHA": self.world.tip("main"), "GITHUB_REF": "refs/heads/main",
            "GITHUB_REF_NAME": "main", "GITHUB_WORKSPACE": str(self.clone),
            "GITHUB_STEP_SUMMARY": str(files / "summary"), "GITHUB_OUTPUT": str(files / "output"),
            "GITHUB_ENV": str(files / "env"), "GITHUB_PATH": str(files / "path"), "GITHUB_TOKEN": self.token,
            **self.more,
        }  # fmt: skip

    def run(self, event: str, payload: Any = None, **more: str) -> Done:
        """`changeflow ci` for an event. Checks what must hold of every run, whatever it decides."""
        environment = {**self.environment(event, {} if payload is None else payload), **more}
        before = len(self.double.requests)
        files = Path(environment["GITHUB_EVENT_PATH"]).parent
        self.double.date = self.world.now.replace(microsecond=0)  # a job is over before a minute is, however much it does
        code = self.start(["ci", *self.options], environment, files)
        self.double.date = None
        out, log = ((files / name).read_text(encoding="utf-8") for name in ("out", "err"))
        assert "Traceback" not in log, log
        assert self.token not in log + out
        assert (files / "env").read_text(encoding="utf-8") == (files / "path").read_text(encoding="utf-8") == ""
        return Done(
            code, log, out, read_outputs((files / "output").read_text(encoding="utf-8")),
            (files / "summary").read_text(encoding="utf-8"), self.double.requests[before:],
        )  # fmt: skip

    def start(self, arguments: list[str], environment: dict[str, str], files: Path) -> int:
        """Run the command in a process of its own: a fork of one that is warm, or where there is none a fresh one."""
        clock, cwd = self.world.now - self.late, self.cwd or self.clone
        if self.warm is None:
            with (files / "out").open("wb") as out, (files / "err").open("wb") as err:
                command = [sys.executable, "-X", "utf8", str(Path(__file__).with_name("fresh.py")), clock.isoformat(), *arguments]
                return subprocess.run(command, cwd=cwd, env=environment, stdout=out, stderr=err, timeout=120, check=False).returncode
        return self.warm.run(cwd, environment, arguments, files, clock)

    def refresh(self) -> None:
        """What `actions/checkout` with the whole history does at the beginning of a job."""
        environment = self._bare_environment()
        subprocess.run(["git", "fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*"], cwd=self.clone, check=True, env=environment)
        subprocess.run(["git", "checkout", "-q", "--detach", self.world.tip("main")], cwd=self.clone, check=True, env=environment)


def read_outputs(text: str) -> dict[str, str]:
    """Outputs as the runner reads them."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, _, delimiter = line.partition("<<")
        value = []
        for inner in lines:
            if inner == delimiter:
                break
            value.append(inner)
        found[name] = "\n".join(value)
    return found


def verdict(world: World, oid: str) -> str | None:
    """What stands on a commit as our verdict: the conclusion of our App's newest check run, or the newest status."""
    runs: list[Check] = [check for check in world.checks if check.sha == oid and check.name == GATE and check.app.slug == "changeflow-bot"]
    if runs:
        return runs[-1].conclusion or runs[-1].status
    bot = world.apps["changeflow-bot"].bot
    statuses: list[Status] = [one for one in world.statuses if one.sha == oid and one.context == GATE and one.creator is bot]
    return statuses[-1].state if statuses else None


# -- events ----------------------------------------------------------------------------------------------------------------


@cache
def examples(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """GitHub's own webhook payloads, by event."""
    with gzip.open(folder / "webhooks" / "octokit_examples_change_events.json.gz", "rt", encoding="utf-8") as file:
        return {group["name"]: group["examples"] for group in json.load(file)}


def event(folder: Path, name: str, world: World, pull: Pull | None = None, action: str | None = None, **more: Any) -> dict[str, Any]:
    """A payload of GitHub's in which the repository and the pull request are ours. `pull_request_target` has those of `pull_request`."""
    known = examples(folder)["pull_request" if name == "pull_request_target" else name]
    found = next(example for example in known if action in (None, example.get("action")))
    payload: dict[str, Any] = json.loads(json.dumps(found))
    payload["repository"] |= {"id": world.repository_id, "full_name": f"{world.owner}/{world.name}", "name": world.name}
    if pull is not None and isinstance(payload.get("pull_request"), dict):
        payload["number"] = payload["pull_request"]["number"] = pull.number
        payload["pull_request"]["head"] |= {"sha": pull.head_oid, "ref": pull.head_ref}
        payload["pull_request"]["title"] = pull.title
    if pull is not None and name == "issue_comment":
        payload["issue"] |= {"number": pull.number, "pull_request": {"url": "https://api.github.com/x"}}
    return payload | more
