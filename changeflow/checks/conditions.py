"""Rules about conditions of policies: they compile, and a gate fills every name they read."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING

from changeflow.documents.document import Document
from changeflow.documents.shown import shown
from changeflow.model.findings import Finding, Route
from changeflow.model.phrases import near_hint

if TYPE_CHECKING:
    from changeflow.documents.positions import Position
    from changeflow.policy.unknown_names import Unknown
    from changeflow.policy.vocabulary import Shape


def condition(document: Document, route: Route, source: str) -> Iterator[Finding]:
    """Find errors in the condition at a route; none if there is no condition."""
    from changeflow.policy.cel import VARIABLES, ConditionError, condition_for
    from changeflow.policy.unknown_names import unknown_names

    if not source:
        return
    try:
        compiled = condition_for(route[-1], source)
    except ConditionError as error:
        hint = f"conditions are CEL over {', '.join(VARIABLES)}"
        yield document.finding("policy-condition", route, f"this is no condition: {error}", hint)
        return
    for unknown in unknown_names(compiled, _known()):
        line, column = _place(document, route, source[: unknown.at])
        message = (
            f"{shown(unknown.of)} has no {shown(unknown.name)}, so this condition could "
            "never be decided"
        )
        yield Finding(
            "policy-unknown-fact",
            "error",
            message,
            _hint(unknown),
            document.path,
            route,
            line,
            column,
        )


def evidence_read(source: str) -> tuple[str, ...]:
    """Return the names of `evidence` that a condition reads, sorted; none if it is no condition."""
    from changeflow.policy.cel import ConditionError
    from changeflow.policy.facts_read import reads

    try:
        found = reads(source) if source else frozenset[str]()
    except (ConditionError, ValueError):
        return ()
    prefix = "evidence."
    return tuple(sorted(name.removeprefix(prefix) for name in found if name.startswith(prefix)))


@functools.cache
def _known() -> dict[str, Shape]:
    from changeflow.documents.shipped_schemas import schema
    from changeflow.policy.vocabulary import vocabulary

    return vocabulary(schema("ChangeRequest"))


def _hint(unknown: Unknown) -> str:
    if not unknown.known:
        return "it is no mapping; docs/reference/conditions.md lists what conditions see"
    return near_hint(unknown.name, unknown.known) or f"it has {', '.join(unknown.known)}"


def _place(document: Document, route: Route, before: str) -> Position:
    """Return the position in a condition after `before`, also in quoted or folded text.

    If it cannot be found, it is the begin of the condition.
    """
    start = document.position(route)
    text = document.source.text
    at = _beginning(text, start)
    for character in "".join(before.split()):
        at = _next(text, at)
        if text[at : at + 1] != character:
            return start
        at += 1
    return document.source.line_column(_next(text, at))


def _beginning(text: str, place: Position) -> int:
    """Return where the content of a scalar begins, behind its quote or its block header."""
    line, column = place
    at = len("\n".join(text.split("\n")[: line - 1])) + min(line - 1, 1) + column - 1
    match text[at : at + 1]:
        case "'" | '"':
            return at + 1
        case "|" | ">":
            return text.find("\n", at) + 1
        case _:
            return at


def _next(text: str, at: int) -> int:
    while text[at : at + 1].isspace():
        at += 1
    return at
