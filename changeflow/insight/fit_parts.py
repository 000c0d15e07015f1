"""Changes of the past that are judged, and the two parts that a card is fitted to and judged by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from changeflow.insight.labels import Label, Labelled
from changeflow.insight.past import Past
from changeflow.lazy_dataclass import dataclass


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
