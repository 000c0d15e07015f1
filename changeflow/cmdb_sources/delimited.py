"""Rows of a table as spreadsheets save it: a header, then values by its names."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from changeflow.cmdb_sources.plain_bytes import text_of
from changeflow.cmdb_sources.rows import Place, SourceFile, found_at, library_said
from changeflow.model.findings import Finding
from changeflow.model.late_pattern import LatePattern
from changeflow.model.phrases import first_of

if TYPE_CHECKING:
    from _csv import Reader

_SEPARATORS: Final = (",", ";", "\t", "|")
# characters of one cell; Python's own limit would refuse what is only shortened here
_CELL: Final = 4 * 1_024 * 1_024
# columns that a message names
_NAMED: Final = 12
# what spreadsheet programs write above the header to say what separates the columns
_SEPARATOR_LINE: Final = LatePattern(r"sep=([,;\t|])[,;\t|]*\r?\n", re.IGNORECASE)
_NONE: Final[Mapping[str, str]] = {}


class TableRow(NamedTuple):
    """The cells of a row that are not empty, by the names of their columns in lower case."""

    place: Place
    cells: Mapping[str, str]


def table_rows(
    file: SourceFile,
    limit: int,
    kinds: Sequence[Sequence[str]],
    other_names: Mapping[str, str] = _NONE,
) -> Iterator[TableRow | Finding]:
    """Yield the rows of a table, each with as many cells as the header.

    Args:
        file: the table.
        limit: bytes that it may have.
        kinds: columns by which a table is known: one without rows that has none of these is no such
            table. A row says itself what it lacks.
        other_names: of columns, to the names that they are known by. Of several columns of one name
            the first has it.
    """
    text = text_of(file, limit)
    if isinstance(text, Finding):
        yield text
        return
    declared = declared_separator(text)
    above = 0 if declared is None else 1
    lines = io.StringIO(text, newline="")
    for _ in range(above):
        lines.readline()
    reader = csv_rows(lines, declared or separator_of(text))
    header: list[str] = []
    line, rows = 1 + above, False
    try:
        for cells in reader:
            place, line = Place(file.path, line), reader.line_num + 1 + above
            if not any(map(str.strip, cells)):
                continue
            if not header:
                header = known_names([folded(name) for name in cells], other_names)
                yield from _twice(header, place)
                continue
            rows = True
            if len(cells) != len(header):
                yield found_at(
                    "source-row", place, case="cells", cells=len(cells), columns=len(header)
                )
            else:
                yield TableRow(place, filled(header, cells))
    except csv.Error as error:
        yield not_csv(Place(file.path, line), str(error))
    if not header:
        yield found_at("source-empty", Place(file.path))
    elif not rows and not any(set(columns) <= set(header) for columns in kinds):
        yield missing_column(Place(file.path, 1), kinds[0][0], dict.fromkeys(header, ""))


def csv_rows(lines: Iterable[str], separator: str) -> Reader:
    """Return the reader of the rows on some lines, which end as they do in their file."""
    csv.field_size_limit(_CELL)
    return csv.reader(lines, delimiter=separator, strict=True)


def not_csv(place: Place, said: str) -> Finding:
    """Return the finding about a row that is no CSV, with what the reader says of it."""
    return found_at("source-row", place, case="syntax", problem=[library_said(said)])


def folded(name: str) -> str:
    """Return the name of a column as it is compared."""
    return " ".join(name.casefold().split())


def missing_column(place: Place, column: str, cells: Mapping[str, str]) -> Finding:
    """Return the finding about a column without which a table says nothing."""
    columns = first_of(sorted(cells), _NAMED)
    return found_at("source-column", place, column=column, columns=columns)


def known_names(header: list[str], other_names: Mapping[str, str]) -> list[str]:
    """Return the header with the names by which columns are known; one that stands twice stays."""
    taken, counts = set(header), Counter(header)
    found = []
    for name in header:
        known = name if counts[name] > 1 else other_names.get(name, name)
        found.append(name if known in taken else known)
        taken.add(known)
    return found


def _twice(header: list[str], place: Place) -> Iterator[Finding]:
    for name in sorted(name for name, count in Counter(header).items() if name and count > 1):
        yield found_at("source-row", place, case="column_twice", column=name)


def filled(header: list[str], cells: list[str]) -> dict[str, str]:
    """Return the cells of a row that are not empty, by the names of their columns."""
    found = {}
    for name, value in zip(header, cells, strict=True):
        text = value.strip()
        if name and text:
            found[name] = text
    return found


def declared_separator(text: str) -> str | None:
    """Return what the first line says that separates the columns (`sep=;`); None: it does not."""
    found = _SEPARATOR_LINE.compiled.match(text)
    return None if found is None else str(found[1])


def separator_of(text: str) -> str:
    """Return what separates the columns of the header: what it has most of, outside of quotes."""
    outside = []
    for index, part in enumerate(text.lstrip().partition("\n")[0].split('"')):
        if index % 2 == 0:
            outside.append(part)
    header = "".join(outside)
    return max(_SEPARATORS, key=header.count)
