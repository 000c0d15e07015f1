"""Where the cells of many lines begin and end, found by numpy: between separators, or blanks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from changeflow.cmdb_sources.plain_text import FOREIGN, QUOTE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from changeflow.cmdb.wide_words import Bytes, Numbers

    Flags = NDArray[np.bool_]

_RETURN: Final = ord("\r")
# blanks at one side of a cell that are taken off here
_BLANKS: Final = 64
_IS_BLANK: Final = np.array([chr(code).isspace() and code < FOREIGN for code in range(256)])


class LinesOfPiece(NamedTuple):
    """Lines of one piece: where it begins, the number of its first line, begins and ends in it."""

    begin: int
    number: int
    starts: Numbers
    ends: Numbers


class SeparatedCells:
    """Cells between separators.

    Args:
        piece: the bytes of some lines.
        lines: the lines.
        separator: what stands between cells.
        quotes: of the lines, where these are about cells.

    Attributes:
        many: how many cells each line has.
    """

    def __init__(
        self, piece: Bytes, lines: LinesOfPiece, separator: str, quotes: QuotesOfLines | None
    ) -> None:
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


class WordCells:
    """Cells between blanks; see `SeparatedCells`."""

    def __init__(self, piece: Bytes, lines: LinesOfPiece) -> None:
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


class QuotesOfLines:
    """Quotes in some lines.

    Args:
        piece: the bytes of the lines.
        lines: the lines.
        separator: what stands between cells.

    Attributes:
        are_odd: which lines have a quote that does not begin or end a cell.
    """

    def __init__(self, piece: Bytes, lines: LinesOfPiece, separator: str) -> None:
        self._places = np.flatnonzero(piece == ord(QUOTE)).astype(np.int32)
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

    def outside(self, signs: Numbers, lines: LinesOfPiece) -> Numbers:
        """Return the separators that do not stand within quotes."""
        line = np.searchsorted(lines.ends, signs)
        found: Numbers = signs[(np.searchsorted(self._places, signs) - self._before[line]) % 2 == 0]
        return found


def without_returns(piece: Bytes, lines: LinesOfPiece) -> LinesOfPiece:
    """Return lines whose ends lie before a carriage return."""
    returned = (lines.ends > lines.starts) & (piece[lines.ends - 1] == _RETURN)
    return lines._replace(ends=lines.ends - returned.astype(np.int32))


def without_blanks(piece: Bytes, first: Numbers, behind: Numbers, *, foreign_too: bool) -> Flags:
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
        odd |= filled & ((piece[first] >= FOREIGN) | (piece[behind - 1] >= FOREIGN))
    return odd
