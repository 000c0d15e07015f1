"""Lines of two names: the first depends on the second. Package graphs come like this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

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
    separator = _separator(lines)
    empty = True
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        empty = False
        place = Place(path, number)
        names = [part.strip() for part in line.split(separator)]
        if len(names) == 1 or not all(names[:2]):
            yield found_at("source-row", place, case="edge")
            continue
        for name in names[:2]:
            if name not in ids:
                ids[name] = id_of(name)
                shown = name if ids[name] != name else None
                yield ItemRow(ids[name], place, name=shown)
        strength = _STRENGTHS.get(names[2].casefold(), "hard") if len(names) > 2 else "hard"  # noqa: PLR2004
        yield EdgeRow(ids[names[0]], ids[names[1]], place, strength)
    if empty:
        yield found_at("source-empty", Place(path))


def _separator(lines: list[str]) -> str | None:
    """Return what separates the names, as the first line shows it; None for blanks."""
    first = next(filter(str.strip, lines), "")
    for separator in ("\t", ","):
        if separator in first:
            return separator
    return None
