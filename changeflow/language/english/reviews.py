"""Opinions of reviewers, and post-implementation reviews."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "review.not_demanded": (
        "the release ended `{outcome}`, and {rules:codes} asks for no review of that"
    ),
    "review.missing": (
        "there is no post-implementation review",
        "`changeflow review {change}` starts one",
    ),
    "review.incomplete": (
        "the review has {count} problem(s): {problems:sentences}",
        "`changeflow review {change}` shows every problem with its place",
    ),
    "review.in_future": (
        "the review says that it was made on {day:date}, which lies ahead",
        "`reviewed` is the day on which the review was made",
    ),
    "review.complete": "reviewed by {reviewer:person}",
    "review.rejected:changes": (
        "{who:person} asks for changes",
        "it stands until they approve",
    ),
    "review.rejected:changes_words": (
        "{who:person} asks for changes: {words}",
        "it stands until they approve",
    ),
    "review.edited": (
        "the text of {who:person}'s approval was edited at {at:time}, after it was given",
        "an approval is of the content; its text counts for nothing",
    ),
    "review.unknown_state": (
        "review {id} has the state `{state}`, which is not known",
        "mend the roster, or ask the person",
    ),
    "review.no_time": (
        "review {id} says not when it was submitted",
        "mend the roster, or ask the person",
    ),
    "reviewer.ghost": "the account that gave this review is gone",
    "reviewer.not_human": "{login} is no human account ({type})",
    "review.rejected": (
        "{who:person} rejected the change",
        "the rejection stands until {who:person} approves or withdraws it",
    ),
    "review.rejected:words": (
        "{who:person} rejected the change: {words}",
        "the rejection stands until {who:person} approves or withdraws it",
    ),
}
