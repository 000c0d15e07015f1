"""Rows: what a source says about an item or a dependency, and where it says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from changeflow.cmdb.origins import ATTRIBUTES, Place
from changeflow.documents.document import found_in_file
from changeflow.model.findings import Finding, Level
from changeflow.model.phrases import Told, told

__all__ = [
    "ATTRIBUTES",
    "DEFAULTED",
    "EdgeRow",
    "ItemRow",
    "Place",
    "Row",
    "SourceFile",
    "SourceRows",
    "Strength",
    "found_at",
    "library_said",
    "not_of_format",
    "unparsed",
]

# those that a source may give to all of its items
DEFAULTED: Final = ("type", "status", "criticality", "owner", "environment")

Strength = Literal["hard", "soft"]


class SourceFile(NamedTuple):
    """A file of a source, as it lies there."""

    path: str
    data: bytes


class ItemRow(NamedTuple):
    """An item. An attribute that is None is unknown."""

    id: str
    place: Place
    name: str | None = None
    type: str | None = None
    status: str | None = None
    criticality: str | None = None
    owner: str | None = None
    environment: str | None = None
    description: str | None = None
    labels: Mapping[str, str] | None = None


class EdgeRow(NamedTuple):
    """A dependency: `dependent` needs `dependency`, alone or as one of a group.

    `least` is how many members of the group must remain.
    """

    dependent: str
    dependency: str
    place: Place
    strength: Strength = "hard"
    group: str | None = None
    least: int = 1


Row = ItemRow | EdgeRow | Finding


class SourceRows(NamedTuple):
    """Everything that one source says.

    Attributes:
        id: of the source.
        precedence: the higher wins, attribute by attribute.
        defaults: what holds for items about which no source knows better.
        items: one for each id.
        edges: dependencies between them, or with items of other sources.
        partial: whether the export is a part of a larger system, so that a dependency may lead out
            of it.
    """

    id: str
    precedence: int
    defaults: Mapping[str, str]
    items: tuple[ItemRow, ...]
    edges: tuple[EdgeRow, ...]
    partial: bool = False


def found_at(rule: str, place: Place, level: Level = "error", **data: object) -> Finding:
    """Return a finding about a row, in the words of the catalogue."""
    at = (place.line, 1 if place.line else 0)
    return found_in_file(rule, place.path, level=level, place=at, **data)


def not_of_format(place: Place, wanted: str, problem: str) -> Finding:
    """Return the finding that a file is not what its source says.

    Args:
        place: where that was seen.
        wanted: the format, a case of `foreign.format`.
        problem: what is wrong, a case of `foreign.problem`.
    """
    return _not_of_format(place, wanted, told("foreign.problem", case=problem))


def unparsed(place: Place, wanted: str, said: str) -> Finding:
    """Return the finding that a library cannot read a file as a format, with what it says."""
    return _not_of_format(place, wanted, library_said(said))


def library_said(text: str) -> Told:
    """Return what a library says of a file, which is English, as a sentence."""
    return told("foreign.problem", case="library", said=text)


def _not_of_format(place: Place, wanted: str, problem: Told) -> Finding:
    what = told("foreign.format", case=wanted)
    return found_at("source-format", place, wanted=[what], problem=[problem])
