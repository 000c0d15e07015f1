"""The clock of the machine that a job runs on: the double lives in a time of its own, and a runner whose clock is right agrees."""

from __future__ import annotations

import time
from datetime import datetime


def set_clock(told: str) -> None:
    """Let this process believe that it is that time (ISO 8601), and let time pass from there."""
    from changeflow.hosts.github import timing

    start, began = datetime.fromisoformat(told), time.monotonic()

    def now(_clock: timing.SystemClock) -> datetime:
        return datetime.fromtimestamp(start.timestamp() + time.monotonic() - began, start.tzinfo)

    timing.SystemClock.now = now  # type: ignore[method-assign]  # a machine's clock cannot be set for one process alone
