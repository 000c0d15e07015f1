"""The paper for a management review."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "management.paper": "Inputs of the management review",
    "management.section:actions": "Actions of earlier reviews",
    "management.section:rules": "Changes of policies, roles, models and settings",
    "management.section:performance": "Performance of changes and releases",
    "management.section:targets": "Targets",
    "management.section:nonconformities": "Nonconformities and unauthorised changes",
    "management.section:audits": "Results of audits",
    "management.section:risks": "Major risks: open changes of high risk",
    "management.section:sla": "Effect on service levels",
    "management.section:suppliers": "Changes of suppliers",
    "management.section:resources": "Resources: load of the CAB, waiting",
    "management.section:opportunities": "Opportunities for improvement",
    "management.section:decisions": "Decisions and actions",
    "management.not_known": "not known",
    "management.none": "none is recorded",
    "management.last": "No earlier management review is recorded.",
    "management.last:day": "Last management review on record: {day:date}.",
    "management.open": "{count:plural action actions} not done, {overdue} of them overdue.",
    "management.decided": "{review}: {owner:owner}",
    "management.decided:due": "{review}: {owner:owner}, until {due:date}",
    "management.state_unknown": "Nothing records what became of it.",
    "management.overdue": "OVERDUE",
    "management.due": "open",
    "management.column:id": "Id",
    "management.column:owner": "Owner",
    "management.column:due": "Due",
    "management.column:state": "State",
    "management.column:action": "Action",
    "management.column:value": "Value",
    "management.column:previous": "Before",
    "management.column:target": "Target",
    "management.column:measure": "Measure",
    "management.column:decision": "Decision",
    "management.column:who": "Who",
    "management.column:until": "Until",
    "management.commit": "{commit}: {title}",
    "management.no_target": "No target is set (`policies/objectives.yaml`).",
    "management.met": "{met} of {count:plural target targets} met; of {untold} it is not known.",
    "management.unauthorised": "{count:plural delivery deliveries} without authorisation, {open} not dealt with.",
    "management.unauthorised:unknown": (
        "Whether anything was delivered without authorisation is not known: it could not be looked at."
    ),
    "management.untold": (
        "Not known, because the code host was not asked or did not answer in full: {what:sentences}"
    ),
    "management.no_audit": "No audit of the CMDB was drawn in this period. Other audits are not recorded here.",
    "management.no_conclusion": "no conclusion is recorded",
    "management.audit": "{path}: {items:plural item items}",
    "management.no_risk": "No change of high or critical risk is open.",
    "management.risk": "risk {score}, {level:word}; {state:word}",
    "management.no_sla": "No service has a service level.",
    "management.sla": "{services:plural service services} with a service level, {over} times over budget.",
    "management.over": "{service:item}: {used} minutes used and {planned} planned of {budget}",
    "management.recurring": (
        "{count:plural kind kinds} of changes always went well and may become standard changes"
        " (`changeflow report trends`)."
    ),
}
