"""Audits of the CMDB: the file that is filled in, what came of it, improvements."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # -- what is written into the file
    "audit_draft.how": (
        "Audit of the CMDB: compare each item with what is there, and say at `found` of the item\n"
        "  agrees     all of it is as it is recorded\n"
        "  missing    there is no such item\n"
        "or add to an attribute, such as {{name: owner, recorded: bob, found: differs, value: carol}}\n"
        "  differs    something else is there; `value` is what\n"
        "  missing    it is recorded, and is not there\n"
        "  surplus    it is there, and nothing is recorded; `value` is what\n"
        "An attribute without `found` is as its item says. `corrected_by` names the change that\n"
        "corrected the record, `note` is for words. `changeflow check` checks the file,\n"
        "`changeflow cmdb audit` says what it comes to. The sample itself is not edited."
    ),
    "audit_draft.surplus": "what was found and the CMDB lacks, such as  - {{name: cache-9, type: cache}}",
    "audit_draft.field:who": "a person of the roster who owns none of these items",
    "audit_draft.field:cause": "why the record was wrong",
    "audit_draft.field:action": "Correct the record by a change, and mend what let it become wrong",
    "audit_draft.field:owner": "a role or person of the roster",
    "audit_draft.field:due": "the day by which it is done, such as 2026-12-31",
    "audit_draft.field:done": "or {{commit: …}}",
    "audit_draft.field:verified": "a person other than the owner, and the day",
    "audit_draft.found:differs": "{attribute} differs: recorded {recorded}, found {value}",
    "audit_draft.found:missing": "{attribute} is missing: recorded {recorded}",
    "audit_draft.found:surplus": "{attribute} is not recorded: found {value}",
    "audit_draft.found:no_item": "there is no such item",
    "audit_draft.item": "{ci}: {found:sentences}",
    "audit_draft.lacks": "The CMDB lacks {name}",
    # -- what came of it
    "audited.title": "Audit of the CMDB {audit}",
    "audited.fact:file": "file",
    "audited.fact:auditor": "auditor",
    "audited.fact:of": "of",
    "audited.fact:digest": "digest",
    "audited.fact:drawn": "sample",
    "audited.fact:left_out": "left out",
    "audited.unnamed": "not named yet",
    "audited.commit": "the main branch, commit {commit}",
    "audited.baseline": "the baseline {name}, commit {commit}",
    "audited.drawn": "{items} of {population} items, seed {seed}, drawn {at:time}",
    "audited.left_out": "{count:plural item items} that {who:person} answers for",
    "audited.problems": "Not to be relied on yet",
    "audited.problem": "{why:sentences}",
    "audited.unchecked": "{count:plural attribute attributes} not looked at yet",
    "audited.no_auditor": "no auditor is named",
    "audited.own_items": "the auditor {who:person} answers for {items:most 5}",
    "audited.no_commit": "the commit {commit} is not in this clone: whether this is the sample that was drawn is not known",
    "audited.other_cmdb": "the CMDB at the commit {commit} is not the one that the sample was drawn from",
    "audited.sample:lacks": "drawn and not in the audit: {items:most 5}",
    "audited.sample:added": "in the audit and not drawn: {items:most 5}",
    "audited.sample:altered": "recorded otherwise than the audit says: {items:most 5}",
    "audited.sample:strata": "the strata are not those of the CMDB",
    "audited.result": "Result",
    "audited.share:accuracy": "accuracy",
    "audited.share:existence": "items that exist",
    "audited.share:completeness": "completeness",
    "audited.estimate": "{value} (95 %: {low} to {high}); {agrees} of {whole}",
    "audited.estimate:weighted": (
        "estimated for the whole CMDB {value} (95 %: {low} to {high}); as counted {plain}, {agrees} of {whole}"
    ),
    "audited.how": (
        "Accuracy: attributes that agree, of those looked at; the estimate is weighted by stratum, and"
        " `report kpi` has the share as counted. Completeness: items"
        " found that the CMDB has, of all that were found beside the sample."
    ),
    "audited.by_attribute": "Attributes that agree",
    "audited.differences": "Differences",
    "audited.surplus": "{name}: not in the CMDB",
    "audited.corrected": "corrected by {change}",
    "audited.both": "{one}; {other}",
    "audited.strata": "Strata",
    "audited.stratum:tier": "tier",
    "audited.stratum:type": "type",
    "audited.stratum:items": "items",
    "audited.stratum:drawn": "drawn",
    "audited.stratum:agrees": "agrees",
    "audited.improvements": "Improvements written",
    "audited.next": "hint: fill in {path}; `changeflow cmdb audit {path}` says what it comes to",
}
