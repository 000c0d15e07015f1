"""Columns of text that line up, also with Chinese, Japanese and Korean characters of two cells."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, zip_longest
from typing import Final

from changeflow.model.late_pattern import LatePattern

# letters of Europe, dashes, quotes, the ellipsis and arrows: a cell each
_NARROW: Final = LatePattern(r"[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u2193]*")


# What says a colour within a text, and takes no cell. A document cannot know it, so no text of one
# has colours.
_MARK: Final = f"<{os.urandom(12).hex()}:"
MARKS: Final = LatePattern(rf"{_MARK}([a-z]+);")
_CHARACTERS: Final = LatePattern(rf"(?:{_MARK}[a-z]+;)*(?:.|$)", re.DOTALL)


def mark(style: str) -> str:
    """Return the mark at which a colour begins."""
    return f"{_MARK}{style};"


def unpainted(text: str) -> str:
    """Return a text without the marks of colours."""
    return MARKS.compiled.sub("", text) if _MARK in text else text


def _in_characters(text: str) -> list[str]:
    """Return the characters of a text, each with the marks before it."""
    return [found[0] for found in _CHARACTERS.finditer(text)]


def cells(text: str) -> int:
    """Count the cells of a terminal that a line takes; colours take none.

    The tables of Unicode are imported for text that is not narrow at a glance.
    """
    text = unpainted(text)
    if text.isascii() or _NARROW.fullmatch(text):
        return len(text)
    import wcwidth

    # -1 where a character moves the cursor
    whole = wcwidth.wcswidth(text)
    return whole if whole >= 0 else sum(map(_cells, text))


def _cells(character: str) -> int:
    """Count the cells of a character; none for one that moves the cursor."""
    if character.isascii() or _NARROW.fullmatch(character):
        return 1
    import wcwidth

    return max(0, wcwidth.wcwidth(character))


def shortened(text: str, most: int) -> str:
    """Return the text, or its beginning with an ellipsis, in at most this many cells."""
    if cells(text) <= most:
        return text
    kept = ""
    for character in text:
        if cells(kept + character) > most - 1:
            break
        kept += character
    return kept.rstrip() + "…"


# before the rest of a line that was broken
_DEEPER: Final = "    "
# punctuation that belongs to what stands before it, and to what stands behind it
_NOT_FIRST: Final = tuple("，。、；：！？）》」』】”’")
_NOT_LAST: Final = tuple("（《「『【“‘")


def wrapped(
    text: str, width: int, first: int | None = None, *, whole_words: bool = False
) -> list[str]:
    """Return a text in lines of at most this many cells; only a word that is longer is broken.

    Chinese, Japanese and Korean text may be broken between any two characters, but no line begins
    with a mark that ends something, or ends with one that begins something.

    Args:
        text: what is broken.
        width: cells of a line.
        first: cells of the first line, where it has another width.
        whole_words: let a longer word, such as a path that is copied, stand out of its line.
    """
    room = width if first is None else first
    if cells(text) <= room and "\n" not in text:
        return [text] if text.strip() else []
    lines: list[str] = []
    line, used = "", 0
    pieces = _with_their_marks(_pieces_of(text))
    for piece in pieces if whole_words else _no_wider(pieces, min(width, room)):
        if line and used + cells(piece) > room:
            lines.append(line.rstrip())
            room = width
            line = piece.lstrip()
            used = cells(line)
        else:
            line, used = line + piece, used + cells(piece)
    return [*lines, line.rstrip()] if line.strip() else lines


def _with_their_marks(pieces: Iterable[str]) -> Iterator[str]:
    """Yield pieces, each with the punctuation that belongs to it."""
    held = ""
    for piece in pieces:
        shown = unpainted(piece)
        begins = shown and not shown.startswith(_NOT_FIRST)
        if held and begins and not held.endswith(_NOT_LAST):
            yield held
            held = ""
        held += piece
    yield held


def _no_wider(pieces: Iterable[str], width: int) -> Iterator[str]:
    """Yield pieces; one that is wider than a line in several."""
    for piece in pieces:
        if cells(piece.strip()) <= width:
            yield piece
            continue
        part, used = "", 0
        for character in _in_characters(piece):
            if part and used + cells(character) > width:
                yield part
                part, used = "", 0
            part, used = part + character, used + cells(character)
        yield part


def _pieces_of(text: str) -> Iterator[str]:
    """Yield the pieces between which a text may be broken, each with the space before it."""
    word = ""
    for character in " ".join(text.split()):
        if character == " ":
            yield word
            word = " "
        elif _cells(character) > 1:
            # after a wide character a line may be broken, and before it
            if word.strip():
                yield word
                word = ""
            yield word + character
            word = ""
        else:
            word += character
    yield word


# cells that are used at least, however narrow the terminal is
_NARROWEST: Final = 40


def beside(lead: str, said: str, width: int | None) -> list[str]:
    """Return a text beside what stands before it, broken into lines that begin below each other.

    Without a width it is one line.
    """
    if width is None:
        return [lead + said]
    width = max(width, _NARROWEST)
    indent = cells(lead)
    if width - indent < longest(said) <= width:
        # a word needs the room: the text begins below its lead
        indent = max(0, width - longest(said))
        said = said if lead.strip() else said.lstrip()
        below = [" " * indent + line for line in wrapped(said, width - indent)]
        return [lead.rstrip(), *below] if lead.strip() else below
    first, *rest = wrapped(said, width - indent) or [""]
    return [(lead + first).rstrip(), *(" " * indent + line for line in rest)]


def longest(text: str) -> int:
    """Return the cells of the longest piece of a text that is not broken."""
    pieces = _with_their_marks(_pieces_of(text))
    return max((cells(piece.strip()) for piece in pieces), default=0)


def folded(text: str, width: int | None) -> str:
    """Return a text whose long lines are broken at words, the rest of each further to the right."""
    if width is None:
        return text
    lines: list[str] = []
    for line in text.split("\n"):
        lead = line[: len(line) - len(line.lstrip())]
        lines += hanging(line, max(width, _NARROWEST), lead, _DEEPER)
    return "\n".join(lines)


def hanging(said: str, width: int, indent: str, deeper: str) -> Iterator[str]:
    """Yield a text broken into lines, those after the first further to the right."""
    if cells(indent + said.lstrip()) <= width:
        yield (indent + said.lstrip()).rstrip()
        return
    room = cells(indent + deeper)
    if width - room < longest(said) <= width:
        # less where a word needs the room
        room = width - longest(said)
    first, *rest = wrapped(said, width - room, width - cells(indent)) or [""]
    yield indent + first
    for line in rest:
        yield " " * room + line


def padded(text: str, width: int) -> str:
    """Return the text with spaces behind it, at least one, up to a number of cells."""
    return text + " " * max(1, width - cells(text))


def columns(rows: Sequence[Sequence[str]], indent: int = 0) -> list[str]:
    """Pad cells to the widest of their column, two spaces apart, without trailing spaces."""
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        line = " " * indent
        for cell, width in zip(row, widths, strict=True):
            line += cell + " " * (width - cells(cell) + 2)
        lines.append(line.rstrip())
    return lines


# cells up to which a cell is never broken, and those that a broken one has at least
_SHORT: Final = 30
_FOLDED: Final = 24


def grid(rows: Sequence[Sequence[str]], width: int | None, indent: int = 0) -> list[str]:
    """Return rows whose cells line up; in lines of at most so many cells, where a width is given.

    Long cells are broken at words. Where that is not enough, the last columns stand below the
    others.
    """
    return list(chain.from_iterable(grid_rows(rows, width, indent)))


def grid_rows(rows: Sequence[Sequence[str]], width: int | None, indent: int = 0) -> list[list[str]]:
    """Return the lines of each row of `grid`."""
    if width is None or not rows:
        return [[line] for line in columns(rows, indent)]
    width = max(width, _NARROWEST)
    found = [width - indent]
    for kept in range(len(rows[0]), 0, -1):
        widths = _widths([row[:kept] for row in rows], width - indent)
        if widths is not None:
            found = widths
            break
    return [list(_row_lines(row, found, width, indent)) for row in rows]


def _widths(rows: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """Return the cells of each column, the widest ones narrowed; None where there is no room."""
    by_column = list(zip(*rows, strict=True))
    widths = [max(map(cells, column)) for column in by_column]
    least = list(map(_least, by_column, widths))
    over = sum(widths) + 2 * (len(widths) - 1) - room
    while over > 0:
        spare, column = max((have - least[at], at) for at, have in enumerate(widths))
        if spare == 0:
            return None
        widths[column] -= 1
        over -= 1
    return widths


def _least(column: Sequence[str], natural: int) -> int:
    if natural <= _SHORT:
        return natural
    return min(natural, max(_FOLDED, *map(longest, column)))


def _row_lines(row: Sequence[str], widths: Sequence[int], width: int, indent: int) -> Iterator[str]:
    beside_each_other = [wrapped(cell, most) for cell, most in zip(row, widths, strict=False)]
    for parts in zip_longest(*beside_each_other, fillvalue=""):
        line = " " * indent
        for part, most in zip(parts, widths, strict=True):
            line += part + " " * (most - cells(part) + 2)
        yield line.rstrip()
    below = "  ".join(cell for cell in row[len(widths) :] if cell.strip())
    lead = " " * indent + _DEEPER
    for part in wrapped(below, width - len(lead)):
        yield lead + part
