"""The damage if the change fails: changed items, affected items, duration, and rollback."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from math import ceil
from typing import Final, NamedTuple

from changeflow.cmdb.affected_items import AffectedItems
from changeflow.cmdb.graph import Graph
from changeflow.cmdb.impact import affected_items
from changeflow.language.formats import FEW
from changeflow.model.answers.assessment import RiskFactor
from changeflow.model.answers.impact import Affected, Impact, number_of_affected
from changeflow.model.change import Action, ChangedItem, ChangeRequest
from changeflow.model.document_parts import format_duration
from changeflow.model.phrases import told
from changeflow.model.riskmodel import RiskModelSpec, Tier
from changeflow.risk.factors import MOST_PER_SIDE, Draft, factors

_ORDER: Final[tuple[Tier, ...]] = ("tier1", "tier2", "tier3", "tier4", "unknown")
_TIERS: Final[dict[str | None, Tier]] = {
    "tier1": "tier1",
    "tier2": "tier2",
    "tier3": "tier3",
    "tier4": "tier4",
}
_MILLION: Final = 1_000_000


def consequence(
    change: ChangeRequest, impact: Impact, graph: Graph, model: RiskModelSpec
) -> tuple[RiskFactor, ...]:
    """Return the factors of the impact side, in the order of the risk model.

    A draft that names no items counts as the worst.
    """
    if not change.changed:
        nothing = told("risk.no_items")
        return factors("impact", [("no-items", MOST_PER_SIDE, "declared", nothing)])
    hit = _Hit(affected_items(impact), _also_hit(change, impact))
    drafts: list[Draft] = [
        _most_critical_changed(change.changed, graph, model),
        *_worst_affected(hit, model),
        *_number_of_affected(hit, model),
        _expected_outage(change.spec.items or (), model),
        *_removed_items(change, model),
        *_unknown_items(change, graph, model),
        *_items_without_owner(change, hit.affected, graph, model),
        *_missing_rollback(change, model),
    ]
    return factors("impact", drafts)


class _Hit(NamedTuple):
    """What the change hits: affected items, and after them changed ones that others hit."""

    affected: AffectedItems
    also: tuple[Affected, ...]

    def of_tier(self, tier: Tier) -> _Hit:
        """Return what is of a tier."""
        affected = self.affected.having("criticality", lambda word: _tier_of(word) == tier)
        return _Hit(affected, tuple(one for one in self.also if _tier_of(one.criticality) == tier))

    @property
    def total(self) -> int:
        """Return how many there are."""
        return len(self.affected) + len(self.also)

    def first(self, most: int) -> list[tuple[float, str]]:
        """Return the first of them with their scores."""
        return [*self.affected.first(most), *((one.score, one.ci) for one in self.also)]


def _also_hit(change: ChangeRequest, impact: Impact) -> tuple[Affected, ...]:
    """Return the changed items that the rest of the change hits, as affected items.

    They weigh no less than if they were not declared: declaring more must not lower the risk.

    An item that the CMDB lacks may need any of the others. An item that is added is expected to be
    new, so that no other needs it yet.
    """
    if len(change.changed) == 1:
        return ()
    hit = list(impact.also_hit)
    for item in change.spec.items or ():
        if item.ci in impact.unknown and item.action is not Action.ADD:
            ci = item.ci
            hit.append(Affected(ci=ci, score=1.0, hops=0, path=(ci,), criticality=None, owner=None))
    return tuple(hit)


def _most_critical_changed(changed: tuple[str, ...], graph: Graph, model: RiskModelSpec) -> Draft:
    """Return the most critical item that is changed directly."""
    points = model.impact.changed
    by_tier: dict[str, list[str]] = {}
    for ci in changed:
        by_tier.setdefault(_tier_of(graph.criticality(ci)), []).append(ci)
    # the first of equals
    top = max(_ORDER, key=lambda tier: (tier in by_tier, points[tier]))
    why = told("risk.changed", items=by_tier.get(top, []), tier=top)
    if top == "unknown":
        why["case"] = "unknown"
    return f"{top}-changed", points[top], "computed", why


def _worst_affected(hit: _Hit, model: RiskModelSpec) -> Iterator[Draft]:
    """Yield the affected item that weighs most: points of its tier in proportion to its score."""
    worst: tuple[int, int, float, str] | None = None
    most = model.impact.affected
    for tier in sorted(_ORDER, key=most.__getitem__, reverse=True):
        if worst is not None and most[tier] < worst[0]:
            # nor can any item of the others
            break
        for score, ci in hit.of_tier(tier).first(1):
            points = ceil(round(most[tier] * score, 9))
            # of equals the most critical, and of those the first
            if worst is None or (points, -_ORDER.index(tier)) > worst[:2]:
                worst = points, -_ORDER.index(tier), score, ci
    if worst is None:
        return
    points, place, score, ci = worst
    tier = _ORDER[-place]
    same = hit.of_tier(tier)
    how_many = "one" if same.total == 1 else "many"
    why = told(
        "risk.affected",
        case=f"{how_many}_unknown" if tier == "unknown" else how_many,
        tier=tier,
        count=same.total,
        items={"first": [name for _, name in same.first(FEW)][:FEW], "count": same.total},
        worst=ci,
        score=f"{score:g}",
    )
    yield f"{tier}-affected", points, "computed", why


def _number_of_affected(hit: _Hit, model: RiskModelSpec) -> Iterator[Draft]:
    """Yield a point each time the number of affected items, weighted by scores, doubles.

    The numbers are 1, 3, 7, 15 and so on.
    """
    millionths = hit.affected.millionths() + sum(round(one.score * _MILLION) for one in hit.also)
    failing = len(hit.affected.failing) + sum(one.score == 1 for one in hit.also)
    points = min(model.impact.breadth, (millionths // _MILLION + 1).bit_length() - 1)
    yield "breadth", points, "computed", number_of_affected(hit.total, failing)


def _expected_outage(items: tuple[ChangedItem, ...], model: RiskModelSpec) -> Draft:
    bands = model.impact.outage
    silent = [item.ci for item in items if item.outage is None]
    if silent:
        why = told("risk.outage", case="undeclared", items=silent)
        return "outage", bands[-1].points, "declared", why
    longest = max(items, key=lambda item: item.outage or timedelta())
    outage = longest.outage or timedelta()
    points = max((band.points for band in bands if outage > band.over), default=0)
    why = told("risk.outage", outage=format_duration(outage), ci=longest.ci)
    return "outage", points, "declared", why


def _removed_items(change: ChangeRequest, model: RiskModelSpec) -> Iterator[Draft]:
    """Yield points for items that are removed or transferred, which is hard to undo."""
    items = change.spec.items or ()
    removed = [item.ci for item in items if item.action is Action.REMOVE]
    transferred = [item.ci for item in items if item.action is Action.TRANSFER]
    if not removed and not transferred:
        return
    why = told("risk.removal", removed=removed, transferred=transferred)
    if not transferred:
        why["case"] = "removed"
    elif not removed:
        why["case"] = "transferred"
    yield "removal", model.impact.removal, "declared", why


def _unknown_items(change: ChangeRequest, graph: Graph, model: RiskModelSpec) -> Iterator[Draft]:
    """Yield points for changed items that the CMDB lacks, because their dependents are unknown.

    One that is added is expected to be new.
    """
    lost = []
    for item in change.spec.items or ():
        if item.action is not Action.ADD and item.ci not in graph:
            lost.append(item.ci)
    if lost:
        why = told("risk.unknown_item", items=lost)
        yield "unknown-item", model.impact.unknown_item, "computed", why


def _items_without_owner(
    change: ChangeRequest, affected: AffectedItems, graph: Graph, model: RiskModelSpec
) -> Iterator[Draft]:
    named = [ci for ci in change.changed if not graph.owner(ci)]
    orphans = affected.having("owner", lambda owner: not owner)
    count = len(named) + len(orphans)
    if count:
        named += [ci for _, ci in orphans.first(FEW)]
        why = told("risk.no_owner", items={"first": named[:FEW], "count": count})
        yield "no-owner", model.impact.no_owner, "computed", why


def _missing_rollback(change: ChangeRequest, model: RiskModelSpec) -> Iterator[Draft]:
    if not change.spec.has_way_back:
        yield "no-rollback", model.impact.no_rollback, "declared", told("risk.no_rollback")


def _tier_of(criticality: str | None) -> Tier:
    return _TIERS.get(criticality, "unknown")
