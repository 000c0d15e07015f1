"""A verification that lasts: when it is probed, and whether a series of probes passes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from changeflow.lazy_dataclass import dataclass

# where `every` is not written; a shorter soak is probed at its start and at its end
EVERY: Final = timedelta(seconds=30)


@dataclass(frozen=True)
class Soak:
    """How long a verification is probed, how often, and how many failures in a row fail it.

    The first probe is at once, the last when `length` is over.
    """

    length: timedelta = timedelta(0)
    every: timedelta = EVERY
    failures: int = 1

    @property
    def probes(self) -> int:
        """Return how many probes there are; a slow one delays the others and replaces none."""
        return self.length // self.every + 1

    def problem(self) -> str:
        """Return why no series of probes could make sense; empty if one can."""
        if self.length and self.every > self.length:
            return "every"
        if self.failures > self.probes:
            return "failures"
        return ""


def usual_every(length: timedelta) -> timedelta:
    """Return how often a verification is probed that does not say it."""
    return min(EVERY, length or EVERY)


@dataclass(frozen=True)
class Tally:
    """What the probes so far came to."""

    probes: int = 0
    failed: int = 0
    in_a_row: int = 0
    lowest: float | None = None
    highest: float | None = None
    last: float | None = None

    def after(self, *, passed: bool, value: float | None = None) -> Tally:
        """Return the tally with one more probe."""
        known = [one for one in (self.lowest, self.highest, value) if one is not None]
        in_a_row = 0
        if not passed:
            in_a_row = self.in_a_row + 1
        return Tally(
            self.probes + 1,
            self.failed + (not passed),
            in_a_row,
            min(known, default=None),
            max(known, default=None),
            value,
        )


def passes(soak: Soak, probes: Iterable[bool]) -> bool:
    """Return whether a whole series of probes passes: too few of them, and it does not."""
    tally = Tally()
    for passed in probes:
        tally = tally.after(passed=passed)
        if tally.in_a_row >= soak.failures:
            return False
    return tally.probes >= soak.probes
