"""The time a command works with."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from changeflow.lazy_dataclass import dataclass


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


class Newest(NamedTuple):
    """The latest moments of a chain, by kind of clock; None where it has no entry of that kind."""

    real: datetime | None = None
    simulated: datetime | None = None

    def of(self, *, simulated: bool) -> datetime | None:
        """Return the moment that a decision under this kind of clock is compared with."""
        if simulated:
            return self.simulated
        return self.real
