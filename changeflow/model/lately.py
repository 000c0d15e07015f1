"""The last days, seen from a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from changeflow.lazy_dataclass import dataclass
from changeflow.model.clock import Clock


@dataclass(frozen=True)
class Lately:
    """The days before a time, in which changes are looked for."""

    clock: Clock
    days: int

    @property
    def since(self) -> datetime:
        """Return when they began."""
        return self.clock.now - timedelta(days=self.days)
