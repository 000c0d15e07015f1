"""The damage if the change fails: changed items, affected items, duration, and rollback."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from math import ceil
from typing import Final

from changeflow.cmdb.graph import Graph
from changeflow.model.answers.assessment import Affected, Impact, RiskFactor
from changeflow.model.change import Action, ChangedItem, ChangeRequest
from changeflow.model.document_parts import format_duration
from changeflow.model.riskmodel import RiskModelSpec, Tier
from changeflow.risk.factors import MOST_PER_SIDE, Draft, factors, names

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
        reason = "no configuration items are named, so the impact counts as the highest"
        return factors("impact", [("no-items", MOST_PER_SIDE, "declared", reason)])
    hit = (*impact.affected, *_also_hit(change, impact))
    drafts: list[Draft] = [
        _most_critical_changed(change.changed, graph, model),
        *_worst_affected(hit, model),
        *_number_of_affected(hit, model),
        _expected_outage(change.spec.items or (), model),
        *_removed_items(change, model),
        *_unknown_items(change, graph, model),
        *_items_without_owner(change, impact, graph, model),
        *_missing_rollback(change, model),
    ]
    return factors("impact", drafts)


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
    listed = names(by_tier.get(top, []))
    if top == "unknown":
        reason = f"the criticality of {listed} is unknown, so it counts as the highest"
    else:
        reason = f"changes {listed} ({top})"
    return f"{top}-changed", points[top], "computed", reason


def _worst_affected(hit: tuple[Affected, ...], model: RiskModelSpec) -> Iterator[Draft]:
    """Yield the affected item that weighs most: points of its tier in proportion to its score."""
    if not hit:
        return
    worst = max(
        hit,
        key=lambda one: (_points_of_affected(one, model), -_ORDER.index(_tier_of(one.criticality))),
    )
    tier = _tier_of(worst.criticality)
    same = [one.ci for one in hit if _tier_of(one.criticality) == tier]
    noun, most = "items", f"; worst is {worst.ci} with"
    if len(same) == 1:
        noun, most = "item", ", with"
    which = f"{tier} {noun}"
    if tier == "unknown":
        which = f"{noun} of unknown criticality, counted as the highest"
    reason = f"hits {len(same)} {which}: {names(same)}{most} score {worst.score:g}"
    yield f"{tier}-affected", _points_of_affected(worst, model), "computed", reason


def _points_of_affected(hit: Affected, model: RiskModelSpec) -> int:
    return ceil(round(model.impact.affected[_tier_of(hit.criticality)] * hit.score, 9))


def _number_of_affected(hit: tuple[Affected, ...], model: RiskModelSpec) -> Iterator[Draft]:
    """Yield a point each time the number of affected items, weighted by scores, doubles.

    The numbers are 1, 3, 7, 15 and so on.
    """
    whole = sum(round(one.score * _MILLION) for one in hit) // _MILLION
    failing = sum(one.score == 1 for one in hit)
    hit_by_it, fail = f"{len(hit)} items are hit", "fail"
    if len(hit) == 1:
        hit_by_it = "1 item is hit"
    if failing == 1:
        fail = "fails"
    reason = f"{hit_by_it}, {failing or 'none'} of them {fail}"
    yield "breadth", min(model.impact.breadth, (whole + 1).bit_length() - 1), "computed", reason


def _expected_outage(items: tuple[ChangedItem, ...], model: RiskModelSpec) -> Draft:
    bands = model.impact.outage
    silent = [item.ci for item in items if item.outage is None]
    if silent:
        reason = f"no expected outage is declared for {names(silent)} (PT0S says none)"
        return "outage", bands[-1].points, "declared", reason
    longest = max(items, key=lambda item: item.outage or timedelta())
    outage = longest.outage or timedelta()
    points = max((band.points for band in bands if outage > band.over), default=0)
    reason = f"an outage of {format_duration(outage)} is expected for {longest.ci}"
    return "outage", points, "declared", reason


def _removed_items(change: ChangeRequest, model: RiskModelSpec) -> Iterator[Draft]:
    """Yield points for items that are removed or transferred, which is hard to undo."""
    reasons = []
    for action in (Action.REMOVE, Action.TRANSFER):
        gone = [item.ci for item in change.spec.items or () if item.action is action]
        if gone:
            reasons.append(f"{action}s {names(gone)}")
    if reasons:
        yield "removal", model.impact.removal, "declared", " and ".join(reasons)


def _unknown_items(change: ChangeRequest, graph: Graph, model: RiskModelSpec) -> Iterator[Draft]:
    """Yield points for changed items that the CMDB lacks, because their dependents are unknown.

    One that is added is expected to be new.
    """
    lost = []
    for item in change.spec.items or ():
        if item.action is not Action.ADD and item.ci not in graph:
            lost.append(item.ci)
    if lost:
        reason = f"not in the CMDB, so not all is known: {names(lost)}"
        yield "unknown-item", model.impact.unknown_item, "computed", reason


def _items_without_owner(
    change: ChangeRequest, impact: Impact, graph: Graph, model: RiskModelSpec
) -> Iterator[Draft]:
    orphans = [ci for ci in change.changed if not graph.owner(ci)]
    orphans += (hit.ci for hit in impact.affected if not hit.owner)
    if orphans:
        reason = f"nobody is named as owner of {names(orphans)}"
        yield "no-owner", model.impact.no_owner, "computed", reason


def _missing_rollback(change: ChangeRequest, model: RiskModelSpec) -> Iterator[Draft]:
    if change.spec.rollback is None or not change.spec.rollback.steps:
        reason = "no rollback steps say how service is restored"
        yield "no-rollback", model.impact.no_rollback, "declared", reason


def _tier_of(criticality: str | None) -> Tier:
    return _TIERS.get(criticality, "unknown")
