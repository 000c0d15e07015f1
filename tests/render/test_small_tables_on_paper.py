"""A printed page keeps a small table in one piece: the lines on which people sign were cut off from their heading."""

from __future__ import annotations

from pathlib import Path

import pytest

from changeflow.render.markup import Markup
from changeflow.render.page import page
from tests.browser import browsing, installed


def table(rows: int) -> Markup:
    return Markup("<table><tbody>{}</tbody></table>").format(Markup("<tr><td>-</td></tr>") * rows)


def test_tables_of_few_rows_stay_in_one_piece_and_long_ones_are_divided(tmp_path: Path) -> None:
    program = installed()
    if program is None:
        pytest.skip("no browser")
    file = tmp_path / "page.html"
    file.write_text(page("A paper", table(2) + table(4) + table(50)), encoding="utf-8")
    with browsing(program, tmp_path / "browser") as browser:
        opened = browser.page()
        opened.open(file)
        opened.ask("Emulation.setEmulatedMedia", media="print")
        found = opened.does("[...document.querySelectorAll('table')].map((one) => getComputedStyle(one).breakInside)")
    assert found == ["avoid", "avoid", "auto"]
