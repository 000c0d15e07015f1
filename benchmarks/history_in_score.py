"""What `assess` costs with a large history, beside the same without one.

    python benchmarks/history_in_score.py [--rounds 11] [--changes 18000] [--incidents 35000]

Whole processes in turns, in one run, on two copies of examples/webshop. One has tables with made-up
changes and incidents in `history/`, read once before by a run that is told apart (*cold*). The goal
is at most 1.3 times.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from assess import CHANGE, prepared
from costs import Ratio, cost_of

from changeflow.history.tables import write

_NOW: Final = datetime(2026, 11, 21, tzinfo=UTC)
_ITEMS: Final = 3_000
_MOST: Final = 1.3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--changes", type=int, default=18_000)
    parser.add_argument("--incidents", type=int, default=35_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        plain, full = (prepared(Path(folder) / name) for name in ("plain", "full"))
        write(full / "history", made_up(options.changes, options.incidents))
        commit(full)
        cold = cost_of(command(full), full, os.environ)
        require_counted(full)
        cost_of(command(plain), plain, os.environ)
        runs = []
        for _ in range(options.rounds):
            with_history = cost_of(command(full), full, os.environ)
            runs.append((with_history, cost_of(command(plain), plain, os.environ)))
    ratio = Ratio.of(runs)
    print(
        f"assess with {options.changes:,} changes and {options.incidents:,} incidents in history/: "
        f"{ratio.processor:.2f} times without (processor), {ratio.wall:.2f} times (wall); "
        f"wanted at most {_MOST}; cold {cold.wall:.1f} s"
    )
    return 0 if ratio.processor <= _MOST else 1


def command(shop: Path) -> list[str]:
    now = _NOW.isoformat()
    return [sys.executable, "-m", "changeflow", "--repo", str(shop), "assess", CHANGE, "--now", now]


def require_counted(shop: Path) -> None:
    """Refuse to time a score that its history has no part in."""
    asked = [*command(shop), "--format", "json"]
    told = json.loads(subprocess.run(asked, check=False, capture_output=True).stdout)
    factors = [one["id"] for one in told["risk"]["factors"]]
    if "records" not in told["inputs"] or not any(one.startswith("record-") for one in factors):
        raise SystemExit(f"history does not count: {factors}")


def made_up(changes: int, incidents: int) -> dict[str, list[dict[str, Any]]]:
    """Return two years of changes and incidents on many items, `payments-db` among them."""
    dice = random.Random(11)
    items = ["payments-db", *(f"item-{number}" for number in range(_ITEMS))]
    rows: dict[str, list[dict[str, Any]]] = {"changes": [], "change_items": [], "incidents": []}
    for number in range(changes):
        start = _NOW - timedelta(minutes=dice.randrange(2 * 365 * 24 * 60))
        key = {"source": "itsm", "change": f"C{number}"}
        ended = {"actual_start": start, "actual_end": start + timedelta(hours=2)}
        outcome = "failed" if dice.random() < 0.05 else "implemented"
        named = {"team": f"team-{dice.randrange(40)}", "category": f"kind-{dice.randrange(20)}"}
        rows["changes"].append(key | ended | named | {"outcome": outcome})
        rows["change_items"].append(key | {"item": dice.choice(items), "service": "shop"})
    for number in range(incidents):
        opened = _NOW - timedelta(minutes=dice.randrange(2 * 365 * 24 * 60))
        told = {"item": dice.choice(items), "service": f"service-{dice.randrange(200)}"}
        key = {"source": "itsm", "incident": f"I{number}", "opened_at": opened}
        rows["incidents"].append(key | told)
    return rows


def commit(shop: Path) -> None:
    who = ["-c", "user.name=bench", "-c", "user.email=bench@webshop.example"]
    for argv in (["add", "history"], ["commit", "-q", "-m", "history"]):
        subprocess.run(["git", *who, "-c", "commit.gpgsign=false", *argv], cwd=shop, check=True)


if __name__ == "__main__":
    sys.exit(main())
