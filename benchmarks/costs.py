"""What whole processes cost, beside each other.

Processor time is what can be compared on a machine that others use as well: a process that waits
for its turn takes longer, and costs the same.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """Seconds on the wall, and of the processor, children included."""

    wall: float
    processor: float


def cost_of(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    accept: Sequence[int] = (0,),
) -> Cost:
    """Run a process, which must succeed and find every document readable."""
    with tempfile.TemporaryFile() as out:
        began = time.perf_counter()
        child = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=out)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read()
    if child.returncode not in accept or b"unreadable" in said:
        text = said.decode("utf-8", "replace")
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}:\n{text[-2000:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime)


@dataclass(frozen=True)
class Ratio:
    """How many times one process costs another: medians of runs in turns."""

    wall: float
    processor: float

    @classmethod
    def of(cls, runs: Sequence[tuple[Cost, Cost]]) -> Ratio:
        """Compare the first with the second of every run."""
        ours, others = zip(*runs, strict=True)
        mine, theirs = (_medians(costs) for costs in (ours, others))
        return cls(mine.wall / theirs.wall, mine.processor / theirs.processor)

    def __str__(self) -> str:
        return f"{self.processor:.1f} times ({self.wall:.1f} on the wall)"


def _medians(costs: Sequence[Cost]) -> Cost:
    wall = statistics.median(cost.wall for cost in costs)
    return Cost(wall, statistics.median(cost.processor for cost in costs))
