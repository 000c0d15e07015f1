"""Tables and lists cut into cells by numpy: many lines at a time, no string for each.

A line whose cells cannot be told like this is odd, and handed out as it is: the reader of every table
(`delimited`) says what it means. Of lines with quotes, those are cut in which each quote begins or
ends a cell; all others are odd, and one of them may go on in the next line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from changeflow.cmdb_sources.cell_bounds import (
    LinesOfPiece,
    QuotesOfLines,
    SeparatedCells,
    WordCells,
    without_blanks,
    without_returns,
)
from changeflow.cmdb_sources.plain_text import FOREIGN, QUOTE, Line, NotPlainError, PlainText

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from changeflow.cmdb.wide_words import Numbers

    Flags = NDArray[np.bool_]

_LINE_END: Final = ord("\n")
# bytes that are cut into lines at a time
_AT_ONCE: Final = 16 * 1_024 * 1_024
# bytes of one line; a longer one may hold a cell that is too long for a table
_LINE: Final = 1_024 * 1_024


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
        cells = _cells(text, LinesOfPiece(line.begin, line.number, starts, ends), layout, wanted)
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


def _cells(text: PlainText, lines: LinesOfPiece, layout: Layout, wanted: Sequence[int]) -> Cells:
    size = int(lines.ends[-1]) + 1
    piece = text.data[lines.begin : lines.begin + size]
    found_cells: SeparatedCells | WordCells
    quotes: QuotesOfLines | None = None
    if layout.separator is None:
        found_cells = WordCells(piece, lines)
    else:
        within = lines
        if layout.has_quotes and text.raw.find(QUOTE, lines.begin, lines.begin + size) >= 0:
            within = without_returns(piece, lines)
            quotes = QuotesOfLines(piece, within, layout.separator)
        found_cells = SeparatedCells(piece, within, layout.separator, quotes)
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
        foreign[np.searchsorted(lines.ends, np.flatnonzero(piece >= FOREIGN))] = True
    rows = np.flatnonzero(good)
    for column in wanted:
        first, behind = found_cells.bounds(rows, column)
        if quotes is not None:
            quoted = (first < behind) & (piece[first] == ord(QUOTE))
            first += quoted
            behind -= quoted
        foreign[rows] |= without_blanks(piece, first, behind, foreign_too=text.has_foreign_blanks)
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

    def __init__(self, text: PlainText, lines: LinesOfPiece, separator: str) -> None:
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


def whole(parts: Sequence[Numbers]) -> Numbers:
    """Return the numbers of all parts."""
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)
