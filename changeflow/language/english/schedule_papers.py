"""The change schedule as a paper."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "schedule_paper.title": "Change schedule and planned outages",
    "schedule_paper.changes": "Planned changes",
    "schedule_paper.freezes": "Freezes",
    "schedule_paper.none": "no change is planned in this period",
    "schedule_paper.cancelled": "cancelled: {changes:list}",
    "schedule_paper.no_freeze": "no freeze falls into this period",
    "schedule_paper.everywhere": "all",
    "schedule_paper.outage": "{ci:item}: {length:duration}",
    "schedule_paper.outage:none": "{ci:item}: no outage",
    "schedule_paper.outage:unknown": "{ci:item}: NOT STATED",
    "schedule_paper.requester": "requester: {who:person}",
    "schedule_paper.implementer": "implementer: {who:person}",
    "schedule_paper.owner": "owner: {owner}",
    "schedule_paper.conflicts": "CONFLICTS with {changes:list}",
    "schedule_paper.frozen": "IN A FREEZE: {freezes:list}",
    "schedule_paper.exception": "exception from {freeze}, granted by {who:person}: {why}",
    "schedule_paper.exception:type": "{freeze} allows {type:word} changes",
    "schedule_paper.column:window": "Window",
    "schedule_paper.column:change": "Change",
    "schedule_paper.column:services": "Services",
    "schedule_paper.column:outage": "Planned outage",
    "schedule_paper.column:concerned": "Who is affected",
    "schedule_paper.column:contacts": "Contacts",
    "schedule_paper.column:remarks": "Conflicts, freezes, exceptions",
    "schedule_paper.column:start": "Start",
    "schedule_paper.column:end": "End",
    "schedule_paper.column:title": "Title",
    "schedule_paper.column:type": "Type",
    "schedule_paper.column:state": "State",
    "schedule_paper.column:items": "Items",
    "schedule_paper.column:environments": "Environments",
    "schedule_paper.column:outage_minutes": "Planned outage, minutes",
    "schedule_paper.column:requester": "Requester",
    "schedule_paper.column:implementer": "Implementer",
    "schedule_paper.column:owners": "Owners",
    "schedule_paper.column:conflicts": "Conflicts",
    "schedule_paper.column:freezes": "Freezes",
    "schedule_paper.column:exceptions": "Exceptions",
    "schedule_paper.column:notices": "Who was told",
    "schedule_paper.column:freeze": "Freeze",
    "schedule_paper.column:span": "From, to",
}
