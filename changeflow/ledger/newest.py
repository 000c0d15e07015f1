"""The latest moments of a chain, which evidence names also where there is no ledger yet."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Newest(NamedTuple):
    """The latest moments of a chain, by kind of clock; None where it has no entry of that kind."""

    real: datetime | None = None
    simulated: datetime | None = None

    def of(self, *, simulated: bool) -> datetime | None:
        """Return the moment that a decision under this kind of clock is compared with."""
        if simulated:
            return self.simulated
        return self.real
