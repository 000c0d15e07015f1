"""Holds a sentence about each field of a document, for editors and docs/reference/documents.md.

Keys are `Definition.property`, with `Kind:` before it where two kinds have definitions of one name.
`*` stands for every definition. Only `generate_schemas` reads this, so no command waits for it.
"""

from __future__ import annotations

from typing import Final

# A definition whose fields are those of another.
SAME_FIELDS: Final[dict[str, str]] = {
    "Freeze": "CalendarPeriod",
    "MaintenanceWindow": "CalendarPeriod",
    "ImplementationStep": "Step",
    "RollbackStep": "Step",
}

DESCRIPTIONS: Final[dict[str, str]] = {
    "*.apiVersion": "The version of the document format.",
    "*.kind": "What this document is.",
    "*.metadata": "What the document is called.",
    "*.labels": "Names and values of your own; changeflow does not read them.",
    "Metadata.id": "The name of the document; one kind has each name once.",
    "Metadata.name": "A name for people, in any script.",
    "Config.spec": "The settings of the change repository; every one has a default.",
    "ConfigSpec.standing": "What `policy backtest` takes for proven.",
    "StandingConfig.candidate_changes": (
        "How many changes of a kind must have ended, all of them well, to be a candidate for a "
        "change model."
    ),
    "StandingConfig.doubtful_below": (
        "A model is doubtful if the share of its changes that go well is surely below so many per "
        "cent."
    ),
    "ConfigSpec.repository": (
        "The name of this repository in signed evidence: clones keep it, and a copy that "
        "lives on by itself takes another."
    ),
    "ConfigSpec.organisation": "Whose changes these are, as papers (`report`) name it.",
    "ConfigSpec.main_branch": (
        "The branch from which policies, roster, items and calendars are read."
    ),
    "ConfigSpec.remote": (
        "The git remote whose main branch judges, as it was fetched last (default: "
        "`ledger.remote`, then the one that the main branch follows)."
    ),
    "ConfigSpec.host": (
        "Where approvals are given: `local` as signed statements, `github` as reviews of pull"
        " requests."
    ),
    "ConfigSpec.timezone": (
        "The zone of the team's wall clock, by its IANA name, e.g. Europe/Berlin: days begin "
        "there, and people read times in it."
    ),
    "ConfigSpec.language": (
        "The language of the sentences that people read; `--lang` and `CHANGEFLOW_LANG` "
        "override it."
    ),
    "ConfigSpec.allow_simulated_clock": (
        "Whether evidence made with `--now` counts; only for demonstrations and tests."
    ),
    "ConfigSpec.require_signatures": (
        "Whether evidence counts only with a signature by a key of the roster."
    ),
    "ConfigSpec.ci_types": "The types that configuration items may have.",
    "ConfigSpec.service_types": "Those of these types that are services for customers.",
    "ConfigSpec.environments": (
        "What environments are for, by their ids: which of them are sandboxes. An environment that"
        " is not named is live."
    ),
    "ConfigSpec.environment_names": (
        "What people call an environment of the CMDB; one without a name is shown by its id."
    ),
    "ConfigSpec.exempt_paths": "Paths that need no request for change, as patterns.",
    "ConfigSpec.terraform_plans": (
        "Files that `terraform show -json` wrote of plans, as patterns from the top of the git "
        "repository. They are read whether a branch changes them or not."
    ),
    "ConfigSpec.policy_owners": "The role that approves changes of policies, roster and settings.",
    "ConfigSpec.cab": "The role of the change advisory board.",
    "ConfigSpec.approval_validity": (
        "How long an approval holds before the release starts (default: until the content changes)."
    ),
    "ConfigSpec.emergency_validity": (
        "How long the approval of an emergency holds before the release starts."
    ),
    "ConfigSpec.ledger": "Where evidence is kept, and how clones share it.",
    "ConfigSpec.release": "Defaults of releases.",
    "ConfigSpec.conflicts": "What conflicts between open changes mean.",
    "ConflictConfig.hard": "The kinds that keep the later of two approved changes waiting.",
    "ConflictConfig.exclusive": "Environments in which one change is planned at a time.",
    "ConfigSpec.cmdb": "What `changeflow cmdb check` asks of the CMDB.",
    "CmdbConfig.levels": (
        "How bad a rule about items is here: `error`, `warning` or `ignore`; by the id of the rule."
    ),
    "CmdbConfig.confirm_within": (
        "For each tier how long the confirmation of a live item holds, e.g. `P90D`. An item "
        "without a tier is asked what the strictest tier is."
    ),
    "LedgerConfig.branch": "The branch to which evidence is added.",
    "LedgerConfig.remote": (
        "The git remote that every entry is pushed to and must be accepted by (default: none;"
        " evidence stays in this clone)."
    ),
    "LedgerConfig.skew": "How far the clocks of those who add entries may differ.",
    "LedgerConfig.wrong_clocks": (
        "Digests of entries that were dated by a wrong clock: they set no date for later "
        "entries, and approvals among them do not count."
    ),
    "LedgerConfig.witnesses": (
        "Verifier keys of witnesses, `name+id+key`, as `changeflow ledger witness` prints them."
    ),
    "LedgerConfig.timeout": "How long a fetch or push may take before it counts as failed.",
    "ConfigSpec.exceptions": (
        "Deliveries that no request is asked for; `report unauthorised` lists each with its reason."
    ),
    "OutsideDelivery.commit": "The commit of the main branch, or that the tag is at.",
    "OutsideDelivery.tag": "The tag.",
    "OutsideDelivery.deployment": "The id of a deployment on the code host.",
    "OutsideDelivery.reason": "Why no request is asked for it.",
    "OutsideDelivery.by": "Who says so: a person of the roster who did not make it.",
    "OutsideDelivery.until": "The last day on which the exception counts.",
    "FreezeExceptionConfig.roles": "The roles whose members approve freeze exceptions. Default: the CAB.",
    "FreezeExceptionConfig.count": "How many of them have to approve.",
    "ConfigSpec.notify": "Who is told of changes, of what, and how.",
    "NotifyConfig.channels": "The ways on which people are told.",
    "NotifyConfig.subscribers": "People and roles, each with the items that they want to hear of.",
    "NotifyConfig.news": (
        "How long ago a release may have begun or ended that is told of to who heard nothing of "
        "the change before."
    ),
    "NotifyConfig.on_schedule": "Whether the bot tells people when it runs on a schedule.",
    "NotifyConfig.clear_addresses": (
        "Whether addresses that are not in the roster are recorded as they are, and not as a "
        "digest."
    ),
    "Channel.id": "What the channel is called on the ledger.",
    "Channel.kind": "How messages are sent.",
    "Channel.who": "Whom a change concerns: owners of what it can hurt, subscribers, and others.",
    "Channel.to": "People and roles beside those of `who`; of a channel of mail, addresses, too.",
    "Channel.events": "What is told.",
    "Channel.before": (
        "How long before the start of its window a change is announced at the earliest; without "
        "it as soon as it is approved."
    ),
    "Channel.language": "The language of the messages; without it that of the repository.",
    "Channel.url": "Where a webhook is; never one with a secret in it.",
    "Channel.url_from": "The variable of the environment with that address.",
    "Channel.secret_from": "The variable with the secret that signs what is posted.",
    "Channel.server": "The server of mail, with or without a port.",
    "Channel.sender": "The address that mails come from.",
    "Channel.security": "How a connection to the server of mail is secured.",
    "Channel.user_from": "The variable with the user of the server of mail.",
    "Channel.password_from": "The variable with their password.",
    "Channel.timeout": "How long a server may take for one answer.",
    "Channel.link_local": "Whether a webhook may be at an address of the link (169.254.0.0/16).",
    "CalendarConfig.longest_freeze": "How long a freeze may last; of a longer one `check` warns.",
    "HoldConfig.roles": "The roles whose members place and lift holds. Default: the CAB and `ecab`.",
    "HoldConfig.count": "How many of them have to agree.",
    "HoldConfig.running": "What holds, freezes and lost approvals do to releases that run.",
    "ReleaseConfig.secrets": (
        "Variables whose values are never shown or recorded, with `*` for any part of a name;"
        " names like `DB_PASSWORD` are masked anyway."
    ),
    "ReleaseConfig.tokens": "Variables with tokens, each with the servers that a query may send it to.",
    "ReleaseConfig.step_timeout": "How long a step may take that names no time-out.",
    "ReleaseConfig.confirm_timeout": "How long a manual step waits for its confirmation.",
    "ReleaseConfig.rehearsal": "How `changeflow release rehearse` treats what a program cannot do.",
    "RehearsalConfig.manual": "Whether manual steps are left out, or a person is asked.",
    "EnvironmentConfig.kind": "`sandbox` where nothing can be lost; releases are rehearsed there.",
    "ChangeRequest.spec": "The requested change; a draft needs only `type` and `reason`.",
    "ChangeSpec.draft": "Whether the request is still being written; a draft opens no gate.",
    "ChangeSpec.model": "The change model that a standard change follows.",
    "ChangeSpec.emergency": "Why the change cannot wait.",
    "ChangeSpec.assessment": (
        "The requester's answers about difficulty and preparation; each answer that is "
        "missing counts as the worst."
    ),
    "ChangeSpec.category": "A free word to group changes by, e.g. database; it decides nothing.",
    "ChangeSpec.effects": 'What was considered; "none" is an answer where it was.',
    "ChangeSpec.priority": "How soon the change is wanted; it decides nothing by itself.",
    "ChangeSpec.acceptance": "Criteria by which the result of the change is accepted.",
    "ChangeSpec.transition": "What must be designed, tested and handed over before it is run.",
    "ChangeSpec.evidence": "What supports the request, and where it can be seen.",
    "Transition.design": "What must be designed, and where the design is.",
    "Transition.tests": "What must be tested before it is run.",
    "Transition.handover": "What must be handed over to whom: documents, training, monitoring.",
    "SupportingEvidence.name": "What it is, such as a report of a load test.",
    "SupportingEvidence.where": "Where it can be seen: a path or an address.",
    "SupportingEvidence.digest": "The digest of its bytes, where it is a file.",
    "ChangeSpec.implementation": "How the change is made.",
    "ChangeSpec.verification": "What shows that the change worked; it is run after all steps.",
    "ChangeSpec.rollback": "How the change is undone.",
    "ChangeSpec.window": "When the change may be made.",
    "ChangeSpec.retrospective": (
        "What was done before anybody asked for it; `changeflow new --retrospective` writes it."
        " Such a request is never released."
    ),
    "Retrospective.commit": "The commit of the main branch that made the change.",
    "Retrospective.tag": "The tag at the commit, where the tag is what needs a request.",
    "Retrospective.deployment": "The id of a deployment or release on the code host.",
    "Retrospective.started": "When it really began.",
    "Retrospective.ended": "When it really ended.",
    "Retrospective.made_by": "Who made it: people of the roster, or e-mail addresses.",
    "ChangeSpec.type": (
        "How the change is controlled: by a change model (`standard`), by assessment and "
        "approval (`normal`), or as one that cannot wait (`emergency`)."
    ),
    "ChangeSpec.reason": "Why the change is needed.",
    "ChangeSpec.benefit": "What is better afterwards.",
    "ChangeSpec.implementer": (
        "Who makes the change: a person of the roster, who never approves it."
    ),
    "ChangeSpec.items": "Configuration items the change touches directly.",
    "ChangeSpec.depends_on": "Changes that must be implemented first.",
    "ChangeSpec.notify": "People and roles who are told of this change, whatever it hits.",
    "ChangeSpec.fixes": "Incidents or problems this change resolves.",
    "Emergency.incident": "The id of the incident in the system that holds it.",
    "Emergency.justification": "Why the change cannot wait for the usual approval.",
    "DeclaredAssessment.complexity": "How many parts have to work together.",
    "DeclaredAssessment.experience": "How often the team has done this before.",
    "DeclaredAssessment.tested": "How near to production the change was tested.",
    "ChangedItem.action": (
        "What is done to the item; `transfer` moves it to another organisation, or takes it "
        "over from one."
    ),
    "ChangedItem.outage": "The expected interruption, e.g. PT10M; PT0S says that there is none.",
    "ChangedItem.ci": "The id of the configuration item.",
    "Effects.customers": "What customers notice.",
    "Effects.availability": "What it means for the availability of services.",
    "Effects.capacity": "What it means for capacity.",
    "Effects.continuity": "What it means for the continuity of services, e.g. for standby systems.",
    "Effects.security": "What it means for information security.",
    "Effects.cost": "What it costs.",
    "Effects.plans": "What it means for continuity plans and capacity plans, and who updates them.",
    "Implementation.steps": "The steps, in the order in which they are run.",
    "NotWorseThan.before": "True: the limit is told by the value before the release.",
    "NotWorseThan.worse": "Which way is worse: `higher` (the default) or `lower`.",
    "NotWorseThan.percent": "By how many percent of the value before it may get worse.",
    "NotWorseThan.plus": "By how much it may get worse beside that, as a number.",
    "Query.url": "The server, without `/api/v1/query` and without user and password.",
    "Query.promql": "The query; its answer must be one number.",
    "Query.below": "The value must be smaller.",
    "Query.above": "The value must be greater.",
    "Query.at_most": "The value must not be greater.",
    "Query.at_least": "The value must not be smaller.",
    "Query.not_worse_than": "The value is compared with the one before the release.",
    "Query.token_from": "The variable of the environment that holds a bearer token.",
    "VerificationStep.name": "What is verified, in a few words.",
    "VerificationStep.manual": "What a person checks; a person of the roster confirms it.",
    "VerificationStep.run": "The program and its arguments, one list element each.",
    "VerificationStep.verify": "A program that exits with 0 when the step is done.",
    "VerificationStep.timeout": (
        "How long one probe may take; a query 10 seconds, where nothing is written."
    ),
    "VerificationStep.mutable": "Files and folders that may change after the approval.",
    "VerificationStep.query": "What a metric must show.",
    "VerificationStep.for": "How long it is probed, an ISO 8601 duration such as PT10M.",
    "VerificationStep.every": "How often; every 30 seconds, where nothing is written.",
    "VerificationStep.failures": "How many failures in a row fail it; 1, where nothing is written.",
    "Step.mutable": (
        "Files and folders which the step reads and which may differ from what was approved, "
        "e.g. one that an earlier step writes; the program itself never may."
    ),
    "Step.name": "What the step does, in a few words.",
    "Step.manual": "What a person does; a person of the roster confirms it.",
    "Step.run": "The program and its arguments, one list element each; never a shell line.",
    "Step.verify": "A program that exits with 0 when the step is done.",
    "Step.timeout": "How long the step may take, an ISO 8601 duration such as PT5M.",
    "Step.workflow": "A workflow of GitHub Actions that is dispatched, and followed to its end.",
    "Step.ansible": "A playbook of Ansible that is run; what it would change is the plan of the step.",
    "Undo.ansible": "A playbook of Ansible that undoes the step.",
    "Playbook.playbook": "The playbook, as a path from the top of the change repository.",
    "Playbook.inventory": "Inventories: paths, or hosts with a comma at the end.",
    "Playbook.limit": "The hosts or groups that it is limited to.",
    "Playbook.tags": "Only plays and tasks with one of these tags.",
    "Playbook.skip_tags": "No plays and tasks with one of these tags.",
    "Playbook.extra_vars": "Variables, each a text.",
    "Playbook.files": "Further files and folders that it reads, which are approved with the request.",
    "Playbook.rehearsal": "What is different in a rehearsal, which fails where it is not written.",
    "PlaybookRehearsal.inventory": "Inventories of the sandbox.",
    "PlaybookRehearsal.limit": "The hosts or groups of the sandbox that it is limited to.",
    "PlaybookRehearsal.extra_vars": "Variables that are others in a rehearsal.",
    "Undo.workflow": "A workflow of GitHub Actions that undoes the step.",
    "Workflow.repository": "The repository with the workflow, OWNER/NAME.",
    "Workflow.file": "The name of its file in `.github/workflows`.",
    "Workflow.ref": "The branch or tag that it is taken from.",
    "Workflow.commit": (
        "The commit that the branch or tag must be at; where it is elsewhere, nothing is dispatched."
    ),
    "Workflow.inputs": "Its inputs, each a text; changeflow adds the input `changeflow`.",
    "Workflow.rehearsal": "What is different in a rehearsal, which fails where it is not written.",
    "WorkflowRehearsal.ref": "Another branch or tag.",
    "WorkflowRehearsal.inputs": "Inputs that are others in a rehearsal, such as the environment.",
    "ImplementationStep.undo": "How the step is undone; only a step that was begun is.",
    "ImplementationStep.irreversible": "Why the step cannot be undone.",
    "ImplementationStep.plan": (
        "A program that prints what the step will do; it is compared again before the release."
    ),
    "Implementation.plan": (
        "A program that prints what all steps will do together; it is compared again before the "
        "release."
    ),
    "PlanProgram.run": "The program and its arguments, one list element each; it changes nothing.",
    "PlanProgram.format": "What it prints; it says what is noise and what is a secret.",
    "PlanProgram.timeout": (
        "How long it may take, an ISO 8601 duration such as PT5M; as long as a step, where nothing "
        "is written."
    ),
    "Undo.run": "The program and its arguments that undo the step.",
    "Undo.manual": "What a person does to undo the step.",
    "Undo.verify": "A program that exits with 0 when the step is undone.",
    "Undo.timeout": "How long undoing may take, an ISO 8601 duration such as PT5M.",
    "RollbackStep.undoes": (
        "Names of the steps that this one undoes; it is left out where none of them was begun."
    ),
    "Rollback.steps": (
        "The steps that undo the change, in the order in which they are run, after the undos of "
        "the steps that were begun."
    ),
    "Rollback.preconditions": (
        "What must hold before the first step, so that the change can be undone."
    ),
    "Rollback.trigger": "What must be seen for the change to be undone.",
    "Rollback.limit": "The promised time to restore, an ISO 8601 duration such as PT30M.",
    "IncidentSpec.opened": "When it was noticed, with an offset.",
    "IncidentSpec.resolved": "When service was back, with an offset; left out while it is open.",
    "IncidentSpec.severity": "How bad it was.",
    "IncidentSpec.items": "Configuration items that failed or were affected.",
    "IncidentSpec.caused_by": "Changes that caused it; each of them is reviewed.",
    "IncidentSpec.fixes": "Changes that mended it.",
    "IncidentSpec.description": "What happened, for people.",
    "PostImplementationReview.metadata": "The identity of the review, which is that of its change.",
    "PostImplementationReview.spec": "What came of the change.",
    "ReviewMetadata.id": "The id of the change.",
    "ReviewMetadata.created": "The day the review was started.",
    "ReviewSpec.change": "The change that is reviewed.",
    "ReviewSpec.reviewer": (
        "Who reviews: a person of the roster who neither asked for the change nor made it."
    ),
    "ReviewSpec.reviewed": "The day of the review.",
    "ReviewSpec.outcome": "How the change went; it may not contradict the ledger.",
    "ReviewSpec.objectives_met": "Whether what was wanted was reached.",
    "ReviewSpec.effects_observed": 'Which effects were seen; "none" is an answer.',
    "ReviewSpec.deviations": 'What went differently from the plan; "none" is an answer.',
    "ReviewSpec.incidents": (
        "Incidents that the change caused; an empty list says that there were none."
    ),
    "ReviewSpec.outages": "How long items were out; asked where the request planned an outage.",
    "ReviewSpec.answers": (
        "The answers to the questions that the policy asks of a change that went like this, by the"
        " ids of the questions."
    ),
    "ObservedOutage.ci": "The item that was out.",
    "ObservedOutage.took": "How long it was out.",
    "ReviewSpec.lessons": 'What was learnt; "none" is an answer.',
    "ReviewSpec.follow_ups": "What is to be done because of what was learnt.",
    "ReviewSpec.actual": (
        "What happened, as `changeflow review` copied it from the ledger; it is not edited."
    ),
    "Actual.rollback_promised": "The time to restore that the request promised.",
    "Actual.declared": "The items that the request declared, with the outages that it planned.",
    "Actual.approvals": "What approvers wrote before the release, such as conditions.",
    "DeclaredItem.ci": "The item.",
    "DeclaredItem.action": "What the request was to do with it.",
    "DeclaredItem.outage": "The outage that it planned.",
    "ApprovalWords.by": "Who approved.",
    "ApprovalWords.said": "What they wrote.",
    "FollowUp.action": "What is to be done.",
    "FollowUp.owner": "Who does it: a role or a person of the roster.",
    "FollowUp.due": "The day by which it is done.",
    "Actual.state": "How the release ended.",
    "Actual.planned": "The window that was planned.",
    "Actual.started": "When the release started.",
    "Actual.ended": "When the release ended.",
    "Actual.steps": "Every step that the release came to.",
    "Actual.release": "The digest of the release on the ledger.",
    "Actual.rollback_took": "How long the rollback took.",
    "ReviewedStep.phase": "The part of the request that the step is of.",
    "ReviewedStep.name": "The name of the step in the request.",
    "ReviewedStep.outcome": "How the step ended.",
    "ReviewedStep.started": "When the step started.",
    "ReviewedStep.ended": "When the step ended.",
    "Release.metadata": "Identity of a release.",
    "Release.spec": "The changes that are deployed together, in one window.",
    "ReleaseMetadata.id": "The name of the release, which is that of its folder.",
    "ReleaseMetadata.title": "The release in one line.",
    "ReleaseSpec.changes": (
        "The changes in the order in which they are released; a change that another one "
        "depends on goes first."
    ),
    "ReleaseSpec.manager": "Who answers for the release: a person of the roster.",
    "ReleaseSpec.window": "When the release may be made; every change keeps its own window, too.",
    "ReleaseSpec.parallel": (
        "How many changes that do not depend on each other may be under way at the same time."
    ),
    "ReleaseSpec.on_failure": (
        "What becomes of the changes that are implemented when another one fails: they stay (`stop`), "
        "or are rolled back, the last one first (`roll_back`)."
    ),
    "ReleaseSpec.description": "What the release is for.",
    "ReleaseSpec.type": "The type of release by which it is managed.",
    "ReleaseSpec.basis": "Why it is made now: the agreed frequency, a contract, an incident.",
    "ReleaseSpec.deployment": "How it is deployed: the method, and in which order of places.",
    "ReleaseSpec.artefacts": "What is delivered, each with its digest.",
    "ReleaseSpec.acceptance": (
        "What must hold before it is deployed, and who accepted it; where it is there, nothing is "
        "deployed before it is complete."
    ),
    "ReleaseSpec.closes": "Problems, known errors and service requests that it closes.",
    "ReleaseSpec.notices": "Who is told of it, and when they were.",
    "Acceptance.criteria": "What must hold.",
    "Acceptance.role": "The role whose members may accept the release.",
    "Acceptance.accepted_by": "The member of the role who accepted it.",
    "Acceptance.accepted_on": "The day on which it was accepted.",
    "Acceptance.accepted_changes": (
        "The digest of the list of changes that was accepted; `changeflow check` tells it."
    ),
    "Criterion.criterion": "What must hold.",
    "Criterion.result": "Whether it was found to hold.",
    "Criterion.evidence": "Where that can be seen, e.g. the run of a test.",
    "Artefact.name": "What is delivered, e.g. an image or a package with its version.",
    "Artefact.digest": "The digest of its bytes.",
    "Notice.to": "Customers, users or teams that are told.",
    "Notice.by": "How they are told, e.g. by mail or on the status page.",
    "Notice.sent": "The day on which they were told; without it they have not been.",
    "ConfigurationAudit.spec": "The sample, and what was found.",
    "ConfigurationAuditSpec.sample": "How the sample was drawn; it is not edited.",
    "ConfigurationAuditSpec.auditor": (
        "The person who compared the items; owns none of them, also not through a role."
    ),
    "ConfigurationAuditSpec.strata": "The strata of the CMDB; they are not edited.",
    "ConfigurationAuditSpec.items": "The items that were drawn, and what was found of each.",
    "ConfigurationAuditSpec.surplus": "What was found and the CMDB does not have.",
    "ConfigurationAuditSpec.conclusion": "What the auditor concludes, for people.",
    "AuditSample.commit": "The commit whose CMDB is audited.",
    "AuditSample.digest": "The digest of the files that the items were read from.",
    "AuditSample.baseline": "The baseline that is audited, if it is one.",
    "AuditSample.seed": "The text that decides which items are drawn.",
    "AuditSample.size": "How many items were asked for.",
    "AuditSample.drawn": "When the sample was drawn.",
    "AuditSample.without_items_of": "The person whose own items were left out, if any.",
    "AuditSample.population": "How many items could be drawn; retired ones are not counted.",
    "AuditSample.left_out": "How many items were left out as that person's own.",
    "AuditStratum.tier": "The tier of its items, or `unknown`.",
    "AuditStratum.type": "The type of its items, or `unknown`.",
    "AuditStratum.items": "How many items it has.",
    "AuditStratum.drawn": "How many of them are in the sample.",
    "AuditedItem.ci": "The item.",
    "AuditedItem.tier": "The tier of its stratum.",
    "AuditedItem.type": "The type of its stratum.",
    "AuditedItem.found": (
        "What holds for each attribute that does not say otherwise: all `agrees`, or the item is "
        "`missing`."
    ),
    "AuditedItem.corrected_by": "The change that corrected the record.",
    "AuditedItem.note": "Words of the auditor.",
    "AuditedItem.attributes": "What is recorded of it; each dependency is an attribute.",
    "AuditedAttribute.name": "The attribute, such as `owner` or `depends_on payments-db`.",
    "AuditedAttribute.recorded": "What is recorded; left out where nothing is.",
    "AuditedAttribute.found": (
        "`agrees`; `differs` with the `value` that was found; `missing`, recorded and not there; "
        "`surplus`, there and not recorded, with its `value`."
    ),
    "AuditedAttribute.value": "What was found, where it is something else.",
    "AuditedAttribute.corrected_by": "The change that corrected the record.",
    "AuditedAttribute.note": "Words of the auditor.",
    "SurplusItem.name": "What it is called.",
    "SurplusItem.type": "Its type, where that is known.",
    "SurplusItem.corrected_by": "The change that added it to the CMDB.",
    "SurplusItem.note": "Words of the auditor.",
    "Objectives.spec": "What an organisation wants its changes to come to.",
    "ObjectivesSpec.objectives": "The targets, each of another measure.",
    "Objective.kpi": "The id of the measure, as `changeflow report kpi --format json` names it.",
    "Objective.target": "`<= 10 %` or `>= 95 %`: at most or at least, in the measure's unit.",
    "Objective.owner": "The role that answers for it.",
    "Objective.period": "How long a period is judged: a month, a quarter or a year.",
    "Objective.reason": "Why this is the target.",
    "Standard.spec": "The clauses of a standard in own words, and what shows that they are kept.",
    "StandardSpec.cites": "How rules cite a clause, before its number, e.g. `ISO/IEC 20000-1:2018`.",
    "StandardSpec.enough": "How many records make a practice, where a probe does not say it.",
    "StandardSpec.wanted": "A clause with a lower score has a gap.",
    "StandardSpec.scale": "The scores 0 to 5, each once.",
    "StandardSpec.clauses": "The clauses, in the order of the standard.",
    "StandardSpec.frameworks": "Other frameworks whose controls the same evidence shows.",
    "InBothLanguages.en": "English.",
    "InBothLanguages.zh": "Chinese.",
    "ScaleStep.score": "The score, from 0 to 5.",
    "ScaleStep.name": "What it is called.",
    "ScaleStep.rule": "Its rule in words.",
    "ScaleStep.needs": (
        "What has to be found. `any`: a record; `document`: the rule in writing; `practice`: enough "
        "records; `complete`: no record is missing; `timely`: none is late; `measured`: a target is "
        "set and measured; `improved`: something was concluded or improved."
    ),
    "Clause.id": "Its number.",
    "Clause.title": "What it is called, in own words.",
    "Clause.about": "Its subjects; a rule that cites it is about one of them.",
    "Clause.asks": "What it asks, in own words. The standard is not quoted.",
    "Clause.scope": "Whether a change repository can show it: `in`, `partly` or `outside`.",
    "Clause.reason": "Why it is outside, or what is missing of it.",
    "Clause.role": "The role that answers for it.",
    "Clause.most": "The highest score that a change repository can show of it.",
    "Clause.evidence": "What is looked for.",
    "ClauseEvidence.document": "The rule in writing.",
    "ClauseEvidence.records": "Its records.",
    "ClauseEvidence.timely": "What shows that they were in time.",
    "ClauseEvidence.measured": "Measures that it takes a target for.",
    "ClauseEvidence.improved": "What shows that something was concluded or improved.",
    "Probe.documents": "Documents of the main branch that say something.",
    "Probe.files": "A pattern of paths: text files of the main branch that say something.",
    "Probe.rules": "A clause: the rules of policies that cite it and that gates ask.",
    "Probe.records": "What is recorded of the changes of the period.",
    "Probe.ledger": "Entries of the ledger.",
    "Probe.cmdb": "What the CMDB says of its items.",
    "Probe.kpi": "A measure, as `changeflow report kpi` computes it.",
    "Probe.least": "How many make a practice.",
    "Probe.every": "How often it is asked for: each whole quarter or year of the period.",
    "Framework.id": "Its id.",
    "Framework.name": "What it is called, with its edition.",
    "Framework.controls": "Its controls.",
    "Control.id": "Its number.",
    "Control.title": "What it is called, in own words.",
    "Control.asks": "What it asks, in own words.",
    "Control.clauses": "The clauses whose evidence shows it.",
    "PeriodReview.spec": "What was looked at, and what people concluded and decided.",
    "PeriodReviewSpec.purpose": "Why the period was reviewed.",
    "PeriodReviewSpec.period": "The period.",
    "PeriodReviewSpec.looked_at": "The reports that were looked at, filled in by the tool.",
    "PeriodReviewSpec.analysed_by": "Who analysed the numbers.",
    "PeriodReviewSpec.reviewed": "The day of the review.",
    "PeriodReviewSpec.reviewers": "Who reviewed the analysis, and in which roles.",
    "PeriodReviewSpec.trends": "What was concluded about each measure.",
    "PeriodReviewSpec.conclusion": "What the period comes to as a whole.",
    "PeriodReviewSpec.decisions": "What was decided.",
    "PeriodReviewSpec.improvements": "The ids of improvements that came out of it.",
    "ReviewedPeriod.from": "Its first instant.",
    "ReviewedPeriod.to": "The first instant after it.",
    "ReviewedPeriod.zone": "The time zone of its days.",
    "LookedAt.report": "Which report.",
    "LookedAt.numbers": "The digest of the numbers of the report.",
    "LookedAt.main": "The commit of the main branch that it was made from.",
    "LookedAt.ledger": "The commit of the ledger that it was made from.",
    "LookedAt.made": "When it was made.",
    "LookedAt.by": "What a point of a chart was, where that was asked for.",
    "LookedAt.inputs": "The digest of the tables of records that it was made from as well.",
    "PeriodReviewer.person": "A person of the roster.",
    "PeriodReviewer.role": "A role that this person has.",
    "ConcludedSignal.rule": "The rule that found it.",
    "ConcludedSignal.side": "Where its points lie, or where they go.",
    "ConcludedSignal.first": "Its first point.",
    "ConcludedSignal.last": "Its last point.",
    "TrendConclusion.measure": "The id of the measure.",
    "TrendConclusion.signals": "Its signals in the period, filled in by the tool.",
    "TrendConclusion.conclusion": "Why it is so, and what follows.",
    "PeriodDecision.decision": "What was decided.",
    "PeriodDecision.owner": "The role or person who sees to it.",
    "PeriodDecision.due": "The day by which it is done.",
    "Improvement.spec": "What was found, and what is done about it.",
    "ImprovementSpec.source": "What it comes from: one audit, review or nonconformity.",
    "ImprovementSpec.raised": "The day on which it was raised.",
    "ImprovementSpec.finding": "What was found.",
    "ImprovementSpec.cause": "Why it came to that.",
    "ImprovementSpec.action": "What is done so that it does not happen again.",
    "ImprovementSpec.owner": "The role or person who sees to it.",
    "ImprovementSpec.due": "The day by which it is done.",
    "ImprovementSpec.done_by": "What carried it out.",
    "ImprovementSpec.verifier": (
        "The role or person who is to see whether it works; the CAB where none is named."
    ),
    "ImprovementSpec.verified": "Who saw that it works, and when.",
    "ImprovementSource.audit": "The id of an audit of the CMDB.",
    "ImprovementSource.ci": "The item that it is about.",
    "ImprovementSource.review": "The change whose review it comes from.",
    "ImprovementSource.follow_up": (
        "The number of the follow-up in that review, counted from 1; it is followed here then."
    ),
    "ImprovementSource.period": "The id of the review of a period: trends, releases, management.",
    "ImprovementSource.nonconformity": "What was not as required.",
    "ImprovementSource.clause": "The requirement that was not met.",
    "ImprovementDone.change": "The change.",
    "ImprovementDone.commit": "The commit.",
    "ImprovementVerified.by": (
        "A person of the roster, neither the owner nor an author of what carried it out."
    ),
    "ImprovementVerified.on": "The day.",
    "ImprovementVerified.evidence": "What they looked at, and what it showed.",
    "ConfigurationSource.spec": "What is read, and how much it weighs beside what others say.",
    "ConfigurationSourceSpec.format": "The format of the files.",
    "ConfigurationSourceSpec.path": (
        "The file or folder, from the change repository's folder; gzip files are unpacked."
    ),
    "ConfigurationSourceSpec.nodes": "The file with items, where dependencies lie in another.",
    "ConfigurationSourceSpec.edges": "The file with dependencies.",
    "ConfigurationSourceSpec.sha256": (
        "The digest of the file, which one outside of the repository needs; of two files one each."
    ),
    "ConfigurationSourceSpec.precedence": (
        "The source with the higher number wins, attribute by attribute; native YAML has 100."
    ),
    "ConfigurationSourceSpec.defaults": "Attributes of its items about which nothing is known.",
    "ConfigurationSourceSpec.mapping": (
        "Of a table: the column that has an attribute, or `column` with what its `values` mean."
    ),
    "SourceDigests.nodes": "The digest of `nodes`.",
    "SourceDigests.edges": "The digest of `edges`.",
    "SourceDefaults.type": "The type.",
    "SourceDefaults.status": "The stage in life.",
    "SourceDefaults.criticality": "The tier.",
    "SourceDefaults.owner": "The role or person that owns them.",
    "SourceDefaults.environment": "The environment.",
    "MappedColumn.column": "The column; left out where it is called like the attribute.",
    "MappedColumn.values": "What the table says, to what it means here.",
    "HistoryMapping.spec": "What the export holds, and what its columns mean.",
    "HistoryMappingSpec.table": "The table of records that the export fills.",
    "HistoryMappingSpec.source": "The system that the records come from; ids are unique within it.",
    "HistoryMappingSpec.file": "How the files of the export are written.",
    "HistoryMappingSpec.only": "Which rows are meant, where the export has others: all of these hold.",
    "RowCondition.column": "The column of CSV, or a JSON pointer.",
    "RowCondition.values": "Texts of which the row has one.",
    "RowCondition.match": "A regular expression that occurs in a text of the row.",
    "HistoryMappingSpec.columns": (
        "Where each column of the table comes from: the name of a column of the export, or more."
    ),
    "HistoryMappingSpec.items": (
        "Where the items of a change or an incident come from, by columns of `change_items`."
    ),
    "HistoryMappingSpec.traits": "What else is known of changes beforehand.",
    "HistoryMappingSpec.links": "The changes that an incident is linked to.",
    "HistoryMappingSpec.reverts": "The changes that a change undoes, by their ids.",
    "HistoryMappingSpec.several_rows": (
        "What a record is where its rows differ: `unknown`, or as the `first` says."
    ),
    "ExportFile.format": "CSV, JSON, or JSON lines; each may be compressed by gzip.",
    "ExportFile.encoding": "As Python calls it, e.g. cp1252; a byte order mark comes first.",
    "ExportFile.delimiter": "What separates the cells of CSV.",
    "ExportFile.quote": "What stands around texts of CSV; doubled, it stands for itself.",
    "ExportFile.skip_lines": "How many lines stand before the names of the columns.",
    "ExportFile.each": "The list of records in JSON, as a JSON pointer.",
    "ExportFile.nothing": "Texts that stand for nothing, beside the empty one.",
    "ExportFile.decimal": "What separates the whole part of a number from the rest.",
    "ExportFile.thousands": "What groups the digits of a number.",
    "ExportFile.dates": (
        "Formats of times: `iso`, `epoch`, `epoch_ms`, or parts such as `%d-%m-%Y %H:%M`; the "
        "first that fits counts."
    ),
    "ExportFile.zone": "The zone of times without an offset, by its IANA name.",
    "ExportFile.fold": "Which of two a time is that the clock shows twice.",
    "ReadValue.column": "The column of CSV, or a JSON pointer, whose part `*` is every element.",
    "ReadValue.constant": "The value itself.",
    "ReadValue.nothing": "Texts that stand for nothing here.",
    "ReadValue.values": "What the export says, to what it means.",
    "ReadValue.patterns": "What a text means in which a pattern occurs; the first counts.",
    "ReadValue.otherwise": "What a text is that neither values nor patterns cover.",
    "ReadValue.split": "What separates several values in one text.",
    "ReadValue.dates": "Formats of times, where they are others than those of the file.",
    "ReadValue.times": "What a number is multiplied by, e.g. 60 for minutes in seconds.",
    "ReadValue.optional": "Whether an export may lack the column.",
    "ReadValue.first": "Alternatives: the first that is known counts.",
    "ValuePattern.match": "A regular expression of RE2.",
    "ValuePattern.value": "What it means; empty for nothing.",
    "ReadTrait.trait": "Its name; left out where every text of the column is one.",
    "ReadTrait.column": "The column of CSV, or a JSON pointer.",
    "ReadTrait.values": "Texts at which a change has it.",
    "ReadTrait.match": "A regular expression; a change has it where it occurs.",
    "ReadTrait.split": "What separates several values in one text.",
    "ReadTrait.optional": "Whether an export may lack the column.",
    "ReadLink.change": "The id of the change.",
    "ReadLink.link": "What links them; `related` says that a person named it.",
    "ItemMetadata.id": "The name by which requests and other items call the item.",
    "ItemMetadata.name": "A name for people, in any script.",
    "ConfigurationItem.spec": (
        "What is known about the item; what is left out is unknown, and unknown raises the risk."
    ),
    "ItemSpec.status": "Where the item is in its life.",
    "ItemSpec.criticality": "How important the item is for the business; `tier1` is the highest.",
    "ItemSpec.environment": (
        "Where the item runs, e.g. production; one release at a time holds an environment."
    ),
    "ItemSpec.description": "What the item is for.",
    "ItemSpec.service_level": "What the customers of a service were promised.",
    "ServiceLevel.target": "How much of each period the service is available, in percent.",
    "ServiceLevel.period": "The period in which the rest may be used up.",
    "ItemSpec.type": "One of spec.ci_types in changeflow.yaml.",
    "ItemSpec.owner": "A role or person of the roster.",
    "ItemSpec.depends_on": "What this item needs.",
    "ItemSpec.maps": "What belongs to the item; a branch that touches it must declare the item.",
    "ItemSpec.confirmed": (
        "The day on which the owner last looked whether the record is true; see "
        "spec.cmdb.confirm_within in changeflow.yaml."
    ),
    "ItemMaps.paths": (
        "Files and folders, from the top of the git repository; `*` and `?` stay inside a folder, "
        "`**` crosses folders."
    ),
    "ItemMaps.terraform": "Addresses of resources or modules in a Terraform plan.",
    "ItemMaps.images": "Names of container images, without tag and digest.",
    "ItemMaps.helm": "Names of Helm releases: `release` or `namespace/release`.",
    "DependsOnItem.ci": "The item that is needed.",
    "DependsOnItem.strength": (
        "Whether this item fails without it (`hard`) or only degrades (`soft`)."
    ),
    "DependsOnAnyOf.any_of": "Items of which only some are needed.",
    "DependsOnAnyOf.min": "How many of the group must remain.",
    "PolicySpec.gate": "The gate that the rules are about.",
    "PolicySpec.enabled": (
        "Whether gates ask the rules; false keeps them on file, checked and tested, and switched off."
    ),
    "PolicySpec.reviews": (
        "At the gate `close`: until when a review is due, which questions it answers, and who does"
        " not review."
    ),
    "ReviewDuties.since": (
        "Releases that ended before this day are reviewed as if nothing were asked here."
    ),
    "ReviewDuties.due": "Until when a review is due; the first row that fits is the deadline.",
    "ReviewDuties.questions": "What a review answers beside the questions of every review.",
    "ReviewDuties.not_by": (
        "Parts in a change whose people do not review it: `approver` approved it or gave the mandate,"
        " `confirmer` reported or ordered a step of its release."
    ),
    "ReviewDeadline.types": "The types of changes that it is about; all where it is left out.",
    "ReviewDeadline.outcomes": "How a release went that it is about; any way where it is left out.",
    "ReviewDeadline.within": (
        "The time after the end of the release; days are those of the calendar in spec.timezone."
    ),
    "ReviewQuestion.id": "The key of the answer below `spec.answers` of the review.",
    "ReviewQuestion.types": "The types of changes that are asked; all where it is left out.",
    "ReviewQuestion.outcomes": "How a release went that is asked; any way where it is left out.",
    "ReviewQuestion.ask": "The question.",
    "ReviewQuestion.asks": "The question in further languages, by language.",
    "ReviewQuestion.none": "Whether `none` is an answer.",
    "PolicySpec.rules": "The rules; a gate is open when none of them keeps it shut.",
    "Rule.id": "The name of the rule, once for each gate.",
    "Rule.message": "What the rule asks for, in a sentence.",
    "Rule.messages": "The same sentence in other languages, for those who read these.",
    "Rule.hint": "What to do where it does not hold.",
    "Rule.hints": "The same hint in other languages.",
    "Translations.en": "In English.",
    "Translations.zh": "In Chinese.",
    "Rule.level": "`deny` shuts the gate, `warn` only says so.",
    "Rule.when": "A CEL condition: when the rule applies (always, without one).",
    "Rule.assert": "A CEL expression that must be true.",
    "Rule.require": "Approvals the rule asks for.",
    "Artifact.name": "What people call the file.",
    "Artifact.path": "Where it lies when the release starts, from the top of the repository.",
    "Artifact.digest": "Its digest, `sha256:` and 64 digits in lower case.",
    "Implementation.artifacts": "Files that the steps deploy, by their digests; compared before a release starts.",
    "Rule.require_evidence": "Evidence of CI that the rule asks for.",
    "RequireEvidence.kind": "What it is: a check run, or a file of this kind.",
    "RequireEvidence.name": "The name of the check, or the name that the file is recorded under.",
    "RequireEvidence.path": "The path that the file must have been recorded from.",
    "RequireEvidence.digest": "The digest that the file must have.",
    "RequireEvidence.check": "The check that must have made the file.",
    "RequireEvidence.by": "Who must have recorded it: an automation of the roster, or a role that it holds.",
    "RequireEvidence.commit": "Of which commit: `head`, the one that is decided about.",
    "Rule.code": "The reason code of a fact that does not hold (`rule.violated`, without one).",
    "Rule.clause": "The clause of a standard the rule comes from.",
    "RequireRole.role": "The role whose members may fill the seats.",
    "RequireRole.count": "How many different people are asked for.",
    "RequireRole.tenure": (
        "How long they must have held the role when they approve, an ISO 8601 duration such as P7D."
    ),
    "RequireEach.each": (
        "A CEL expression that yields names of roles or people, e.g. `impact.tier1_owners`; "
        "each of them is asked."
    ),
    "RequireEach.count": "How many different people are asked for of each name.",
    "RequireEach.tenure": (
        "How long they must have held the role when they approve, an ISO 8601 duration such as P7D."
    ),
    "PolicyTestSpec.policy": "The policy that the cases are about.",
    "PolicyTestSpec.cases": "The cases.",
    "PolicyCase.name": "What the case shows, in a sentence.",
    "PolicyCase.given": (
        "Facts laid over a quiet, complete, normal change of medium risk; null takes one away."
    ),
    "PolicyCase.now": "The time at which the case is judged.",
    "PolicyCase.expect": "The outcome of each rule that is named, before any approval.",
    "PolicyCase.seats": "All seats that the policy asks for, by role.",
    "RosterSpec.people": "The people and automations, by the name that documents and `--as` use.",
    "RosterSpec.roles": "The members of each role.",
    "RosterSpec.role_duties": "What a role answers for, as the table of roles shows it.",
    "RosterSpec.role_names": "What people call a role; a role without a name is shown by its id.",
    "RosterSpec.delegations": "Deputies: who may act for whom, in which roles, and when.",
    "Person.name": "The name that people read, in any script.",
    "Person.emails": "Addresses under which the person commits.",
    "Person.github": "The login on GitHub, for people who read this.",
    "Person.kind": "`human`, or `agent` for an automation; agents never count as approvers.",
    "Person.github_id": (
        "The number of the GitHub account, which survives a renaming (`id` at "
        "https://api.github.com/users/LOGIN)."
    ),
    "Person.accounts": (
        "Further GitHub accounts of the same person: one opinion and one seat, whichever "
        "account is used."
    ),
    "Person.keys": "SSH public keys, as in authorized_keys.",
    "Delegation.from": "Who is away.",
    "Delegation.to": "The deputy.",
    "Delegation.roles": "The roles in which the deputy may act.",
    "Delegation.start": "From when on the deputy may act.",
    "Delegation.end": "Until before when the deputy may act.",
    "Delegation.reason": "Why, for people who read this.",
    "RiskModel.spec": (
        "The numbers that a risk score is made of; likelihood and impact contribute at most "
        "50 points each."
    ),
    "RiskModelSpec.weights": "The share of its score that an item hands on to what depends on it.",
    "RiskModelSpec.likelihood": "Points that say how likely the change is to fail.",
    "RiskModelSpec.impact": "Points that say how bad it is if the change fails.",
    "RiskModelSpec.smoothing": "What is assumed before earlier changes are counted.",
    "RiskModelSpec.classes": (
        "What makes a normal change at least significant or major, whatever its risk."
    ),
    "ClassRule.id": "The name of the rule, which the reasons of the class give.",
    "ClassRule.class": "The class that the change has at least.",
    "ClassRule.actions": "Only items to which one of these things is done (default: any).",
    "ClassRule.service": "Only items of a type in spec.service_types of changeflow.yaml.",
    "ClassRule.types": "Only items of these types (default: any).",
    "ClassRule.criticality": "Only items of these tiers (default: any).",
    "ClassRule.outage": (
        "Only changes whose outage exceeds what is left of a service's budget, or may because it is "
        "not stated."
    ),
    "ClassRule.clause": "The clause of a standard that the rule rests on.",
    "ImpactWeights.hard": "The share that a hard dependency hands on.",
    "ImpactWeights.soft": "The share that a soft dependency hands on.",
    "ImpactWeights.weakened": "The share that a redundancy group hands on which still holds.",
    "ImpactWeights.threshold": "The score below which an item is not listed.",
    "LikelihoodPoints.complexity": "Points for each answer to `assessment.complexity`.",
    "LikelihoodPoints.experience": "Points for each answer to `assessment.experience`.",
    "LikelihoodPoints.tested": "Points for each answer to `assessment.tested`.",
    "LikelihoodPoints.no_verification": "Points where nothing shows that the change worked.",
    "LikelihoodPoints.manual_steps": "Points where a step is done by a person.",
    "LikelihoodPoints.emergency": "Points for an emergency.",
    "LikelihoodPoints.history": "Points for a bad record of earlier changes, or for none.",
    "LikelihoodPoints.record": (
        "The scorecard: lines about what records of incidents and changes say. It counts where "
        "incidents are recorded."
    ),
    "RecordLine.fact": "What is looked at (docs/reference/facts.md).",
    "RecordLine.at_least": "The value from which the line holds. All lines that hold add up.",
    "RecordLine.points": "Points where it holds; negative ones take points of the same card.",
    "HistoryPoints.item": "Points for the record of the changed item whose record is worst.",
    "HistoryPoints.type": "Points for the record of changes of this type.",
    "HistoryPoints.model": "Points for the record of changes under this model.",
    "ImpactPoints.changed": "Points for the most critical item that is changed, by its tier.",
    "ImpactPoints.affected": (
        "Points for the worst item that is affected, by its tier and in proportion to its score."
    ),
    "ImpactPoints.breadth": "At most so many points for the number of items affected.",
    "ImpactPoints.outage": (
        "Points for the longest outage, by its length; one that is not declared counts as the"
        " last row."
    ),
    "ImpactPoints.removal": "Points where an item is removed.",
    "ImpactPoints.unknown_item": "Points where an item is changed that the CMDB does not hold.",
    "ImpactPoints.no_owner": "Points where an item has no owner.",
    "ImpactPoints.no_rollback": "Points where there are no rollback steps.",
    "OutageBand.over": "Outages longer than this.",
    "OutageBand.points": "The points for them.",
    "Smoothing.failures": "The failures that are assumed.",
    "Smoothing.changes": "The changes that are assumed.",
    "CalendarSpec.freezes": "Times in which changes are not made.",
    "CalendarSpec.windows": "Times in which what they cover is meant to be changed.",
    "CalendarPeriod.id": "The name of the period.",
    "CalendarPeriod.name": "A name for people, in any script.",
    "CalendarPeriod.start": "When the first period starts, with an offset.",
    "CalendarPeriod.end": "When the first period ends, with an offset.",
    "CalendarPeriod.dtstart": (
        "When the first period starts by the clock of the zone, without an offset, e.g. "
        "'2026-10-02T20:00:00'."
    ),
    "CalendarPeriod.duration": "How long a period is, e.g. PT6H; a day is a day of the zone.",
    "CalendarPeriod.rrule": (
        "How it is repeated: a rule of RFC 5545 without DTSTART, e.g. FREQ=WEEKLY;BYDAY=SU."
    ),
    "CalendarPeriod.exdates": "Starts that are left out, by the clock of the zone.",
    "CalendarPeriod.rdates": "Further starts, by the clock of the zone.",
    "CalendarPeriod.zone": (
        "Whose clock, days and weekdays are meant, by its IANA name (default: the offset of "
        "`start`; for `dtstart` the zone of changeflow.yaml)."
    ),
    "CalendarPeriod.timezone": "Another name of `zone`.",
    "CalendarPeriod.during": "It is during these business hours, by their id.",
    "CalendarPeriod.outside": "It is outside of these business hours, by their id.",
    "CalendarPeriod.on": "It is on these holidays, by their id.",
    "CalendarSpec.hours": "Business hours that windows and freezes name.",
    "CalendarSpec.holidays": "Holidays that windows, freezes and business hours name.",
    "BusinessHours.id": "By which it is named; no other hours of any calendar have it.",
    "BusinessHours.name": "A name for people.",
    "BusinessHours.days": "The weekdays; Monday to Friday unless it is written.",
    "BusinessHours.from": "When they begin, on the clock of the zone, in quotes.",
    "BusinessHours.to": (
        "When they end; at or before `from` it is a time of the next day. The end of the day is "
        '`"24:00"`.'
    ),
    "BusinessHours.zone": "Whose clock is meant, as an IANA name (default: `spec.timezone`).",
    "BusinessHours.holidays": (
        "Holidays on which there are none, by their id. Days that are worked instead have them."
    ),
    "HolidayCalendar.id": "By which it is named; no other holidays of any calendar have it.",
    "HolidayCalendar.name": "A name for people.",
    "HolidayCalendar.country": (
        "The country whose public holidays these are, by ISO 3166; it needs the extra `calendar`."
    ),
    "HolidayCalendar.region": "A part of the country, as the library calls it: `BY` of `DE`.",
    "HolidayCalendar.categories": (
        "Categories of the library beside the public holidays, such as `catholic`."
    ),
    "HolidayCalendar.days": "Further days, such as those of the organisation.",
    "HolidayCalendar.zone": "Where the days begin, as an IANA name (default: `spec.timezone`).",
    "CalendarPeriod.scope": "Which changes the period is about; without it, all.",
    "CalendarPeriod.items": "Short for `scope.items`.",
    "CalendarPeriod.environments": "Short for `scope.environments`.",
    "CalendarPeriod.covers": (
        "Whether only changes of a covered item count, or those that make it fail as well."
    ),
    "CalendarPeriod.allow": "Types of change that need not heed the period.",
    "Freeze.exceptions": "Changes that may be made all the same.",
    "InlineException.change": "The change that may be made.",
    "InlineException.granted_by": (
        "Who grants it: a person of the roster who neither requests nor implements the change."
    ),
    "InlineException.reason": "Why it is granted.",
    "FreezeException.spec": "Which change may go on during which freeze, and until when.",
    "FreezeExceptionSpec.change": "The change that may be made.",
    "FreezeExceptionSpec.freeze": "The id of the freeze, or a list of ids.",
    "FreezeExceptionSpec.reason": "Why it is granted.",
    "FreezeExceptionSpec.end": "When it ends: from then on the freeze stops the change again.",
    "FreezeExceptionSpec.approved_by": "The people who approved it.",
    "Calendar:Scope.items": "Items that are covered, by id.",
    "Calendar:Scope.environments": "Environments whose items are covered.",
    "Calendar:Scope.criticality": "Only items of these tiers.",
    "Calendar:Scope.types": "Only changes of these types.",
    "ChangeModel.spec": "What is authorised beforehand, within which limits, and until when.",
    "ChangeModelSpec.description": "What the model is for.",
    "ChangeModelSpec.authority": "The role that may authorise the model.",
    "ChangeModelSpec.authorised_by": "Who authorised it.",
    "ChangeModelSpec.valid_from": "The first day on which it holds (default: always).",
    "ChangeModelSpec.expires": "The last day on which it holds.",
    "ChangeModelSpec.scope": (
        "The items that may be changed; every list that is given must hold them."
    ),
    "ChangeModelSpec.steps": "The programs that may be run, word by word.",
    "ChangeModelSpec.max_failure_percent": (
        "Share of failed changes, in per cent, above which the model is suspended: it is, once the "
        "lower end of the 95 % interval (Wilson) lies above it."
    ),
    "ChangeModelSpec.max_failures": (
        "How many changes may fail before the model is suspended (default: any number)."
    ),
    "ChangeModelSpec.template": "What `changeflow new --model` fills in.",
    "ChangeModel:Scope.items": "Items by id.",
    "ChangeModel:Scope.types": "Types of items.",
    "ChangeModel:Scope.environments": "Environments of items.",
    "ChangeModel:Scope.actions": "What may be done to the items.",
    "StepPattern.run": (
        "A program and its arguments: a word stands for itself, `{ci}` for an item of the "
        "change, `*` for one plain argument."
    ),
    "StepPattern.manual": "That steps done by a person are covered.",
    "Template.title": "The title; `{ci}` stands for the item.",
    "Template.category": "The category.",
    "Template.reason": "The reason.",
    "Template.benefit": "The benefit.",
    "Template.assessment": "The answers about difficulty and preparation.",
    "Template.implementation": "The steps.",
    "Template.verification": "The verification.",
    "Template.rollback": "The rollback plan.",
    "Template.duration": "How long the window is.",
    "ChangeMetadata.id": (
        "The name of the change and of its folder: `CHG-`, a day as yyyymmdd, and a slug."
    ),
    "ChangeMetadata.title": "The change in one line.",
    "ChangeMetadata.requester": (
        "Who asks for the change: a person of the roster, who never approves it."
    ),
    "ChangeMetadata.created": "The day the request was written.",
    "Window.start": "When the change may start, with an offset.",
    "Window.end": "When the change must be over, with an offset.",
    "Account.github_id": "The number of the account.",
    "Account.github": "The login, for people who read this.",
}
