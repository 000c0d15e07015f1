"""Findings about audits of the CMDB and about improvements."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "audit-id-file": (
        "the id is {id:shown}, but the file is {file:shown}",
        "the file's name is the id: rename one of them",
    ),
    "audit-unknown-auditor": ("{who:shown} is not in the roster", "{what_now:sentences}"),
    "audit-unknown-auditor:agent": (
        "{who:shown} is an automation, which audits nothing",
        "name the person who compared the items",
    ),
    "audit-own-item": (
        "{who:shown} answers for {ci:shown} (owner {owner:shown}) and cannot audit it",
        "another person audits; `changeflow cmdb audit --sample N --auditor PERSON` leaves own items out",
    ),
    "audit-own-item:unknown": (
        "{who:shown} answers for {ci:shown} as a member of the CAB, for its owner is not known",
        "another person audits, or the item gets an owner first",
    ),
    "audit-value": (
        "{name:shown} is said to be {found:shown}, and not what was found",
        "add `value:` with what is there",
    ),
    "audit-value:unasked": (
        "{name:shown} has a `value`, and nothing says that it differs",
        "say `found: differs`, or take the value away",
    ),
    "audit-value:recorded": (
        "{name:shown} is said to be surplus, and is recorded",
        "say `found: differs` where another value was found",
    ),
    "audit-value:nothing": (
        "{name:shown} is said to be missing, and nothing is recorded",
        "say `found: agrees` where there is none, `surplus` where there is one",
    ),
    "audit-sample": (
        "the stratum has {drawn} drawn items, and {there} are listed",
        "a sample is not edited: draw it again with the same seed",
    ),
    "audit-sample:twice": (
        "{ci:shown} is listed twice",
        "a sample is not edited: draw it again with the same seed",
    ),
    "audit-sample:lacks": (
        "no stratum has the tier {tier:shown} and the type {type:shown} of an item",
        "a sample is not edited: draw it again with the same seed",
    ),
    "audit-unknown-change": ("no change {change:shown}", "{what_now:sentences}"),
    "audit-unfinished": (
        "{count:plural attribute attributes} not looked at yet",
        "say at `found` what was found",
    ),
    "audit-unfinished:auditor": (
        "no auditor is named",
        "add `auditor:` with a person who owns none of the items",
    ),
    "improvement-id-file": (
        "the id is {id:shown}, but the file is {file:shown}",
        "the file's name is the id: rename one of them",
    ),
    "improvement-source": (
        "an improvement comes from one audit, review, period or nonconformity",
        "write one of `audit: ID`, `review: CHG-…`, `period: ID` and `nonconformity: TEXT`",
    ),
    "improvement-source:number": (
        "`follow_up` counts the follow-ups of a review, and no review is named",
        "add `review: CHG-…`, or take `follow_up` away",
    ),
    "improvement-order": (
        "{day} is before {raised}, the day on which it was raised",
        "mend one of the days",
    ),
    "improvement-source:done": (
        "it is carried out by one change or one commit",
        "write `change: CHG-…` or `commit: …`",
    ),
    "improvement-unknown-owner": (
        "the owner {who:shown} is neither a role nor a person of the roster",
        "{what_now:sentences}",
    ),
    "improvement-unknown-owner:verifier": (
        "the verifier {who:shown} is neither a role nor a person of the roster",
        "{what_now:sentences}",
    ),
    "improvement-unknown-change": ("no change {change:shown}", "{what_now:sentences}"),
    "improvement-verified": (
        "{who:shown} owns the improvement and cannot verify it",
        "another person verifies that it works",
    ),
    "improvement-verified:owns": (
        "{who:shown} alone has the role {owner:code}, which owns the improvement, and cannot verify it",
        "another person verifies that it works",
    ),
    "improvement-verified:unlisted": (
        "{who:shown} is no person of the roster",
        "name the person who saw that it works",
    ),
    "improvement-verified:undone": (
        "it is verified, and nothing says what carried it out",
        "add `done_by:` with a change or a commit",
    ),
}
