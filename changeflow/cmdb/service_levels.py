"""Services with a promised level, and which of them fail when items fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.impact import scores_in_blast
from changeflow.cmdb.items_view import ItemsView
from changeflow.model.cmdb import ConfigurationItem, ServiceLevel
from changeflow.model.impact_weights import ImpactWeights

_FIELD: Final = "service_level"


def service_levels(items: Mapping[str, ConfigurationItem]) -> dict[str, ServiceLevel]:
    """Return the items that promise a service level, with what they promise."""
    ids = items.columns.ids_having(_FIELD) if isinstance(items, ItemsView) else sorted(items)
    found: dict[str, ServiceLevel] = {}
    for ci in ids:
        level = items[ci].spec.service_level
        if level is not None:
            found[ci] = level
    return found


class Services:
    """The services with a promised level, and which of them fail when items fail.

    Args:
        levels: what each service promises, by id.
        graph: the CMDB.
        weights: the share that each kind of dependency passes on.
    """

    def __init__(
        self, levels: Mapping[str, ServiceLevel], graph: Graph, weights: ImpactWeights
    ) -> None:
        self.levels = levels
        self._graph, self._weights = graph, weights
        # only what fails is followed
        self._failing = replace(weights, threshold=1.0)
        self._all = replace(weights, threshold=0.0)
        self._known: dict[tuple[str, ...], frozenset[str]] = {}

    def failing(self, items: Sequence[str]) -> frozenset[str]:
        """Return the services that fail when these items fail together."""
        key = tuple(sorted(set(items)))
        if key not in self._known:
            scores = scores_in_blast(key, self._graph, self._failing, self.levels)
            self._known[key] = frozenset(ci for ci, score in scores.items() if score >= 1.0)
        return self._known[key]

    def degraded(self, items: Sequence[str]) -> tuple[str, ...]:
        """Return the services that are hit and do not fail, sorted."""
        scores = scores_in_blast(items, self._graph, self._weights, self.levels)
        return tuple(sorted(ci for ci, score in scores.items() if 0.0 < score < 1.0))

    def causes(self, items: Sequence[str], service: str) -> tuple[str, ...]:
        """Return those of the items whose outage is one of a service; none while it holds.

        Those are the items that make it fail alone. Where the others make it fail together, all of
        them count that reach it.
        """
        if service not in self.failing(items):
            return ()
        alone = [ci for ci in items if service in self.failing([ci])]
        rest = [ci for ci in items if ci not in alone]
        if not rest or service not in self.failing(rest):
            return tuple(alone)
        together = [ci for ci in rest if self._reaches(ci, service)]
        return tuple(ci for ci in items if ci in alone or ci in together)

    def _reaches(self, ci: str, service: str) -> bool:
        return scores_in_blast([ci], self._graph, self._all, [service])[service] > 0
