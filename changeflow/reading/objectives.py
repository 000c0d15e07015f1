"""The targets of measures that a state holds."""

from __future__ import annotations

from changeflow import errors
from changeflow.model.kinds import BY_NAME
from changeflow.model.objectives import Objective, Objectives
from changeflow.reading.state import State


def objectives_of(state: State) -> tuple[Objective, ...]:
    """Return the targets of a state, in the order in which they are written.

    Raises:
        errors.Unreadable: when they cannot be read, or stand in two documents.
    """
    kind = BY_NAME["Objectives"]
    paths = [path for path in state.paths if kind.claims(path) and path.endswith((".yaml", ".yml"))]
    problems: list[tuple[str, errors.Unreadable]] = []
    found: list[Objectives] = []
    for path, data in state.read_many(sorted(paths), problems):
        if b"Objectives" not in data:
            continue
        parsed = state.parsed(path)
        for document in parsed.documents:
            if document.kind == kind.name:
                found.append(state.document(path, Objectives))
    if problems:
        raise problems[0][1]
    if len(found) > 1:
        raise errors.Unreadable.of("objectives.twice")
    return found[0].spec.objectives if found else ()
