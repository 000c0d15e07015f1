"""The gap analysis: what was found of each clause, and what is done about gaps, in English."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "gap.title": "Clause conformity and gap analysis",
    "gap.title_of": "Clause conformity and gap analysis: {standard}",
    "gap.fact:standard": "Standard",
    "gap.fact:source": "Clauses read from",
    "gap.fact:clauses": "Clauses in scope",
    "gap.fact:gaps": "Clauses with a gap",
    "gap.source": "{path:code}",
    "gap.source:shipped": "the file that ships with changeflow",
    "gap.own_words": "What clauses ask is told in our own words. Read the standard beside it.",
    "gap.section:result": "Result",
    "gap.section:outside": "Outside: another system or document has to show these",
    "gap.section:controls": "Control matrix",
    "gap.section:scale": "How a score is given",
    "gap.scale": (
        "The score of a clause is the highest one for which everything was found that it needs. A score below {wanted} is a gap. "
        "What cannot be told is evidence that is missing."
    ),
    "gap.column:clause": "Clause",
    "gap.column:title": "About",
    "gap.column:asks": "Requirement",
    "gap.column:scope": "Scope",
    "gap.column:evidence": "Evidence",
    "gap.column:state": "Current state",
    "gap.column:score": "Score",
    "gap.column:gap": "Gap",
    "gap.column:action": "Action",
    "gap.column:role": "Responsible",
    "gap.column:reason": "Reason",
    "gap.column:framework": "Framework",
    "gap.column:control": "Control",
    "gap.column:clauses": "Clauses",
    "gap.column:meaning": "Meaning",
    "gap.column:rule": "Rule",
    "gap.column:needs": "Needs",
    "gap.clause": "{clause} {title}",
    "gap.score": "{score}: {name}",
    "gap.score_of": "{clause} ({score})",
    "gap.score_of:outside": "{clause} (outside)",
    "gap.no_gap": "none",
    "gap.is_gap": "yes",
    "gap.missing_evidence": "evidence missing",
    "gap.partly": "In part here: {reason}.",
    "gap.most": "a change repository shows no more than {score}",
    "gap.oscal_written": "Wrote {path:shown}: assessment results with {gaps} gaps.",
    "gap.note:simulated": "recorded under a fixed clock",
    "gap.lacks": "missing: {needs:list}",
    "gap.lacks:higher": "for more: {needs:list}",
    "gap.scope:in": "in scope",
    "gap.scope:partly": "in part",
    "gap.scope:outside": "outside",
    "gap.no_role": "not said",
    "gap.part:document": "rule in writing",
    "gap.part:records": "records",
    "gap.part:timely": "on time",
    "gap.part:measured": "measured",
    "gap.part:improved": "improved",
    "gap.need:any": "a record",
    "gap.need:document": "the rule in writing",
    "gap.need:practice": "enough records",
    "gap.need:complete": "complete records",
    "gap.need:timely": "records on time",
    "gap.need:measured": "a measured target",
    "gap.need:improved": "conclusions or improvements",
    "gap.found": "{part}: {what}: {have} of {expected}",
    "gap.found:any": "{part}: {what}: {have}",
    "gap.found:noted": "{part}: {what}: {note}",
    "gap.found:both": "{part}: {what}: {have} of {expected} ({note})",
    "gap.found:any_noted": "{part}: {what}: {have} ({note})",
    "gap.ids": "found: {ids:list}",
    "gap.ids:more": "found: {ids:list} and {more} more",
    "gap.missing": "missing: {ids:list}",
    "gap.missing:more": "missing: {ids:list} and {more} more",
    "gap.note:no_occasion": "nothing of the kind happened in the period",
    "gap.note:ledger": "the ledger does not hold, so nothing of it counts",
    "gap.note:unreadable": "a document cannot be read",
    "gap.note:empty": "a document says nothing",
    "gap.note:future": "a document is dated in the future",
    "gap.note:no_target": "no target is set",
    "gap.note:no_value": "nothing was measured",
    "gap.note:unknown": "some records do not tell",
    "probe.kpi": (
        'measure "{title}"',
        "look at the records behind `{kpi}`: `changeflow report kpi`",
    ),
    "probe.kpi:target": (
        'measure "{title}" with a target',
        "set a target for `{kpi}` in `policies/objectives.yaml`",
    ),
    "probe.rules": ("rules that cite {clause}", "let a rule of `policies/` cite {clause}"),
    "probe.files": ("files {pattern:code}", "write {pattern:code}"),
    "probe.documents:calendars": (
        "calendars with freezes and windows",
        "write a calendar in `policies/`",
    ),
    "probe.documents:categories": (
        "rules for each category of change, emergencies among them",
        "write rules that say how each type of change is managed, also emergencies",
    ),
    "probe.documents:configuration-items": ("configuration items", "describe the items in `cmdb/`"),
    "probe.documents:configuration-sources": (
        "sources of the CMDB",
        "describe in `cmdb/sources/` where items come from",
    ),
    "probe.documents:improvements": (
        "improvements with finding, action, owner and due day",
        "write an `Improvement` for what was found, with owner and due day",
    ),
    "probe.documents:major-changes": (
        "criteria for changes with a major impact",
        "say under `classes` in `policies/risk.yaml` what makes a change major",
    ),
    "probe.documents:management-reviews": (
        "management reviews with conclusions",
        "hold the management review, and write what was concluded below `reviews/`",
    ),
    "probe.documents:models": ("change models", "write a change model in `policies/models/`"),
    "probe.documents:named-roles": (
        "roles with a name and duties",
        "give each role a name and its duties under `role_names` and `role_duties` in the roster",
    ),
    "probe.documents:objectives": (
        "targets of measures",
        "set targets in `policies/objectives.yaml`",
    ),
    "probe.documents:organisation": (
        "the name of the organisation",
        "set `spec.organisation` in `changeflow.yaml`",
    ),
    "probe.documents:policies": (
        "policies for every gate",
        "write a policy for each gate in `policies/`",
    ),
    "probe.documents:process-reviews": (
        "reviews of the process with conclusions",
        "review the process, and write what was concluded below `reviews/`",
    ),
    "probe.documents:release-reviews": (
        "analyses of releases with conclusions",
        "analyse the releases of a period, and write what was concluded below `reviews/`",
    ),
    "probe.documents:roster": (
        "roles that rules ask for, held by people",
        "name people for each role in `policies/roster.yaml`",
    ),
    "probe.documents:service-levels": (
        "services with a service level",
        "give each service a `service_level`",
    ),
    "probe.documents:trend-reviews": (
        "analyses of trends with conclusions",
        "analyse the trends of a period, and write what was concluded below `reviews/`",
    ),
    "probe.records:assessed": (
        "changes assessed on record before they started",
        "assess each change before its release; the gates record it",
    ),
    "probe.records:authorised": (
        "releases that started with an open gate",
        "start releases with `changeflow release run`, never beside it",
    ),
    "probe.records:baselined": (
        "releases that recorded a baseline",
        "start releases with `changeflow release run`, which records the baseline",
    ),
    "probe.records:effects-considered": (
        "changes that say what they mean for customers, availability and security",
        "fill in `spec.effects` of the requests",
    ),
    "probe.records:followed-up": (
        "improvements and follow-ups that are in time",
        "carry out what is overdue, and give each a due day",
    ),
    "probe.records:improvements-verified": (
        "improvements that another person verified",
        "have another person than the owner verify what is done, and write it under `verified`",
    ),
    "probe.records:independently-approved": (
        "changes approved by a person who neither requests nor implements them",
        "have another person approve",
    ),
    "probe.records:investigated": (
        "failed changes whose review says what deviated and what was learnt",
        "review each failed change, with deviations and lessons",
    ),
    "probe.records:planned": ("changes with a planned window", "give each change a window"),
    "probe.records:prioritised": (
        "normal changes that say their priority",
        "write `priority` of each request, and switch on the rule that asks for it (`policies/planning.yaml`)",
    ),
    "probe.records:recorded-before": (
        "changes recorded before they started",
        "write the request before the work; for the others `changeflow new --retrospective`",
    ),
    "probe.records:release-accepted": (
        "releases accepted before they began, each criterion being met",
        "write `acceptance` of each release, and have a holder of its role accept before it begins",
    ),
    "probe.records:release-typed": (
        "releases that say their type and its basis",
        "write `type` and `basis` of each release",
    ),
    "probe.records:remedy-planned": (
        "changes with steps, trigger and limit of a rollback",
        "write a rollback plan with trigger and limit",
    ),
    "probe.records:retrospectively-approved": (
        "emergencies approved in retrospect",
        "give the approvals that are owed: `changeflow list --owed`",
    ),
    "probe.records:reviewed": (
        "changes with a complete and independent review on record",
        "write the reviews that are owed: `changeflow list --owed`",
    ),
    "probe.records:service-outages-stated": (
        "changes that state the outage of each item",
        "state `outage` of every item, `PT0S` where there is none",
    ),
    "probe.records:tested": (
        "normal changes that were tested",
        "test before the release, and say so under `assessment.tested`",
    ),
    "probe.records:verified-after": (
        "changes that verify whether they worked",
        "give each change verification steps",
    ),
    "probe.ledger:baselines": (
        "baselines of the CMDB on the ledger",
        "take a baseline: `changeflow cmdb baseline`",
    ),
    "probe.ledger:decisions": (
        "decisions of gates on the ledger",
        "let gates record their decisions",
    ),
    "probe.ledger:entries": (
        "entries of the ledger that holds",
        "keep the ledger: `changeflow ledger verify` says what is wrong with it",
    ),
    "probe.ledger:signed": (
        "words of people signed with a key of theirs",
        "give people keys in the roster, and set `spec.require_signatures`",
    ),
    "probe.cmdb:audits": (
        "audits of the CMDB, filled in by others than the owners",
        "audit a sample: `changeflow cmdb audit`",
    ),
    "probe.cmdb:described": (
        "items in use with type and status",
        "complete the records of the items",
    ),
    "probe.cmdb:live": (
        "items whose record was updated after the release",
        "update the records that `changeflow cmdb check` names",
    ),
    "probe.cmdb:owned": (
        "items in use with owner and criticality",
        "give each item an owner and a criticality",
    ),
}
