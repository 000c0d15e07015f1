"""Tables and lists without quotes, cut into cells by numpy: many lines at a time, no string for each.

A line whose cells cannot be told like this is odd, and handed out as it is: the reader of every table
(`delimited`) says what it means.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from changeflow.cmdb.wide_words import WORD
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


class PlainText:
    """The text of a file in which every line end ends a row.

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

    def lines(self, number: int = 1, begin: int = 0) -> Iterator[Line]:
        """Yield the lines, one by one.

        Args:
            number: of the first one.
            begin: where it begins.
        """
        while begin < self.size:
            end = self.raw.index(b"\n", begin)
            yield Line(number, begin, end)
            number, begin = number + 1, end + 1


class Line(NamedTuple):
    """A line: its number, and where it begins and ends."""

    number: int
    begin: int
    end: int


def plain_text(file: SourceFile, limit: int, refused: bytes = b"") -> PlainText:
    """Return the text of a file.

    Args:
        file: the file.
        limit: bytes that it may have.
        refused: a character that it may not have.

    Raises:
        NotPlainError: when it has that, or cannot be cut like this.
    """
    data = unpacked(file, limit)
    if isinstance(data, Finding) or data.startswith(_UTF16_MARKS):
        raise NotPlainError
    data = data.removeprefix(_UTF8_MARK)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    if b"\r" in data or b"\0" in data or (refused and refused in data):
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
        size: the bytes of all of them.
    """

    lines: Numbers
    begins: Numbers
    ends: Numbers
    starts: dict[int, Numbers]
    lengths: dict[int, Numbers]
    odd: list[Line]
    size: int = 0

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
    """

    separator: str | None
    columns: int
    is_ragged: bool = False


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
    line, begin = behind.number, behind.begin
    while begin < text.size:
        end = _end_of_lines(text, begin)
        piece = text.data[begin:end]
        ends = np.flatnonzero(piece == _LINE_END).astype(np.int32)
        starts = np.empty_like(ends)
        starts[:1] = 0
        starts[1:] = ends[:-1] + 1
        if int((ends - starts).max(initial=0)) > _LINE:
            raise NotPlainError
        yield _cells(text, _Lines(begin, line, starts, ends), layout, wanted)
        line += len(ends)
        begin = end


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

    Attributes:
        many: how many cells each line has.
    """

    def __init__(self, piece: Bytes, lines: _Lines, separator: str) -> None:
        self._lines = lines
        signs = np.flatnonzero(piece == ord(separator)).astype(np.int32)
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


def _cells(text: PlainText, lines: _Lines, layout: Layout, wanted: Sequence[int]) -> Cells:
    piece = text.data[lines.begin : lines.begin + int(lines.ends[-1]) + 1]
    found_cells: _Separated | _Words
    if layout.separator is None:
        found_cells = _Words(piece, lines)
    else:
        found_cells = _Separated(piece, lines, layout.separator)
    good = np.ones(len(lines.starts), dtype=np.bool_)
    if not layout.is_ragged:
        good = found_cells.many == layout.columns
    starts: dict[int, Numbers] = {}
    lengths: dict[int, Numbers] = {}
    foreign = np.zeros(len(good), dtype=np.bool_)
    if layout.separator is None and text.has_foreign_blanks:
        # any of them would stand between cells
        foreign[np.searchsorted(lines.ends, np.flatnonzero(piece >= _FOREIGN))] = True
    rows = np.flatnonzero(good)
    for column in wanted:
        first, behind = found_cells.bounds(rows, column)
        odd = _without_blanks(piece, first, behind, foreign_too=text.has_foreign_blanks)
        foreign[rows] |= odd
        starts[column], lengths[column] = first + np.int32(lines.begin), behind - first
    numbers = np.arange(len(good), dtype=np.int32) + np.int32(lines.number)
    begins, ends = lines.starts + np.int32(lines.begin), lines.ends + np.int32(lines.begin)
    bad = ~good | foreign
    listed = list(Cells(numbers, begins, ends, {}, {}, []).at(bad))
    found = Cells(numbers[rows], begins[rows], ends[rows], starts, lengths, [])
    if foreign.any():
        found = found.only(~foreign[rows])
    return found._replace(odd=listed, size=len(piece))


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
