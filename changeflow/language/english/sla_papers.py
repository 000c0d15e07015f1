"""Papers about service levels."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "sla_paper.title": "Planned outages of changes and service levels",
    "sla_paper.budgets": "Budgets",
    "sla_paper.outages": "Outages of changes",
    "sla_paper.counts": "{total:plural period periods} of services, {over} of them over budget",
    "sla_paper.none": (
        "no service promises a level: `spec.service_level` of a configuration item says "
        "it"
    ),
    "sla_paper.how": (
        "In minutes. The budget of a period is what the target leaves of it; used is "
        "what released changes took by their reviews on record, else what they stated; planned what approved ones state."
    ),
    "sla_paper.service": "{ci:item}, {target} %",
    "sla_paper.period": "{period:word} from {start:time}",
    "sla_paper.left": "{left}",
    "sla_paper.left:over": "OVER BY {left}",
    "sla_paper.unknown": "less may be left: {changes:list} does not state its outage",
    "sla_paper.over": "Over budget",
    "sla_paper.none_over": "no budget is exceeded",
    "sla_paper.exceeded": "{ci:item}, {period}: {minutes} minutes too many",
    "sla_paper.by": "by {changes:list}",
    "sla_paper.of_service": "{ci:item}: {period}",
    "sla_paper.actual": "not recorded (`outages` of its review)",
    "sla_paper.actual:review": "{minutes}, as its review says",
    "sla_paper.actual:later": "not released yet",
    "sla_paper.release_took": "the release took {minutes} minutes",
    "sla_paper.customers": "effect on customers: {said}",
    "sla_paper.told": "{to}: told {day:date}",
    "sla_paper.told:not": "{to}: NOT TOLD yet",
    "sla_paper.told:unknown": "not recorded who was told (`spec.notices` of a release)",
    "sla_paper.told_by": "{to} ({by})",
    "sla_paper.without_level": "Services without a service level",
    "sla_paper.named_items": "{items:items}",
    "sla_paper.column:service": "Service",
    "sla_paper.column:of_period": "Period",
    "sla_paper.column:budget": "Budget",
    "sla_paper.column:used": "Used",
    "sla_paper.column:planned": "Planned",
    "sla_paper.column:left": "Left",
    "sla_paper.column:change": "Change",
    "sla_paper.column:planned_minutes": "Planned outage, minutes",
    "sla_paper.column:actual_minutes": "Actual outage, minutes",
    "sla_paper.column:times": "Planned, carried out",
    "sla_paper.column:customers": "Customers",
    "sla_paper.column:target": "Target, %",
    "sla_paper.column:period": "Kind of period",
    "sla_paper.column:period_start": "Period from",
    "sla_paper.column:period_end": "Period to",
    "sla_paper.column:over": "Over budget",
    "sla_paper.column:changes": "Changes",
    "sla_paper.column:unknown": "Outage not stated",
    "sla_paper.column:title": "Title",
    "sla_paper.column:state": "State",
    "sla_paper.column:release_minutes": "Release took, minutes",
    "sla_paper.column:planned_start": "Planned start",
    "sla_paper.column:planned_end": "Planned end",
    "sla_paper.column:started": "Started",
    "sla_paper.column:ended": "Ended",
    "sla_paper.column:incidents": "Incidents",
    "sla_paper.column:told": "Customers told",
    "sla_paper.column:notices": "Who was told",
}
