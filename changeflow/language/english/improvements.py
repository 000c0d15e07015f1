"""What is owed to improvements, and why a verification does not count."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "improvement.title": "Improvements",
    "improvement.owed:action": "{name}: to be carried out",
    "improvement.owed:verification": "{name}: to be verified",
    "improvement.owed:claimed": "{name}: verification claimed, not proved",
    "improvement.day:due": "due {day}",
    "improvement.day:overdue": "overdue since {day}",
    "improvement.whom": "by {by:people}",
    "improvement.whom:none": "no owner is named",
    "improvement.evidence": "evidence: {evidence}",
    "improvement.doubt": "not accepted: {why:sentences}",
    # -- why a verification does not count
    "improvement.undone": "nothing says what carried it out",
    "improvement.not_done": (
        "{by:code} is not done: a change is done when the ledger says that it is implemented, a"
        " commit when the main branch contains it"
    ),
    "improvement.unlisted": "{who:person} is no person of the roster",
    "improvement.owns": "{who:person} owns the improvement",
    "improvement.wrote": "{who:person} had a part in what carried it out",
    "improvement.too_early": "{day:date} is before the day on which it was done",
    "improvement.ahead": "{day:date} lies ahead",
    # -- `improve`
    "improvement.written": "{path}: written; commit it, and it is followed by `changeflow todo`",
    "improvement.edited:done": "{path}: says what carried it out; it waits for its verification",
    "improvement.edited:verified": (
        "{path}: verified by {who:person}; it counts when {who:person} commits it, or types"
        " `changeflow improve {name} --verified-by {who}`"
    ),
    "improvement.edited:recorded": "{path}: on the ledger, verified by {who:person}",
    "improvement.to_answer": "still to say: {fields:codes}",
    "improvement.taken": (
        "{path} is there already",
        "choose another name, or say what carried it out: `--done-by`",
    ),
    "improvement.unknown": (
        "there is no improvement {name:code}",
        "`changeflow report improvements` lists them",
    ),
    "improvement.one_source": (
        "an improvement comes from one thing",
        "give one of `--review`, `--audit`, `--period` and `--nonconformity`",
    ),
    "improvement.one_source:later": (
        "what it comes from was said when it was written",
        "leave the source out with `--done-by` and `--verified-by`",
    ),
    "improvement.no_commit": (
        "there is no commit {name:code}",
        "name a change, or a commit of this repository",
    ),
    "improvement.no_follow_up": (
        "the review of {change:code} has no follow-up {number}",
        "without `#NUMBER` it is about the review as a whole: say `--action` and `--finding`",
    ),
    "improvement.no_review": (
        "{change:code} has no review",
        "`changeflow review {change}` starts one",
    ),
    "improvement.no_document": (
        "there is no {path:code}",
        "the id is the name of the file or folder",
    ),
    "improvement.other_verifier": (
        "{path} does not say that {who:person} verified it",
        "write it first: `--evidence` says what was looked at",
    ),
    "improvement.missing_option": (
        "{option:code} is missing",
        "nothing says it so far, and an improvement needs it",
    ),
    "improvement.not_accepted": (
        "the verification would not count: {why:sentences}",
        "a person who neither owns it nor made it verifies it, once it is done",
    ),
}
