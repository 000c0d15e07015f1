"""A release that may not start, or a person may not intervene in."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

_NO_PLAN: Final = "nothing was changed; mend the program, then try again"

SENTENCES: Final[dict[str, Template]] = {
    "run.no_steps": ("{change} has no implementation steps", "a draft cannot be released"),
    "run.edited": (
        "{change} was edited while its gate was being decided",
        "nothing was touched; run it again",
    ),
    "rehearse.no_sandbox": (
        "`{environment}` is no sandbox, and a rehearsal runs steps",
        (
            "if nothing can be lost there, write under `spec` of changeflow.yaml:"
            " `environments: {{{environment}: {{kind: sandbox}}}}`"
        ),
    ),
    "rehearse.unnamed:none": (
        "no environment is a sandbox, and a rehearsal runs steps",
        (
            "write under `spec` of changeflow.yaml, with the name of an environment where nothing can"
            " be lost: `environments: {{NAME: {{kind: sandbox}}}}`"
        ),
    ),
    "rehearse.unnamed:several": (
        "there are several sandboxes: {sandboxes:list}",
        "name one: `--environment SANDBOX`",
    ),
    "rehearse.no_way_back:irreversible": (
        "the first step cannot be undone ({name:code}): there is nothing to rehearse"
    ),
    "rehearse.no_way_back:no_undo": (
        "nothing undoes the first step ({name:code}): there is nothing to rehearse",
        "give it `undo`, or a rollback step that `undoes` it",
    ),
    "rehearse.no_way_back:manual_undo": (
        "a person undoes the first step ({name:code}), and manual steps are left out",
        "write under `spec` of changeflow.yaml: `release: {{rehearsal: {{manual: ask}}}}`",
    ),
    "rehearse.taken": (
        "a rehearsal of {change} uses `{environment}`, and it may be running elsewhere",
        "wait for it, or say that it is gone: `--run {run}`",
    ),
    "rehearse.taken:here": (
        "a rehearsal of {change} is running in `{environment}` on this machine",
        "wait for it, or end it",
    ),
    "run.held": (
        "the release of {change} holds the environment `{environment}`",
        "`changeflow release status {change}` shows it",
    ),
    "run.shut": (
        "the deploy gate of {change} is shut: {reasons:sentences}",
        "`changeflow gate deploy {change}` shows the whole tree",
    ),
    "run.shut:unopened": (
        "the deploy gate of {change} is shut: no rule opened it",
        "`changeflow gate deploy {change}` shows the whole tree",
    ),
    "run.because": "{said:sentence} ({rule})",
    "run.under_way": (
        "the release of {change} is under way: {who:sentence}",
        "if that process is gone: `changeflow release resume {change} --run {run}`",
    ),
    "run.not_released": (
        "{change} has not been released",
        "`changeflow release run {change} --as PERSON` starts it",
    ),
    "run.running_here": (
        "the release of {change} is running on this machine (run {run})",
        "`changeflow release status {change}` follows it",
    ),
    "run.not_over": (
        "the release of {change} is not over, so there is nothing to review",
        "`changeflow release status {change}` shows how it stands",
    ),
    "run.other_reviewer": (
        "the review is {reviewer}'s, not {person}'s",
        "its reviewer puts it on record",
    ),
    # -- how it stands
    "run.in_charge": "run {run}, since {since}",
    "run.in_charge:by": "run {run} by {by}, since {since}",
    "run.in_charge:none": "no run",
    "run.unfollowed": "the journal of {change} cannot be followed: {why}",
    "run.unfollowed:driven": (
        "the journal of {change} cannot be followed: {why}",
        "nothing more was done",
    ),
    "run.lost": (
        "the release of {change} is not on the ledger (any more)",
        "was the ledger's branch reset? `changeflow ledger verify`",
    ),
    # -- before the first step
    "run.released": (
        "{change} has been released already: {state:sentence}",
        "nothing runs twice; a new attempt is a new change",
    ),
    "run.other_id": (
        (
            "the ledger holds a release of {change} that was recorded under another repository id "
            "than `spec.repository`"
        ),
        "nothing runs twice: put the id back that was there before, or make a new change",
    ),
    "run.absent": (
        "not everything the plan needs is here: {problems:sentences}",
        "nothing was started",
    ),
    "run.unseen": (
        "a precondition of the rollback needs a person's eyes: {step}: {manual}",
        "when it holds: `--as PERSON --preconditions-met`",
    ),
    "plan_program.none": (
        "{change} has no plans",
        "name a program that says what will happen: `plan: {{run: [...], format: text}}` on a step",
    ),
    "plan_program.folder": (
        "{folder} holds more than plans: {names:most_codes 5}",
        "move the files elsewhere; the folder is replaced as a whole",
    ),
    "plan_program.folder:link": (
        "{folder} is a symbolic link",
        "remove it; the folder is replaced as a whole",
    ),
    "plan_program.failed": (
        "it is not known what would happen: `{program}` of plan {number} failed ({why})",
        _NO_PLAN,
    ),
    "plan_program.said": (
        "it is not known what would happen: `{program}` of plan {number} failed ({why}): {said}",
        _NO_PLAN,
    ),
    "plan_program.no_plan": (
        "it is not known what would happen: plan {number}, by `{program}`: {why:sentences}",
        _NO_PLAN,
    ),
    "plan_program.changed": (
        "it is not known what would happen: `{program}` of plan {number} was not started: {why}",
        _NO_PLAN,
    ),
    "run.unmet": (
        "a precondition of the rollback does not hold: {step}: {why}",
        "nothing was started",
    ),
    "run.no_before": (
        "the value before the release is not known: {step}: {why}",
        "nothing was started; the verification could compare with nothing",
    ),
    "run.stopped": ("asked to end before the claim", "nothing was started"),
    "run.stopped:several": (
        "asked to end between two changes of the release",
        "`changeflow release resume` goes on with it",
    ),
    "run.stopped:plan": ("asked to end while the plans were made", "nothing was started"),
    "run.stopped:precondition": (
        "asked to end during a precondition of the rollback: {step}",
        "nothing was started",
    ),
    "run.not_claimed": (
        "other processes kept appending to the ledger, so the environment was not claimed",
        "try again",
    ),
    "run.no_files": (
        "the files that were approved are not here any more",
        "`git fetch` may bring the commit that has them",
    ),
    "run.request_gone": (
        "{path} is nowhere as the release of {change} was started with it",
        (
            "restore the file as it was approved; where that cannot be had, `changeflow release "
            "confirm {change} --resolved --as PERSON --note TEXT` records how people ended it"
        ),
    ),
    "run.replaced": (
        "replaced since the release of {change} was started; {found}",
        "restore what was approved (`git restore`, or check out the commit), or order the rollback",
    ),
    "run.replaced:planning": (
        "a program that makes plans altered what a step runs; {found}",
        "restore what was approved (`git restore`); a program that makes plans must change nothing",
    ),
    "run.no_room": (
        "there is no room for an outcome that the ledger may not take: {file}: {why:system}",
        "nothing more was begun; make room in the git folder, and let this user write there",
    ),
    "run.kept_unread": (
        "an outcome that is kept in `{file}` cannot be read: {why:system}",
        "look as the user who released",
    ),
    # -- orders and confirmations
    "run.act:confirmation": "a confirmation",
    "run.act:rollback": "a rollback",
    "run.act:review": "a review",
    "run.act:failed_rollback": "the end of a failed rollback",
    "run.act:unfollowed": "the end of a release that nothing can follow",
    "run.unnamed": (
        "{act:sentence} needs the name of the person who says it",
        "`--as PERSON` names a person of the roster",
    ),
    "run.automation": "`{person}` is an automation; {act:sentence} needs a person",
    "run.step_running": ("{key} `{name}` is running on this machine", "wait for it, or end it"),
    "run.step_known": (
        "how {key} `{name}` ended is known here, and only not on record yet",
        "`changeflow release resume {change}` records it",
    ),
    "run.no_step": ("the plan of {change} has no step `{key}`", "its steps: {keys:list}"),
    "run.nothing_waits": (
        "no step of {change} waits for a confirmation",
        "`changeflow release status {change}` shows what is under way",
    ),
    "run.nothing_waits:step": (
        "{key} {name} waits for no confirmation",
        "`changeflow release status {change}` shows what is under way",
    ),
    "run.manual": (
        "{key} {name} is a manual step, so `--not-done` does not apply to it",
        "confirm it when it is done, or report `--failed`",
    ),
    "run.no_decision": "{change} has no failed rollback that waits for a decision",
    "run.ended": (
        "{change} has ended already: {state:sentence}",
        "`changeflow release status {change}`",
    ),
    "run.reviewed": (
        "{change} has been reviewed; undoing it now is a change of its own",
        "`changeflow new` starts one",
    ),
    "run.not_in_charge": (
        "run {run} is not in charge: {who:sentence} is",
        "`changeflow release status {change}` shows it",
    ),
    "run.elsewhere": (
        "{who:sentence} may be running on another machine; its newest entry is of {newest}",
        "if that process is gone, say so: `changeflow release {verb} {change} --run {run}`",
    ),
    "run.elsewhere:silent": (
        "{who:sentence} may be running on another machine; its newest entry is of never",
        "if that process is gone, say so: `changeflow release {verb} {change} --run {run}`",
    ),
    "run.holds_nothing": "the release of {change} holds nothing that a person has to free",
    "run.review_ahead": (
        "the review says that it was made on {day}, which lies ahead",
        "nothing was recorded; `reviewed` is the day on which the review was made",
    ),
    # -- a release of several changes
    "run.several": (
        "`{argument}` is a release of several changes; name one of them",
        "{changes:list}",
    ),
    "run.circle": (
        "the changes of release {release} depend on each other in a circle: {changes:list}"
    ),
    "run.id_of_another": (
        "{path}: the id is `{id}`, which is not the name of its folder",
        "the folder's name is the id: rename one of them",
    ),
    "run.not_named": (
        "release {release} brought changes that it does not name any more: {changes:list}",
        "roll these back first (`changeflow release rollback CHANGE`), or name them in it again",
    ),
    "run.not_accepted": ("{why:sentence}", "{why:hint}"),
    "run.outside_window": "release {release} has its window from {start} to {end}",
    # -- the rollback as a change of its own
    "revert.ledger_broken": (
        (
            "the ledger does not hold together, so what was approved of {change} is not known: "
            "{problem:sentence}"
        ),
        (
            "`changeflow ledger verify` shows every problem; nothing was written; without --revert "
            "the request says what to do in your words"
        ),
    ),
    "revert.not_on_main": (
        "`{argument}` is not on the main branch, so its rollback was not approved",
        "nothing was written; without --revert the request says what to do in your words",
    ),
    "revert.not_over": (
        "the release of {change} is not over",
        "`changeflow release rollback {change} --as PERSON` undoes it",
    ),
    "revert.done": (
        "{change} was rolled back already",
        (
            "`changeflow release status {change}` shows how; nothing was written; without --revert "
            "the request says what to do in your words"
        ),
    ),
    "revert.failed": (
        "the rollback of {change} failed, and its environment is still held",
        (
            "restore it by hand, then `changeflow release confirm {change} --resolved --as PERSON "
            "--note TEXT`"
        ),
    ),
    "revert.other_content": (
        (
            "the request of {change} on the main branch is not the one that was released, and that "
            "one is not in this clone"
        ),
        (
            "`changeflow ledger show {seq}` names the commit it was read from; nothing was "
            "written; without --revert the request says what to do in your words"
        ),
    ),
    "revert.not_approved": (
        "{change} was neither released nor approved, so its rollback was not approved either",
        (
            "`changeflow gate approve {change}` says what is missing; nothing was written; without "
            "--revert the request says what to do in your words"
        ),
    ),
    "revert.no_steps": (
        "{change} has a step that no planned step undoes",
        "nothing was written; without --revert the request says what to do in your words",
    ),
    # -- how a release ended
    "run.final:implemented": "implemented",
    "run.final:rolled_back": "rolled back",
    "run.final:rollback_failed": "rollback failed",
}
