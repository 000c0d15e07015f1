"""Who is told of changes, and how: what is wrong with channels."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "notify-channel:twice": (
        "two channels have the id {channel:code}",
        "give each an id of its own",
    ),
    "notify-channel:lacks": (
        "a channel of the kind {kind:code} lacks {keys:one_of}",
        "{keys:one_of} says where messages go",
    ),
    "notify-channel:login": (
        "a login takes `user_from` and `password_from`",
        "name both variables, or none",
    ),
    "notify-channel:scheme": (
        "the address of a webhook begins with `https://`",
        "write an address that begins with `https://`",
    ),
    "notify-secret": (
        "the address of the channel holds a secret, and every reader of the repository could use it",
        "take it back where it was given out, put the new one into a variable of the environment and name that in `url_from`",
    ),
    "notify-unannounced": (
        "the channel tells {events:codes} to those to whom it announced a change, and it announces none",
        "add `announced` to `events`",
    ),
    "notify-unknown": (
        "there is neither a person nor a role {name:shown}",
        "names of people and roles stand in the roster",
    ),
    "notify-unknown:address": (
        "only a channel of mail takes addresses",
        "name a person or a role",
    ),
}
