"""Every call of a release that can fail, by every way it can fail: the whole release is run once for each, and then to its end.

`python -m tests.release.fault_enumerator` runs all of them and prints how many were tried and how many held. The calls are those of
the journal, of git (objects, refs), of the remote, of the key, and the start of programs. Each combination has a repository of its
own, copied from one. Programs leave their marks in a file outside of it, which counts effects whatever the journal says.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from changeflow import errors
from changeflow.release_driver import loop
from changeflow.release_driver.adapters import LedgerJournal
from changeflow.repo import remote as remotes
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import LedgerBranch
from changeflow.repo.programs import Programs
from changeflow.repo.unrecorded import Unrecorded

from .site import ID, Site, checked_step, git, run_step

CONFIG = """\
apiVersion: changeflow/v1
kind: Config
metadata: {id: changeflow}
spec: {ledger: {remote: origin}}
"""
# A program that finds its own mark says so in `again`: it ran twice. Of two at the same moment one makes the file, so that one leaves a mark.
ONCE = """\
#!/bin/sh
if ! (set -C; : > "$MARKS.$1") 2>/dev/null; then echo "$CHANGEFLOW_STEP_KEY $1" >> "$MARKS.again"; exit 0; fi
echo "$CHANGEFLOW_STEP_KEY $1" >> "$MARKS"
"""
FAIL_ONCE = ONCE + "exit 3\n"
MANUAL = {"name": "call", "manual": "Call the shop"}
SCENARIOS: dict[str, dict[str, Any]] = {
    "success": {"steps": [checked_step("one"), run_step("two")], "verification": [checked_step("smoke")]},
    "failing step": {"steps": [checked_step("one"), run_step("two", "fail")], "verification": [run_step("smoke")]},
    "failing verification": {"steps": [checked_step("one")], "verification": [run_step("smoke", "fail")]},
    "manual step": {"steps": [checked_step("one"), MANUAL, run_step("two")], "verification": []},
}
FAULTS = (
    "kill -9 before", "kill -9 after", "exception", "SIGTERM", "SIGHUP", "SIGINT", "delay", "duplicate", "lost answer", "full disk",
)  # fmt: skip
_SIGNALS = {"SIGTERM": signal.SIGTERM, "SIGHUP": signal.SIGHUP, "SIGINT": signal.SIGINT}
# calls that write, and fail while the disk is full; the room for an outcome was set aside before
_WRITES = ("append", "store", "commit", "ref", "room")
_DELAY = 0.3


class Calls:
    """Numbers the calls of a process, and lets one of them fail."""

    def __init__(self, at: int, fault: str, report: Path) -> None:
        self.at = at
        self.fault = fault
        self.report = report
        self.passed = 0
        self.is_full = False

    def wrap(self, owner: Any, method: str, name: str) -> None:
        inner = getattr(owner, method)

        def outer(*words: Any, **more: Any) -> Any:
            return self.call(name, lambda: inner(*words, **more))

        setattr(owner, method, outer)

    def call(self, name: str, act: Callable[[], Any]) -> Any:
        self.passed += 1
        with self.report.open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")
        if self.is_full and name in _WRITES:
            raise _no_space(name)
        if self.passed != self.at:
            return act()
        return self._faulty(name, act)

    def _faulty(self, name: str, act: Callable[[], Any]) -> Any:
        self._before(name)
        answer = act()
        if self.fault == "kill -9 after":
            os.kill(os.getpid(), signal.SIGKILL)
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
                os.kill(os.getpid(), signal.SIGKILL)
            case "exception":
                raise errors.HostFailed(f"injected before {name}")
            case "SIGTERM" | "SIGHUP" | "SIGINT":
                os.kill(os.getpid(), _SIGNALS[self.fault])
            case "delay":
                time.sleep(_DELAY)
            case "full disk":
                self.is_full = True
                if name in _WRITES:
                    raise _no_space(name)

    def install(self) -> None:
        self.wrap(LedgerJournal, "append_together", "append")
        self.wrap(Git, "store", "store")
        self.wrap(Git, "commit_tree", "commit")
        self.wrap(Git, "update_ref", "ref")
        self.wrap(remotes, "push_branch", "push")
        self.wrap(remotes, "fetch_branch", "fetch")
        self.wrap(LedgerBranch, "_entry", "sign")
        self.wrap(Programs, "_start", "spawn")
        self.wrap(Unrecorded, "make_room", "room")


def _no_space(name: str) -> errors.HostFailed:
    """Return what each of these calls makes of a full disk."""
    return errors.HostFailed(f"{name}: {os.strerror(errno.ENOSPC)}")


@dataclass(frozen=True)
class Ended:
    code: int
    calls: tuple[str, ...]
    said: str


def started(site: Site, at: int, fault: str) -> Ended:
    """Run the release in a child, in which call number `at` fails."""
    report, said = site.root.parent / "calls", site.root.parent / "said"
    report.write_text("")
    pid = os.fork()
    if not pid:
        code = errors.BUG
        with contextlib.suppress(BaseException):
            loop._PAUSE = 0.01
            Calls(at, fault, report).install()
            done = site.cli("release", "run", ID)
            said.write_text(done.err + done.out)
            code = done.code
        os._exit(code)
    _, status = os.waitpid(pid, 0)
    words = said.read_text() if said.exists() else ""
    return Ended(os.waitstatus_to_exitcode(status), tuple(report.read_text().split()), words)


def brought_to_its_end(site: Site) -> str:
    """Let people and `resume` bring a release to its end, and return the state it ends in."""
    said = ""
    for _ in range(30):
        verb = "resume" if "started" in events(site) else "run"
        done = site.release(verb)
        said = done.err + done.out
        state = done.answer["state"] if done.out.startswith("{") else ""
        if state in ("implemented", "rolled_back", "rollback_failed"):
            return str(state)
        waits = site.release("status").answer["waiting_for"]
        if waits:
            word = person_s_word(site, waits)
            site.release("confirm", "--as", "carol", "--step", waits, word)
    return f"never ended: {said}"


def person_s_word(site: Site, key: str) -> str:
    """What a person sees who looks at the step."""
    if key not in [mark.split()[0] for mark in site.marks]:
        return "--done" if key == "implementation/1" and "Call the shop" in request(site) else "--not-done"
    return "--failed" if '"./scripts/fail",\n' in step_text(site, key) else "--done"


def request(site: Site) -> str:
    return (site.root / "changes" / ID / "rfc.yaml").read_text()


def step_text(site: Site, key: str) -> str:
    name = next(mark.split()[1] for mark in site.marks if mark.startswith(f"{key} "))
    place = request(site).index(f'"name": "{name}"')
    return request(site)[place : place + 120]


def events(site: Site) -> list[str]:
    with contextlib.suppress(Exception):
        return site.events()
    return []


def effects(site: Site) -> Counter[str]:
    return Counter(site.marks)


def flaws(site: Site, state: str, calm: tuple[str, Counter[str]], call: str, fault: str) -> Iterator[str]:
    """Yield what does not hold after a release that met a fault."""
    again = Path(f"{site.marks_file}.again")
    if state != calm[0]:
        yield f"ends as {state} instead of {calm[0]}"
    if again.exists() and (call, fault) != ("spawn", "duplicate"):
        yield f"ran twice: {again.read_text().split()}"
    if effects(site) != calm[1]:
        yield f"effects {sorted(effects(site))} instead of {sorted(calm[1])}"
    told = events(site)
    for key in {mark.split()[0] for mark in site.marks}:
        if f"intent {key}" not in told:
            yield f"no intent of {key}"
        if not any(line.startswith((f"outcome {key}", f"confirmed {key}")) for line in told):
            yield f"no outcome of {key}"
    if site.cli("ledger", "verify").code != 0:
        yield "the ledger does not hold"


def template(folder: Path, scenario: str) -> Path:
    """Return a folder with a repository and its remote, ready to release."""
    words = dict(SCENARIOS[scenario])
    site = Site.at(folder / "site", **{"changeflow.yaml": CONFIG, "scripts/mark": ONCE, "scripts/fail": FAIL_ONCE.replace("exit 0", "exit 3")})
    site.change(rollback=[checked_step("undo")], **words)
    git(folder, "init", "-q", "--bare", "remote.git")
    git(site.root, "remote", "add", "origin", "../remote.git")
    git(site.root, "push", "-q", "origin", "main")
    git(site.root, "fetch", "-q", "origin")
    return folder


@contextlib.contextmanager
def copied(made: Path) -> Iterator[Site]:
    with tempfile.TemporaryDirectory(dir=made.parent) as name:
        shutil.copytree(made, Path(name, "it"), symlinks=True)
        yield Site(Path(name, "it", "site"))


def calm_end(made: Path) -> tuple[tuple[str, Counter[str]], tuple[str, ...]]:
    """Return how a release ends that meets no fault, and its calls."""
    with copied(made) as site:
        first = started(site, 0, "")
        return (brought_to_its_end(site), effects(site)), first.calls


def tried(made: Path, calm: tuple[str, Counter[str]], calls: Sequence[str], at: int, fault: str) -> list[str]:
    """Run a release with one fault; return what did not hold, each with the place."""
    with copied(made) as site:
        met = started(site, at, fault)
        found = list(flaws(site, brought_to_its_end(site), calm, calls[at - 1], fault))
        if met.code == errors.BUG:
            found.append(f"a bug: {met.said[-300:]}")
        return [f"{made.name}, call {at} ({calls[at - 1]}), {fault}: {flaw}" for flaw in found]


def combinations(calls: Sequence[str]) -> list[tuple[int, str]]:
    pairs = [(at, fault) for at in range(1, len(calls) + 1) for fault in FAULTS]
    # the system tells of a start before the program runs: what it did then is the program's own exit code
    return [(at, fault) for at, fault in pairs if (calls[at - 1], fault) != ("spawn", "lost answer")]


def in_parallel(work: Sequence[Callable[[], list[str]]], workers: int, seconds: float) -> tuple[int, list[str]]:
    """Do the work in forked processes; return how much was done in the time, and every flaw."""
    until = time.monotonic() + seconds
    pipes = []
    for number in range(workers):
        reader, writer = os.pipe()
        if not os.fork():
            with os.fdopen(writer, "w", encoding="utf-8") as out:
                for act in work[number::workers]:
                    if time.monotonic() > until:
                        break
                    out.write("\x1f".join(line.replace("\n", " ") for line in act()) + "\n")
                    out.flush()
            os._exit(0)
        os.close(writer)
        pipes.append(reader)
    done, found = 0, list[str]()
    for reader in pipes:
        with os.fdopen(reader, encoding="utf-8") as lines:
            for line in lines:
                done += 1
                found += filter(None, line.rstrip("\n").split("\x1f"))
    for _ in pipes:
        os.wait()
    return done, found


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="try each Nth combination alone")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no more after that")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        work: list[Callable[[], list[str]]] = []
        all_of_them = 0
        for scenario in SCENARIOS:
            made = template(Path(place, scenario.replace(" ", "-")), scenario)
            calm, calls = calm_end(made)
            pairs = combinations(calls)
            all_of_them += len(pairs)
            say(f"{scenario}: {len(calls)} calls {dict(Counter(calls))}, ends as {calm[0]}")
            for at, fault in pairs:
                work.append(lambda made=made, calm=calm, calls=calls, at=at, fault=fault: tried(made, calm, calls, at, fault))  # type: ignore[misc]
        # in an order that time, where it is limited, cuts anywhere
        random.Random(1).shuffle(work)  # noqa: S311
        picked = work[:: chosen.every]
        done, found = in_parallel(picked, chosen.workers, chosen.seconds)
    return told(all_of_them, done, found)


def told(all_of_them: int, done: int, found: Iterable[str]) -> int:
    flawed = sorted(found)
    for line in flawed:
        say(line)
    places = {line.rpartition(": ")[0] for line in flawed}
    say(f"{done} of {all_of_them} combinations of call and fault tried, {done - len(places)} held, {len(places)} did not")
    return 1 if flawed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
