"""Configuration items: one, a list of them, and the survey of the CMDB."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "item.heading": "{ci:item}",
    "item.fact:type": "type",
    "item.fact:status": "status",
    "item.fact:criticality": "criticality",
    "item.fact:owner": "owner",
    "item.fact:environment": "environment",
    "item.fact:description": "description",
    "item.status": "{status:word}",
    "item.unknown": "unknown",
    "item.no_description": "none",
    "item.needs": "Needs",
    "item.needed_by": "Is needed by",
    "item.nothing": "nothing",
    "item.dependency": "{ci:item}, {strength:word}",
    "item.group": "{least} of {items:items}",
    "item.without:tier": "no tier",
    "item.without:type": "no type",
    "item.without:owner": "no owner",
    "item.without:environment": "no environment",
    "item.count": "{count:plural item items}",
    "survey.size": (
        "{items:plural item items}, {dependencies:plural dependency dependencies}, "
        "{groups:plural group groups} of redundant items"
    ),
    "survey.foundations": "Items with which most others fail",
    "survey.unfollowed": "not followed, because it would take too long: {count:plural group groups} of redundant items",
    "survey.single_points:exact": "Single points of failure ({total:count}): live items of tier 1 and 2 that fail with",
    "survey.single_points:estimate": "Single points of failure (about {total:count}): live items of tier 1 and 2 that fail with",
    "survey.point:ring": ", which fails together with {count:count} more",
    "survey.point:behind": ", and {count:count} behind it",
    "item.need": "needs {items:list}",
    "item.origins": "Where this comes from",
    "item.native": "native YAML",
    "item.origin": "{source}, {path}",
    "item.origin:line": "{source}, {path}, line {line}",
    "item.origin:defaults": "{source}, its defaults",
}
