"""The calls of a release that can fail, numbered, and the ways in which one of them fails.

Calls of one name are numbered in each lane: the changes of a release that run side by side have a lane each, so that a number means the
same call whoever is faster. The count is kept in a file, which the program of a step goes on with.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from changeflow import errors
from changeflow.hosts.github.workflow_runs import GitHubWorkflows
from changeflow.release_driver.adapters import LedgerJournal
from changeflow.repo import remote as remotes
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import LedgerBranch
from changeflow.repo.programs import Programs
from changeflow.repo.unrecorded import Unrecorded
from changeflow.usecases.release import several_changes

from .site import Site

FAULTS = (
    "kill -9 before", "kill -9 after", "exception", "SIGTERM", "SIGHUP", "SIGINT", "delay", "duplicate", "lost answer", "full disk",
)  # fmt: skip
_SIGNALS = {"SIGTERM": signal.SIGTERM, "SIGHUP": signal.SIGHUP, "SIGINT": signal.SIGINT}
# calls that write, and fail while the disk is full; the room for an outcome was set aside before
_WRITES = ("append", "store", "commit", "ref", "room")
# calls of the program that follows a workflow: method of the host -> name
_HOST = {"commit_of": "host tip", "find": "host find", "dispatch": "host dispatch", "read": "host look", "cancel": "host cancel"}
HOST_CALLS = tuple(_HOST.values())
# what the program of a step is told of the fault
AT, FAULT, REPORT = "FAULT_AT", "FAULT", "FAULT_REPORT"
_DELAY = 0.3


class Point(NamedTuple):
    """A call: its number among those of its name in its lane, from 1. Number 0 is no call."""

    lane: str
    name: str
    number: int

    def __str__(self) -> str:
        return " ".join(filter(None, (self.lane, self.name, str(self.number))))


NO_POINT = Point("", "", 0)


def combinations(points: Sequence[Point], names: Sequence[str] = ()) -> list[tuple[Point, str]]:
    """Every call with every fault; of the calls with these names alone, where there are some."""
    pairs = [(point, fault) for point in points if not names or point.name in names for fault in FAULTS]
    # the system tells of a start before the program runs: what it did then is the program's own exit code
    return [(point, fault) for point, fault in pairs if (point.name, fault) != ("spawn", "lost answer")]


@dataclass
class Reaching(Site):
    """A site whose commands get further variables."""

    more: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | self.more


class Calls:
    """Numbers the calls of a process, and lets one of them fail.

    Args:
        at: the call that fails.
        fault: how.
        report: a file that gets a line for each call.
        killed: the processes that end together.
    """

    def __init__(self, at: Point, fault: str, report: Path, killed: Sequence[int] = ()) -> None:
        self.at, self.fault, self.report = at, fault, report
        self.killed = killed
        self.lock = threading.Lock()
        self.of_thread = threading.local()

    def wrap(self, owner: Any, method: str, name: str) -> None:
        inner = getattr(owner, method)

        def outer(*words: Any, **more: Any) -> Any:
            return self.call(name, lambda: inner(*words, **more))

        setattr(owner, method, outer)

    def call(self, name: str, act: Callable[[], Any]) -> Any:
        point = self._numbered(name)
        if self._is_full.exists() and name in _WRITES:
            raise _no_space(name)
        if point != self.at:
            return act()
        met(self.report).touch()
        return self._faulty(name, act)

    def _numbered(self, name: str) -> Point:
        lane = getattr(self.of_thread, "lane", "")
        with self.lock, self.report.open("a+", encoding="utf-8") as file:
            file.seek(0)
            line = f"{lane}\t{name}\n"
            before = sum(one == line for one in file)
            file.write(line)
        return Point(lane, name, before + 1)

    @property
    def _is_full(self) -> Path:
        return self.report.with_name("full")

    def _faulty(self, name: str, act: Callable[[], Any]) -> Any:
        self._before(name)
        answer = act()
        if self.fault == "kill -9 after":
            self._end()
        if self.fault == "duplicate":
            with contextlib.suppress(errors.ChangeflowError, OSError):
                again = act()
                if name == "spawn":
                    again.communicate()
        if self.fault == "lost answer":
            raise errors.HostFailed(f"the answer of {name} was lost")
        return answer

    def _before(self, name: str) -> None:
        match self.fault:
            case "kill -9 before":
                self._end()
            case "exception":
                raise errors.HostFailed(f"injected before {name}")
            case "SIGTERM" | "SIGHUP" | "SIGINT":
                os.kill(os.getpid(), _SIGNALS[self.fault])
            case "delay":
                time.sleep(_DELAY)
            case "full disk":
                self._is_full.touch()
                if name in _WRITES:
                    raise _no_space(name)

    def _end(self) -> None:
        for pid in (*self.killed, os.getpid()):
            os.kill(pid, signal.SIGKILL)

    def install(self, released: str) -> None:
        """Count the calls of the process that drives a release, which is that of a change or of several."""
        self.wrap(LedgerJournal, "append_together", "append")
        self.wrap(Git, "store", "store")
        self.wrap(Git, "commit_tree", "commit")
        self.wrap(Git, "update_ref", "ref")
        self.wrap(remotes, "push_branch", "push")
        self.wrap(remotes, "fetch_branch", "fetch")
        self.wrap(LedgerBranch, "_entry", "sign")
        self.wrap(Programs, "_start", "spawn")
        self.wrap(Unrecorded, "make_room", "room")
        self._give_lanes(released)

    def _give_lanes(self, released: str) -> None:
        """Give what is done with each of several changes a lane of its own."""
        inner = several_changes._answered

        def answered(view: Any, change: str, *words: Any, **more: Any) -> Any:
            self.of_thread.lane = "" if change == released else change.rpartition("-")[2]
            try:
                return inner(view, change, *words, **more)
            finally:
                self.of_thread.lane = ""

        several_changes._answered = answered

    def install_in_follower(self) -> None:
        """Count the calls of the program that follows a workflow."""
        for method, name in _HOST.items():
            self.wrap(GitHubWorkflows, method, name)


def met(report: Path) -> Path:
    """The file that says that the call that was to fail was reached."""
    return report.with_name("met")


def reported(report: Path) -> tuple[Point, ...]:
    """The calls that a process made, in their order."""
    passed: Counter[str] = Counter()
    found = []
    for line in report.read_text(encoding="utf-8").splitlines():
        passed[line] += 1
        lane, name = line.split("\t")
        found.append(Point(lane, name, passed[line]))
    return tuple(found)


def _no_space(name: str) -> errors.HostFailed:
    """Return what each of these calls makes of a full disk."""
    return errors.HostFailed(f"{name}: {os.strerror(errno.ENOSPC)}")
