"""What the checks ask: the CMDB in columns, the roster, and when items were confirmed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property
from itertools import islice
from typing import Any, Final, NamedTuple

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.health.failures import Failures
from changeflow.cmdb.health.felled import Condensed, condensed
from changeflow.cmdb.health.importance import Importance, importance
from changeflow.lazy_dataclass import dataclass
from changeflow.model.findings import Level

# Findings of one rule that are listed; of the others the number is told.
MOST_LISTED: Final = 50
# tiers that are so important that gaps in an item are errors
IMPORTANT: Final = ("tier1", "tier2")
TIERS: Final = ("tier1", "tier2", "tier3", "tier4")


class Problem(NamedTuple):
    """What is wrong with an item.

    Attributes:
        ci: the item.
        attribute: of its record, where the problem stands; empty for the item as a whole.
        level: how bad it is; None: what the rule says.
        data: what the sentence names.
        need: the dependency where the problem stands, if it is one.
    """

    ci: str
    attribute: str
    level: Level | None
    data: Mapping[str, Any]
    need: str = ""


class Found(NamedTuple):
    """What a check found.

    Attributes:
        problems: the first of them, errors before warnings.
        more: how many there are beside them.
    """

    problems: tuple[Problem, ...]
    more: int = 0


@dataclass(frozen=True)
class Confirmations:
    """When items were confirmed, and how long that holds.

    Attributes:
        last: the newest day on which each item was confirmed.
        within: for each tier how long it holds; a tier that is missing is not asked.
        today: the day in the zone of the repository.
    """

    last: Mapping[str, date]
    within: Mapping[str, timedelta]
    today: date


@dataclass(frozen=True)
class Estate:
    """The CMDB as the checks see it. What several of them ask is computed once.

    Attributes:
        graph: items and dependencies.
        is_described: for each node 1 if it has a description, else 0.
        roles: role -> how many people hold it.
        people: people of the roster.
        confirmations: None where the policy asks for none.
        lists_all: whether to list every problem, and every single point of failure.
    """

    graph: Graph
    is_described: bytes
    roles: Mapping[str, int]
    people: Collection[str]
    confirmations: Confirmations | None = None
    lists_all: bool = False

    def first_of(self, problems: Iterable[Problem], total: int) -> Found:
        """Return the first problems of many, of which the others are only counted."""
        listed = tuple(islice(problems, None if self.lists_all else MOST_LISTED))
        return Found(listed, total - len(listed))

    @cached_property
    def failures(self) -> Failures:
        """Return which item fails when another one fails alone."""
        return Failures.of(self.graph)

    @cached_property
    def condensed(self) -> Condensed:
        """Return `failures` with each ring as one node."""
        return condensed(self.failures.dependents)

    @cached_property
    def importance(self) -> Importance:
        """Return the highest tier that each item takes down."""
        return importance(self.ranks, self.is_live, self.failures.needs)

    @cached_property
    def ranks(self) -> bytes:
        """Return the number of each item's tier; 0 where it is not known."""
        rank_of = bytearray(len(self.graph.words))
        for number, word in enumerate(self.graph.words):
            if word in TIERS:
                rank_of[number] = TIERS.index(word) + 1
        return bytes(rank_of[word] for word in self.graph.facts["criticality"])

    @cached_property
    def is_live(self) -> bytes:
        """Return for each node 1 if it is a live item, else 0."""
        return self._with_status("live")

    @cached_property
    def is_retired(self) -> bytes:
        """Return for each node 1 if it is a retired item, else 0."""
        return self._with_status("retired")

    def _with_status(self, status: str) -> bytes:
        wanted = {number for number, word in enumerate(self.graph.words) if word == status}
        return bytes(word in wanted for word in self.graph.facts["status"])

    @property
    def in_use(self) -> Iterable[int]:
        """Return the numbers of the items that are live or planned."""
        status, retired = self.graph.facts["status"], self.is_retired
        return [node for node, word in enumerate(status) if word and not retired[node]]
