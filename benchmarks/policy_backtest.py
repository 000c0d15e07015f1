"""What `policy backtest` costs for a thousand changes of the past, under two sets of rules.

    python -m benchmarks.policy_backtest [--changes 1000]

The repository is made for it: waves of twenty changes with opinions, decisions and releases on the
ledger. The proposal is the policies of today with one rule more. Printed are seconds of one process,
on the wall and of the processor, and the same for one `ledger replay` of those decisions, which
computes each of them once.
"""

from __future__ import annotations

import argparse
import copy
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from changeflow.reading.other_rules import rules_in
from changeflow.reading.view import locate
from changeflow.replaying.policy_backtest import backtest
from changeflow.replaying.replay import replay
from tests.policy.lived_past import POLICIES, LivedPast, folder_of_policies

EACH = 20
MANY = 1_000
# seconds that a thousand changes may take
MOST = 60


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--changes", type=int, default=MANY)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        past = LivedPast(Path(folder) / "repo", options.changes // EACH, EACH)
        rules = copy.deepcopy(POLICIES)
        rules["approve"].append({"id": "more", "require": [{"role": "security"}], "message": "Security"})
        proposed = rules_in(folder_of_policies(Path(folder) / "proposal", rules))
        tried = measured(lambda: backtest(locate(past.path), proposed))
        again = measured(lambda: replay(past.path))
    wanted = f"(wanted: below {MOST} s for {MANY:,})"
    print(f"{options.changes:,} changes under two sets of rules: {tried} {wanted}")
    print(f"  ledger replay of their decisions: {again}")
    return 0


def measured(run: Callable[[], object]) -> str:
    """Run something once and return what it cost, as text."""
    wall, processor = time.perf_counter(), time.process_time()
    run()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return f"{wall:.1f} s ({processor:.1f} s of the processor)"


if __name__ == "__main__":
    raise SystemExit(main())
