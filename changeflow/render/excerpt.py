"""A line of a document with a mark under the place that a finding is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from changeflow.render.lines import spelt

# cells of a line that are shown around the place, where there is room for them
WIDTH: Final = 110
# cells that are used of a terminal, however narrow it is
_NARROWEST: Final = 40
# characters of which each takes no cell, at most so many to a cell
_STACKED: Final = 4
_CUT: Final = "…"


def excerpt(line: str, number: int, column: int, width: int | None = None) -> list[str]:
    """Render a line with a caret below a column; of a long line the part around it.

    Args:
        line: the whole line, as it stands in the file.
        number: of the line.
        column: the character that is meant, counted from 1.
        width: cells of the terminal; None elsewhere.
    """
    lead = f"  {number:>4} | "
    room = WIDTH
    if width is not None:
        room = min(room, max(width, _NARROWEST) - len(lead))
    place = max(0, column - 1)
    before, after = _around(line[:place], line[place:], room)
    return [
        f"{lead}{before}{after}",
        f"{' ' * (len(lead) - 2)}| {' ' * _cells(before)}^",
    ]


def _around(before: str, after: str, room: int) -> tuple[str, str]:
    """Return what is shown before a place and from it on, in at most so many cells."""
    if len(before) + len(after) <= room * _STACKED:
        whole = spelt(before), spelt(after)
        if _cells("".join(whole)) <= room:
            return whole
    # with an ellipsis on both sides
    room -= 2 * len(_CUT)
    behind = _fitting(after, room)
    shown = _fitting(reversed(before), max(room // 2, room - _cells("".join(behind))))
    behind = _fitting(after, room - _cells("".join(shown)))
    left = _CUT if len(shown) < len(before) else ""
    right = _CUT if len(behind) < len(after) else ""
    return left + "".join(reversed(shown)), "".join(behind) + right


def _fitting(characters: Iterable[str], room: int) -> list[str]:
    """Return the first characters, spelt, that fit into so many cells."""
    found: list[str] = []
    for character in characters:
        written = spelt(character)
        room -= _cells(written)
        if room < 0 or len(found) > WIDTH * _STACKED:
            break
        found.append(written)
    return found


def _cells(text: str) -> int:
    if text.isascii():
        return len(text)
    from changeflow.render.table import cells

    return cells(text)
