"""The change management policy as a document, in English."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "policy_paper.title": "Change management policy",
    "policy_paper.fact:organisation": "Organisation",
    "policy_paper.fact:version": "Version",
    "policy_paper.fact:since": "In force since",
    "policy_paper.fact:approved": "Merged by",
    "policy_paper.fact:place": "Read from",
    "policy_paper.fact:digest": "Digest of the policies",
    "policy_paper.work_tree": "work tree, which is in force nowhere yet",
    "policy_paper.unknown": "not recorded",
    "policy_paper.no_organisation": "not named (`spec.organisation` in `changeflow.yaml`)",
    "policy_paper.purpose": (
        "This document says how changes are managed: what is under control, which categories of "
        "change there are and how each is managed, and which changes may have a major impact. "
        "It is written from the rules that the gates enforce, so the document says what they "
        "enforce."
    ),
    "policy_paper.section:control": "1. What is under the control of change management",
    "policy_paper.control.items": (
        "Configuration items of these types; the number in the CMDB stands behind each."
    ),
    "policy_paper.control.type": "{type} ({count})",
    "policy_paper.control.paths": "What is in this repository, and whose agreement each change of it needs:",
    "policy_paper.path:policies": "policies, roster, models, calendars, risk model, settings",
    "policy_paper.path:cmdb": "configuration items",
    "policy_paper.path:other": "everything else in this repository",
    "policy_paper.path:exempt": "{paths:codes}",
    "policy_paper.agrees:policies": "{role:role}",
    "policy_paper.agrees:cmdb": "the owners of the items that are touched",
    "policy_paper.agrees:other": "a request for change that covers it, approved as below",
    "policy_paper.agrees:exempt": "none: outside of change management",
    "policy_paper.column:what": "What",
    "policy_paper.column:agrees": "Agreement",
    "policy_paper.section:categories": "2. Categories of change, and how each is managed",
    "policy_paper.section:standard": "2.1 Standard changes",
    "policy_paper.section:normal": "2.2 Normal changes",
    "policy_paper.section:emergency": "2.3 Emergency changes",
    "policy_paper.section:all": "2.4 Rules for changes of every category",
    "policy_paper.is:standard": (
        "A standard change is covered by a change model that was authorised beforehand. It "
        "follows the model's steps, stays in its scope, and its risk stays below the model's "
        "ceiling; otherwise it is a normal change."
    ),
    "policy_paper.is:normal": (
        "A normal change is requested, assessed and approved one by one. Its class is minor, "
        "significant or major, by its risk and by what is said below of major changes."
    ),
    "policy_paper.is:emergency": (
        "An emergency change cannot wait for the usual approvals because of an incident. It is "
        "approved by the emergency board before it starts; what is owed afterwards is listed "
        "here."
    ),
    "policy_paper.validity": "Approvals hold for {span:duration}. After that they are given again.",
    "policy_paper.validity:emergency": "Approvals of an emergency hold for {span:duration}.",
    "policy_paper.rule": "{message} ({effect})",
    "policy_paper.rule:clause": "{message} ({effect}; {clause})",
    "policy_paper.own": "the organisation's own rule",
    "policy_paper.effect:deny": "required",
    "policy_paper.effect:warn": "is pointed out",
    "policy_paper.what_now": "If not: {hint}",
    "policy_paper.asks": "Agreement: {told:sentences}",
    "policy_paper.gate:submit": "Before a request is looked at",
    "policy_paper.gate:approve": "Approval",
    "policy_paper.gate:deploy": "Start of the release",
    "policy_paper.gate:close": "Review and closure",
    "policy_paper.no_rules": "No rule is about these changes alone.",
    "policy_paper.section:major": "3. Changes with a potential major impact on customers or services",
    "policy_paper.major.intro": (
        "A normal change has at least this class where one of these holds, whatever its risk. "
        "Where none does, its risk decides. What is not known counts as the worst."
    ),
    "policy_paper.class": "{class:word}: {conditions}",
    "policy_paper.cond.actions": "the change does this to an item: {actions:words}",
    "policy_paper.cond.service": "the item is a service",
    "policy_paper.cond.types": "the item is of type {types:list}",
    "policy_paper.cond.criticality": "the item is {tiers:list}",
    "policy_paper.cond.outage:over-budget": "an outage is longer than what is left of a service level",
    "policy_paper.cond.outage:unknown": "an outage is not stated",
    "policy_paper.section:models": "4. Catalogue of standard changes",
    "policy_paper.section:roles": "5. Roles and authorities",
    "policy_paper.section:calendar": "6. Freezes and maintenance windows",
    "policy_paper.calendar.none": "There is neither a freeze nor a maintenance window.",
    "policy_paper.column:period": "Period",
    "policy_paper.column:kind": "Kind",
    "policy_paper.column:from": "From",
    "policy_paper.column:repeats": "Repeats",
    "policy_paper.column:covers": "Covers",
    "policy_paper.kind:freeze": "freeze",
    "policy_paper.kind:window": "window",
    "policy_paper.everything": "everything",
    "repeats.every:daily": "every day",
    "repeats.every_some:daily": "every {count} days",
    "repeats.every:weekly": "every week",
    "repeats.every_some:weekly": "every {count} weeks",
    "repeats.every:monthly": "every month",
    "repeats.every_some:monthly": "every {count} months",
    "repeats.every:yearly": "every year",
    "repeats.every_some:yearly": "every {count} years",
    "repeats.month:1": "January",
    "repeats.month:2": "February",
    "repeats.month:3": "March",
    "repeats.month:4": "April",
    "repeats.month:5": "May",
    "repeats.month:6": "June",
    "repeats.month:7": "July",
    "repeats.month:8": "August",
    "repeats.month:9": "September",
    "repeats.month:10": "October",
    "repeats.month:11": "November",
    "repeats.month:12": "December",
    "repeats.ordinal:1": "the first {weekday:weekday}",
    "repeats.ordinal:2": "the second {weekday:weekday}",
    "repeats.ordinal:3": "the third {weekday:weekday}",
    "repeats.ordinal:4": "the fourth {weekday:weekday}",
    "repeats.ordinal:-1": "the last {weekday:weekday}",
    "repeats.and": "{said}, {part}",
    "repeats.weekdays": "on {weekdays:list}",
    "repeats.months": "in {months:list}",
    "repeats.days": "on day {days:list}",
    "repeats.last_day": "on the last day",
    "repeats.times": "{count:plural time times} in all",
    "repeats.until": "until {until}",
    "policy_paper.follows:during": "during `{name}`",
    "policy_paper.follows:outside": "outside of `{name}`",
    "policy_paper.follows:on": "on `{name}`",
    "policy_paper.exempt": "all but {types:words}",
    "policy_paper.section:records": "7. Records and retention",
    "policy_paper.records": (
        "Requests and reviews are documents on the main branch. Approvals, assessments, "
        "decisions, the steps of releases and reviews are entries of the ledger, which are "
        "added and never edited. Git keeps every version of both; nothing deletes them. How "
        "long copies and backups are kept is for the organisation to say."
    ),
    "policy_paper.changed": (
        "This policy changes by a pull request that {role:role} approves under the rules then "
        "in force. Its history is that of `policies/`."
    ),
    "policy_paper.section:signatures": "Signatures",
}
