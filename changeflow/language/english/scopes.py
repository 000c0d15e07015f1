"""What a branch touches, beside what its requests declare."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # what shows that an item is touched
    "touch.path_added": "{place:code} is new",
    "touch.path_changed": "{place:code} is changed",
    "touch.path_removed": "{place:code} is gone",
    "touch.terraform_added": "the plan {place:code} creates {what:code}",
    "touch.terraform_changed": "the plan {place:code} changes {what:code}",
    "touch.terraform_removed": "the plan {place:code} destroys or moves {what:code}",
    "touch.image_added": "{place:code} adds the image {what:code}",
    "touch.image_changed": "{place:code} changes the image to {what:code}",
    "touch.image_removed": "{place:code} no longer has the image {what:code}",
    "touch.helm_added": "{place:code} adds the Helm release {what:code}",
    "touch.helm_changed": "{place:code} changes the Helm release {what:code}",
    "touch.helm_removed": "{place:code} no longer has the Helm release {what:code}",
    # why something cannot be read
    "unread.too_large": "it has more bytes than are read",
    "unread.link": "it is a symbolic link, and what it leads to is not compared",
    "unread.history": "the branch and its base have no common history",
    "unread.binary": "it is a plan in Terraform's own form; write it with `terraform show -json`",
    "unread.text": "{why:sentences}",
    "unread.other": "it is no JSON that `terraform show -json` wrote of a plan",
    "unread.json": "it is no JSON: {problem}",
    "unread.errored": "Terraform wrote it of a run that failed, so that changes are missing",
    "unread.shape": "one of its `resource_changes` has no address or no actions",
    "unread.missing": "there is no such file, and `spec.terraform_plans` names it",
    # reasons of gates
    "scope.undeclared": (
        "the branch touches {ci:item}, and no request in it declares the item: {touch:sentences}",
        "add `- {{ci: {ci}, action: {action}}}` to `spec.items` of {path:code}",
    ),
    "scope.undeclared:several": (
        (
            "the branch touches {ci:item}, and no request in it declares the item: "
            "{touch:sentences}, and {more:count} more"
        ),
        "add `- {{ci: {ci}, action: {action}}}` to `spec.items` of {path:code}",
    ),
    "scope.proposed": (
        (
            "by what the branch itself adds to the CMDB, it touches {ci:item}, and no request in it "
            "declares the item: {touch:sentences}"
        ),
        "add `- {{ci: {ci}, action: {action}}}` to `spec.items` of {path:code}",
    ),
    "scope.elsewhere": "the branch touches {ci:item}, which {change} declares",
    "scope.untouched": (
        "declared, but nothing in the branch that belongs to them is touched: {items:items}",
        "leave them out, or add to `spec.maps` of these items what the change alters",
    ),
    "scope.unread": (
        "{path:code} cannot be read, so that it may change any item: {why:sentences}",
        "mend the file, or take it out of the branch",
    ),
    "scope.no_common_history": (
        "the branch and its base have no common history: what it touches is not known",
        "fetch the whole history",
    ),
    # findings of `check`
    "scope-undeclared": (
        "{ci:code} is touched and not declared: {touch:sentences}",
        "add `- {{ci: {ci}, action: {action}}}` to `items`",
    ),
    "scope-undeclared:several": (
        "{ci:code} is touched and not declared: {touch:sentences}, and {more:count} more",
        "add `- {{ci: {ci}, action: {action}}}` to `items`",
    ),
    "scope-proposed": (
        (
            "{ci:code} is touched and not declared, by what this branch adds to the CMDB: "
            "{touch:sentences}"
        ),
        "add `- {{ci: {ci}, action: {action}}}` to `items`",
    ),
    "scope-no-request": (
        "{ci:code} is touched, and no request in this branch declares it: {touch:sentences}",
        "write one: `changeflow new SLUG --from-diff {base}`",
    ),
    "scope-untouched": (
        "{ci:code} is declared, but nothing that belongs to it is touched",
        "leave it out, or add to its `spec.maps` what this change alters",
    ),
    "scope-unread": (
        "it cannot be read, so that it may change any item: {why:sentences}",
        "mend the file, or take it out of the branch",
    ),
    "scope-unknown": (
        "what this branch touches is not known: {why:sentences}",
        "fetch the main branch with its history",
    ),
}
