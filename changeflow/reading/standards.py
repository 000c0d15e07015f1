"""Standards as data: those of a state, and those that ship with the program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from changeflow import errors, resources
from changeflow.model.document_paths import STANDARDS
from changeflow.model.findings import Finding, errors_of
from changeflow.model.standard import Standard
from changeflow.reading.parsed import parse, unreadable
from changeflow.reading.state import State

# the standard that `audit --gap` asks unless another is named
ISO_20000: Final = "iso20000-1-2018"


class StandardRead(NamedTuple):
    """A standard, and where it was read.

    Attributes:
        standard: what it says.
        path: in the repository; None where it is the one that ships.
        text: its file.
    """

    standard: Standard
    path: str | None
    text: bytes


def standard_of(state: State, name: str = ISO_20000) -> StandardRead:
    """Return the standard of an id: that of the state, else the one that ships.

    Raises:
        errors.Unreadable: when it cannot be read, or breaks a rule of `check`.
        errors.NothingToDo: when there is none of this id.
    """
    for path in _paths(state):
        found = state.document(path, Standard)
        if found.metadata.id == name:
            text = state.read(path)
            _refuse_broken(text, path)
            return StandardRead(found, path, text)
    shipped = shipped_standards().get(name)
    if shipped is None:
        raise errors.NothingToDo.of("standard.unknown", name=name)
    text = shipped.read_bytes()
    found_here = parse(text, f"{STANDARDS}{shipped.name}").first(Standard)
    assert found_here is not None  # noqa: S101 - a test reads each that ships
    return StandardRead(found_here, None, text)


def shipped_standards() -> dict[str, Path]:
    """Return the files that ship, by the id of the standard."""
    folder = resources.folder("policies") / "standards"
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def _paths(state: State) -> Iterator[str]:
    for path in sorted(state.paths):
        if path.startswith(STANDARDS) and path.endswith((".yaml", ".yml")):
            yield path


def _refuse_broken(text: bytes, path: str) -> None:
    """Raise where the rules of `check` find an error: a score would rest on it."""
    # the rules take long to import
    from changeflow.checks.apply_rules import findings

    found: list[Finding] = []
    for document in parse(text, path).documents:
        found += errors_of(findings(document, None))
    if found:
        raise unreadable(found)
