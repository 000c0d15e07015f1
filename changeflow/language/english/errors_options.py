"""Options that are wrong, or do not go together."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # -- times and periods
    "option.period": ("the period ends before it begins", "--from comes before --to"),
    "option.time": ("{option}: {why:sentence}", "for example {option} 2026-11-25T22:00:00+08:00"),
    "option.moment": ("{option}: {why:sentence}", "{why:hint}"),
    "option.understood": "{option} is {moment}",
    "option.understood_period": "{option} is the period from {since} to before {until}",
    "option.wait": "--wait: {why:sentence}",
    "option.timezone": (
        "--timezone: {why:sentence}",
        "zones have IANA names, such as Asia/Shanghai",
    ),
    # -- what does not go together
    "option.record_and_judge": (
        "--record and --judge leave nothing to do",
        "leave both out to do both",
    ),
    "option.no_starter": (
        "the gate `{gate}` does not ask who starts anything",
        "--as goes with `gate deploy`",
    ),
    "option.change_twice": (
        "CHANGE and --change-from do not go together",
        "--change-from REV asks for the change that a commit names",
    ),
    "option.revert_and_steps": (
        "--revert takes the steps of the approved rollback, and --step and --undo bring others",
        "leave one of them out",
    ),
    "option.model_and_type": (
        "--model makes a standard change, and --type says {type}",
        "leave one of them out",
    ),
    "option.afterwards": (
        "--retrospective says when it was done and what it touched",
        "leave out --model, --start and --from-diff",
    ),
    "option.rev_outside": (
        "`{path}` lies outside of the repository, so no revision has it",
        "leave out --rev, or the path",
    ),
    "option.two_proposals": (
        "--proposed and --proposed-rev both name a proposal",
        "name a folder, or a revision",
    ),
    "option.nested_repository": (
        (
            "`{path}` holds the change repository `{folder}`, which is checked as a whole or not "
            "at all"
        ),
        "`changeflow --repo {folder} check`",
    ),
    "option.library": (
        "the format {format} needs the library `{library}`",
        "pip install 'changeflow[calendar]'",
    ),
    "option.binary": (
        "the format {format} is no text for a terminal",
        "write it to a file: --out FILE",
    ),
    "option.head_of_review": ("a review is written into the work tree", "leave --head out"),
    "option.note_missing": ("say how it ended", "--note TEXT is kept as evidence"),
    # -- who requests
    "whom.requests": "cannot tell who requests this",
    "whom.waits": "it is not said for whom",
    "whom.name": "name the person: --as PERSON",
    "whom.unset": "{question:sentence}: git does not know who commits here",
    "whom.commits:unlisted": (
        "{question:sentence}: git commits here as `{address}`, which is no address in the roster"
    ),
    "whom.commits:shared": (
        "{question:sentence}: git commits here as `{address}`, which {people:joined} have in the "
        "roster"
    ),
    "option.say_requester": "say --requester PERSON",
    "option.automation": "`{name}` is an automation; people request and implement changes",
    # -- texts
    "option.slug": (
        "`{slug}` cannot be part of an id: a slug has 1 to {most} characters of `a-z`, `0-9` and "
        "`-`"
    ),
    "option.slug_example": "for example `payments-db-upgrade`; the title may be in any script",
    "option.slug_near": "how about `{slug}`?",
    "option.one_line:title": (
        "the title is empty, or has control or invisible characters",
        "one line, in any script",
    ),
    "option.one_line:reason": (
        "the reason is empty, or has control or invisible characters",
        "one line, in any script",
    ),
    "option.one_line:option": (
        "the text of {option} is empty, or has control or invisible characters",
        "one line, in any script",
    ),
    "option.too_long": (
        "the text of {option} has {length} characters, {most} are allowed",
        "say the rest in the incident",
    ),
    "option.no_items": (
        "it is not said what is changed: --ci ID",
        "one configuration item or several; --revert CHANGE takes those of the other change",
    ),
    "option.step_unreadable": (
        "{option}: the command of `{step}` cannot be read: {why}",
        'for example --step "Put 1.9 live=./scripts/set-version website 1.9"',
    ),
    "option.step_shape": (
        "{option} `{text}` is not NAME=COMMAND",
        'for example --step "Put 1.9 live=./scripts/set-version website 1.9"',
    ),
    "option.step_words": (
        "{option}: `{step}` cannot be a step",
        "1 to 100 words, none of them empty",
    ),
    "option.no_model": (
        "a standard change needs a change model: --model MODEL",
        "there are: {names:list}",
    ),
    "option.no_model:none": (
        "a standard change needs a change model: --model MODEL",
        "there are: none",
    ),
    "option.incomplete": (
        "not enough for a complete request, missing: {names:list}",
        "without --no-draft a draft is written, with comments on what to fill in",
    ),
    "option.invalid": "the request would not be valid: {problem}",
    "option.invalid:more": "the request would not be valid: {problem} (and {more} more)",
    "option.nothing_written": "nothing was written",
    "option.correct": "correct the options",
    # -- of init
    "option.email": (
        "`{address}` is no e-mail address",
        "`--member carol:carol@example.com=carol.pub`",
    ),
    "option.action": (
        "`{text}` is no repository at a commit",
        "name a full commit, not a branch or tag: {example:code}",
    ),
    "option.action_host": (
        "--action is not for --host {host}",
        "a repository on this host needs no workflow",
    ),
    "option.person_id": (
        "`{name}` cannot be a person's id",
        "an id has letters, digits, `.`, `_`, `-`: `alice`",
    ),
    "option.public_key": ("`{file}` is no public SSH key", "{command:code} makes one"),
    "option.person_twice": (
        "`{name}` is named twice",
        "everybody in the roster has an id of their own",
    ),
    "option.bom": (
        "--bom does not go with --format {format}",
        "only CSV begins with a byte-order mark",
    ),
    "option.days": (
        "--days goes with --upstream alone",
        "`changeflow impact ITEM --upstream --days N`",
    ),
    "option.upstream": (
        "--upstream does not go with --format {format}",
        "it is shown as text, json, markdown and html",
    ),
    "option.upstream_alone": (
        "--upstream does not go with {option}",
        "--upstream says of each item what happens when it fails alone",
    ),
    "option.fold": (
        "--fold does not go with --format {format}",
        "only pictures fold items: mermaid, dot, svg and html",
    ),
    "whom.other_job": (
        "`--as {person}`, but this job on {host} was started by {who}",
        "leave out --as: in a job the account that started it counts",
    ),
}
