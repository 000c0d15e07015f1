"""The keys of attack files, and what is wrong with a file that has others. README.md beside this file explains each key."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from attacks.stage import COMMIT, Stage

CASE: Final = frozenset(
    {"title", "level", "also", "base", "steps", "meanwhile", "facts", "event", "environment", "expect"}
)
# Keys of a case that one level alone reads.
ONLY: Final = {"facts": "core", "meanwhile": "core", "also": "core", "event": "bot", "environment": "bot"}
NEEDS: Final = frozenset({"needs", "detected"})
LEVELS: Final = ("core", "bot", "local")

# What a level compares. A core case that runs on `bot` as well may say both.
EXPECT: Final = {
    "core": frozenset(
        {"state", "codes", "without", "ignored", "counted", "not_counted", "warned", "not_warned"}
    ),
    "bot": frozenset(
        {"state", "ignored", "counted", "not_counted", "on", "outputs", "log", "comment", "nowhere"}
        | {"exit", "recorded", "own_comments", "control"}
    ),
}
# Steps that only one level has, with their keys; None where a list or a mapping of routes follows.
BOT: Final[Mapping[str, frozenset[str] | None]] = {
    "ci": None,
    "fault": frozenset({"route", "status", "headers", "body", "times", "skip"}),
}
LOCAL: Final[Mapping[str, frozenset[str] | None]] = {
    "commit": frozenset({"by", "files", "rfc", "message"}),
    "run": None,
    "git": None,
    "forge": None,
}
BESIDE: Final = frozenset({"as", "why"})
BESIDE_RUN: Final = frozenset({"exit", "says", "lacks", "environment"})
CONTENT: Final = frozenset({"link", "doc", "edit", "request", "of", "from"})


@functools.cache
def steps() -> dict[str, frozenset[str]]:
    """The steps of the stage with their keys, from the methods that play them; `what` is the value itself."""
    found = {}
    for name, method in inspect.getmembers(Stage, inspect.isfunction):
        verb = name.removeprefix("do_")
        if verb != name:
            arguments = inspect.signature(method).parameters.values()
            keys = {one.name for one in arguments if one.kind is not inspect.Parameter.VAR_KEYWORD}
            more = COMMIT if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in arguments) else set()
            found[verb] = frozenset((keys | more) - {"self"})
    return found


def mistakes(told: Mapping[str, Any]) -> list[str]:
    """Keys of a case that nothing reads, each with its place."""
    level = told.get("level", "core")
    if level not in LEVELS:
        return [f"level: there is no {level}"]
    if not told.get("title") or not told.get("steps"):
        return ["case: it needs a `title` and `steps`"]
    plays = {level, told.get("also")}
    known = [key for key in CASE if ONLY.get(key, level) in plays]
    return [*_unknown("case", told, known), *_expected(level, told), *_steps(level, told)]


def _unknown(where: str, keys: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    for key in sorted(set(keys) - set(known)):
        yield f"{where}: nothing reads `{key}`; known are {', '.join(sorted(known))}"


def _expected(level: str, told: Mapping[str, Any]) -> Iterator[str]:
    if level == "local":
        yield from _unknown("expect, on the level local", told.get("expect", {}), ())
        return
    known = EXPECT[level] | (EXPECT["bot"] if told.get("also") == "bot" else frozenset())
    yield from _unknown("expect", told.get("expect", {}), known)
    if not told.get("expect"):
        yield "expect: nothing is compared"


def _steps(level: str, told: Mapping[str, Any]) -> Iterator[str]:
    staged = steps()
    known: Mapping[str, frozenset[str] | None] = staged
    if level == "bot":
        known = staged | BOT
    elif level == "local":
        known = LOCAL
    for number, step in enumerate([*told["steps"], *told.get("meanwhile", [])], start=1):
        beside = BESIDE_RUN if "run" in step else BESIDE
        verbs = [key for key in step if key not in beside]
        if len(verbs) != 1 or verbs[0] not in known:
            yield f"step {number}: one of {', '.join(sorted(known))} is expected, and it has {', '.join(verbs)}"
            continue
        keys, value = known[verbs[0]], step[verbs[0]]
        if keys is not None and isinstance(value, dict):
            yield from _unknown(f"step {number}, {verbs[0]}", value, keys)
            yield from _contents(f"step {number}, {verbs[0]}", value.get("files"))
    yield from _contents("base", told.get("base"))


def _contents(where: str, files: Any) -> Iterator[str]:
    for path, value in (files or {}).items():
        if isinstance(value, dict):
            yield from _unknown(f"{where}, {path}", value, CONTENT)
