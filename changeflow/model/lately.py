"""The last days, seen from a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

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
