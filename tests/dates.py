"""The dates that tests make: the only module of the tests that looks at the machine's clock.

A test that needs a day of its own writes it down and gives it to the program (`--now`). A test whose program looks at the machine's
clock makes its dates from these.
"""

from __future__ import annotations

from datetime import UTC, date, datetime


def instant() -> datetime:
    """The machine's time to the microsecond, for what must not lie before anything that just happened."""
    return datetime.now(UTC)


def now() -> datetime:
    """The machine's time, in whole seconds of UTC."""
    return instant().replace(microsecond=0)


def today() -> date:
    """The machine's day, in UTC."""
    return now().date()
