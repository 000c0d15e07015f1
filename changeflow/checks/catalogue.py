"""Every rule of `check`: its id, which never changes, how bad it is, and what it asks, in one sentence.

`python -m changeflow.checks.catalogue` prints docs/reference/rules.md; a test keeps the two, and
the code, together.
"""

from __future__ import annotations

import sys
from typing import Final

# group -> (what the group is about, {rule: (level, sentence)})
GROUPS: Final[dict[str, tuple[str, dict[str, tuple[str, str]]]]] = {
    "Files": (
        (
            "Whether there is a file that can be read. A file from which no document can be read makes "
            "the exit code 4."
        ),
        {
            "file-not-regular": (
                "error",
                (
                    "A symbolic link, submodule, folder or special file stands where a file should be; "
                    "it is never followed."
                ),
            ),
            "file-name": (
                "error",
                (
                    "The name of a file is not written the one canonical way: the gate refuses it, and "
                    "other machines would change it."
                ),
            ),
            "file-lfs-pointer": ("error", "A Git LFS pointer stands where the document should be."),
            "file-unreadable": (
                "error",
                "The file cannot be opened, or is too large to be read at all.",
            ),
            "layout-place": (
                "error",
                "A YAML file lies where no document is read, so it would be ignored silently.",
            ),
            "layout-kind": ("error", "A document lies where its kind is not read."),
            "rfc-missing": ("error", "A folder below `changes/` has no `rfc.yaml`."),
        },
    ),
    "YAML": (
        "Documents are YAML 1.2, without what can be read in two ways or hides something.",
        {
            "yaml-syntax": ("error", "The text is not YAML."),
            "yaml-encoding": ("error", "The file is not UTF-8, or begins with a byte order mark."),
            "yaml-empty": ("error", "The file holds no document."),
            "yaml-root": (
                "error",
                "The document is a list or a single value, or there is nothing in it.",
            ),
            "yaml-documents": (
                "error",
                "More than one document stands in a file that may hold one.",
            ),
            "yaml-duplicate-key": (
                "error",
                "A key stands twice in one mapping; both places are named.",
            ),
            "yaml-key": (
                "error",
                "A key is a number, truth value, list or mapping instead of text.",
            ),
            "yaml-anchor": (
                "error",
                (
                    "Anchors (`&a`) and aliases (`*a`) are not allowed: what counts stands where it is "
                    "read."
                ),
            ),
            "yaml-merge-key": ("error", "Merge keys (`<<`) are not allowed."),
            "yaml-tag": (
                "error",
                "Tags (`!name`) are not allowed: values mean what they look like.",
            ),
            "yaml-directive": ("error", "Directives (`%YAML`, `%TAG`) are not allowed."),
            "yaml-character": (
                "error",
                (
                    "A control, zero-width, bidirectional or otherwise invisible character, also "
                    "behind an escape."
                ),
            ),
            "yaml-number": ("error", "A number is infinite, not a number, or beyond 2^53 - 1."),
            "yaml-depth": ("error", "Nested deeper than 20 levels."),
            "yaml-size": (
                "error",
                (
                    "A file or a single text is larger than allowed: 256 KiB for a request, 4 MiB "
                    "below `cmdb/` and `policies/`."
                ),
            ),
            "yaml-cut-off": (
                "warning",
                "A text ends before ` #word`, which YAML reads as a comment.",
            ),
            "yaml-ambiguous": (
                "warning",
                (
                    "A plain value is text in YAML 1.2, but something else to older tools: `no`, "
                    "`0123`, `22:22`."
                ),
            ),
        },
    ),
    "Schema": (
        "Whether a document has the shape of its kind, see `schemas/`.",
        {
            "schema-api-version": ("error", "`apiVersion` is missing or not `changeflow/v1`."),
            "schema-kind": ("error", "`kind` is missing or unknown."),
            "schema-required": ("error", "A key that must be there is missing."),
            "schema-unknown-key": ("error", "A key that this place does not have."),
            "schema-key": (
                "error",
                "A key of a free mapping (a person, a role, a label) is no valid name.",
            ),
            "schema-empty": ("error", "A key without a value."),
            "schema-type": (
                "error",
                "A value is of another type: text, number, list, mapping, truth value.",
            ),
            "schema-choice": ("error", "A value is not one of those allowed."),
            "schema-format": (
                "error",
                (
                    "A date, time or duration that does not exist or is spelt otherwise; times need an "
                    "offset."
                ),
            ),
            "schema-pattern": ("error", "An id, key or address that does not look like one."),
            "schema-length": ("error", "Too many or too few characters or entries."),
            "schema-range": ("error", "A number is too large or too small."),
            "schema-alternatives": (
                "error",
                "Keys of which exactly one, or at least one, must be there.",
            ),
            "schema-refused": (
                "error",
                "The document does not fit its schema in a way no sentence was written for.",
            ),
        },
    ),
    "Requests for change": (
        (
            "In a draft, what is not there yet is not missed, and the errors of this group are "
            "warnings (but `rfc-id-folder`). Once a change has a review it is history: that items, "
            "people or models it names have gone since is a warning."
        ),
        {
            "rfc-id-folder": ("error", "The id is not the name of the folder."),
            "rfc-id-date": ("warning", "The id begins with a day that is not in the calendar."),
            "rfc-id-collision": ("warning", "Two ids look the same: 0 and o, 1 and l, rn and m."),
            "rfc-unknown-ci": ("error", "An item is not in the CMDB of this tree."),
            "rfc-ci-not-live": (
                "error",
                (
                    "An item's status does not fit the action: modify needs live, add planned or live, "
                    "remove and transfer live or retired."
                ),
            ),
            "rfc-duplicate-ci": ("error", "An item is listed twice."),
            "rfc-unknown-person": ("error", "Requester or implementer is not in the roster."),
            "rfc-agent-requester": (
                "error",
                "Requester or implementer is an automation: somebody must answer for a change.",
            ),
            "rfc-depends-on-missing": ("error", "A change this one waits for does not exist."),
            "rfc-depends-on-cycle": ("error", "Changes wait for each other; the ring is shown."),
            "rfc-model-missing": ("error", "The change model of a standard change does not exist."),
            "rfc-model-scope": ("error", "The change model does not cover an item."),
            "rfc-window-offset": (
                "error",
                "The window's start or end has no offset, so it is another moment in every place.",
            ),
            "rfc-window-order": ("error", "The window ends before it starts."),
            "rfc-rollback-steps": ("error", "The rollback plan has no steps."),
            "rfc-rollback-trigger": ("error", "The rollback plan does not say when to use it."),
            "rfc-rollback-limit": ("error", "The rollback plan does not say how long it may take."),
            "rfc-placeholder": (
                "error",
                (
                    "TODO, TBD, n/a, or a plan that says no more than `revert`; the words stand in "
                    "`model/placeholders.py`."
                ),
            ),
        },
    ),
    "Configuration items": (
        "The CMDB is only as good as its references.",
        {
            "cmdb-duplicate-id": ("error", "An id is defined twice."),
            "cmdb-id-collision": ("warning", "Two ids look the same."),
            "cmdb-unknown-dependency": ("error", "A dependency is not in the CMDB."),
            "cmdb-self-dependency": ("warning", "An item depends on itself."),
            "cmdb-retired-dependency": ("warning", "A live item depends on a retired one."),
            "cmdb-group-min": ("error", "A redundancy group needs more members than it has."),
            "cmdb-unknown-owner": (
                "error",
                "The owner is neither a role nor a person of the roster.",
            ),
            "cmdb-unknown-type": (
                "warning",
                "The type is not in `spec.ci_types` of `changeflow.yaml`.",
            ),
            "cmdb-not-updated": (
                "warning",
                (
                    "An item is `live` on the main branch after a released change removed it, or "
                    "`planned` after one added it. The last of them counts. Only `cmdb check` looks, "
                    "because it reads the ledger."
                ),
            ),
            "cmdb-releases-unknown": (
                "warning",
                (
                    "The ledger or the main branch cannot be read, so `cmdb check` cannot tell what "
                    "was released."
                ),
            ),
            "cmdb-incomplete": (
                "warning",
                (
                    "Type, criticality, owner, environment, or both name and description are missing; "
                    "what is unknown counts as the worst."
                ),
            ),
        },
    ),
    "Roster": (
        "One person fills one seat: identities must be unambiguous.",
        {
            "roster-unknown-member": ("error", "A member of a role is not under `people`."),
            "roster-duplicate-member": ("warning", "A person is in a role twice."),
            "roster-empty-role": ("warning", "A role has no members."),
            "roster-unknowable": (
                "warning",
                "A person in a role has neither an address, nor a key, nor an account.",
            ),
            "roster-agent-member": (
                "warning",
                "An automation is in a role, where it never counts.",
            ),
            "roster-duplicate-github": (
                "error",
                (
                    "Two people share a GitHub account: its number, its login, or an address that "
                    "names its number."
                ),
            ),
            "roster-key-unreadable": (
                "error",
                "A key is damaged, too short, of a type that is not supported, or a certificate.",
            ),
            "roster-duplicate-key": ("error", "Two people share a key."),
            "roster-duplicate-email": ("error", "Two people share an e-mail address."),
            "roster-delegation-unknown": (
                "error",
                "A delegation is from or to somebody who is not under `people`.",
            ),
            "roster-delegation-self": ("error", "Somebody is their own deputy."),
            "roster-delegation-agent": ("error", "An automation is a deputy."),
            "roster-delegation-role": (
                "error",
                "A delegated role does not exist, or is not held by the one who hands it on.",
            ),
            "roster-delegation-order": ("error", "A delegation ends before it starts."),
        },
    ),
    "What governs": (
        "Policies, their tests, models, calendars, the risk model and the configuration.",
        {
            "policy-condition": ("error", "A CEL condition does not compile."),
            "policy-unknown-fact": (
                "error",
                (
                    "A CEL condition asks for a name that nothing fills, so that it could never be "
                    "decided."
                ),
            ),
            "policy-duplicate-rule": ("error", "A policy has two rules with one id."),
            "policy-rule-twice": (
                "warning",
                (
                    "Two policies of one gate have a rule with one id, so nobody can tell the two "
                    "apart."
                ),
            ),
            "policy-unknown-role": ("error", "A rule asks for a role that does not exist."),
            "policy-unsatisfiable": (
                "error",
                (
                    "A rule asks for more people than a role has, or than have the key or (a warning) "
                    "the account that counts."
                ),
            ),
            "policy-test-unknown": ("error", "A test names a policy or rule that does not exist."),
            "model-unknown-authority": ("error", "A change model's authority is no role."),
            "model-unknown-person": (
                "error",
                "A change model was authorised by somebody who is not in the roster.",
            ),
            "model-unknown-ci": (
                "warning",
                "A change model's scope names an item that is not in the CMDB.",
            ),
            "model-validity-order": ("error", "A change model expires before it is valid."),
            "model-takes-away": (
                "warning",
                "A change model pre-authorises that items are removed or transferred.",
            ),
            "model-step-never": (
                "warning",
                (
                    "A step of a change model covers no step of any request, or covers not what the "
                    "model's own template writes."
                ),
            ),
            "model-step-wildcard": (
                "warning",
                (
                    "A `*` of a change model stands where the item is named, or for what a shell or "
                    "launcher runs."
                ),
            ),
            "calendar-period": (
                "error",
                "A freeze or window does not say when it begins and ends, or says it twice.",
            ),
            "calendar-freeze-order": (
                "error",
                "A freeze or window ends before it starts, or lasts no time.",
            ),
            "calendar-recurrence": (
                "error",
                (
                    "A recurrence rule or time zone cannot be read, RFC 5545 forbids it, or it does "
                    "not yield the start as it is written."
                ),
            ),
            "calendar-duplicate-id": (
                "error",
                "Two freezes, or two windows, of a calendar have one id.",
            ),
            "calendar-id-twice": (
                "warning",
                "Periods of two calendars, or a freeze and a window, have one id.",
            ),
            "calendar-count": (
                "warning",
                "A rule's COUNT is not reached within the days that gates count.",
            ),
            "calendar-exdate": (
                "warning",
                "An exception from a rule (`exdates`) takes nothing away.",
            ),
            "calendar-unknown-ci": (
                "warning",
                (
                    "A freeze or window names an item that is not in the CMDB, or an environment or a "
                    "tier that no item has, or covers no item."
                ),
            ),
            "calendar-covers-nothing": (
                "warning",
                "A freeze or window allows every type of change that it is about.",
            ),
            "calendar-unknown-person": (
                "error",
                "An exception was granted by somebody who is not in the roster.",
            ),
            "config-timezone": ("error", "`spec.timezone` is not the IANA name of a time zone."),
            "config-nobody-signs": (
                "error",
                "Signatures are required, and nobody who could approve has a key.",
            ),
            "config-branches": (
                "error",
                "The main branch and the ledger's have names that git cannot have both.",
            ),
            "config-no-repository": (
                "warning",
                (
                    "The configuration has no `repository`: evidence that was recorded in a copy would "
                    "count here."
                ),
            ),
            "config-nobody-reviews": (
                "warning",
                (
                    "Changes are reviewed on GitHub, and nobody who could approve has an account "
                    "number in the roster."
                ),
            ),
            "config-unknown-role": (
                "warning",
                "The configuration names a role that does not exist.",
            ),
            "risk-bands-order": ("error", "The bands of the risk model do not rise."),
            "risk-table": (
                "error",
                "A table of points lacks an answer, or rewards a worse answer or silence.",
            ),
            "risk-smoothing": (
                "error",
                "The risk model's prior assumes more failures than changes.",
            ),
            "duplicate-id": ("error", "Two documents of one kind have one id."),
            "duplicate-kind": (
                "error",
                "There are two of a kind of which a repository has one: Config, Roster, RiskModel.",
            ),
        },
    ),
    "Releases and reviews": (
        "What belongs to changes that exist.",
        {
            "release-id-folder": ("error", "The id is not the name of the folder."),
            "release-unknown-change": ("error", "A release deploys a change that does not exist."),
            "release-duplicate-change": ("error", "A release lists a change twice."),
            "release-unknown-person": ("warning", "The manager is not in the roster."),
            "review-id-folder": (
                "error",
                "A review is about another change than the one beside it.",
            ),
            "review-unknown-change": ("error", "A review is about a change that does not exist."),
            "review-unknown-person": (
                "warning",
                (
                    "The reviewer or somebody with a follow-up is not in the roster, or the reviewer "
                    "is an automation."
                ),
            ),
        },
    ),
}

RULES: Final[dict[str, str]] = {
    rule: sentence for _, rules in GROUPS.values() for rule, (_, sentence) in rules.items()
}


def markdown() -> str:
    """The reference page of all rules."""
    lines = [
        "# Rules of `changeflow check`",
        "",
        (
            "Generated from `changeflow/checks/catalogue.py`. Ids never change; errors fail a check, "
            "warnings only with `--strict`."
        ),
        (
            "The same files give the same findings on any day: what depends on the clock is asked by "
            "the gates."
        ),
    ]
    for title, (about, rules) in GROUPS.items():
        lines += [
            "",
            f"## {title}",
            "",
            about,
            "",
            "| rule | level | what it says |",
            "| --- | --- | --- |",
        ]
        lines += [
            f"| `{rule}` | {level} | {sentence} |" for rule, (level, sentence) in rules.items()
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(markdown())
