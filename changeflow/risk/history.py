"""Earlier changes, and how far their record may be trusted.

A raw ratio misleads while numbers are small: one failure in one change is no rate of 100 %. Counts
are therefore smoothed with a beta prior (beta-binomial smoothing): `(prior failures + failures) /
(prior changes + changes)` is the posterior mean of the failure rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from math import ceil

from changeflow.lazy_dataclass import dataclass
from changeflow.model.riskmodel import Smoothing


@dataclass(frozen=True, slots=True)
class Count:
    """The number of changes seen, and of those that failed or caused an incident.

    Raises:
        ValueError: for counts that cannot be.
    """

    changes: int = 0
    failures: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.failures <= self.changes:
            raise ValueError(f"{self.failures} failures in {self.changes} changes cannot be")

    def rate(self, prior: Smoothing) -> float:
        """Return the smoothed failure rate, between 0 and 1."""
        return (prior.failures + self.failures) / (prior.changes + self.changes)

    def points(self, most: int, prior: Smoothing) -> int:
        """Return the points for this record, in proportion to the smoothed rate, rounded up.

        While too little is known, they are all points.
        """
        if self.changes < prior.enough:
            return most
        share = min(1.0, self.rate(prior) / prior.bad)
        return ceil(round(most * share, 9))


NOTHING = Count()


@dataclass(frozen=True, slots=True)
class History:
    """Counts per configuration item, change type and change model.

    An absent item, type or model was never seen.
    """

    items: Mapping[str, Count] = field(default_factory=dict)
    types: Mapping[str, Count] = field(default_factory=dict)
    models: Mapping[str, Count] = field(default_factory=dict)
