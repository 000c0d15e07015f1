"""The cells that a text takes on a terminal are those that the tables of Unicode say."""

from __future__ import annotations

import pytest
import wcwidth
from hypothesis import given
from hypothesis import strategies as st

from changeflow.render.table import cells, padded


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFFF, exclude_categories=("Cc", "Cs"))))
def test_every_text_takes_the_cells_that_the_tables_say(text: str) -> None:
    said = wcwidth.wcswidth(text)
    assert said < 0 or cells(text) == said


@pytest.mark.parametrize("code", [*range(0xA1, 0x300), *range(0x2010, 0x2028), *range(0x2190, 0x2194)])
def test_a_character_that_is_not_looked_up_is_one_cell(code: int) -> None:
    assert cells(chr(code)) == max(0, wcwidth.wcwidth(chr(code)))


def test_chinese_takes_two_cells_and_a_mark_on_a_letter_none() -> None:
    assert [cells(text) for text in ("变更", "e\u0301", "a…b", "")] == [4, 1, 3, 0]
    assert padded("变更", 6) == "变更  "
