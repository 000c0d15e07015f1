"""The line that a finding is about: the mark stands under the place, whatever the line and the terminal are like."""

from __future__ import annotations

import pytest

from changeflow.render.excerpt import excerpt
from changeflow.render.lines import spelt
from changeflow.render.table import cells

WIDTHS = (None, 20, 40, 80, 139)
LINES = {
    "plain": "abcdefghij" * 1_000,
    "wide": "变更申请单与回退计划" * 1_000,
    "mixed": "key: 标题\t值 x " * 714,
    "tabs": "\t\ta: b\t" * 1_250,
    "hidden": "a\u200bb\x07c" * 2_000,
    "stacked": "e\u0301" * 5_000,
}


def shown_at_mark(line: str, column: int, width: int | None) -> tuple[str, str]:
    """Return the line as it is shown, and what stands above the mark."""
    shown, mark = excerpt(line, 7, column, width)
    place = mark.index("^")
    assert shown.index("|") == mark.index("|")
    at = 0
    for index, character in enumerate(shown):
        # a character that takes no cell belongs to the one before it
        if at == place and cells(character):
            return shown, shown[index:]
        at += cells(character)
    return shown, ""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", LINES)
def test_the_mark_stands_under_the_place_and_no_line_is_wider_than_the_terminal(name: str, width: int | None) -> None:
    line = LINES[name]
    columns = [1, 2, 39, 54, 56, 399, 400, 401, 412, 5_000, len(line) - 1, len(line), len(line) + 1]
    columns += [len(line) * step // 23 + 1 for step in range(23)]
    for column in columns:
        if "\u0301" in line[column - 1 : column]:
            # nobody can point at half a character
            continue
        shown, above = shown_at_mark(line, column, width)
        meant = spelt(line[column - 1 : column + 3])
        assert above.startswith(meant), (name, column)
        room = 110 + len("     7 | ") if width is None else max(40, width)
        assert cells(shown) <= room


@pytest.mark.parametrize("width", WIDTHS)
def test_as_much_is_shown_as_there_is_room_for(width: int | None) -> None:
    for name in ("plain", "wide"):
        line = LINES[name]
        for column in (1, 5_000, len(line)):
            room = min(119, 119 if width is None else max(40, width))
            assert cells(excerpt(line, 7, column, width)[0]) >= room - 3, (name, column)


def test_an_ellipsis_says_on_which_side_something_is_left_out() -> None:
    line = "x" * 1_000
    first, middle, last = (excerpt(line, 1, column)[0].partition(" | ")[2] for column in (1, 500, 1_000))
    assert (first[0], first[-1]) == ("x", "…")
    assert (middle[0], middle[-1]) == ("…", "…")
    assert (last[0], last[-1]) == ("…", "x")


@pytest.mark.parametrize("line", ["", "a", "标题: x", "x" * 110])
def test_a_line_with_room_for_it_is_shown_as_it_is(line: str) -> None:
    for column in (0, 1, len(line) + 1):
        shown, mark = excerpt(line, 1, column)
        assert shown == f"     1 | {line}"
        assert cells(mark) == len("     1 | ") + cells(line[: max(0, column - 1)]) + 1
