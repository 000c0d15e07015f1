"""What `check` finds in the roster."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "roster-role-name": ("there is no role {role:shown} to be named", "{what_now:sentences}"),
    "roster-empty-role": (
        "the role {role:code} has no members, so nothing that needs it can be approved",
        "add a person, or remove the role",
    ),
    "roster-unknown-member": (
        "{who:shown} of the role {role:code} is not under `people`",
        "{what_now:sentences}",
    ),
    "roster-duplicate-member": ("{who:code} is in the role {role:code} twice", "remove one"),
    "roster-agent-member": (
        "{who:code} is an automation; it never counts as an approver for {role:code}",
        "name people in roles",
    ),
    "roster-key-unreadable": (
        "this key of {who:code} cannot be used: {error}",
        "copy the whole line of the .pub file; `ssh-keygen -l -f FILE` reads a key that is whole",
    ),
    "roster-unknowable": (
        (
            "{who:code} has a role but no address, key or account: what they write cannot be "
            "told from what others write"
        ),
        "add `emails`, the addresses they commit with, and a key or `github_id` to approve with",
    ),
    "roster-delegation-unknown": ("{who:shown} is not under `people`", "{what_now:sentences}"),
    "roster-delegation-self": ("{who:code} cannot be their own deputy", "name another person"),
    "roster-delegation-agent": (
        "{who:code} is an automation and cannot be a deputy",
        "name a person",
    ),
    "roster-delegation-role": (
        "{who:code} does not hold {role:code} and cannot hand it on",
        "remove the role from this delegation",
    ),
    "roster-delegation-role:unknown": ("there is no role {role:shown}", "{what_now:sentences}"),
    "roster-delegation-order": (
        "the delegation ends before it starts",
        "`end` must be later than `start`",
    ),
    "roster-duplicate-github:account": (
        (
            "the GitHub account of {who:code} is that of {owner:code} too: one person would "
            "fill two seats"
        ),
        "each account, key and address belongs to one person",
    ),
    "roster-duplicate-github:login": (
        (
            "the GitHub login of {who:code} is that of {owner:code} too: one person would fill "
            "two seats"
        ),
        "each account, key and address belongs to one person",
    ),
    "roster-duplicate-key:key": (
        "a key of {who:code} is that of {owner:code} too: one person would fill two seats",
        "each account, key and address belongs to one person",
    ),
    "roster-duplicate-email:address": (
        (
            "an e-mail address of {who:code} is that of {owner:code} too: one person would "
            "fill two seats"
        ),
        "each account, key and address belongs to one person",
    ),
}
