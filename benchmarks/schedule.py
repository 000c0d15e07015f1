"""How long `changeflow schedule` takes with many changes, in `changeflow --version`s.

    python benchmarks/schedule.py [--rounds 3] [--long]

Whole processes in turns, in one run, on a repository made for it: 300 configuration items, and
1,000 changes whose windows are spread over the 60 days that are asked about. `--long` adds 10,000
changes, as a ratio to 1,000. All have one implementer, so that each of 10,000 collides with twenty
others, each of 1,000 with two: the conflicts are a hundred times as many.

The figure of the house is that of requests written as JSON, as programs write them. The same
requests in YAML's block style, as people write them, are timed beside it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import check
import walks
import yaml
from costs import Cost, Ratio, cost_of

from changeflow.repo.index_store import FILE

ITEMS, DAYS = 300, 60
MANY, MORE = 1_000, 10_000
CALENDAR = walks.PROJECT / "policies" / "calendar.yaml"
START = datetime(2026, 11, 23, tzinfo=UTC)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--long", action="store_true", help="also with 10,000 changes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        many = repository(Path(folder) / "many", MANY)
        print(f"{MANY:,} changes, in `changeflow --version`s: {in_versions(many, options.rounds)}")
        block = repository(Path(folder) / "block", MANY, as_block)
        print(f"  written in block style: {in_versions(block, options.rounds)}")
        if options.long:
            more = repository(Path(folder) / "more", MORE)
            for cold in (True, False):
                when = "the first time" if cold else "again"
                found = beside(more, many, options.rounds, cold=cold)
                print(f"{MORE:,} changes, in those with {MANY:,}, {when}: {found} (12 wanted)")
    return 0


def in_versions(shop: Path, rounds: int) -> Ratio:
    """Compare `schedule` with `--version`."""
    version = [sys.executable, "-m", "changeflow", "--version"]
    environment = walks.environment()
    # The first run compiles the modules.
    cost(shop)
    runs = [(cost(shop), cost_of(version, shop, environment)) for _ in range(rounds)]
    return Ratio.of(runs)


def beside(more: Path, many: Path, rounds: int, *, cold: bool) -> Ratio:
    """Compare `schedule` in one repository with that in another, for the first time or again."""
    runs = []
    for _ in range(rounds):
        if cold:
            for folder in (more, many):
                (folder / ".git" / "changeflow" / FILE).unlink(missing_ok=True)
        runs.append((cost(more), cost(many)))
    return Ratio.of(runs)


def cost(shop: Path) -> Cost:
    """Run `schedule` over the whole period."""
    period = ["--from", told(START), "--to", told(START + timedelta(days=DAYS))]
    command = [sys.executable, "-m", "changeflow", "schedule", *period, "--now", told(START)]
    return cost_of(command, shop, walks.environment())


def as_json(data: dict[str, Any]) -> str:
    """The document as a program writes it."""
    return json.dumps(data, indent=1)


def as_block(data: dict[str, Any]) -> str:
    """The document in YAML's block style."""
    return yaml.safe_dump(data, sort_keys=False)


def repository(
    folder: Path, changes: int, write: Callable[[dict[str, Any]], str] = as_json
) -> Path:
    """A committed repository with so many changes."""
    files = {
        "changeflow.yaml": check.CONFIG,
        "policies/roster.yaml": check.ROSTER,
        "policies/calendar.yaml": CALENDAR.read_text("utf-8"),
        "cmdb/items.yaml": "".join(item(number) for number in range(ITEMS)),
    }
    for number in range(changes):
        name = f"CHG-20261121-upgrade-{number:05d}"
        files[f"changes/{name}/rfc.yaml"] = write(request(name, number, changes))
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    who = ["-c", "user.name=bench", "-c", "user.email=bench@webshop.example"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "Changes"]):
        command = ["git", *who, *words]
        subprocess.run(command, cwd=folder, env=walks.environment(), check=True)
    return folder


def item(number: int) -> str:
    """A database, or a service that needs the database before it."""
    needs = f", depends_on: [{{ci: item-{number - 1}}}]" if number % 2 else ""
    kind = "service" if number % 2 else "database"
    return check.ITEM.format(id=f"item-{number}", type=kind, needs=needs)


def request(name: str, number: int, changes: int) -> dict[str, Any]:
    """A change of one item, its window where its number lies in the period."""
    start = START + timedelta(days=DAYS) * (number / changes)
    run = {"name": "Promote the replica", "run": ["./scripts/promote"]}
    undo = {"name": "Promote the old primary", "run": ["./scripts/demote"]}
    return {
        "apiVersion": "changeflow/v1",
        "kind": "ChangeRequest",
        "metadata": {"id": name, "title": f"Upgrade item {number}", "requester": "alice"},
        "spec": {
            "type": "normal",
            "reason": "PostgreSQL 13 leaves support this month",
            "implementer": "bob",
            "items": [{"ci": f"item-{number % ITEMS}", "outage": "PT10M"}],
            "assessment": {"complexity": "low", "experience": "routine", "tested": "partly"},
            "implementation": {"steps": [run]},
            "rollback": {"trigger": "Errors", "limit": "PT30M", "steps": [undo]},
            "window": {"start": told(start), "end": told(start + timedelta(minutes=90))},
        },
    }


def told(moment: datetime) -> str:
    """A moment as documents and options write it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


if __name__ == "__main__":
    raise SystemExit(main())
