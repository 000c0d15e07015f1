"""Columns of text that line up, also with Chinese, Japanese and Korean characters of two cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from changeflow.model.late_pattern import LatePattern

# letters of Europe, dashes, quotes, the ellipsis and arrows: a cell each
_NARROW: Final = LatePattern(r"[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u2193]*")


def cells(text: str) -> int:
    """Count the cells of a terminal that a line takes.

    The tables of Unicode are imported for text that is not narrow at a glance.
    """
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


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of at most this many cells; a word that is longer has its own line.

    Chinese, Japanese and Korean text may be broken between any two characters, but no line begins
    with a mark that ends something, or ends with one that begins something.
    """
    if cells(text) <= width and "\n" not in text:
        return [text] if text.strip() else []
    lines: list[str] = []
    line, used = "", 0
    for piece in _with_their_marks(_pieces_of(text)):
        if line and used + cells(piece) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
            used = cells(line)
        else:
            line, used = line + piece, used + cells(piece)
    return [*lines, line.rstrip()] if line.strip() else lines


def _with_their_marks(pieces: Iterable[str]) -> Iterator[str]:
    """Yield pieces, each with the punctuation that belongs to it."""
    held = ""
    for piece in pieces:
        if held and not piece.startswith(_NOT_FIRST) and not held.endswith(_NOT_LAST):
            yield held
            held = ""
        held += piece
    yield held


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
    room = max(width, _NARROWEST) - cells(lead)
    first, *rest = wrapped(said, room) or [""]
    return [(lead + first).rstrip(), *(" " * cells(lead) + line for line in rest)]


def folded(text: str, width: int | None) -> str:
    """Return a text whose long lines are broken at words, the rest of each further to the right."""
    if width is None:
        return text
    lines = []
    for line in text.split("\n"):
        lead = line[: len(line) - len(line.lstrip())]
        if cells(line) <= max(width, _NARROWEST):
            lines.append(line)
            continue
        room = max(width, _NARROWEST) - cells(lead) - len(_DEEPER)
        first, *rest = wrapped(line, room + len(_DEEPER))
        lines.append(lead + first)
        for more in wrapped(" ".join(rest), room):
            lines.append(lead + _DEEPER + more)
    return "\n".join(lines)


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
