"""Rehearsals of releases in a sandbox."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "rehearsal.heading": "{change}: rehearsal in {environment:environment}, {state:word}",
    "rehearsal.begins": "--- {steps} of {of:plural step steps}, there and back",
    "rehearsal.begins:whole": (
        "--- all {of:plural step steps} with the verification, there and back"
    ),
    "rehearsal.column_steps": "steps",
    "rehearsal.column_came": "result",
    "rehearsal.column_forward": "there",
    "rehearsal.column_back": "back",
    "rehearsal.column_limit": "allowed",
    "rehearsal.column_name": "last step",
    "rehearsal.seconds": "{seconds} s",
    "rehearsal.prefix": "{steps}",
    "rehearsal.prefix:whole": "all {steps}",
    "rehearsal.came:back": "came back",
    "rehearsal.came:late": "came back TOO LATE",
    "rehearsal.came:failed": "FAILED, came back",
    "rehearsal.came:left": "DID NOT COME BACK",
    "rehearsal.left": "not taken back: {left:list}",
    "rehearsal.skipped": "left out, because a person does it: {step} {name:code}",
    "rehearsal.interrupted": "it was interrupted, so that it does not count",
    "rehearsal.unasked": "a manual step waits for a person, and there is no terminal to ask at",
    "rehearsal.ends:irreversible": (
        "it ends before step {index} {name:code}, which cannot be undone"
    ),
    "rehearsal.ends:no_undo": "it ends before step {index} {name:code}, which nothing undoes",
    "rehearsal.ends:manual_undo": "it ends before step {index} {name:code}, which a person undoes",
    "rehearsal.late": "the way back from {steps:plural step steps} took longer than allowed",
    "rehearsal.failed": "with {steps:plural step steps}: {why}; what was done was taken back",
    "rehearsal.failed:left": (
        "with {steps:plural step steps} the way back failed: {why}; the sandbox is as it was"
        " left"
    ),
    "rehearsal.next": "correct the plan, then rehearse it again",
    "rehearsal.next:left": (
        "restore {environment:environment} by hand, correct the plan, then rehearse it again"
    ),
    "rehearsal.next:interrupted": (
        "look at {environment:environment}, then rehearse it again from the beginning"
    ),
    "rehearsal.next:waiting": (
        "run it at a terminal, or leave manual steps out: `release: {{rehearsal: {{manual:"
        " skip}}}}` in changeflow.yaml"
    ),
    "rehearsal.ask": "{step} {name:code}: {manual}. Done in {environment:environment}?",
    "rehearsal.shown": (
        "rehearsed in {environment:environment} at {at:time}: {steps:plural step steps}, back"
        " in at most {seconds} s"
    ),
    "rehearsal.shown:outdated": (
        "rehearsed in {environment:environment} at {at:time}, and changed or failed since:"
        " rehearse it again"
    ),
    "rehearsal.shown:none": (
        "not rehearsed: `changeflow release rehearse {change}` tries the way back from each"
        " step"
    ),
    "rehearsal.same_way": (
        "this way back was rehearsed in {environment:environment} at {at:time} with this"
        " content: the approval covers it"
    ),
    "rehearsal.other_way": "this way back was not rehearsed with this content",
}
