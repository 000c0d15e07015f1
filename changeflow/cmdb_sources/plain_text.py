"""The text of a large table or list, whose lines may be cut into cells by numpy."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from changeflow.cmdb.wide_words import WORD
from changeflow.cmdb_sources.delimited import csv_rows
from changeflow.cmdb_sources.plain_bytes import unpacked
from changeflow.cmdb_sources.rows import SourceFile
from changeflow.model.findings import Finding

if TYPE_CHECKING:
    from changeflow.cmdb.wide_words import Bytes

# the first byte that is not ASCII
FOREIGN: Final = 0x80
QUOTE: Final = b'"'
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
# blanks that are not ASCII, as UTF-8
_FOREIGN_BLANKS: Final = tuple(
    chr(code).encode() for code in range(FOREIGN, 0x3001) if chr(code).isspace()
)


class NotPlainError(Exception):
    """The files of the source have to be read row by row."""


class Line(NamedTuple):
    """A line, or a row on several.

    Attributes:
        number: of the line, or of the first one.
        begin: where it begins.
        end: where it ends, without its line end.
        many: how many lines it has.
        cells: its cells, where they were read already.
        problem: what is wrong with its quotes; nothing behind it can be read then.
    """

    number: int
    begin: int
    end: int
    many: int = 1
    cells: list[str] | None = None
    problem: str = ""

    @property
    def behind(self) -> Line:
        """Return where the next line begins."""
        return Line(self.number + self.many, self.end + 1, 0)


TOP: Final = Line(1, 0, 0)


class PlainText:
    """The text of a file in which every line end ends a line.

    Attributes:
        raw: UTF-8 without its mark, with a line end at its end and eight bytes more.
        data: the same as an array.
        size: the bytes without those.
        has_foreign_blanks: whether there are blanks that are not ASCII.
    """

    def __init__(self, text: bytes) -> None:
        ended = b"" if text.endswith(b"\n") else b"\n"
        self.raw = b"".join((text, ended, bytes(WORD)))
        self.data: Bytes = np.frombuffer(self.raw, dtype=np.uint8)
        self.size = len(self.data) - WORD
        self.has_foreign_blanks = not text.isascii() and any(
            blank in text for blank in _FOREIGN_BLANKS
        )

    def line(self, start: int, end: int) -> str:
        """Return a stretch as text."""
        return self.raw[start:end].decode("utf-8")

    def lines(self) -> Iterator[str]:
        """Yield the lines, one by one."""
        begin = 0
        while begin < self.size:
            end = self.raw.index(b"\n", begin)
            yield self.line(begin, end)
            begin = end + 1

    def rows(self, separator: str, behind: Line = TOP) -> Iterator[Line]:
        """Yield the rows of a table, one by one, up to one that cannot be read.

        Args:
            separator: what stands between cells.
            behind: where the first one begins.
        """
        while behind.begin < self.size:
            row = self.row_at(behind, separator)
            yield row
            if row.problem:
                break
            behind = row.behind

    def row_at(self, behind: Line, separator: str) -> Line:
        """Return the row that begins somewhere."""
        number, begin, _, *_ = behind
        end = self.raw.index(b"\n", begin)
        if self.raw.find(QUOTE, begin, end) < 0:
            return Line(number, begin, end)
        ends: list[int] = []
        reader = csv_rows(self._lines_from(begin, ends), separator)
        try:
            cells = next(reader)
        except csv.Error as error:
            return Line(number, begin, ends[-1], len(ends), None, str(error))
        return Line(number, begin, ends[-1], len(ends), cells)

    def _lines_from(self, begin: int, ends: list[int]) -> Iterator[str]:
        """Yield lines with their line ends, and note where they end."""
        while begin < self.size:
            end = self.raw.index(b"\n", begin)
            ends.append(end)
            yield self.line(begin, end + 1)
            begin = end + 1


def plain_text(file: SourceFile, limit: int) -> PlainText:
    """Return the text of a file.

    Args:
        file: the file.
        limit: bytes that it may have.

    Raises:
        NotPlainError: when it cannot be cut like this.
    """
    data = unpacked(file, limit)
    if isinstance(data, Finding) or data.startswith(_UTF16_MARKS):
        raise NotPlainError
    data = data.removeprefix(_UTF8_MARK)
    if data.count(b"\r") != data.count(b"\r\n") or b"\0" in data:
        raise NotPlainError
    if not data.isascii():
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise NotPlainError from error
    return PlainText(data)
