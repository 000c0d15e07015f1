"""A printed page keeps a small table in one piece: the lines on which people sign were cut off from their heading."""

from __future__ import annotations

from pathlib import Path

import pytest

from changeflow.render.markup import Markup
from changeflow.render.page import page
from changeflow.render.sheet import Rows, Section, Sheet, html
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


def test_a_printed_table_breaks_digests_and_no_words(tmp_path: Path) -> None:
    program = installed()
    if program is None:
        pytest.skip("no browser")
    digest = "sha256:" + "0" * 64
    rows = tuple(("implementation", "submitted", digest, "Put the new version live " * 8) for _ in range(3))
    sheet = Sheet("Release", "", (Section("Steps", (Rows(("Part", "State", "Digest", "Step"), rows),)),), dense=True)
    file = tmp_path / "page.html"
    file.write_text(html(sheet, "en"), encoding="utf-8")
    with browsing(program, tmp_path / "browser") as browser:
        opened = browser.page()
        opened.open(file)
        opened.ask("Emulation.setEmulatedMedia", media="print")
        # a page of A4 between its margins
        opened.ask("Emulation.setDeviceMetricsOverride", width=688, height=1000, deviceScaleFactor=1, mobile=False)
        lines = "[...document.querySelectorAll('tbody tr:first-child td span')].map((one) => one.getClientRects().length)"
        part, state, long, step = opened.does(lines)
        fits = opened.does("document.documentElement.scrollWidth <= 688")
    assert (part, state) == (1, 1)
    assert long > 1
    assert step > 1
    assert fits
