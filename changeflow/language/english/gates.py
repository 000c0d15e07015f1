"""What the gates say of their own accord."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

_NO_DEPENDENCY: Final = "take it out of depends_on, or write a new change for it"
_FREEZE: Final = (
    "wait, move spec.window, or propose an exception: `kind: FreezeException` in `exceptions/`"
)
_LONGER: Final = "move spec.window, or propose an exception with a later `end`"
_APPROVED: Final = "have it approved by more people of the role for exceptions"

SENTENCES: Final[dict[str, Template]] = {
    # -- every gate
    "time.before_evidence": (
        (
            "the time of this decision lies {lead:rough} before the evidence it rests on,"
            " which goes up to {newest:time}"
        ),
        "set the clock; `changeflow ledger verify` names entries that a wrong clock dated",
    ),
    "ledger.broken": (
        "the evidence does not hold together: {problems:sentences}",
        "`changeflow ledger verify` shows every problem",
    ),
    "document.invalid": (
        "the request has {count} error(s): {problems:sentences}",
        "`changeflow check` shows every problem with its place",
    ),
    "change.draft": ("the request is a draft", "set spec.draft to false, or remove it"),
    "calendar.unreadable": "a calendar cannot be read: {why:sentences}",
    "calendar.outside_windows": (
        "the window lies outside of the maintenance windows of what the change touches",
        "move spec.window into one; the gate `deploy` may refuse to start it elsewhere",
    ),
    "freeze.excepted": (
        "the exception {exception}, approved by {by:people}, lets the change go on in the freeze "
        "`{name}` until {until:time}: {reason}"
    ),
    "freeze.in_force:ended": (
        (
            "the freeze `{name}` is in force until {end:time}; the exception {exception} ends before "
            "that, at {ended:time}"
        ),
        _LONGER,
    ),
    "freeze.in_force:approvers": (
        (
            "the freeze `{name}` is in force until {end:time}; too few people approved the exception "
            "{exception}: it takes {needed}, without requester and implementer"
        ),
        _APPROVED,
    ),
    "freeze.ahead:ended": (
        (
            "the freeze `{name}` runs from {start:time} to {end:time}, before the window is over; the "
            "exception {exception} ends at {ended:time}"
        ),
        _LONGER,
    ),
    "freeze.ahead:approvers": (
        (
            "the freeze `{name}` runs from {start:time} to {end:time}, before the window is over; too "
            "few people approved the exception {exception}: it takes {needed}, without requester and "
            "implementer"
        ),
        _APPROVED,
    ),
    "freeze.in_force": ("the freeze `{name}` is in force until {end:time}", _FREEZE),
    "freeze.ahead": (
        "the freeze `{name}` runs from {start:time} to {end:time}, before the window is over",
        _FREEZE,
    ),
    "policy.none": "no policy has rules for the gate `{gate}`; silence is not consent",
    "policy.no_rule_applies": "no rule of the gate `{gate}` applies; silence is not consent",
    # -- approve
    "change.withdrawn": (
        "{who:person} withdrew the request",
        "a new commit by {who:person} to the folder of the request submits it again",
    ),
    "type.declared_too_low": (
        "declared {declared:word}, but computed {computed:word}: {why:sentences}",
        "declare `type: {computed}`, or mend what keeps it from being {declared:word}",
    ),
    "change.retrospective": (
        "the request was written after the change was made; nothing is left to release",
        "review what was done: `changeflow review`",
    ),
    "window.empty": "the window ends before it starts",
    "window.past": (
        "the window ended at {end:time}",
        "move spec.window and ask for approval again",
    ),
    "dependency.will_not_run:withdrawn": (
        "{change} must be implemented first; it, or what it waits for, is withdrawn",
        _NO_DEPENDENCY,
    ),
    "dependency.will_not_run:rejected": (
        "{change} must be implemented first; it, or what it waits for, is rejected",
        _NO_DEPENDENCY,
    ),
    "dependency.will_not_run:past its window": (
        (
            "{change} must be implemented first; it, or what it waits for, was not released in its"
            " window"
        ),
        _NO_DEPENDENCY,
    ),
    "dependency.will_not_run:rolled_back": (
        "{change} must be implemented first; it is rolled_back",
        _NO_DEPENDENCY,
    ),
    "dependency.will_not_run:rollback_failed": (
        "{change} must be implemented first; it is rollback_failed",
        _NO_DEPENDENCY,
    ),
    "dependency.planned_later": (
        "{change} must be implemented first, and it begins at {start:time}, after this window",
        "move one of the windows",
    ),
    # -- deploy
    "plan.missing": (
        "no plan is kept that says what will happen: {paths:most_codes 5}",
        "`changeflow plan {change}` makes it; commit it, and it is approved with the request",
    ),
    "plan.foreign": (
        "what is kept is no plan of the program that the request names: {paths:most_codes 5}",
        "`changeflow plan {change}` makes it again; commit it, and it is approved with the request",
    ),
    "plan.unasked": (
        "no step asks for what lies among the plans: {paths:most_codes 5}",
        "remove it; `changeflow plan {change}` removes plans that no step asks for",
    ),
    "plan.differs": (
        "what would happen now is not what was approved: {paths:most_codes 5}",
        "find out why; `changeflow plan {change}` keeps what it is now, to be approved again",
    ),
    "plan.not_compared": (
        "not compared with what would happen now: {count:plural plan plans}",
        "`changeflow release run` compares them; `changeflow plan {change} --check` does so here",
    ),
    "plan.same": "what would happen now is what was approved, by {count:plural plan plans}",
    "acceptance.complete": "release {release} is accepted by {who:person} as {role:role}",
    "acceptance.missing": (
        "release {release} is not accepted: {role:role} has not accepted it",
        "a member of the role writes `accepted_by` and `accepted_on` under `spec.acceptance`, and it is merged",
    ),
    "acceptance.criteria": (
        "release {release} is not accepted: not met is{criteria:lines 5}",
        "write the result of each criterion under `spec.acceptance` of its release.yaml, and merge it",
    ),
    "acceptance.not_merged": (
        "release {release} is not accepted: what it asks of this change is not on the base yet",
        "merge its release.yaml first",
    ),
    "acceptance.unreadable": (
        "it is not known whether a release asks for an acceptance: not readable is {paths:most_codes 5}",
        "`changeflow check` says what is wrong with it",
    ),
    "acceptance.does_not_count:human": (
        "release {release} is not accepted: {who:person} is no person of the roster",
        "a member of {role:role} accepts it",
    ),
    "acceptance.does_not_count:role": (
        "release {release} is not accepted: {who:person} is not {role:role}",
        "a member of {role:role} accepts it",
    ),
    "acceptance.does_not_count:party": (
        (
            "release {release} is not accepted: {who:person} manages it, or requested or implements"
            " a change of it"
        ),
        "another member of {role:role} accepts it",
    ),
    "acceptance.does_not_count:unknown": (
        "release {release} is not accepted: it is not known who requested {changes:list}",
        "merge these changes first, or take them out of the release",
    ),
    "acceptance.does_not_count:undated": (
        "release {release} is not accepted: {who:person} accepts it without a day",
        "write `accepted_on` under `spec.acceptance`",
    ),
    "acceptance.does_not_count:unbound": (
        "release {release} is not accepted: {who:person} does not say which changes it was accepted with",
        "write `accepted_changes: {digest}` under `spec.acceptance`",
    ),
    "acceptance.does_not_count:stale": (
        "release {release} is not accepted: {who:person} accepted it with other changes than it has now",
        "to accept it as it is, write `accepted_changes: {digest}` under `spec.acceptance`",
    ),
    "acceptance.does_not_count:future": (
        "release {release} is not accepted: {who:person} accepts it on {day:date}, which lies ahead",
        "`accepted_on` is the day on which it was accepted",
    ),
    "remote.differs": (
        (
            "the main branch of `{remote}` judges, and the decision about {change} in entry {seq} was"
            " made by that of `{noted}`"
        ),
        (
            "where one is a copy of the other, look at what was approved where; a copy takes another"
            " `spec.repository`"
        ),
    ),
    "window.past:deploy": ("the window ended at {end:time}", "move spec.window and ask again"),
    "window.none": "an emergency without a window may start at once",
    "window.missing": "the request names no window",
    "window.not_open": "the window opens at {start:time}",
    "window.open": "inside the window until {end:time}",
    "change.not_merged": (
        "the request is not on the base yet",
        "merge it first: merged means scheduled",
    ),
    "change.differs_from_base": (
        "the content here differs from the content on the base",
        "release what is merged: update your work tree, or name it with --head",
    ),
    "change.merged": "the request is on the base with this content",
    "dependency.implemented": "{change} is implemented",
    "dependency.not_implemented": "{change} must be implemented first; it is not released",
    "dependency.not_implemented:state": ("{change} must be implemented first; it is {state:word}"),
    "dependency.not_implemented:withdrawn": (
        "{change} must be implemented first; it, or what it waits for, is withdrawn"
    ),
    "dependency.not_implemented:rejected": (
        "{change} must be implemented first; it, or what it waits for, is rejected"
    ),
    "dependency.not_implemented:past its window": (
        "{change} must be implemented first; it, or what it waits for, was not released in its"
        " window"
    ),
    "dependency.not_implemented:rolled_back": (
        "{change} must be implemented first; it is rolled_back"
    ),
    "dependency.not_implemented:rollback_failed": (
        "{change} must be implemented first; it is rollback_failed"
    ),
    "conflict.same_item": "{change} changes {items:items} in the same window",
    "conflict.makes_fail": (
        "{change} changes {items:items}, which this change can make fail, in the same window"
    ),
    "conflict.makes_fail:needs": (
        "{change} can make {items:items} fail, which this change changes, in the same window"
    ),
    "conflict.redundancy": (
        "with {change} in the same window too few redundant items are left, so that {items:items} can fail"
    ),
    "conflict.order:waits": "this change depends on {change}, which is not over when its window begins",
    "conflict.order:awaited": "{change} depends on this change, and begins before this one is over",
    "conflict.order:dead": "this change waits for {change}, which will not be implemented: {state:word}",
    "conflict.rollback:builds": "once this change has run, {change} cannot be rolled back alone",
    "conflict.rollback:built_on": "once {change} has run, this change cannot be rolled back alone",
    "conflict.rollback:builds_items": (
        "this change starts on {items:items} while {change} may still be rolled back"
    ),
    "conflict.rollback:built_on_items": (
        "{change} starts on {items:items} while this change may still be rolled back"
    ),
    "conflict.person": "{person:person} implements {change} in the same window",
    "conflict.environment": (
        "{change} runs in {environment:environment} in the same window, where one change runs at a time"
    ),
    "conflict.proposal": "move {change} to {at:time} or later, when {first} is over",
    "conflict.proposal:rollback": (
        "start {change} from {at:time} on, or plan to roll it back before {first}"
    ),
    "conflict.proposal:person": (
        "name another implementer, or move {change} to {at:time} or later, when {first} is over"
    ),
    "conflict.proposal:drop": "take {change} out of `spec.depends_on`, or ask for it again",
    "conflict.goes_first": (
        "{what:sentences}, and goes first",
        "wait until it is over, move one of the windows, or let it depend on this one",
    ),
    "environment.held": (
        "the release of {change} holds the environment {environment:environment}",
        "`changeflow release status {change}`",
    ),
    "policy.missing": "there is no policy on the base; silence is not consent",
    "policy.removed": (
        "no rule would be left for the gate `{gate}`: it would stay shut for every change",
        "silence is not consent; keep a rule, or change it",
    ),
    "policy.invalid": "policy `{policy}`: {problem:sentences}",
    "policy.unsatisfiable": "rule `{rule}` of policy `{policy}`: {why:sentences}",
    "policy.fragile": "rule `{rule}` of policy `{policy}`: {why:sentences}",
    "document.invalid:file": (
        "`{path}` has {count:plural error errors}: {problems:sentences}",
        "{hint}",
    ),
    "change.unauthorised:no_pull_request": (
        "commit {commit} landed on the main branch without authority: no pull request"
    ),
    "change.unauthorised:gate": (
        "commit {commit} landed on the main branch without authority: the gate of pull "
        "request {number} was {state}"
    ),
}
