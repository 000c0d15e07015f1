"""What `doctor` says of GitHub's settings."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "control.unseen": (
        "whether {question:sentences} is not known: {why:sentences}",
        "run `changeflow doctor` with a token of an administrator, or look at the settings",
    ),
    "control.unseen:dismissals": (
        "who may dismiss a review is not shown",
        "Settings → Rules → Rulesets: Restrict who can dismiss pull request reviews",
    ),
    "control.required": "`{branch}` requires `{gate}`",
    "control.not_required": (
        "no active ruleset requires `{gate}` on `{branch}`",
        (
            "Settings → Rules → Rulesets: an active ruleset for `{branch}`, Require status checks"
            " to pass, `{gate}`"
        ),
    ),
    "control.source_any": (
        "anybody who may write can publish the required `{gate}`",
        "Settings → Rules → Rulesets: choose your App as the source of `{gate}`",
    ),
    "control.source_shared": (
        "`{gate}` is required from GitHub Actions: any workflow of any branch can publish it",
        "give the bot an App of its own, and choose that as the source",
    ),
    "control.source_unconfirmed": (
        "`{gate}` is required from App {apps:list}; which App the bot is was not told",
        "say it: `--app-id`, or CHANGEFLOW_APP_ID",
    ),
    "control.source_pinned": "`{gate}` counts from App {app} alone",
    "control.source_other": (
        "`{gate}` is required from App {apps:list}, and the bot is App {app}",
        "Settings → Rules → Rulesets: choose your App as the source of `{gate}`",
    ),
    "control.up_to_date": "a verdict counts only on top of the newest `{branch}`",
    "control.not_up_to_date": (
        "a verdict opens although `{branch}` has moved since, until the next run decides again",
        (
            "Settings → Rules → Rulesets: Require branches to be up to date before merging, or a"
            " merge queue"
        ),
    ),
    "control.pull_request": "`{branch}` takes pull requests alone",
    "control.no_pull_request": (
        "`{branch}` can be pushed to without a pull request",
        "Settings → Rules → Rulesets: Require a pull request before merging",
    ),
    "control.dismissals_restricted": "only those named may dismiss a review",
    "control.dismissals_open": (
        "everybody who may write can dismiss a review",
        "Settings → Rules → Rulesets: Restrict who can dismiss pull request reviews",
    ),
    "control.main_kept": "`{branch}` can be neither rewritten nor deleted",
    "control.main_rewritable:both": (
        "`{branch}` can be rewritten by force and deleted",
        "Settings → Rules → Rulesets: Block force pushes and Restrict deletions for `{branch}`",
    ),
    "control.main_rewritable:non_fast_forward": (
        "`{branch}` can be rewritten by force",
        "Settings → Rules → Rulesets: Block force pushes and Restrict deletions for `{branch}`",
    ),
    "control.main_rewritable:deletion": (
        "`{branch}` can be deleted",
        "Settings → Rules → Rulesets: Block force pushes and Restrict deletions for `{branch}`",
    ),
    "control.ledger_kept": "`{branch}` can be neither rewritten nor deleted",
    "control.ledger_rewritable:both": (
        "`{branch}` can be rewritten by force and deleted",
        "Settings → Rules → Rulesets: Block force pushes and Restrict deletions for `{branch}`",
    ),
    "control.ledger_rewritable:non_fast_forward": (
        "`{branch}` can be rewritten by force",
        "Settings → Rules → Rulesets: Block force pushes and Restrict deletions for `{branch}`",
    ),
    "control.ledger_rewritable:deletion": (
        "`{branch}` can be deleted",
        "Settings → Rules → Rulesets: Block force pushes and Restrict deletions for `{branch}`",
    ),
    "control.ledger_closed": "only those on the bypass list write to `{ledger}`",
    "control.ledger_writable": (
        "everybody who may write can append to `{ledger}`",
        (
            "Settings → Rules → Rulesets: Restrict creations and updates for `{ledger}`, with your"
            " App on the bypass list"
        ),
    ),
    "control.environment_open": (
        "every branch can use the environment `{environment}`",
        "Settings → Environments → {environment}: Selected branches and tags, `{branch}` alone",
    ),
    "control.environment_open:named": (
        "the environment `{environment}` is open to {names:sentences}, not to `{branch}` alone",
        "Settings → Environments → {environment}: Selected branches and tags, `{branch}` alone",
    ),
    "control.environment_protected": (
        (
            "every protected branch can use the environment `{environment}`; which those are is"
            " not known"
        ),
        "Settings → Environments → {environment}: Selected branches and tags, `{branch}` alone",
    ),
    "control.environment_restricted": "only `{branch}` can use the environment `{environment}`",
    "control.owners_sound": "GitHub finds no error in CODEOWNERS",
    "control.owners_broken": (
        "GitHub ignores lines of CODEOWNERS: {errors:sentences}",
        "correct them: such a line asks no person for a review",
    ),
    "control.no_bypass": "none can pass by the ruleset that requires `{gate}`",
    "control.bypass": (
        "some can pass by the ruleset that requires `{gate}`: {actors:list}",
        "Settings → Rules → Rulesets: empty the bypass list of the ruleset for `{branch}`",
    ),
    "control.channel_failing": (
        (
            "{count:plural message messages} could not be delivered by the channel `{channel}`,"
            " the last one at {at:time}: {why:sentences}"
        ),
        (
            "see that its server answers; `changeflow notify` tries again, and the bot does on its"
            " schedule"
        ),
    ),
    "control.channel_failing:secret": (
        (
            "{count:plural message messages} could not be delivered by the channel `{channel}`,"
            " the last one at {at:time}: {why:sentences}"
        ),
        (
            "renew its secret in the environment that runs `changeflow notify`, or correct"
            " its address below `spec.notify` in changeflow.yaml; then run `changeflow notify`"
        ),
    ),
    "control.channel_failing:address": (
        (
            "{count:plural message messages} could not be delivered by the channel `{channel}`,"
            " the last one at {at:time}: {why:sentences}"
        ),
        (
            "correct its server, URL or `security` below `spec.notify` in changeflow.yaml; then"
            " run `changeflow notify`"
        ),
    ),
    "control.channels_deliver": "no message of the last seven days is undelivered",
    "control.channels_unknown": (
        "whether messages are delivered is not known: {why:sentences}",
        "run `changeflow ledger verify`",
    ),
    "question.gate-required": "`{branch}` requires `{gate}`",
    "question.gate-source": "`{gate}` counts from the bot's App alone",
    "question.pull-request": "`{branch}` takes pull requests alone",
    "question.main-history": "`{branch}` can be rewritten or deleted",
    "question.bypass": "some can pass by the ruleset that requires `{gate}`",
    "question.evidence-history": "`{ledger}` can be rewritten or deleted",
    "question.environment": "only `{branch}` can use the environment `{environment}`",
    "question.up-to-date": "a verdict counts on top of the newest `{branch}` alone",
    "question.dismissals": "only few may dismiss a review",
    "question.evidence-writers": "only the App writes to `{ledger}`",
    "question.code-owners": "CODEOWNERS is sound",
    "doctor.on": "control: on: {holding} of {count} hold for {repository}",
    "doctor.off": "control: off: {holding} of {count} hold for {repository}",
    "doctor.unknown": "control: unknown: {holding} of {count} hold for {repository}",
    "doctor.title": "changeflow: control {control:word}",
    "doctor.item": "{said} (`{code}`).",
    "doctor.state": "{state:word}",
    "doctor.warning": "{state:word} (warning)",
}
