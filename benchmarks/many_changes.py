"""What ten thousand changes with fifty thousand ledger entries cost, beside ten changes.

    python benchmarks/many_changes.py [--changes 10000] [--rounds 3] [--list] [--keep DIR]

Whole processes in turns, in one run. The repositories are made for it by `git fast-import`: each
change has five entries, nine of ten changes are released, and the rest waits for approval. Nothing
is signed, so what is timed is reading and judging, not the arithmetic of signatures. `check` is
timed on as many requests of another repository, beside `check-jsonschema` where that is installed.

*Cold* is the first run, without an index; all others find what an earlier one remembered. The register
is asked for a second later each time, as it is in everyday use.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import check
import schedule
import walks
from costs import Cost, Ratio, cost_of

from changeflow.ledger import envelope, statement
from changeflow.ledger.envelope import DsseEnvelope
from changeflow.ledger.statement import Draft
from changeflow.model.canonical import digest_bytes
from changeflow.model.evidence import ApprovalBody, AssessmentBody, Body, ReleaseBody
from changeflow.reading.repository_store import Store
from changeflow.repo.git import Git

FEW, MANY, PER_CHANGE = 10, 10_000, 5
LEDGER: Final = "refs/heads/changeflow/ledger"
# the last of ten changes is not released
OPEN = 10
_SECONDS = itertools.count()
NOW = schedule.START + timedelta(days=schedule.DAYS)
ROSTER = """\
apiVersion: changeflow/v1
kind: Roster
metadata: {id: roster}
spec:
  people:
    alice: {name: Alice, emails: [alice@webshop.example]}
    bob: {name: Bob, emails: [bob@webshop.example]}
    carol: {name: Carol, emails: [carol@webshop.example]}
  roles: {team: [alice, bob, carol]}
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--changes", type=int, default=MANY)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--list", action="store_true", help="only `list`, `todo` and `schedule`")
    parser.add_argument("--audit", action="store_true", help="only `audit`, which takes minutes")
    parser.add_argument("--keep", type=Path, help="make the repositories here, or use those here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kept = options.keep or Path(folder)
        few = made(kept / "few", FEW)
        many = made(kept / f"many-{options.changes}", options.changes)
        print(f"{options.changes:,} changes with {options.changes * PER_CHANGE:,} ledger entries")
        if options.audit:
            report_audit(many)
            return 0
        report_register(many, options.rounds)
        if options.list:
            return 0
        report_gates(few, many, options.rounds)
        report_check(kept / f"check-{options.changes}", options.changes, options.rounds)
    return 0


def report_audit(many: Path) -> None:
    """Print what an audit with sixty folders costs, beside the register as a paper."""
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/audit"
        sampled = ["audit", "--sample", "60", "--seed", "x"]
        paper = cost(many, ["report", "register", "--format", "csv"])
        whole = cost(many, [*sampled, "--out", out, "--format", "csv"])
        print(f"  report register: {told(paper)}; audit, 60 sampled: {told(whole)}")


def report_gates(few: Path, many: Path, rounds: int) -> None:
    """Print what a gate and an assessment cost beside those with few changes."""
    last = f"CHG-20261121-upgrade-{FEW - 1:05d}"
    for command in (["assess", last], ["gate", "approve", last]):
        cold = without_index(many, command)
        found = beside((many, command), (few, command), rounds)
        print(f"  {command[0]}: {found} with {FEW} (wanted: at most 2); cold {told(cold)}")


def report_register(many: Path, rounds: int) -> None:
    """Print what the register costs, in `changeflow --version`s."""
    forget(many)
    planned = ["schedule", "--from", schedule.told(NOW - timedelta(days=9))]
    for command in (["list"], ["todo", "--as", "carol"], planned):
        first = cost(many, command)
        found = beside((many, command), (many, ["--version"]), rounds)
        wanted = "" if command == planned else " (wanted: at most 15)"
        print(f"  {command[0]}: {found} --version{wanted}; the first time {told(first)}")


def report_check(folder: Path, changes: int, rounds: int) -> None:
    """Print how many times faster `check` is than `check-jsonschema` on the same files."""
    if not folder.is_dir():
        folder.mkdir(parents=True)
        check.repository(folder, changes)
        subprocess.run(["git", "init", "-q"], cwd=folder, env=walks.environment(), check=True)
    cold = without_index(folder, ["check"])
    warm = [cost(folder, ["check"]) for _ in range(rounds)]
    best = min(one.wall for one in warm)
    print(f"  check: cold {told(cold)}, warm {best:.2f} s on the wall")
    program = Path(sys.executable).with_name("check-jsonschema")
    if not program.exists():
        print("  check-jsonschema is not installed: `pip install changeflow[dev]`")
        return
    schema = check.PROJECT / "schemas" / "ChangeRequest.schema.json"
    files = sorted(map(str, (folder / "changes").glob("*/rfc.yaml")))
    other = cost_of([str(program), "--schemafile", str(schema), *files], folder, walks.environment())
    middle = statistics.median(one.processor for one in warm)
    print(
        f"  check-jsonschema: {told(other)}: {other.processor / middle:.0f} times as much "
        f"({other.wall / best:.0f} on the wall; wanted: at least 250), cold "
        f"{other.processor / cold.processor:.0f} ({other.wall / cold.wall:.0f}; at least 30)"
    )


def told(found: Cost) -> str:
    """Return a cost as text."""
    return f"{found.processor:.2f} s ({found.wall:.2f} s on the wall)"


def beside(
    one: tuple[Path, Sequence[str]], other: tuple[Path, Sequence[str]], rounds: int
) -> Ratio:
    """Compare a warm command with another one."""
    for folder, command in (one, other):
        cost(folder, command)
    return Ratio.of([(cost(*one), cost(*other)) for _ in range(rounds)])


def cost(folder: Path, command: Sequence[str]) -> Cost:
    """Run a command at the time that the repositories are made for, and a second later each time."""
    timeless = command[0] in ("--version", "check")
    now = NOW + timedelta(seconds=next(_SECONDS))
    when = [] if timeless else ["--now", schedule.told(now)]
    program = [sys.executable, "-m", "changeflow", *command, *when]
    return cost_of(program, folder, walks.environment(), accept=(0, 1))


def without_index(folder: Path, command: Sequence[str]) -> Cost:
    """Run a command for the first time."""
    forget(folder)
    return cost(folder, command)


def forget(folder: Path) -> None:
    """Remove the index of a repository."""
    for file in (folder / ".git" / "changeflow").glob("index*"):
        file.unlink()


# -- the repositories ------------------------------------------------------------------------------


def made(folder: Path, changes: int) -> Path:
    """Return a repository with so many changes, each with five entries on the ledger."""
    if folder.is_dir():
        return folder
    folder.mkdir(parents=True)
    environment = walks.environment()
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=folder, env=environment, check=True)
    imported(folder, documents(changes))
    subprocess.run(["git", "checkout", "-q", "-f"], cwd=folder, env=environment, check=True)
    imported(folder, ledger(folder, changes))
    # Git reads files that are as new as its index again each time, until its user asks for the status.
    time.sleep(1.1)
    subprocess.run(["git", "status", "--short"], cwd=folder, env=environment, check=True)
    return folder


def imported(folder: Path, stream: Iterator[bytes]) -> None:
    """Feed a stream to `git fast-import`."""
    command = ["git", "fast-import", "--quiet"]
    with tempfile.TemporaryFile() as file:
        file.writelines(stream)
        file.seek(0)
        subprocess.run(command, cwd=folder, env=walks.environment(), stdin=file, check=True)


def documents(changes: int) -> Iterator[bytes]:
    """Yield one commit with all documents."""
    yield commit("refs/heads/main", "alice", schedule.START, "Changes")
    yield file("changeflow.yaml", check.CONFIG.encode())
    yield file("policies/roster.yaml", ROSTER.encode())
    yield file("policies/calendar.yaml", schedule.CALENDAR.read_bytes())
    items = "".join(schedule.item(number) for number in range(schedule.ITEMS))
    yield file("cmdb/items.yaml", items.encode())
    for name, text in requests(changes):
        yield file(f"changes/{name}/rfc.yaml", text.encode())


def requests(changes: int) -> Iterator[tuple[str, str]]:
    """Yield the requests by name. One is written by the library, as that takes long."""
    first = schedule.request("NAME", 0, MANY)
    first["metadata"]["title"], first["spec"]["items"][0]["ci"] = "TITLE", "ITEM"
    first["spec"]["window"] = {"start": "START", "end": "END"}
    text = schedule.as_block(first)
    for number in range(changes):
        name = f"CHG-20261121-upgrade-{number:05d}"
        start = schedule.START + (NOW - schedule.START) * (number / max(changes, MANY))
        yield name, (
            text.replace("NAME", name)
            .replace("TITLE", f"Upgrade item {number}")
            .replace("ITEM", f"item-{number % schedule.ITEMS}")
            .replace("START", f"'{schedule.told(start)}'")
            .replace("END", f"'{schedule.told(start + timedelta(minutes=90))}'")
        )


def ledger(folder: Path, changes: int) -> Iterator[bytes]:
    """Yield the ledger, a commit for each entry."""
    state = Store(Git(folder)).at("refs/heads/main")
    seq, previous = 0, None
    for number in range(changes):
        name = f"CHG-20261121-upgrade-{number:05d}"
        digest = state.change(name).digest
        at = schedule.START + (NOW - schedule.START) * (number / max(changes, MANY))
        for by, body in story(digest, released=number % OPEN != OPEN - 1):
            seq += 1
            draft = Draft(change=name, body=body, at=at, recorded_at=at)
            payload = statement.encode(draft, seq, previous, "changeflow")
            data = envelope.encode(DsseEnvelope(payload))
            previous = digest_bytes(data)
            yield commit(LEDGER, by, at, f"{body.kind} of {name}")
            yield file(statement.file_name(name, seq, body.kind), data)


def story(digest: str, *, released: bool) -> list[tuple[str, Body]]:
    """Return the five entries about a change, each with the person who commits it."""
    assessed = AssessmentBody(assessment=assessment(digest))
    if not released:
        found: list[tuple[str, Body]] = [("alice", assessed)]
        for number in range(PER_CHANGE - 1):
            comment = f"Not before question {number} is answered"
            opinion = ApprovalBody(decision="reject", by="carol", digest=digest, comment=comment)
            found.append(("carol", opinion))
        return found
    approval = ApprovalBody(decision="approve", by="carol", digest=digest, comment="Tried it")
    return [
        ("carol", approval),
        ("bob", assessed),
        ("bob", ReleaseBody(event="started", run=f"run-{digest[-8:]}", digest=digest, by="bob")),
        ("bob", outcome(digest)),
        ("bob", ended(digest)),
    ]


def outcome(digest: str) -> ReleaseBody:
    """Return the outcome of a step."""
    return ReleaseBody(
        event="outcome", run=f"run-{digest[-8:]}", digest=digest, phase="implementation", index=0,
        name="Promote the replica", outcome="done", exit_code=0, elapsed_ms=4711,
        output="promoted\n" * 20,
    )  # fmt: skip


def ended(digest: str) -> ReleaseBody:
    """Return the end of a release."""
    run = f"run-{digest[-8:]}"
    return ReleaseBody(event="finished", run=run, digest=digest, state="implemented")


def assessment(digest: str) -> dict[str, Any]:
    """Return what an assessment answers, in brief."""
    factors = [{"factor": f"factor-{number}", "points": number} for number in range(12)]
    return {
        "digest": digest,
        "type": {"declared": "normal", "class": "significant", "reasons": []},
        "risk": {"score": 42, "level": "medium", "factors": factors},
        "impact": {"affected": [f"item-{number}" for number in range(12)]},
    }


def commit(ref: str, by: str, at: datetime, message: str) -> bytes:
    """Return a commit that follows the last one of its branch."""
    who = f"{by.title()} <{by}@webshop.example> {int(at.timestamp())} +0000"
    return f"commit {ref}\ncommitter {who}\ndata {len(message)}\n{message}\n".encode()


def file(path: str, data: bytes) -> bytes:
    """Return the line that adds a file to a commit."""
    return f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"


if __name__ == "__main__":
    raise SystemExit(main())
