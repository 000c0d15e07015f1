"""Stories as data: a list of steps, each a verb of the world with its words, as a timeline file holds them.

    {"do": "open_pull", "as": "pr", "branch": "change", "files": {"a.txt": "1"}, "by": "alice"}
    {"do": "review", "as": "first", "pull": "pr", "by": "bob", "state": "approved", "at": "2026-11-02T08:00:00Z"}
    {"do": "dismiss", "pull": "pr", "review": "first", "by": "mallory"}

`as` gives a name to what a step makes; `@name` stands for it (or its object id, for commits) wherever a later step says so.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from github.double.store import Link
from github.double.world import World

# What a story calls things, where the world's methods have other words: (verb, word in the story) -> parameter.
_WORDS = {
    ("review", "by"): "who",
    ("comment", "by"): "who",
    ("request_review", "of"): "who",
    ("dismiss", "by"): "actor",
    ("retarget", "by"): "actor",
    ("label", "by"): "actor",
    ("unlabel", "by"): "actor",
    ("make_draft", "by"): "actor",
    ("make_ready", "by"): "actor",
    ("rename", "by"): "actor",
    ("close", "by"): "actor",
    ("reopen", "by"): "actor",
    ("merge", "by"): "actor",
    ("status", "by"): "creator",
}
# Parameters that name something an earlier step made.
_THINGS = ("pull", "review", "comment")
VERBS = frozenset({
    "add_user", "add_app", "rename_user", "delete_user", "commit", "open_pull", "push", "force_push", "review", "edit_review",
    "dismiss", "retarget", "make_draft", "make_ready", "rename", "label", "unlabel", "comment", "edit_comment", "delete_comment",
    "request_review", "close", "reopen", "merge", "merge_queue", "check", "status",
})  # fmt: skip


def play(world: World, steps: Iterable[Mapping[str, Any]], made: dict[str, Any] | None = None) -> dict[str, Any]:
    """Let a story happen; returns what it made, by name. Pass `made` on to continue one."""
    made = {} if made is None else made
    for number, step in enumerate(steps, 1):
        verb = step["do"]
        if verb not in VERBS:
            raise ValueError(f"step {number}: the world knows no `{verb}`")
        method = getattr(world, verb)
        words = {_WORDS.get((verb, key), key): value for key, value in step.items() if key not in ("do", "as")}
        arguments = {key: _meant(key, value, made) for key, value in words.items()}
        inspect.signature(method).bind(**arguments)
        result = method(**arguments)
        if "as" in step:
            made[step["as"]] = result
    return made


def _meant(key: str, value: Any, made: Mapping[str, Any]) -> Any:  # noqa: PLR0911 - a table of words
    if key in _THINGS and isinstance(value, str):
        return made[value]
    if key in ("at", "dated"):
        return datetime.fromisoformat(value)
    if key == "files":
        return {path: Link(content["link"]) if isinstance(content, Mapping) else content for path, content in value.items()}
    if key in ("by", "committer") and isinstance(value, list):
        return tuple(value)
    if key == "co_authors":
        return [tuple(person) if isinstance(person, list) else person for person in value]
    if key == "parents":
        return [_named(parent, made) for parent in value]
    return _named(value, made)


def _named(value: Any, made: Mapping[str, Any]) -> Any:
    """`@name` is what that step made; a pull request stands for its head where an object id is asked for."""
    if not isinstance(value, str) or not value.startswith("@"):
        return value
    thing = made[value[1:]]
    return getattr(thing, "head_oid", thing)
