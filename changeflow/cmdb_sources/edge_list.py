"""Lines of two names: the first depends on the second. Package graphs come like this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from changeflow.cmdb_sources.identifiers import id_of
from changeflow.cmdb_sources.plain_bytes import text_of
from changeflow.cmdb_sources.rows import (
    EdgeRow,
    ItemRow,
    Place,
    Row,
    SourceFile,
    Strength,
    found_at,
)
from changeflow.cmdb_sources.table import FORMATS, SourceSpec
from changeflow.model.findings import Finding

_LIMIT: Final = FORMATS["edges"].limit
_STRENGTHS: Final[dict[str, Strength]] = {"hard": "hard", "soft": "soft"}


class NamedEdge(NamedTuple):
    """A dependency as a line says it: who needs, what is needed, and how much."""

    dependent: str
    dependency: str
    strength: Strength


def read(files: Iterable[SourceFile], _: SourceSpec) -> Iterator[Row]:
    """Yield the dependencies, and each item once, about which nothing else is known."""
    ids: dict[str, str] = {}
    for file in files:
        text = text_of(file, _LIMIT)
        if isinstance(text, Finding):
            yield text
        else:
            yield from _rows(file.path, text, ids)


def _rows(path: str, text: str, ids: dict[str, str]) -> Iterator[Row]:
    lines = text.split("\n")
    separator = separator_of(lines)
    empty = True
    for number, line in enumerate(lines, 1):
        place = Place(path, number)
        found = edge_on(line, place, separator)
        if found is None:
            continue
        empty = False
        if isinstance(found, Finding):
            yield found
            continue
        for name in found[:2]:
            if name not in ids:
                ids[name] = id_of(name)
                shown = name if ids[name] != name else None
                yield ItemRow(ids[name], place, name=shown)
        yield EdgeRow(ids[found.dependent], ids[found.dependency], place, found.strength)
    if empty:
        yield nothing_in(path)


def edge_on(line: str, place: Place, separator: str | None) -> NamedEdge | Finding | None:
    """Return the dependency on a line; None for an empty one."""
    if not line.strip():
        return None
    names = [part.strip() for part in line.split(separator)]
    if len(names) == 1 or not all(names[:2]):
        return found_at("source-row", place, case="edge")
    word = names[2] if len(names) > 2 else ""  # noqa: PLR2004
    return NamedEdge(names[0], names[1], strength_of(word))


def strength_of(word: str) -> Strength:
    """Return the strength that the third word of a line means; other words mean nothing."""
    return _STRENGTHS.get(word.casefold(), "hard")


def nothing_in(path: str) -> Finding:
    """Return the finding about a file without a line."""
    return found_at("source-empty", Place(path))


def separator_of(lines: Iterable[str]) -> str | None:
    """Return what separates the names, as the first line shows it; None for blanks."""
    first = next(filter(str.strip, lines), "")
    for separator in ("\t", ","):
        if separator in first:
            return separator
    return None
