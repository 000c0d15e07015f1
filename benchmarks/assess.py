"""How long a cold `changeflow assess` takes on the example, beside `python -c pass`.

    python benchmarks/assess.py [--rounds 15]

Whole processes in turns, in one run, on a copy of examples/webshop with the default policies. The
goal is 0.4 seconds on a quiet machine of two cores; the ratio to the bare interpreter is what can
be compared between machines.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
CHANGE = "CHG-20261121-payments-db-upgrade"
REQUEST: dict[str, Any] = {
    "apiVersion": "changeflow/v1",
    "kind": "ChangeRequest",
    "metadata": {
        "id": CHANGE,
        "title": "Upgrade payments-db to PostgreSQL 17",
        "requester": "alice",
    },
    "spec": {
        "type": "normal",
        "reason": "PostgreSQL 13 leaves support this month",
        "implementer": "bob",
        "items": [{"ci": "payments-db", "outage": "PT10M"}],
        "assessment": {
            "complexity": "medium",
            "experience": "done-before",
            "tested": "production-like",
        },
        "implementation": {"steps": [{"name": "Promote the replica", "run": ["true"]}]},
        "rollback": {
            "trigger": "Errors",
            "limit": "PT30M",
            "steps": [{"name": "Promote the old primary", "run": ["true"]}],
        },
        "window": {"start": "2026-11-25T22:00:00+08:00", "end": "2026-11-25T23:30:00+08:00"},
    },
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        shop = prepared(Path(folder) / "shop")
        assess = [sys.executable, "-m", "changeflow", "--repo", str(shop), "assess", CHANGE]
        runs = [(measured([sys.executable, "-c", "pass"]), measured(assess)) for _ in range(rounds)]
    bare, ours = (statistics.median(column) for column in zip(*runs, strict=True))
    best = min(run[1] for run in runs)
    print(
        f"python -c pass {bare:.3f} s   changeflow assess {ours:.3f} s (best {best:.3f} s)   ratio "
        f"{ours / bare:.1f}"
    )
    return 0


def prepared(shop: Path) -> Path:
    shutil.copytree(PROJECT / "examples" / "webshop", shop)
    shutil.copytree(PROJECT / "policies", shop / "policies", dirs_exist_ok=True)
    who = [
        "-c",
        "user.name=bench",
        "-c",
        "user.email=bench@webshop.example",
        "-c",
        "commit.gpgsign=false",
    ]
    for argv in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "the shop"]):
        subprocess.run(["git", *who, *argv], cwd=shop, check=True)
    rfc = shop / "changes" / CHANGE / "rfc.yaml"
    rfc.parent.mkdir(parents=True)
    rfc.write_text(json.dumps(REQUEST), encoding="utf-8")
    return shop


def measured(argv: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


if __name__ == "__main__":
    raise SystemExit(main())
