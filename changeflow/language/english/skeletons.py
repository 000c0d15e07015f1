"""What a new review asks, and what it says of the release."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "skeleton.title": "Post-implementation review: {title}",
    "skeleton.who_answers": (
        "A person who neither asked for the change nor made it answers the questions: take "
        "the `#` of a line away, and write."
    ),
    "skeleton.none": "`none` is an answer. `changeflow review {change}` says what is still missing.",
    # -- the questions
    "skeleton.reviewer": (
        "Who reviews: a person of the roster, neither the requester nor the implementer."
    ),
    "skeleton.reviewed": "On which day; the release ended on {ended}.",
    "skeleton.outcome": "The release ended {state:word}, so this is one of: {outcomes:list}",
    "skeleton.objectives": "Did the change do what it was for? Reason: {reason}",
    "skeleton.benefit": "Expected benefit: {benefit}",
    "skeleton.effects": (
        "What did customers and other services notice? Compare with the effects that "
        "were considered."
    ),
    "skeleton.deviations": (
        "What went otherwise than planned: steps, times, people, the way back?"
    ),
    "skeleton.incidents": (
        "Incidents the change caused, by number: [INC-1, INC-2], or [] when there were none."
    ),
    "skeleton.lessons": "What should be done differently next time?",
    "skeleton.follow_ups": (
        "What is done about it, by whom (a person or role of the roster), until when:"
    ),
    "skeleton.due": "The review is due by {due:time}.",
    "skeleton.question": "{ask:asked}",
    "skeleton.answers": (
        "The policy asks more of a change that went like this. Take away the `#` of `answers`, too:"
    ),
    "skeleton.outages": "How long was each item out? Planned: {planned:sentences}.",
    "skeleton.outage": "{ci} {length:duration}",
    "skeleton.no_outage": "{ci} not at all",
    "skeleton.declared": "Declared: {items:sentences}.",
    "skeleton.declared_item": "{action:word} {ci}",
    "skeleton.behind": "The CMDB does not show this yet: {items:list}.",
    "skeleton.condition": "{by} approved and wrote: {said}",
    "skeleton.caused": "According to `incidents/` it caused {incidents:list}.",
    # -- the facts
    "skeleton.facts": (
        "What happened, from the ledger. It is compared with the ledger again, so leave it as it is."
    ),
    "skeleton.took": "It took {took}; no window was planned.",
    "skeleton.took:planned": "It took {took}: it began {begun:sentences} and ended {over:sentences}.",
    "skeleton.began": "{distance} after the window opened",
    "skeleton.began:early": "{distance} before the window opened",
    "skeleton.ended": "{distance} before the window closed",
    "skeleton.ended:late": "{distance} after the window closed",
    "skeleton.steps": "{done} of {planned} planned steps were done.",
    "skeleton.way_back": "The way back took {took}.",
    "skeleton.way_back:promised": "The way back took {took}; promised were {limit}.",
}
