"""Counts what one command does: functions called, processes started, documents loaded.

The commands are run for real, in processes watched by benchmarks/witness.py: two in the
repository that `changeflow demo` leaves behind, one against the tests' double of GitHub.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
WITNESS = Path(__file__).with_name("witness.py")
LEDGER = "refs/heads/changeflow/ledger"
ENTRIES = 33
SHIPPING = "CHG-20261120-shipping-2-4"
RESTART = "CHG-20261201-restart-recommendation"
NIGHT = "2026-12-01T21:05:00Z"


class NotMeasuredError(Exception):
    """A figure could not be taken; the text says why."""


@dataclass(frozen=True)
class Trace:
    """What a witness wrote down about one command."""

    commands: list[tuple[str, ...]]
    walk: dict[str, Any]

    @classmethod
    def read(cls, report: Path) -> Trace:
        """Read a report."""
        lines = [json.loads(line) for line in report.read_text("utf-8").splitlines()]
        commands = [(line["folder"], *line["argv"]) for line in lines if "argv" in line]
        walks = [line for line in lines if "files" in line]
        return cls(commands, walks[0] if walks else {})

    def started(self, program: str) -> list[tuple[str, ...]]:
        """Commands of a program: the folder they ran in, and their words."""
        return [command for command in self.commands if Path(command[1]).name == program]

    def repeated(self, program: str) -> list[tuple[str, ...]]:
        """Commands that an earlier one had been before, word for word and in the same folder.

        Commands that are asked on their standard input are left out: their words say nothing.
        """
        started = self.started(program)
        counts = Counter(command for command in started if not _is_asked_on_stdin(command))
        return [command for command, count in counts.items() for _ in range(count - 1)]

    def loads(self, path: str) -> int:
        """How often a document was loaded from bytes."""
        counts = self.walk["loads"]
        return sum(count for name, count in counts.items() if name.endswith(path))


def _is_asked_on_stdin(command: Sequence[str]) -> bool:
    return any(word.startswith(("--batch", "--stdin")) or word == "mktree" for word in command)


# -- in the demonstration's repository ---------------------------------------------------------


def environment(**more: str) -> dict[str, str]:
    """The environment without this user's settings for git and changeflow.

    Compiled modules are kept, as they are where changeflow is installed.
    """
    foreign = ("GIT_", "CHANGEFLOW_", "SSH_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: text for name, text in os.environ.items() if not name.startswith(foreign)}
    return kept | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"} | more


def demonstration(folder: Path) -> Path:
    """Play the demonstration, and return the repository that it leaves behind."""
    _run([sys.executable, "-m", "changeflow", "demo", "--keep", str(folder)], PROJECT)
    return folder / "webshop"


def gate_approve(shop: Path, report: Path) -> Trace:
    """Ask the gate `approve` about a normal change, with exactly 33 signed entries on the ledger."""
    count = int(_git(shop, "rev-list", "--count", LEDGER))
    if count < ENTRIES:
        raise NotMeasuredError(f"the demonstration leaves {count} entries, {ENTRIES} are wanted")
    whole = _git(shop, "rev-parse", LEDGER)
    _set_ledger(shop, f"{LEDGER}~{count - ENTRIES}")
    asked = ["gate", "approve", SHIPPING, "--now", "2026-11-27T12:00:00Z"]
    # Its window has passed by now, so the gate is shut; on the way there everything was asked.
    trace = _witnessed(shop, report, asked, accept=(1,))
    _set_ledger(shop, whole)
    return trace


def _set_ledger(shop: Path, to: str) -> None:
    """Move the ledger's branch, and let this clone forget that it ever saw another one."""
    _git(shop, "update-ref", LEDGER, to)
    for pattern in ("seen-*", "index*"):
        for memory in (shop / ".git" / "changeflow").glob(pattern):
            memory.unlink()


def release_run(shop: Path, report: Path) -> Trace:
    """Release a standard change that has one step and one verification."""
    model = ["--model", "service-restart", "--ci", "recommendation", "--implementer", "bob"]
    window = ["--start", "2026-12-01T21:00:00Z", "--now", "2026-12-01T09:00:00Z"]
    new = ["new", "restart-recommendation", *model, *window]
    _run([sys.executable, "-m", "changeflow", *new], shop)
    _git(shop, "add", "--all")
    _git(shop, "commit", "--quiet", "--message=Restart it once more")
    return _witnessed(shop, report, ["release", "run", RESTART, "--as", "bob", "--now", NIGHT])


def _witnessed(
    shop: Path, report: Path, arguments: list[str], accept: Sequence[int] = (0,)
) -> Trace:
    watched = [sys.executable, "-X", "utf8", str(WITNESS), str(report), "--walk"]
    _run([*watched, "-m", "changeflow", *arguments], shop, accept)
    return Trace.read(report)


def _run(command: list[str], folder: Path, accept: Sequence[int] = (0,)) -> str:
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, check=False)
    if done.returncode not in accept:
        said = (done.stdout + done.stderr).decode("utf-8", "replace")
        raise NotMeasuredError(f"{' '.join(command)} ended with {done.returncode}:\n{said}")
    return done.stdout.decode("utf-8").strip()


def _git(shop: Path, *arguments: str) -> str:
    return _run(["git", *arguments], shop)


# -- on GitHub ---------------------------------------------------------------------------------


def ci(folder: Path) -> Trace:
    """Let `ci` judge a pull request of one file, approved by one reviewer."""
    sys.path[:0] = [str(PROJECT), str(PROJECT / "tests")]
    from attacks.stage import set_stage, template
    from bot.runner import Job, event
    from github.double import start

    shared = Path(os.environ.get("CHANGEFLOW_SHARED_DATA", PROJECT.parent / "shared" / "data"))
    if not (shared / "webhooks").is_dir() or start.descriptions(shared) is None:
        raise NotMeasuredError("GitHub's descriptions are not here (set CHANGEFLOW_SHARED_DATA)")

    class Watched(Job):
        """A job whose `changeflow ci` is watched."""

        def start(self, arguments: list[str], environment: dict[str, str], files: Path) -> int:
            script = PROJECT / "tests" / "bot" / "fresh.py"
            watched = [sys.executable, "-X", "utf8", str(WITNESS), str(folder / "report")]
            command = [*watched, str(script), self.world.now.isoformat(), *arguments]
            with (files / "out").open("wb") as out, (files / "err").open("wb") as err:
                done = subprocess.run(
                    command, cwd=self.clone, env=environment, stdout=out, stderr=err, check=False
                )
            return done.returncode

    for name in ("template", "world"):
        (folder / name).mkdir()
    stage = set_stage(folder / "world", template(folder / "template"))
    stage.play([{"open": {}}, {"review": {"by": "carol"}}])
    with start.double_of(stage.world, start.descriptions(shared)) as double:
        job = Watched(stage.world, double, folder / "world")
        name = "pull_request"
        done = job.run(name, event(shared, name, stage.world, stage.pull, "opened"))
    if done.code:
        raise NotMeasuredError(f"`changeflow ci` ended with {done.code}:\n{done.log}")
    return Trace.read(folder / "report")
