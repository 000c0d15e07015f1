"""The time a command works with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """The time that decisions go by (`now`), and that of the machine's clock (`real`).

    They differ only when `--now` fixed the clock.
    """

    now: datetime
    real: datetime

    @property
    def simulated(self) -> bool:
        """Return whether `--now` fixed the clock."""
        return self.now != self.real
