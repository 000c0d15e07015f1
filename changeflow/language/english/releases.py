"""Releases, and the people who start them."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "release.unproven": (
        "the journal of the release is not signed as this repository asked for then",
        "`changeflow ledger verify` names the entries",
    ),
    "release.finished": "the release ended: {state:word}",
    "release.rollback_failed": "the rollback failed and waits for a recorded human decision",
    "release.unfinished": "the release is not over: {state:word}",
    "release.exists:pull": (
        "{change} has a release already ({state:word}); its request is history",
        "a new attempt is a new change",
    ),
    "deployer.known": "{told:sentences}",
    "deployer.unknown": (
        "{told:sentences} is nobody the roster knows",
        "the roster lists accounts by number: `github_id`, `accounts`",
    ),
    "deployer.unknown:unnumbered": (
        "`{login}` starts it, and GitHub does not tell the number of that account here",
        "start a new run instead of running somebody else's again",
    ),
    "deployer.unknown:nameless": (
        "nobody named starts it, and GitHub does not tell the number of that account here",
        "start a new run instead of running somebody else's again",
    ),
    "deployer.unknown:stated": (
        "`{login}` is named as who starts it, and neither a key nor a commit of theirs says so",
        "sign with a key of theirs: --key FILE or CHANGEFLOW_KEY",
    ),
    "starts.person": "{who:person} starts it: {parts:words}",
    "starts.person:none": "{who:person} starts it: no part in the change",
    "starts.account": "{who:person} (GitHub account {account}) starts it: {parts:words}",
    "starts.account:none": (
        "{who:person} (GitHub account {account}) starts it: no part in the change"
    ),
    "starts.unproven": "stated and not proven",
    "starts.unlisted": "`{who}`, starts it and",
    "starts.unlisted:account": "GitHub account {account}, `{login}`, starts it and",
    "starts.unlisted:nameless": "GitHub account {account}, nobody named, starts it and",
    "release.exists": (
        "this change has a release already: {state:word}",
        "nothing runs twice; a new attempt is a new change",
    ),
    "release.heading": "{change}: {state:word}",
    "release.plan": "{change}: plan",
    "release.return": "every step can be undone; returning takes at most {longest:duration}",
    "release.return:no_steps": "it has no steps yet",
    "release.return:over": (
        "every step can be undone; returning may take {longest:duration}, and {limit:duration} are"
        " promised"
    ),
    "release.reversible": "{count} of {of:plural step steps} can be undone",
    "release.several": "changes that do not depend on each other: at most {parallel} at the same time",
    "release.several:one": "one change after the other",
    "release.stage": "stage {number}: {changes:list}",
    "release.on_failure:stop": "when one fails: no other one starts, and what is implemented stays",
    "release.on_failure:roll_back": (
        "when one fails: no other one starts, and what is implemented is rolled back, the last one first"
    ),
    "release.no_return": "point of no return: step {index} {name:code}",
    "release.waiting_for": "waiting for: {who}",
    "release.run": "run: {run}",
    # -- how a release stands, and what to do next
    "watch.probe": "{elapsed} of {whole} s, probe {number} of {of}: {said:sentence}",
    "watch.probe:failing": (
        "{elapsed} of {whole} s, probe {number} of {of}: {said:sentence}; {failures} failures in a"
        " row, {allowed} fail the step"
    ),
    "journal.step": "{key} {name:code}",
    "journal.step:irreversible": "{key} {name:code}, which cannot be undone ({why})",
    "journal.no_step": "nothing that is planned",
    "journal.waits": "{key} {name:code} waits for a person: {manual}",
    "journal.undecided": (
        "it is unknown whether {key} {name:code} was done: its process was lost, and the step has"
        " no `verify` that can tell"
    ),
    "journal.interrupted": "interrupted during {key} {name:code}",
    "journal.interrupted:between": "interrupted between two steps",
    "journal.interrupted:only": "interrupted",
    "journal.stopped": "stopped before {key} {name:code}: {because:sentences}",
    "journal.unknown_against": "whether it may go on is not known: {why:sentences}",
    "journal.overtaken": "another process took over (run {run})",
    "journal.alive": ("run {run} is active: it wrote to the ledger while this command was running"),
    "journal.still_running": (
        "{key} {name:code} is still running on this machine, started by a process that is gone"
    ),
    "journal.restored": "restored by hand, says {who:person}: {note}",
    "journal.back": "rolled back: {because:sentence}",
    "journal.back_failed": (
        "the rollback failed ({because:sentence}); left to do: {left:sentences}; the environment stays"
        " locked"
    ),
    "journal.running": "{key} {name:code} is running, or its process was lost",
    "journal.left_out": "{key} {name:code}: {because:sentence}",
    "journal.turning": "rolling back: {because:sentence}",
    "journal.kept_step": "{key} {name:code} ended as {outcome:code} at {at:time}",
    "journal.kept": (
        "{steps:sentences}; the ledger does not know it: it is kept in this clone, and `changeflow"
        " release resume {change}` records it"
    ),
    "journal.ordered": (
        "rollback ordered; the running release finishes its current step and then rolls back"
    ),
    "journal.ordered:later": (
        "rollback ordered; {because:sentences}: it rolls back when its current step has ended"
    ),
    "journal.confirmed:done": "{who:person} says done: {key} {name}",
    "journal.confirmed:not-done": "{who:person} says not done: {key} {name}",
    "journal.confirmed:failed": "{who:person} says failed: {key} {name}",
    "journal.resolved": "{who:person} says it is restored: {note}",
    "journal.freed": "{who:person} says that it has ended: {note}; free again: {holds:environments}",
    "journal.already": "released already at {at:time}; nothing was run",
    "journal.over": "the release ended {state:word}",
    "journal.over:because": "the release ended {state:word}: {because:sentences}",
    "journal.of_change": "{change}: {said:sentences}",
    "journal.next:waiting": (
        "`changeflow release confirm {change} --step {step} --as PERSON` (or `--failed`), then"
        " `changeflow release resume {change}`"
    ),
    "journal.next:undecided": (
        "look for yourself, then `changeflow release confirm {change} --step {step} --as PERSON"
        " --done` or `--not-done`, then `changeflow release resume {change}`"
    ),
    "journal.next:still_running": (
        "wait for it or end it, then `changeflow release resume {change}`"
    ),
    "journal.next:interrupted": (
        "`changeflow release resume {change}` goes on, `changeflow release rollback {change} --as"
        " PERSON` undoes it"
    ),
    "journal.next:stopped": (
        "`changeflow release resume {change}` goes on once a person has decided so or the reason is"
        " gone (`spec.hold.running`), `changeflow release rollback {change} --as PERSON` undoes it"
    ),
    "journal.next:look": "`changeflow release status {change}` shows how it stands",
    "journal.next:restore": (
        "restore it by hand, then `changeflow release confirm {change} --resolved --as PERSON"
        " --note TEXT`"
    ),
    "journal.next:close": (
        "`changeflow gate close {change}` says what is still owed, `changeflow review {change}`"
        " starts the post-implementation review"
    ),
    "journal.next:records": (
        "`changeflow gate close {change}` says what is still owed, `changeflow review {change}`"
        " starts the post-implementation review; then in the CMDB: {records:sentences}"
    ),
    "journal.record": "set `spec.status` of {items} to {status:code}",
    "journal.goes_on": (
        "{who:sentence} goes on by itself if it still waits: `changeflow release status {change}`; if it is"
        " gone: `changeflow release resume {change} --run {run}`"
    ),
    "journal.goes_on:here": (
        "the process on this machine goes on by itself; `changeflow release status {change}`"
        " follows it"
    ),
    "journal.goes_on:resume": "`changeflow release resume {change}` goes on",
    "journal.review_next": "`changeflow review {change}` comes next",
    # -- while a release runs
    "watch.ended": "{key} {outcome:word}",
    "watch.ended:took": "{key} {outcome:word} ({took} s)",
    "watch.manual": "{key} {name}: {manual}",
    "watch.because": "{said}: {detail:sentence}",
    "watch.late": "{key} {name}: {outcome:word}: {note:sentence}",
    "watch.asking": "{key} {name}: its outcome is unknown, asking its verify",
    "watch.unreadable": (
        "the outcome that run {run} of {change} kept cannot be read; a person has to report it"
    ),
    "watch.no_interruption": "the interruption could not be recorded: {why}",
    "watch.no_stop": "that this process stops could not be recorded: {why}",
    "watch.waiting": (
        "waiting for `changeflow release confirm {change} --step {step} --as PERSON`"
    ),
    "watch.plan": "plan {number}: what would happen, by `{program}`",
    "watch.plan_differs": "{path} was approved; what would happen now differs from it:",
    "watch.precondition": "precondition of the rollback: {name}",
    "watch.unknown_starter": "who starts it is recorded as unknown: {why:sentence}",
    "watch.alone": (
        "warning: the ledger stays in this clone, and other clones see no claim that is made here:"
        " set `spec.ledger.remote`, or say with `--local` that releases run from this clone alone"
    ),
    "watch.unseen": "warning: what `origin` has of the ledger cannot be asked: {why:sentence}",
    "watch.other_remote": "{why:sentence}: {why:hint}",
}
