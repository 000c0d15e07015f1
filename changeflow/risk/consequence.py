"""How much it hurts if the change fails: what is changed, what it takes with it, for how long, and whether it can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from math import ceil
from typing import Final

from changeflow.cmdb.graph import Graph
from changeflow.model.answers import Affected, Impact, RiskFactor
from changeflow.model.base import format_duration
from changeflow.model.change import Action, ChangedItem, ChangeRequest
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
    """The factors of the impact side, in the order of the risk model.

    A draft that names no items counts as the worst.
    """
    if not change.changed:
        reason = "no configuration items are named, so the impact counts as the highest"
        return factors("impact", [("no-items", MOST_PER_SIDE, "declared", reason)])
    hit = (*impact.affected, *_also_hit(change, impact))
    drafts: list[Draft] = [
        _changed(change.changed, graph, model),
        *_hit(hit, model),
        *_breadth(hit, model),
        _outage(change.spec.items or (), model),
        *_removal(change, model),
        *_unknown(change, graph, model),
        *_owners(change, impact, graph, model),
        *_undo(change, model),
    ]
    return factors("impact", drafts)


def _also_hit(change: ChangeRequest, impact: Impact) -> tuple[Affected, ...]:
    """Changed items that the rest of the change hits weigh no less than if they were only hit: declaring more must not help.

    What the CMDB does not hold may need any of the others. One that is added is expected to be new,
    and needed by nobody yet.
    """
    if len(change.changed) == 1:
        return ()
    lost = (
        item.ci
        for item in change.spec.items or ()
        if item.ci in impact.unknown and item.action is not Action.ADD
    )
    unknown = (
        Affected(ci=ci, score=1.0, hops=0, path=(ci,), criticality=None, owner=None) for ci in lost
    )
    return (*impact.also_hit, *unknown)


def _changed(changed: tuple[str, ...], graph: Graph, model: RiskModelSpec) -> Draft:
    """The most critical item that is changed directly."""
    points = model.impact.changed
    tiers = [_tier(graph.criticality(ci)) for ci in changed]
    # the first of equals
    top = max(_ORDER, key=lambda tier: (tier in tiers, points[tier]))
    listed = names([ci for ci, tier in zip(changed, tiers, strict=True) if tier == top])
    if top == "unknown":
        reason = f"the criticality of {listed} is unknown, so it counts as the highest"
    else:
        reason = f"changes {listed} ({top})"
    return f"{top}-changed", points[top], "computed", reason


def _hit(hit: tuple[Affected, ...], model: RiskModelSpec) -> Iterator[Draft]:
    """The affected item that weighs most: points of its tier in proportion to its score."""
    if not hit:
        return
    worst = max(hit, key=lambda one: (_weight(one, model), -_ORDER.index(_tier(one.criticality))))
    tier = _tier(worst.criticality)
    same = [one.ci for one in hit if _tier(one.criticality) == tier]
    noun = "item" if len(same) == 1 else "items"
    which = (
        f"{noun} of unknown criticality, counted as the highest"
        if tier == "unknown"
        else f"{tier} {noun}"
    )
    most = "with" if len(same) == 1 else f"worst is {worst.ci} with"
    reason = (
        f"hits {len(same)} {which}: {names(same)}{',' if len(same) == 1 else ';'} {most} "
        f"score {worst.score:g}"
    )
    yield f"{tier}-affected", _weight(worst, model), "computed", reason


def _weight(hit: Affected, model: RiskModelSpec) -> int:
    return ceil(round(model.impact.affected[_tier(hit.criticality)] * hit.score, 9))


def _breadth(hit: tuple[Affected, ...], model: RiskModelSpec) -> Iterator[Draft]:
    """A point each time the number of items hit, counted by their scores, doubles: 1, 3, 7, 15 and so on."""
    whole = sum(round(one.score * _MILLION) for one in hit) // _MILLION
    failing = sum(one.score == 1 for one in hit)
    items = "1 item is hit" if len(hit) == 1 else f"{len(hit)} items are hit"
    reason = f"{items}, {failing or 'none'} of them {'fails' if failing == 1 else 'fail'}"
    yield "breadth", min(model.impact.breadth, (whole + 1).bit_length() - 1), "computed", reason


def _outage(items: tuple[ChangedItem, ...], model: RiskModelSpec) -> Draft:
    bands = model.impact.outage
    silent = [item.ci for item in items if item.outage is None]
    if silent:
        reason = f"no expected outage is declared for {names(silent)} (PT0S says none)"
        return "outage", bands[-1].points, "declared", reason
    longest = max(items, key=lambda item: item.outage or timedelta())
    outage = longest.outage or timedelta()
    points = max((band.points for band in bands if outage > band.over), default=0)
    return (
        "outage",
        points,
        "declared",
        f"an outage of {format_duration(outage)} is expected for {longest.ci}",
    )


def _removal(change: ChangeRequest, model: RiskModelSpec) -> Iterator[Draft]:
    """Items that are taken away, which is hard to undo."""
    done = {
        action: [item.ci for item in change.spec.items or () if item.action is action]
        for action in (Action.REMOVE, Action.TRANSFER)
    }
    reasons = [f"{action}s {names(gone)}" for action, gone in done.items() if gone]
    if reasons:
        yield "removal", model.impact.removal, "declared", " and ".join(reasons)


def _unknown(change: ChangeRequest, graph: Graph, model: RiskModelSpec) -> Iterator[Draft]:
    """Changed items that the CMDB does not hold: not all that needs them is in sight.

    One that is added is expected to be new.
    """
    lost = [
        item.ci
        for item in change.spec.items or ()
        if item.ci not in graph and item.action is not Action.ADD
    ]
    if lost:
        yield (
            "unknown-item",
            model.impact.unknown_item,
            "computed",
            f"not in the CMDB, so not all is known: {names(lost)}",
        )


def _owners(
    change: ChangeRequest, impact: Impact, graph: Graph, model: RiskModelSpec
) -> Iterator[Draft]:
    orphans = [ci for ci in change.changed if not graph.owner(ci)] + [
        hit.ci for hit in impact.affected if not hit.owner
    ]
    if orphans:
        yield (
            "no-owner",
            model.impact.no_owner,
            "computed",
            f"nobody is named as owner of {names(orphans)}",
        )


def _undo(change: ChangeRequest, model: RiskModelSpec) -> Iterator[Draft]:
    if change.spec.rollback is None or not change.spec.rollback.steps:
        yield (
            "no-rollback",
            model.impact.no_rollback,
            "declared",
            "no rollback steps say how service is restored",
        )


def _tier(criticality: str | None) -> Tier:
    return _TIERS.get(criticality, "unknown")
