"""Instants as the tables of the past have them: whole microseconds since 1970, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

# an instant or a number that is not known
UNKNOWN: Final = -(2**63)
DAY: Final = 86_400_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def microseconds(moment: datetime) -> int:
    """Return a moment as the tables have it."""
    return (moment - _EPOCH) // _MICROSECOND


def microseconds_if_known(moment: datetime | None) -> int:
    """Return a moment as the tables have it; `UNKNOWN` for none."""
    return UNKNOWN if moment is None else microseconds(moment)


def instant(number: int) -> datetime:
    """Return the moment that the tables have as a number.

    Raises:
        OverflowError: when no `datetime` is so early or so late.
    """
    return _EPOCH + number * _MICROSECOND
