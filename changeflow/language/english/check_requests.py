"""What `check` finds in requests, releases, reviews and incidents."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "rfc-id-folder": (
        "the id is {id:shown}, but the folder is {folder:shown}",
        "the folder's name is the id: rename one of them",
    ),
    "rfc-id-date": (
        "the id begins with {day:code}, which is no day of the calendar",
        "ids are CHG-<yyyymmdd>-<slug>",
    ),
    "rfc-verification-soak:every": (
        "the time between two probes is longer than all of them last",
        "`every` is at most `for`",
    ),
    "rfc-verification-soak:failures": (
        "it can never fail: {failures} failures in a row, and {probes} probes in all",
        "lower `failures`, or probe longer or more often (`for`, `every`)",
    ),
    "rfc-verification-soak:once": (
        "{key:code} is about a verification that lasts, and this one is asked once",
        "add `for`, such as PT10M, or leave {key:code} out",
    ),
    "rfc-verification-soak:of_no_time": (
        "a length of no time",
        "write a duration such as PT10M, or leave `for` and `every` out to ask once",
    ),
    "rfc-verification-window": (
        "verifications last {lasts:rough} together, longer than the window",
        "end the window later, or shorten `for`; the release goes on after the window otherwise",
    ),
    "rfc-query-token": (
        "the configuration does not let {name:code} be sent to {url:code}",
        "name the server below `spec.release.tokens` in changeflow.yaml, which is reviewed itself",
    ),
    "rfc-window-order": ("the window ends before it starts", "`end` must be later than `start`"),
    "rfc-window-offset": (
        (
            "{name:part} is {given:shown}, a time without an offset: it means another moment "
            "in every place"
        ),
        "add one: {written}+00:00",
    ),
    "rfc-placeholder:prose": ("{text:shown} is a placeholder, not a plan", "say it in a sentence"),
    "rfc-placeholder:trigger": (
        "{text:shown} is a placeholder, not a plan",
        "say what must be seen, e.g. Errors above 2 % for five minutes",
    ),
    "rfc-placeholder:step": (
        "{text:shown} is a placeholder, not a plan",
        "say what to do, to what, e.g. Set the DNS record back to 10.0.0.4",
    ),
    "rfc-placeholder:program": (
        "{text:shown} is a placeholder, not a plan",
        "write the program and its arguments",
    ),
    "rfc-duplicate-ci": (
        "the item {ci:code} is listed already, on line {line}",
        "list each item once",
    ),
    "rfc-rollback-steps": (
        "the rollback plan has no steps, so it cannot be carried out",
        "add `steps`, as under `implementation`",
    ),
    "rfc-step-return": (
        "the step {name:shown} has no way back",
        "add `undo`, a rollback step, or `irreversible` with the reason",
    ),
    "rfc-undone-twice": (
        "the step {name:shown} has an `undo`, and a rollback step undoes it, too",
        "keep one of the two",
    ),
    "rfc-undone-twice:irreversible": (
        "the step {name:shown} has an `undo`, and is called irreversible",
        "keep one of the two",
    ),
    "rfc-plan-acts": (
        "the plan runs `{command}`, which makes the change or takes it back",
        "name a program that only says what will happen",
    ),
    "rfc-plan-kept": (
        "what is kept is no plan of the program that the request names",
        "`changeflow plan {change}` makes it again",
    ),
    "rfc-plan-kept:unasked": (
        "no step asks for what lies among the plans",
        "remove it, or give a step the plan that it is",
    ),
    "rfc-undo-verify": (
        "nothing proves that the step {name:shown} was undone",
        "add `verify` to its `undo`: a program that exits with 0 when it is undone",
    ),
    "rfc-workflow-input": (
        "the input `changeflow` is given by changeflow itself, which finds the run by it",
        "remove it; the workflow takes it and repeats it in its `run-name`",
    ),
    "rfc-workflow-moves": (
        "another workflow than was approved may run: {ref:shown} may move",
        "name the `commit` that it is at; the workflow is not dispatched where it is elsewhere",
    ),
    "rfc-undoes": ("the implementation has no step {name:shown}", "{what_now:sentences}"),
    "rfc-undoes:twice": (
        "more than one step is called {name:shown}",
        "give each step a name of its own",
    ),
    "rfc-return-time": (
        "the way back may take {longest}, and {limit} is promised",
        "shorten the time-outs of `undo` and of the rollback steps, or raise `limit`",
    ),
    "rfc-rollback-trigger": (
        "the rollback plan does not say when to use it",
        "add `trigger`, e.g. Errors above 2 % for five minutes",
    ),
    "rfc-rollback-limit": (
        "the rollback plan does not say how long it may take",
        "add `limit`, the promised time to restore, e.g. PT30M",
    ),
    "rfc-unknown-ci": ("no configuration item {ci:shown} in the CMDB", "{what_now:sentences}"),
    "rfc-ci-not-live": (
        "the item {ci:code} is {status}; to {action} it, it must be {fitting:either}",
        "correct its status in cmdb/, or the action ({action:code}) here",
    ),
    "rfc-unknown-notified": (
        "there is neither a person nor a role {name:shown} to tell of the change",
        "names of people and roles stand in the roster",
    ),
    "rfc-unknown-person:role": (
        "the {part:word} {who:shown} is a role, not a person",
        "{what_now:sentences}",
    ),
    "rfc-unknown-person:stranger": (
        "the {part:word} {who:shown} is not in the roster",
        "{what_now:sentences}",
    ),
    "rfc-agent-requester": (
        "the {part:word} {who:code} is an automation; a person must answer for the change",
        "name the person behind it",
    ),
    "rfc-depends-on-missing": ("there is no change {change:shown}", "{what_now:sentences}"),
    "rfc-model-missing": ("there is no change model {model:shown}", "{what_now:sentences}"),
    "rfc-model-scope": (
        "the change model {model:code} does not cover {ci:code}: {why:sentences}",
        "make it a normal change, or have the model's scope widened",
    ),
    "rfc-missing": (
        "this folder has no rfc.yaml",
        "`changeflow new` writes one; or remove the folder",
    ),
    "rfc-id-collision": (
        "{id:code} looks like {other:code}",
        "give one of them a name that cannot be mistaken for the other",
    ),
    "rfc-depends-on-cycle": (
        "these changes wait for each other: {ring}",
        "remove one of the links",
    ),
    # -- releases
    "release-id-folder": (
        "the id is {id:shown}, but the folder is {folder:shown}",
        "the folder's name is the id: rename one of them",
    ),
    "release-unknown-change": ("there is no change {change:shown}", "{what_now:sentences}"),
    "release-duplicate-change": (
        "the change {change:code} is listed already",
        "list each change once",
    ),
    "release-acceptance": ("there is no role {role:shown}", "{what_now:sentences}"),
    "release-acceptance:person": (
        "{who:shown} accepts the release and is not {role:role}",
        "{what_now:sentences}",
    ),
    "release-acceptance:open": (
        "the release is accepted, and this criterion is not met",
        "{what_now:sentences}",
    ),
    "release-acceptance:unbound": (
        "the release is accepted, and not which changes of it",
        "{what_now:sentences}",
    ),
    "release-acceptance:stale": (
        "the release was accepted with other changes than it has now",
        "{what_now:sentences}",
    ),
    "release-closes": (
        "no change of the release fixes {name:shown}",
        "name it under `spec.fixes` of the change that does, or leave it out",
    ),
    "release-unknown-person": (
        "the manager {who:shown} is not in the roster",
        "{what_now:sentences}",
    ),
    # -- reviews
    "review-id-folder": (
        "{id:shown} is not the change of this folder, {folder:shown}",
        "a review lies beside the request it is about",
    ),
    "review-unknown-change": ("there is no change {change:shown}", "{what_now:sentences}"),
    "review-hollow": ("{name:code} says only {text:shown}", "say what happened"),
    "review-unanswered": (
        "the review is dated, and {name:code} is not answered",
        "answer it, or leave `reviewed` out until all questions are answered",
    ),
    "review-unknown-person:automation": (
        "the reviewer {who:shown} is an automation",
        "{what_now:sentences}",
    ),
    "review-unknown-person:stranger": (
        "the reviewer {who:shown} is not in the roster",
        "{what_now:sentences}",
    ),
    "review-unknown-person:owner": (
        "the owner {who:shown} is neither a role nor a person of the roster",
        "{what_now:sentences}",
    ),
    # -- incidents
    "incident-id-file": (
        "the id is {id:shown}, but the file is {file:shown}",
        "the file's name is the id: rename one of them",
    ),
    "incident-link:caused_by": (
        "it was opened before {at:time}, when the window of {change:shown} begins",
        "correct the time or the window, or leave the change out: it is not the cause",
    ),
    "incident-link:fixes": (
        "it was opened after {at:time}, when the window of {change:shown} is over",
        "correct the time or the window, or leave the change out: it is not what mended it",
    ),
    "incident-order": ("it was resolved before it was opened", "correct one of the two times"),
    "incident-unknown-change": ("there is no change {change:shown}", "{what_now:sentences}"),
    "incident-unknown-ci": ("no configuration item {ci:shown} in the CMDB", "{what_now:sentences}"),
}
