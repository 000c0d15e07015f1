"""Tables and lists cut into cells by numpy: many lines at a time, no string for each.

A line whose cells cannot be told like this is odd, and handed out as it is: the reader of every table
(`delimited`) says what it means. Of lines with quotes, those are cut in which each quote begins or
ends a cell; all others are odd, and one of them may go on in the next line.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from changeflow.cmdb.wide_words import WORD
from changeflow.cmdb_sources.delimited import csv_rows
from changeflow.cmdb_sources.plain_bytes import unpacked
from changeflow.cmdb_sources.rows import SourceFile
from changeflow.model.findings import Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from changeflow.cmdb.wide_words import Bytes, Numbers

    Flags = NDArray[np.bool_]

_UTF8_MARK: Final = b"\xef\xbb\xbf"
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_LINE_END: Final = ord("\n")
_RETURN: Final = ord("\r")
_QUOTE: Final = b'"'
# bytes that are cut into lines at a time
_AT_ONCE: Final = 16 * 1_024 * 1_024
# bytes of one line; a longer one may hold a cell that is too long for a table
_LINE: Final = 1_024 * 1_024
# blanks at one side of a cell that are taken off here
_BLANKS: Final = 64
_IS_BLANK: Final = np.array([chr(code).isspace() and code < 0x80 for code in range(256)])  # noqa: PLR2004
_FOREIGN: Final = 0x80
# blanks that are not ASCII, as UTF-8
_FOREIGN_BLANKS: Final = tuple(
    chr(code).encode() for code in range(_FOREIGN, 0x3001) if chr(code).isspace()
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
        if self.raw.find(_QUOTE, begin, end) < 0:
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


class Cells(NamedTuple):
    """Lines that were cut into cells.

    Attributes:
        lines: their numbers.
        begins: where each begins.
        ends: where each ends.
        starts: for each column that was wanted where its cells begin.
        lengths: for each of them how many bytes the cells have, without blanks around.
        odd: the lines that could not be cut.
        behind: the first line that is not one of these; None behind the last.
    """

    lines: Numbers
    begins: Numbers
    ends: Numbers
    starts: dict[int, Numbers]
    lengths: dict[int, Numbers]
    odd: list[Line]
    behind: Line | None = None

    def only(self, which: Flags) -> Cells:
        """Return some of the lines, without those that could not be cut."""
        starts = {column: starts[which] for column, starts in self.starts.items()}
        lengths = {column: lengths[which] for column, lengths in self.lengths.items()}
        return Cells(self.lines[which], self.begins[which], self.ends[which], starts, lengths, [])

    def at(self, which: Flags) -> Iterator[Line]:
        """Yield some of the lines."""
        columns = (self.lines[which], self.begins[which], self.ends[which])
        yield from map(Line, *(column.tolist() for column in columns))


class Layout(NamedTuple):
    """How lines are cut into cells.

    Attributes:
        separator: what stands between cells; None: blanks.
        columns: how many cells a line has.
        is_ragged: whether a line may have more or fewer; what it lacks is empty.
        has_quotes: whether quotes are about cells, and not a part of them.
    """

    separator: str | None
    columns: int
    is_ragged: bool = False
    has_quotes: bool = False


def cut(text: PlainText, layout: Layout, wanted: Sequence[int], behind: Line) -> Iterator[Cells]:
    """Yield the cells of all lines.

    Args:
        text: of the table.
        layout: of its lines.
        wanted: the columns whose cells are looked at; the others are empty.
        behind: the first line.

    Raises:
        NotPlainError: when a line is too long.
    """
    line: Line | None = behind
    while line is not None and line.begin < text.size:
        end = _end_of_lines(text, line.begin)
        piece = text.data[line.begin : end]
        ends = np.flatnonzero(piece == _LINE_END).astype(np.int32)
        starts = np.empty_like(ends)
        starts[:1] = 0
        starts[1:] = ends[:-1] + 1
        if int((ends - starts).max(initial=0)) > _LINE:
            raise NotPlainError
        cells = _cells(text, _Lines(line.begin, line.number, starts, ends), layout, wanted)
        yield cells
        line = cells.behind


def _end_of_lines(text: PlainText, begin: int) -> int:
    """Return where so many lines end that are cut at a time."""
    end = min(begin + _AT_ONCE, text.size)
    while end < text.size:
        last = np.flatnonzero(text.data[end : end + _LINE] == _LINE_END)
        if len(last):
            return end + int(last[0]) + 1
        end = min(end + _LINE, text.size)
    return text.size


class _Lines(NamedTuple):
    """Lines of one piece: where it begins, the number of its first line, begins and ends in it."""

    begin: int
    number: int
    starts: Numbers
    ends: Numbers


class _Separated:
    """Cells between separators.

    Args:
        piece: the bytes of some lines.
        lines: the lines.
        separator: what stands between cells.
        quotes: of the lines, where these are about cells.

    Attributes:
        many: how many cells each line has.
    """

    def __init__(self, piece: Bytes, lines: _Lines, separator: str, quotes: _Quotes | None) -> None:
        self._lines = lines
        signs = np.flatnonzero(piece == ord(separator)).astype(np.int32)
        if quotes is not None:
            signs = quotes.outside(signs, lines)
        self._before = np.searchsorted(signs, lines.starts).astype(np.int32)
        self.many = np.diff(self._before, append=np.int32(len(signs))) + 1
        # a place behind the last one, for lines without so many cells
        self._signs = np.append(signs, np.int32(0))

    def bounds(self, rows: Any, column: int) -> tuple[Numbers, Numbers]:
        """Return where the cells of a column begin and end; empty ones end with their line."""
        before, many, ends = self._before[rows], self.many[rows], self._lines.ends[rows]
        first, behind = self._lines.starts[rows], ends.copy()
        if column:
            first = np.where(many > column, self._at(before + column - 1) + 1, ends)
        followed = many > column + 1
        behind[followed] = self._at(before[followed] + column)
        return first.astype(np.int32), behind

    def _at(self, places: Numbers) -> Numbers:
        found: Numbers = self._signs[np.minimum(places, len(self._signs) - 1)]
        return found


class _Words:
    """Cells between blanks; see `_Separated`."""

    def __init__(self, piece: Bytes, lines: _Lines) -> None:
        self._lines = lines
        edges = np.diff(_IS_BLANK[piece].astype(np.int8), prepend=1, append=1)
        self._begins = np.append(np.flatnonzero(edges == -1), 0).astype(np.int32)
        self._ends = np.append(np.flatnonzero(edges == 1), 0).astype(np.int32)
        self._before = np.searchsorted(self._begins[:-1], lines.starts).astype(np.int32)
        self.many = np.diff(self._before, append=np.int32(len(self._begins) - 1))

    def bounds(self, rows: Any, column: int) -> tuple[Numbers, Numbers]:
        """Return where the cells of a column begin and end; empty ones end with their line."""
        ends, there = self._lines.ends[rows], self.many[rows] > column
        places = np.where(there, self._before[rows] + column, 0)
        first = np.where(there, self._begins[places], ends)
        return first.astype(np.int32), np.where(there, self._ends[places], ends).astype(np.int32)


class _Quotes:
    """Quotes in some lines.

    Args:
        piece: the bytes of the lines.
        lines: the lines.
        separator: what stands between cells.

    Attributes:
        are_odd: which lines have a quote that does not begin or end a cell.
    """

    def __init__(self, piece: Bytes, lines: _Lines, separator: str) -> None:
        self._places = np.flatnonzero(piece == ord(_QUOTE)).astype(np.int32)
        self._before = np.searchsorted(self._places, lines.starts).astype(np.int32)
        many = np.diff(self._before, append=np.int32(len(self._places)))
        line = np.repeat(np.arange(len(many), dtype=np.int32), many)
        rank = np.arange(len(line), dtype=np.int32) - self._before[line]
        begins = self._places == lines.starts[line]
        begins |= piece[self._places - 1] == ord(separator)
        ends = self._places + 1 == lines.ends[line]
        ends |= piece[self._places + 1] == ord(separator)
        fits = np.where(rank % 2 == 0, begins, ends)
        self.are_odd = many % 2 == 1
        self.are_odd[line[~fits]] = True

    def __len__(self) -> int:
        return len(self._places)

    def outside(self, signs: Numbers, lines: _Lines) -> Numbers:
        """Return the separators that do not stand within quotes."""
        line = np.searchsorted(lines.ends, signs)
        found: Numbers = signs[(np.searchsorted(self._places, signs) - self._before[line]) % 2 == 0]
        return found


def _without_returns(piece: Bytes, lines: _Lines) -> _Lines:
    """Return lines whose ends lie before a carriage return."""
    returned = (lines.ends > lines.starts) & (piece[lines.ends - 1] == _RETURN)
    return lines._replace(ends=lines.ends - returned.astype(np.int32))


def _cells(text: PlainText, lines: _Lines, layout: Layout, wanted: Sequence[int]) -> Cells:
    size = int(lines.ends[-1]) + 1
    piece = text.data[lines.begin : lines.begin + size]
    found_cells: _Separated | _Words
    quotes: _Quotes | None = None
    if layout.separator is None:
        found_cells = _Words(piece, lines)
    else:
        within = lines
        if layout.has_quotes and text.raw.find(_QUOTE, lines.begin, lines.begin + size) >= 0:
            within = _without_returns(piece, lines)
            quotes = _Quotes(piece, within, layout.separator)
        found_cells = _Separated(piece, within, layout.separator, quotes)
    good = np.ones(len(lines.starts), dtype=np.bool_)
    if not layout.is_ragged:
        good = found_cells.many == layout.columns
    odd = _OddLines(text, lines, layout.separator or "")
    if quotes is not None:
        odd.read_rows(quotes.are_odd)
        good &= ~odd.are_taken
    starts: dict[int, Numbers] = {}
    lengths: dict[int, Numbers] = {}
    foreign = np.zeros(len(good), dtype=np.bool_)
    if layout.separator is None and text.has_foreign_blanks:
        # any of them would stand between cells
        foreign[np.searchsorted(lines.ends, np.flatnonzero(piece >= _FOREIGN))] = True
    rows = np.flatnonzero(good)
    for column in wanted:
        first, behind = found_cells.bounds(rows, column)
        if quotes is not None:
            quoted = (first < behind) & (piece[first] == ord(_QUOTE))
            first += quoted
            behind -= quoted
        foreign[rows] |= _without_blanks(piece, first, behind, foreign_too=text.has_foreign_blanks)
        starts[column], lengths[column] = first + np.int32(lines.begin), behind - first
    found = Cells(odd.numbers[rows], odd.begins[rows], odd.ends[rows], starts, lengths, [])
    if foreign.any():
        found = found.only(~foreign[rows])
    listed = odd.listed((~good | foreign) & ~odd.are_taken)
    return found._replace(odd=listed, behind=odd.behind)


class _OddLines:
    """Lines that could not be cut, and rows that are read with their quotes.

    Args:
        text: of the table.
        lines: the lines.
        separator: what stands between cells.

    Attributes:
        numbers: of the lines.
        begins: where they begin.
        ends: where they end.
        are_taken: which belong to rows that were read, or cannot be read.
        behind: the first line behind all of these; None behind the last.
    """

    def __init__(self, text: PlainText, lines: _Lines, separator: str) -> None:
        self._text, self._separator = text, separator
        self.numbers = np.arange(len(lines.ends), dtype=np.int32) + np.int32(lines.number)
        self.begins = lines.starts + np.int32(lines.begin)
        self.ends = lines.ends + np.int32(lines.begin)
        self.are_taken = np.zeros(len(lines.ends), dtype=np.bool_)
        self._rows: list[Line] = []
        last = Line(int(self.numbers[-1]), 0, int(self.ends[-1]))
        self.behind: Line | None = last.behind

    def read_rows(self, which: Flags) -> None:
        """Read the rows that begin with some of the lines, if no earlier row has taken these."""
        behind = 0
        for at in np.flatnonzero(which).tolist():
            if at < behind:
                continue
            line = Line(int(self.numbers[at]), int(self.begins[at]), 0)
            row = self._text.row_at(line, self._separator)
            self._rows.append(row)
            behind = at + row.many
            self.are_taken[at:behind] = True
            if row.problem:
                self.are_taken[at:] = True
                self.behind = None
                break
            if behind > len(self.ends):
                self.behind = row.behind

    def listed(self, which: Flags) -> list[Line]:
        """Return these lines and all rows that were read."""
        columns = (self.numbers[which], self.begins[which], self.ends[which])
        lines = map(Line, *(column.tolist() for column in columns))
        return [*lines, *self._rows]


def _without_blanks(piece: Bytes, first: Numbers, behind: Numbers, *, foreign_too: bool) -> Flags:
    """Move begins and ends over the blanks around cells; return of which that cannot be done."""
    which = np.flatnonzero((first < behind) & _IS_BLANK[piece[first]])
    for _ in range(_BLANKS):
        if not len(which):
            break
        first[which] += 1
        which = which[(first[which] < behind[which]) & _IS_BLANK[piece[first[which]]]]
    odd = np.zeros(len(first), dtype=np.bool_)
    odd[which] = True
    which = np.flatnonzero((first < behind) & _IS_BLANK[piece[behind - 1]])
    for _ in range(_BLANKS):
        if not len(which):
            break
        behind[which] -= 1
        which = which[(first[which] < behind[which]) & _IS_BLANK[piece[behind[which] - 1]]]
    odd[which] = True
    if foreign_too:
        filled = first < behind
        odd |= filled & ((piece[first] >= _FOREIGN) | (piece[behind - 1] >= _FOREIGN))
    return odd


def whole(parts: Sequence[Numbers]) -> Numbers:
    """Return the numbers of all parts."""
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)
