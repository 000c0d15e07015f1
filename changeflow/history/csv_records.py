"""The rows of CSV one by one, each with its line: slow and exact, for exports with faults.

Python's own reader finds every row that cannot be read and goes on behind it. DuckDB reads the
exports that have none.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import IO, Final, NamedTuple

from changeflow.history.export_text import MOST_BYTES, ExportText
from changeflow.history.mapping import ExportFile

# rows in which a quotation mark is not closed, after which the rest is not looked at
MOST_BROKEN: Final = 200


class CsvRecord(NamedTuple):
    """A row: its first line, its cells, and what keeps it from being read (a case of a finding)."""

    line: int
    cells: list[str]
    problem: str = ""


def header_of(text: ExportText, written: ExportFile) -> list[str]:
    """Return the names of the columns; none where the first row cannot be read."""
    first = next(csv_records(text, written), None)
    if first is None or first.problem:
        return []
    return [cell.strip() for cell in first.cells]


def csv_records(text: ExportText, written: ExportFile) -> Iterator[CsvRecord]:
    """Yield all rows but blank ones, the header first."""
    # What a cell may have at most is what its file may.
    csv.field_size_limit(MOST_BYTES)
    with text.path.open("rb") as file:
        line = 1 + sum(1 for _ in range(written.skip_lines) if file.readline())
        broken = 0
        while True:
            lines = _Lines(file, line)
            yield from lines.records(written)
            if not lines.broken:
                return
            line, broken = lines.begun + 1, broken + 1
            if broken == MOST_BROKEN:
                return
            file.seek(lines.behind_first)


class _Lines:
    """Lines of a file for the reader of CSV, which knows where the row began that it broke at."""

    def __init__(self, file: IO[bytes], line: int) -> None:
        self._file = file
        self._next = line
        self.begun = line
        self.behind_first = file.tell()
        self.broken = False

    def records(self, written: ExportFile) -> Iterator[CsvRecord]:
        reader = csv.reader(
            self._decoded(), delimiter=written.delimiter, quotechar=written.quote, strict=True
        )
        while True:
            self.begun, self.behind_first = self._next, -1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                self.broken = True
                yield CsvRecord(self.begun, [], "quote")
                return
            if cells:
                yield CsvRecord(self.begun, cells, text_problem("".join(cells)))

    def _decoded(self) -> Iterator[str]:
        while line := self._file.readline():
            self._next += 1
            if self.behind_first < 0:
                self.behind_first = self._file.tell()
            yield line.decode("utf-8", "surrogateescape")


def text_problem(text: str) -> str:
    """Return what keeps a text from being stored, as a case of a finding; empty if nothing does."""
    if "\0" in text:
        return "nul"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "encoding"
    return ""
