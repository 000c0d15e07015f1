"""What `check` finds in policies, change models and settings."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "policy-duplicate-rule": (
        "the rule {rule_id:code} is defined already, on line {line}",
        "give each rule its own id",
    ),
    "policy-condition": ("this is no condition: {error}", "conditions are CEL over {names:list}"),
    "policy-unknown-fact": (
        "{of:shown} has no {name:shown}, so this condition could never be decided",
        "{what_now:sentences}",
    ),
    "policy-fact-not-told": (
        "the gate {gate:code} is not told {fact:code}: it is empty there",
        "it is told at {told_at:all_codes}",
    ),
    "policy-evidence:name": (
        "no file can be recorded under the name {name:shown}",
        "names of evidence have letters, digits, `.`, `_` and `-`",
    ),
    "policy-evidence:no_digest": (
        "of a plain file only its digest proves anything, and none is named",
        "add `digest: sha256:...`, or name the kind of report that it is",
    ),
    "policy-evidence:of_files": (
        "{key:code} is said of files, and a check run is none",
        "a check is asked for by its name alone",
    ),
    "policy-evidence:gate": (
        "the gate {gate:code} is told no check run, so this is never proved",
        "ask for it at `approve`, or for a report that is recorded",
    ),
    "policy-evidence:recorder": (
        "{name:code} is no automation of the roster, and no role that one holds",
        "only automations record evidence: name one (`kind: agent`)",
    ),
    "policy-unknown-role": ("there is no role {role:shown}", "{what_now:sentences}"),
    "policy-unsatisfiable:any": (
        "this cannot be satisfied: it asks for {count} of {role:code}, and {able} may approve",
        "automations never approve; give the role more people, or ask for fewer",
    ),
    "policy-unsatisfiable:key": (
        (
            "this cannot be satisfied: it asks for {count} of {role:code}, and {able} may "
            "approve with a signature"
        ),
        "`require_signatures` is on: list people's public keys under `keys` in the roster",
    ),
    "policy-unsatisfiable:account": (
        (
            "this cannot be satisfied: it asks for {count} of {role:code}, and {able} may "
            "approve with an account on GitHub"
        ),
        "reviews on GitHub count by account number: add `github_id` to people in the roster",
    ),
    "policy-test-unknown": (
        "the policy {policy:code} has no rule {rule_id:shown}",
        "{what_now:sentences}",
    ),
    "policy-test-unknown:policy": ("there is no policy {policy:shown}", "{what_now:sentences}"),
    "policy-rule-twice": (
        "the gate {gate:shown} has a rule {rule_id:shown} already, in {path}, line {line}",
        "give one of them another id",
    ),
    # -- change models
    "model-unknown-authority": ("there is no role {role:shown}", "{what_now:sentences}"),
    "model-unknown-person": ("{who:shown} is not in the roster", "{what_now:sentences}"),
    "model-unknown-ci": ("no configuration item {ci:shown} in the CMDB", "{what_now:sentences}"),
    "model-takes-away": (
        "changes under this model may {action} items without another approval",
        (
            "let a normal change take items away: it is judged by itself; or leave it, where "
            "that is meant"
        ),
    ),
    "model-validity-order": ("the model expires before it is valid", "`expires` must be later"),
    "model-step-never": (
        "no entry of `steps` covers {command:shown}, which the model's own template writes",
        "add it to `steps`, or correct one",
    ),
    "model-step-never:program": (
        "`*` never stands for a program, so this covers no step",
        "write the program",
    ),
    "model-step-wildcard:launcher": (
        "{program:code} runs what it is given, and `*` lets that be any word",
        "write `{{ci}}` for an item of the change, or the words that are allowed",
    ),
    "model-step-wildcard:item": (
        "the template names the item here, and `*` stands for any plain word",
        "write `{{ci}}` for an item of the change, or the words that are allowed",
    ),
    # -- settings
    "config-branches": (
        (
            "git cannot have both a branch {main:code} and a branch {branch:code}, where "
            "evidence is recorded"
        ),
        "give the ledger another name with `ledger: {{branch: evidence}}`",
    ),
    "config-no-repository": (
        "the repository has no id: an approval recorded in a copy of it would count here",
        (
            "add `repository: ID` with an id that no other repository has (`uuidgen` makes "
            "one); clones keep it"
        ),
    ),
    "config-unknown-role": ("there is no role {role:shown}", "{what_now:sentences}"),
    "config-nobody-reviews": (
        (
            "changes are reviewed on GitHub, and no possible approver has an account number in "
            "the roster: no approval would ever count"
        ),
        "add `github_id` to people in the roster (`gh api users/LOGIN --jq .id` prints it)",
    ),
    "config-nobody-signs": (
        (
            "signatures are required, and no possible approver has a key in the roster: no "
            "approval would ever count"
        ),
        "list people's public keys (`ssh-keygen -t ed25519` makes one) under `keys` in the roster",
    ),
    # -- time zone, risk model
    "config-timezone": ("{zone:code} is no IANA time zone", "{what_now:sentences}"),
    "objective-unknown-kpi": ("there is no measure {kpi:shown}", "{what_now:sentences}"),
    "objective-twice": (
        "there are two targets for {kpi:shown}",
        "keep one of them",
    ),
    "objective-unit": (
        "the target is in {found:shown}, but the measure is in {unit:shown}",
        "write the number in the measure's unit, such as `<= 10 {unit}`",
    ),
    "objective-unit:none": (
        "the target says no unit, but the measure is in {unit:shown}",
        "write the unit, such as `<= 10 {unit}`",
    ),
    "objective-unit:count": (
        "the target is in {found:shown}, but the measure is a count",
        "write a number without a unit, such as `<= 10`",
    ),
    "objective-unknown-owner": ("there is no role {who:shown}", "{what_now:sentences}"),
    "risk-bands-order": (
        "`{bands}` must rise",
        "each number must be larger than the one before, e.g. [6, 14, 24, 36]",
    ),
    "risk-smoothing": (
        "the prior assumes more failures than changes",
        "`failures` is at most `changes`",
    ),
    "risk-record": (
        "`{fact}` is no fact that records give about a change",
        "{what_now:sentences}",
    ),
    "risk-record:twice": (
        "there are two lines for `{fact}` with the same `at_least`",
        "add their points up in one line",
    ),
    "risk-record:raises": (
        "more of `{fact}` takes points: a worse record must never pay",
        "only a line with `at_least: 0` may take points for it",
    ),
    "risk-record:lowers": (
        "more of `{fact}` adds points, though it can only speak for a change",
        "give points for it with `at_least: 0`, and take them with higher values",
    ),
    "risk-table": (
        "`{table}` has no points for {missing:list}",
        "name every answer, so that none is free by accident",
    ),
    "risk-table:worse": (
        "`{worse}` weighs less than `{better}`: a worse answer, or silence, must never pay",
        "give it at least {points}",
    ),
    "risk-table:outages": (
        "longer outages must come later and weigh at least as much",
        "sort the bands by `over`",
    ),
    "policy-reviews:gate": (
        "`reviews` is asked at the gate `close` alone, not at {gate:code}",
        "move it into the policy of the gate `close`",
    ),
    "policy-reviews:twice": (
        "question {id:code} is asked twice",
        "a question has one id, and one answer",
    ),
}
