"""Rules about conditions of policies: they compile, and a gate fills every name they read."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from changeflow.documents.document import Document
from changeflow.model.findings import Finding, Route
from changeflow.model.phrases import Told, meant, told

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
        names = list(VARIABLES)
        yield document.found("policy-condition", route, error=str(error), names=names)
        return
    for unknown in unknown_names(compiled, _known()):
        line, column = _place(document, route, source[: unknown.at])
        found = document.found(
            "policy-unknown-fact",
            route,
            of=unknown.of,
            name=unknown.name,
            what_now=[_hint(unknown)],
        )
        yield replace(found, line=line, column=column)


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


def _hint(unknown: Unknown) -> Told:
    if not unknown.known:
        return told("hint.no_mapping")
    return meant(unknown.name, unknown.known) or told("hint.it_has", names=list(unknown.known))


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
