"""What policies would have asked of the changes of the past."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "policy_backtest.title": "Policies on the changes of the past",
    # -- what was looked at
    "policy_backtest.fact:changes": "changes",
    "policy_backtest.fact:source": "from",
    "policy_backtest.fact:period": "period",
    "policy_backtest.fact:today": "today",
    "policy_backtest.fact:proposed": "proposed",
    "policy_backtest.fact:limit": "limit",
    "policy_backtest.fact:left_out": "left out",
    "policy_backtest.judged": "{judged} judged of {found} found",
    "policy_backtest.source:repository": (
        "this repository and its ledger: each as it stood when it was decided about"
    ),
    "policy_backtest.source:records": "records of another system: only what they say is known",
    "policy_backtest.rules_at": "{place}",
    "policy_backtest.period": "{start} to {end}",
    "policy_backtest.first": "the first",
    "policy_backtest.last": "the last",
    "policy_backtest.limited": (
        "only the latest {judged} of {found} changes were judged: the work was cut short"
    ),
    "policy_backtest.why": "{count:plural change changes}: {why:sentences}",
    "policy_backtest.no_time": "the records have no time",
    "policy_backtest.no_records": (
        "there are no records of changes in {folder}",
        "`changeflow history import` fills it",
    ),
    # -- what comes out
    "policy_backtest.outcome": "What comes out",
    "policy_backtest.heading:today": "today",
    "policy_backtest.heading:proposed": "proposed",
    "policy_backtest.heading:what": "what",
    "policy_backtest.heading:role": "role",
    "policy_backtest.heading:median": "median hours",
    "policy_backtest.came:open": "goes through",
    "policy_backtest.came:waiting": "needs more people than agreed",
    "policy_backtest.came:shut": "is stopped",
    "policy_backtest.came:unknown": "cannot be told",
    "policy_backtest.came:unasked": "no one is asked",
    "policy_backtest.came:approvals": "approvals asked for",
    "policy_backtest.came:hours": "hours of waiting (an assumption)",
    "policy_backtest.came:hours_unknown": "changes whose hours are not known",
    "policy_backtest.hours_unknown": (
        "Hours are not known where a role is asked of which no decision is on record."
    ),
    "policy_backtest.failed": "failed later, of {ended} that ended",
    "policy_backtest.failed_then:shut": "of these, stopped",
    "policy_backtest.failed_then:waiting": "of these, in need of more people",
    "policy_backtest.failed_then:open": "of these, going through",
    "policy_backtest.failed_then:unknown": "of these, cannot be told",
    "policy_backtest.approvals": "Who is asked (changes / approvals)",
    "policy_backtest.none_asked": "No one is asked.",
    "policy_backtest.how_hours": (
        "Hours are an assumption: each role takes the median time that it took in the past, from the"
        " request to its decision, and all roles are asked at once."
    ),
    # -- rules
    "policy_backtest.rules:today": "Rules of today",
    "policy_backtest.rules:proposed": "Rules proposed",
    "policy_backtest.column:asked": "asked",
    "policy_backtest.column:waiting": "waits",
    "policy_backtest.column:shut": "shut",
    "policy_backtest.column:warned": "warns",
    "policy_backtest.column:unknown": "unknown",
    "policy_backtest.column:failures": "failed",
    "policy_backtest.column:rule": "rule",
    "policy_backtest.same": "{count:plural rule rules} with the same numbers as today.",
    "policy_backtest.never:said_no": "Applied and never said no: {rules:codes}",
    "policy_backtest.never:applied": "Never applied: {rules:codes}",
    # -- changes
    "policy_backtest.changed": "Different under the proposal: {count:plural change changes}",
    "policy_backtest.change": "`{change}`: {told:list}",
    "policy_backtest.turns": "{today} → {proposed}",
    "policy_backtest.asks:more": "{count} more by {role:quoted_role}",
    "policy_backtest.asks:less": "{count} less by {role:quoted_role}",
    "policy_backtest.it_failed": "it failed later",
    "policy_backtest.more": "and {count} more, which JSON may have",
    # -- standard changes
    "policy_backtest.candidates": "Candidates for standard changes",
    "policy_backtest.no_candidate": (
        "No kind of normal change ended well {enough:plural time times} or more without a failure."
    ),
    "policy_backtest.candidate": (
        "{kinds:list}, {category}: {changes} of {changes} went well, {first:minute} to"
        " {last:minute}; at least {at_least} (95 %)"
    ),
    "policy_backtest.items": "{count:plural item items}: {items:codes}",
    "policy_backtest.steps": "steps: {steps:codes}",
    "policy_backtest.candidate_how": (
        "Kinds of normal changes with the same types of items, area and steps, of which"
        " {enough} or more ended, all of them well. The bound is Wilson's. Whether it is safe to do"
        " them unasked is for people to say."
    ),
    "policy_backtest.models": "Change models",
    "policy_backtest.of_model:changes": "ended",
    "policy_backtest.of_model:failures": "failed",
    "policy_backtest.of_model:at_least": "at least",
    "policy_backtest.of_model:limit": "limit",
    "policy_backtest.of_model:standing": "standing",
    "policy_backtest.of_model:model": "model",
    "policy_backtest.standing:good": "good",
    "policy_backtest.standing:unproven": "unproven",
    "policy_backtest.standing:doubtful": "withdraw?",
    "policy_backtest.standing:suspended": "suspended",
    "policy_backtest.models_how": (
        "A model that lost its standing by its own limits is suspended: no change is standard by it."
        " One that is surely worse than `spec.standing.doubtful_below` should be withdrawn."
    ),
    # -- in the comment of a pull request
    "policy_backtest.comment": "These policies on the changes of the past",
    "policy_backtest.not_tried": "They could not be tried: {why:sentences}",
    "policy_backtest.details": "who is asked, which changes come out differently, and what this cannot know",
    # -- limits of the calculation
    "policy_backtest.cannot": "What this cannot know",
    "policy_backtest.unknown:people": (
        "People would have behaved otherwise: a rule that is known is prepared for, or evaded."
    ),
    "policy_backtest.unknown:never_asked": (
        "Opinions that were never asked for: whom a new rule asks might have said yes, or no."
    ),
    "policy_backtest.unknown:prevented": (
        "Failures that today's rules prevented are not seen, so a rule that never said no may still"
        " be what keeps people from asking."
    ),
    "policy_backtest.unknown:records": (
        "What records do not say: a rule that reads it is unknown here, whatever it would have said."
    ),
    "policy_backtest.unknown:hours": (
        "Hours: a role that is asked more often takes longer, and roles wait for each other."
    ),
    "policy_backtest.unknown:selection": (
        "Changes without a decision on record, and those given up before one, are not here."
    ),
}
