"""A process that releases in children of its own and lets them die by kill -9 at a numbered fault point.

It imports the program once, then answers lines of JSON on stdin: `{"verb", "root", "change", "at", "by"}` forks a child that
carries out the verb and is killed when it passes fault point number `at` (0: never). `{"race": [changes], "root"}` forks one
child for each change, all let go at once. Every answer is a line of JSON: exit status, fault points passed, and what was said.

Fault points are before and after every append, before, in the middle of and after every program.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from changeflow import errors
from changeflow.cli.watching import Lines
from changeflow.reading.view import locate
from changeflow.usecases.release import run as release
from changeflow.usecases.release.prepare import ReleaseOptions, prepare


class Points:
    def __init__(self, at: int, report: Path) -> None:
        self.at = at
        self.passed = 0
        self.report = report

    def __call__(self, name: str) -> None:
        self.passed += 1
        with self.report.open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")
        if self.passed == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


class FaultyJournal:
    def __init__(self, inner: Any, point: Points) -> None:
        self.inner = inner
        self.point = point

    def read(self) -> Any:
        return self.inner.read()

    def append(self, change: str, body: Any, **words: Any) -> None:
        self.append_together(change, (body,), **words)

    def append_together(self, change: str, bodies: Any, **words: Any) -> None:
        what = getattr(bodies[-1], "event", bodies[-1].kind)
        self.point(f"before {what}")
        self.inner.append_together(change, bodies, **words)
        self.point(f"after {what}")


class FaultyPrograms:
    def __init__(self, inner: Any, point: Points) -> None:
        self.inner = inner
        self.point = point

    def missing(self, program: str) -> str:
        return str(self.inner.missing(program))

    def run(self, argv: Any, **words: Any) -> Any:
        self.point(f"before {argv[0]}")
        say = words.pop("say", lambda _: None)

        def middle(line: str) -> None:
            if line == "middle":
                self.point(f"during {argv[0]}")
            say(line)

        ran = self.inner.run(argv, say=middle, **words)
        self.point(f"after {argv[0]}")
        return ran


def child(ask: dict[str, Any], report: Path) -> int:
    point = Points(int(ask.get("at", 0)), report)
    order = ReleaseOptions(watcher=Lines(), by=ask.get("by"))
    prepared = prepare(locate(Path(ask["root"])), ask["change"], order)
    ports = prepared.ports
    prepared = replace(
        prepared, ports=replace(ports, journal=FaultyJournal(ports.journal, point), programs=FaultyPrograms(ports.programs, point))
    )
    verbs = {"run": release.run, "resume": release.resume, "status": release.status, "rollback": release.rollback}
    try:
        answered = verbs[ask.get("verb", "run")](prepared)
    except errors.ChangeflowError as error:
        sys.stderr.write(f"{error.message}\n")
        return error.exit_code
    sys.stderr.write(f"state {answered.answer.state}\n")
    return answered.code


def fork(ask: dict[str, Any], folder: Path, name: str, gate: int | None = None) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = errors.BUG
    with contextlib.suppress(BaseException):
        said = os.open(folder / f"{name}.said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(said, 2)
        os.chdir(ask["root"])
        os.environ["MARKS"] = ask["marks"]
        if gate is not None:
            os.read(gate, 1)
        code = child(ask, folder / f"{name}.points")
    sys.stderr.flush()
    os._exit(code)


def ended(pid: int, folder: Path, name: str) -> dict[str, Any]:
    _, status = os.waitpid(pid, 0)
    points = folder / f"{name}.points"
    return {
        "code": os.waitstatus_to_exitcode(status),
        "points": points.read_text(encoding="utf-8").splitlines() if points.exists() else [],
        "said": (folder / f"{name}.said").read_text(encoding="utf-8"),
    }


def answers() -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as place:
        for number, line in enumerate(sys.stdin):
            ask, folder = json.loads(line), Path(place, str(number))
            folder.mkdir()
            if "race" not in ask:
                yield ended(fork(ask, folder, "one"), folder, "one")
                continue
            reader, writer = os.pipe()
            pids = {name: fork(ask | {"change": name}, folder, name, reader) for name in ask["race"]}
            os.write(writer, b"!" * len(pids))
            yield {name: ended(pid, folder, name) for name, pid in pids.items()}


if __name__ == "__main__":
    for answer in answers():
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
