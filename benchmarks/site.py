"""What a site of ten thousand changes costs: cold, again, and after one change.

    python benchmarks/site.py [--changes 10000] [--keep DIR]

The repository is that of `many_changes.py`, with fifty thousand entries of the ledger and pages in both languages.
*Cold* is the first build, without an index of the repository. Wanted: 60 s on the wall on two cores, 3 s after one change.
Processor time is that of all processes together.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import many_changes
import schedule
import walks
from costs import Cost, cost_of

MOST_BYTES = 500_000
CHANGED = "CHG-20261121-upgrade-00019"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--changes", type=int, default=many_changes.MANY)
    parser.add_argument("--keep", type=Path, help="make the repository here, or use the one here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kept = options.keep or Path(folder)
        shop = many_changes.made(kept / f"many-{options.changes}", options.changes)
        site = Path(folder) / "site"
        many_changes.forget(shop)
        print(f"{options.changes:,} changes")
        print(f"  cold: {told(built(shop, site, 0))} (wanted: 60 s on the wall)")
        print(f"  again, a second later: {told(built(shop, site, 1))}")
        edit(shop)
        print(f"  after one change: {told(built(shop, site, 2))} (wanted: 3 s)")
        sizes = sorted(path.stat().st_size for path in site.rglob("*.html"))
        print(f"  {len(sizes):,} pages, the largest {sizes[-1]:,} bytes (wanted: {MOST_BYTES:,})")
        print(f"  largest file of the search: {largest(site / 'search'):,} bytes")
        again = Path(folder) / "again"
        built(shop, again, 2)
        same = subprocess.run(["diff", "-rq", site, again], capture_output=True, check=False)
        print(f"  the same as a cold build: {'yes' if not same.stdout else same.stdout.decode()}")
    return 0


def told(cost: Cost) -> str:
    return f"{cost.wall:.1f} s on the wall, {cost.processor:.1f} s of processors"


def built(shop: Path, site: Path, second: int) -> Cost:
    """Build the site so many seconds after the time that the repository is made for."""
    now = schedule.told(many_changes.NOW + timedelta(seconds=second))
    command = [sys.executable, "-m", "changeflow", "site", "--out", str(site), "--now", now]
    return cost_of(command, shop, walks.environment())


def edit(shop: Path) -> None:
    """Give one change another title, and commit it."""
    path = shop / "changes" / CHANGED / "rfc.yaml"
    path.write_text(path.read_text("utf-8").replace("title: Upgrade", "title: Change"), "utf-8")
    who = ["-c", "user.name=Alice", "-c", "user.email=alice@webshop.example"]
    command = ["git", *who, "commit", "-qam", "Another title"]
    subprocess.run(command, cwd=shop, env=walks.environment(), check=True)


def largest(folder: Path) -> int:
    return max(path.stat().st_size for path in folder.iterdir())


if __name__ == "__main__":
    raise SystemExit(main())
