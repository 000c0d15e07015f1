"""Changes of the past that are judged, and the two parts that a card is fitted to and judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from changeflow.insight.labels import Label, Labelled
from changeflow.insight.past import Past

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def microseconds(moment: datetime) -> int:
    """Return a moment as the tables of the past have it."""
    return (moment - _EPOCH) // _MICROSECOND


def instant(number: int) -> datetime:
    """Return the moment that the tables of the past have as a number."""
    return _EPOCH + number * _MICROSECOND


@dataclass(frozen=True)
class Judged:
    """Changes whose outcome is known, in the order of their start."""

    past: Past
    label: Label
    labelled: Labelled
    facts: Mapping[str, Any]
    rows: Any
    until: int

    def part(self, rows: Any) -> Mapping[str, Any]:
        """Return the facts of some of the changes."""
        return {name: values[rows] for name, values in self.facts.items()}

    def positive(self, rows: Any) -> Any:
        """Return which of some changes met with trouble."""
        return self.labelled.positive[rows]

    @property
    def train(self) -> Any:
        """Return the rows that the card is fitted to: their outcome was known by then."""
        earlier = self.past.start[self.rows] < self.until
        return self.rows[earlier & (self.labelled.known_at[self.rows] <= self.until)]

    @property
    def test(self) -> Any:
        """Return the rows that it is judged by."""
        return self.rows[self.past.start[self.rows] >= self.until]
