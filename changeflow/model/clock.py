"""The time a command works with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """`now` is what decisions go by, `real` what the machine's clock said; they differ only when the clock was fixed."""

    now: datetime
    real: datetime

    @property
    def simulated(self) -> bool:
        """Whether `--now` fixed the clock."""
        return self.now != self.real
