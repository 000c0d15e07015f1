"""Columns of text that line up, also with Chinese, Japanese and Korean characters of two cells."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def cells(text: str) -> int:
    """Count the cells of a terminal that a line takes."""
    return sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


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
