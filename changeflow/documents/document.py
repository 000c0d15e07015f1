"""A document as it was read: plain data, and the position of each value.

Positions are computed only on demand: a document that passes never pays for them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from changeflow.lazy_dataclass import dataclass
from changeflow.model.findings import Finding, Level, Route

if TYPE_CHECKING:
    from changeflow.documents.positions import Position, Positions

_PLAIN: Final = re.compile(r"[^\s,\[\]{}#'\"|>]+")


class DocumentSource:
    """A file's text, shared by its documents."""

    __slots__ = ("_lines", "_positions", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._lines: list[str] | None = None
        self._positions: list[Positions] | None = None

    def positions(self, index: int) -> Positions:
        """Return the positions in one of the file's documents."""
        # a document that passes never needs them
        from changeflow.documents.positions import Positions, positions

        if self._positions is None:
            self._positions = positions(self.text)
        if index >= len(self._positions):
            return Positions()
        return self._positions[index]

    def found(
        self,
        rule: str,
        place: Position,
        data: Mapping[str, Any],
        route: Route = (),
        level: Level = "error",
    ) -> Finding:
        """Return a finding about a place of the text, in the words of the catalogue."""
        return replace(
            found_in_file(rule, self.path, level=level, place=place, **data), route=route
        )

    def line_column(self, offset: int) -> Position:
        """Return line and column of a character."""
        line = self.text.count("\n", 0, offset) + 1
        return line, offset - self.text.rfind("\n", 0, offset)

    def line(self, number: int) -> str:
        """Return a line of the text, without its end; empty where there is none."""
        if self._lines is None:
            self._lines = self.text.split("\n")
        lines = self._lines
        if not 0 < number <= len(lines):
            return ""
        return lines[number - 1].rstrip("\r")


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document as plain data (dict, list, str, int, float, bool, None), not validated."""

    source: DocumentSource
    index: int
    data: dict[str, Any]

    @property
    def path(self) -> str:
        """Return the file it was read from."""
        return self.source.path

    @property
    def kind(self) -> str:
        """Return the kind that the document names; empty if it names none."""
        kind = self.data.get("kind")
        return kind if isinstance(kind, str) else ""

    @property
    def id(self) -> str:
        """Return `metadata.id`; empty if there is none."""
        metadata = self.data.get("metadata")
        found = metadata.get("id") if isinstance(metadata, dict) else None
        return found if isinstance(found, str) else ""

    @property
    def spec(self) -> dict[str, Any]:
        """Return `spec`; empty if there is none."""
        spec = self.data.get("spec")
        return spec if isinstance(spec, dict) else {}

    @property
    def positions(self) -> Positions:
        """Return the positions of all keys and values."""
        return self.source.positions(self.index)

    def position(self, route: Route) -> Position:
        """Return line and column of a value.

        For a list or mapping it is that of its key; for a missing value, that of the nearest
        container.
        """
        return self.positions.position(route)

    def written(self, route: Route) -> str:
        """Return a plain value as the author wrote it: `1.10`, where the data say 1.1.

        Empty if there is no plain value.
        """
        line, column = self.position(route)
        found = _PLAIN.match(self.source.line(line), column - 1)
        return found[0] if found is not None else ""

    def finding(
        self,
        rule: str,
        route: Route,
        message: str,
        hint: str = "",
        level: Level = "error",
        *,
        at_key: bool = False,
    ) -> Finding:
        """Return a finding about a value of this document, or about its key."""
        place = self.positions.key(route) if at_key else None
        line, column = place or self.position(route)
        return Finding(rule, level, message, hint, self.path, route, line, column)

    def found(
        self,
        rule: str,
        route: Route,
        /,
        *,
        level: Level = "error",
        at_key: bool = False,
        **data: Any,
    ) -> Finding:
        """Return a finding about a value of this document, in the words of the catalogue.

        Args:
            rule: it is the code of the sentence; `case` in the data chooses one of several.
            route: of the value.
            level: how bad it is.
            at_key: whether it is about the key.
            data: what the sentence and its hint name, as JSON.
        """
        place = self.positions.key(route) if at_key else None
        found = found_in_file(
            rule, self.path, level=level, place=place or self.position(route), **data
        )
        return replace(found, route=route)


def found_in_file(
    rule: str,
    path: str,
    /,
    *,
    level: Level = "error",
    place: Position = (0, 0),
    **data: Any,
) -> Finding:
    """Return a finding about a file that is no document, in the words of the catalogue."""
    # most files are well
    from changeflow.language.findings import found

    return found(rule, path, data, level=level, place=place)


class Loaded(NamedTuple):
    """The documents of a file and its findings. `source` is its text, if it has any."""

    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]
    source: DocumentSource | None = None
