"""What is looked for and is not there."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # -- changes
    "unknown.change": "no such change: `{name}`",
    "unknown.change:here": "no such change in {place}: `{name}`",
    "unknown.review": (
        "{change} has no post-implementation review",
        "once its release is over, `changeflow review {change} --as PERSON` starts one",
    ),
    "unknown.id_pattern": "ids look like CHG-20261121-payments-db-upgrade",
    "unknown.looked_for": "looked for {path} in {place}",
    "unknown.list_changes": "`changeflow list` names the changes there are",
    "unknown.other_branch": "`{branch}` has {change}",
    "unknown.other_branch:work_tree": "`{branch}` has {change}: check it out",
    "unknown.other_branch:head": "`{branch}` has {change}: add `--head {revision}`",
    "unknown.other_branch:both": "`{branch}` has {change}: check it out or add `--head {revision}`",
    "unknown.commit_change:none": (
        "commit {commit} names no change: it has no trailer `{trailer}`",
        (
            "end the commit's message with one line such as `{trailer}: "
            "CHG-20261121-payments-db-upgrade`"
        ),
    ),
    "unknown.commit_change:several": (
        "commit {commit} names several changes, and only one can be asked for: {names:codes}",
        (
            "end the commit's message with one line such as `{trailer}: "
            "CHG-20261121-payments-db-upgrade`"
        ),
    ),
    "unknown.commit_change:no_id": (
        "commit {commit} names `{name}`, which is no change's id",
        (
            "end the commit's message with one line such as `{trailer}: "
            "CHG-20261121-payments-db-upgrade`"
        ),
    ),
    # -- which change is meant
    "which.several": "`{name}` may be {total:plural change changes}: {names:most 8}",
    "which.none": (
        "which change? `{place}` brings none of its own",
        "name it: its id, or a part of it such as `payments-db-upgrade`",
    ),
    "which.many": (
        "which change? `{place}` brings {total}: {names:most 8}",
        "name it: its id, or a part of it such as `payments-db-upgrade`",
    ),
    "which.note": "this is about {change}",
    "which.note:branch": "this is about {change}, the change that `{place}` brings",
    # -- items, models, people and roles
    "unknown.item": "no such configuration item: `{name}`",
    "unknown.model": "no such change model: `{name}`",
    "unknown.list_items": "`changeflow cmdb show` lists what there is",
    "unknown.items": ("there are no configuration items in {place}", "they live in cmdb/**/*.yaml"),
    "unknown.release": "no such release: `{name}`",
    "unknown.where_releases": "releases are documents: `releases/ID/release.yaml`",
    "unknown.baseline": "no such baseline: `{name}`",
    "unknown.baseline_of_release": (
        "no release of {change} recorded which commit's CMDB it started from",
        "name a baseline or a revision instead",
    ),
    "unknown.list_baselines": "`changeflow cmdb baseline --list` names those there are",
    "unknown.baseline_elsewhere": "this clone lacks the ledger, on which baselines are: fetch it",
    "unknown.there_are": "there are: {names:most 8}",
    "unknown.no_item_yet": "this repository has no configuration item yet",
    "unknown.no_model_yet": "this repository has no change model yet",
    "unknown.no_person_yet": "this repository has no person in the roster yet",
    "unknown.undecided": "{path}:{line}: {problem}",
    "unknown.may_exist:item": "so it is not known whether configuration item `{name}` exists",
    "unknown.may_exist:model": "so it is not known whether change model `{name}` exists",
    "unknown.person": "the roster knows no person `{name}`",
    "unknown.person:unrecorded": "the roster knows no person `{name}`; nothing was recorded",
    "unknown.role": "the roster knows no role `{name}`; nothing was recorded",
    "unknown.roster_has": "the roster on the base has: {names:list}",
    "unknown.roster_has:no_person": "the roster on the base has: no person",
    "unknown.roster_has:empty": "the roster on the base has: nobody",
    "unknown.name_of_roster": "--as takes a name of the roster on the base",
    "unknown.called:person": "no person is called `{name}`",
    "unknown.called:item": "no configuration item is called `{name}`",
    "unknown.takes_id": "{option} takes an id of the roster or the CMDB",
    "unknown.not_listed": "`{name}` is not in the roster",
    "unknown.known": "known: {names:list}",
    "unknown.known:empty": "known: no person",
    # -- policies, tests, entries and documents
    "unknown.policies": (
        "there are no policies in {place}",
        "`changeflow init` writes a pack to start from",
    ),
    "unknown.rule": "there is no rule or policy `{name}`",
    "unknown.list_rules": "`changeflow policy list` shows them",
    "unknown.tests": (
        "there are no test cases in {place}",
        "write some in policies/tests/, kind PolicyTest",
    ),
    "unknown.entry": ("the ledger has no entry `{name}`", "`changeflow ledger log` lists them"),
    "unknown.evidence": (
        "there is no evidence yet on the branch `{branch}`",
        "`changeflow approve CHANGE --as PERSON` adds some",
    ),
    "unknown.evidence:change": (
        "there is no evidence about `{change}` yet on the branch `{branch}`",
        "`changeflow approve CHANGE --as PERSON` adds some",
    ),
    "unknown.evidence_here": (
        "the branch `{branch}` with the evidence is not in this clone",
        (
            "`git fetch origin {branch}:{branch}` brings it, if `origin` has it; where it has not, "
            "nothing is recorded yet"
        ),
    ),
    "unknown.decision": (
        "there is no decision to compute again",
        (
            "`changeflow ledger log` lists the entries; `changeflow gate GATE CHANGE --record` "
            "records a decision"
        ),
    ),
    "unknown.decision:change": (
        "there is no decision about `{change}` to compute again",
        (
            "`changeflow ledger log` lists the entries; `changeflow gate GATE CHANGE --record` "
            "records a decision"
        ),
    ),
    "unknown.decision:other": (
        "there is no decision to compute again: entry {seq} is another kind of entry ({kind})",
        (
            "`changeflow ledger log` lists the entries; `changeflow gate GATE CHANGE --record` "
            "records a decision"
        ),
    ),
    "unknown.documents": ("no documents to check", "documents live below {folders:list}"),
    "unknown.documents:in": ("`{name}` has no documents in {place}", "documents are *.yaml files"),
    "unknown.delivery": (
        "`{name}` is no commit of the main branch, no tag, and no deployment that is known here",
        "`changeflow report unauthorised` names what needs a request afterwards",
    ),
    "unknown.delivery:request": ("`{name}` has a request: {changes:list}", ""),
    "unknown.delivery:retrospective": (
        "`{name}` has a request that was written afterwards: {changes:list}",
        "",
    ),
    "unknown.delivery:records": ("`{name}` holds requests and reviews alone; it needs none", ""),
    "unknown.delivery:exempt": ("`{name}` touches nothing that needs a request", ""),
    "unknown.delivery:before": ("`{name}` is older than the configuration; it needs none", ""),
    "unknown.delivery:excepted": ("`{name}` is an exception of `changeflow.yaml`; it needs none", ""),
    "unknown.delivery:reverted": ("`{name}` was taken back; it needs none", ""),
    "unknown.touched_item": (
        "nothing that differs from `{rev}` belongs to an item",
        "name the items with `--ci`, or say in their `spec.maps` what belongs to them",
    ),
    "unknown.path": (
        "`{path}` does not exist",
        "check the path; `changeflow check` alone checks the whole repository",
    ),
    "unknown.checked_repository": (
        "not inside a change repository: no {config} here or above",
        "name files to check, or --repo DIR",
    ),
}
