"""Strings in one table, found one by one and many at once."""

from __future__ import annotations

import pytest

from changeflow.cmdb.words import Words

TABLE = sorted((f"item-{number}" for number in range(100)), key=str.encode)


@pytest.mark.parametrize("asked", [["item-7"], TABLE, ["item-7", "nowhere", "", "item-70", "zz"] * 3, []])
def test_many_are_found_as_each_is(asked: list[str]) -> None:
    table = Words.of(TABLE)
    found = table.numbers_of(asked)
    assert found == {word: table.number_of(word) for word in asked}
    assert found == {word: TABLE.index(word) if word in TABLE else None for word in asked}
