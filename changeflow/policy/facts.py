"""What conditions can see.

Every name below is documented in docs/reference/conditions.md and compared with it in a test.

Times are RFC 3339 text (`timestamp(change.window.start)`), durations text in seconds
(`duration(change.rollback.limit)`), as CEL reads them. Optional fields that the request leaves out
are absent: ask with `has(change.window)`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from changeflow.model.answers import Affected, Classification, Conflict, Impact, Risk
from changeflow.model.base import format_instant, parse_duration
from changeflow.model.change import ChangeRequest
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.deployer import Deployer, known_to
from changeflow.model.opinions import Contributors, Review
from changeflow.model.people import Roster
from changeflow.schedule.windows import Timing

Facts = dict[str, Any]


def change_facts(change: ChangeRequest, kind: Classification) -> Facts:
    """`change`: the request's spec, its identity, and what it was classified as.

    `change.type` is the computed type (the floor), `change.declared_type` what the request says,
    `change.class` one of standard, minor, significant, major, emergency.
    """
    facts: Facts = change.spec.model_dump(mode="json", exclude_none=True)
    _durations(facts)
    facts |= {
        "id": change.id,
        "title": change.metadata.title,
        "requester": change.metadata.requester,
        "labels": dict(change.metadata.labels),
        "declared_type": kind.declared,
        "type": kind.computed,
        "class": kind.class_,
        "draft": change.spec.draft,
    }
    for name, empty in (
        ("items", []),
        ("assessment", {}),
        ("effects", {}),
        ("verification", []),
        ("fixes", []),
    ):
        facts.setdefault(name, empty)
    return facts


def _durations(value: Any) -> None:
    """Spell ISO 8601 durations the way CEL's `duration()` reads them, in place."""
    if isinstance(value, list):
        for item in value:
            _durations(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in ("outage", "timeout", "limit") and isinstance(item, str):
                value[key] = f"{int(parse_duration(item).total_seconds())}s"
            else:
                _durations(item)


def impact_facts(impact: Impact, items: Mapping[str, ConfigurationItem]) -> Facts:
    """`impact`: changed and affected items, and the names policies ask about most.

    `impact.tier1` are tier-1 items changed or affected, `impact.tier1_owners` their owners,
    `impact.failing` items whose score is 1, `impact.owners` owners of everything changed or
    failing, `impact.unowned` tier-1 items without an owner.
    """
    changed = [_changed(ci, items) for ci in impact.changed]
    affected = [_affected(item) for item in impact.affected]
    everything = [*changed, *affected]
    failing = [item for item in affected if item["score"] >= 1.0]
    tier1 = [item for item in everything if item["criticality"] in ("tier1", "unknown")]
    return {
        "changed": changed,
        "affected": affected,
        "count": len(affected),
        "direct": [item["ci"] for item in affected if item["hops"] == 1],
        "failing": [item["ci"] for item in failing],
        "tier1": [item["ci"] for item in tier1],
        "tier1_owners": _owners(item for item in tier1 if item["criticality"] == "tier1"),
        "owners": _owners([*changed, *failing]),
        "changed_owners": _owners(changed),
        "unowned": [item["ci"] for item in tier1 if not item["owner"]],
        "environments": sorted(
            {items[ci].spec.environment or "unknown" for ci in impact.changed if ci in items}
        ),
    }


def _changed(ci: str, items: Mapping[str, ConfigurationItem]) -> Facts:
    spec = items[ci].spec if ci in items else None
    return {
        "ci": ci,
        "known": spec is not None,
        "type": (spec.type if spec else None) or "unknown",
        "status": spec.status.value if spec else "unknown",
        "criticality": spec.criticality.value if spec and spec.criticality else "unknown",
        "owner": (spec.owner if spec else None) or "",
        "environment": (spec.environment if spec else None) or "unknown",
    }


def _affected(item: Affected) -> Facts:
    return {
        "ci": item.ci,
        "score": item.score,
        "hops": item.hops,
        "criticality": item.criticality or "unknown",
        "owner": item.owner or "",
    }


def _owners(items: Iterable[Facts]) -> list[str]:
    return sorted({item["owner"] for item in items if item["owner"]})


def risk_facts(risk: Risk) -> Facts:
    """`risk`: score, level, likelihood, impact, and the ids of the factors."""
    return {
        "score": risk.score,
        "level": risk.level,
        "likelihood": risk.likelihood,
        "impact": risk.impact,
        "factors": [factor.id for factor in risk.factors],
    }


def calendar_facts(timing: Timing) -> Facts:
    """`calendar`: freezes that apply, whether the window is open, and the lead time in hours (0 without a window)."""
    return {
        "freezes": [hit.id for hit in timing.freezes if not hit.exempt],
        "exempted": [hit.id for hit in timing.freezes if hit.exempt],
        "in_window": timing.in_window,
        "window_past": timing.window_past,
        "has_window": timing.lead is not None,
        "lead_hours": _hours(timing.lead),
        "window_hours": _hours(timing.length),
        "in_maintenance": timing.maintenance,
        "outside_windows": timing.outside,
    }


def _hours(value: timedelta | None) -> float:
    return value.total_seconds() / 3_600 if value is not None else 0.0


def conflict_facts(found: Iterable[Conflict]) -> list[Facts]:
    """`conflicts`: the other change, the kind of conflict, the items, whether the other goes first and has been approved."""
    return [
        {
            "change": item.change,
            "kind": item.kind,
            "items": list(item.items),
            "first": item.first,
            "approved": item.approved,
        }
        for item in found
    ]


def approval_facts(approvals: Iterable[Review]) -> list[Facts]:
    """`evidence.approvals`: who approves of this content, in which role (empty: whichever they hold), and since when."""
    return [{"by": one.by or "", "role": one.role or "", "at": stamp(one.at)} for one in approvals]


def deployer_facts(
    deployer: Deployer,
    roster: Roster,
    change: ChangeRequest,
    contributors: Contributors,
    approvers: Collection[str],
) -> Facts:
    """`evidence.deployer`: who starts the deployment, and what else they have to do with the change; no name is ever missing."""
    found = known_to(roster, deployer)
    person = found.person if found.person in roster.spec.people else None
    return {
        "source": found.source,
        "known": person is not None,
        "proven": person is not None and (found.source == "signed" or found.named_by_host),
        "id": person or "",
        "kind": roster.spec.people[person].kind if person is not None else "",
        "account": found.account or 0,
        "is_requester": person is not None and person == change.metadata.requester,
        "is_approver": person is not None and person in approvers,
        "is_implementer": person is not None and person == change.spec.implementer,
        "is_contributor": person is not None and person in contributors.people,
    }


def facts(
    *,
    change: Facts,
    impact: Facts,
    risk: Facts,
    calendar: Facts,
    conflicts: list[Facts],
    evidence: Facts,
    now: datetime,
) -> Facts:
    """Everything conditions can see, under the names of the contract."""
    return {
        "change": change,
        "impact": impact,
        "risk": risk,
        "calendar": calendar,
        "conflicts": conflicts,
        "evidence": evidence,
        "now": now,
    }


def stamp(value: datetime | None) -> str:
    """A time as conditions see it; empty when there is none."""
    return format_instant(value) if value is not None else ""
