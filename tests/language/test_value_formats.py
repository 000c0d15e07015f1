"""How messages show values, and how much of a value a finding keeps."""

from __future__ import annotations

import pytest

from changeflow.language.reader import MACHINE
from changeflow.language.value_formats import shown
from changeflow.model.phrases import kept, quoted


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("you", "`you`"),
        ("you ", '`"you "`'),
        (" you", '`" you"`'),
        ("a  b", '`"a  b"`'),
        ("you\t", '`"you\\t"`'),
        ("you\u3000", '`"you\\u3000"`'),
        ("you\n", '`"you\\n"`'),
        ("two\nlines", "`two lines`"),
    ],
)
def test_spaces_that_make_a_difference_are_seen(value: str, expected: str) -> None:
    assert shown(value, MACHINE) == expected


@pytest.mark.parametrize(
    "value",
    ["x" * 60, "x" * 61, "x" * 70_000, "w" * 60 + " z", "w" * 61 + " z", "y" * 59 + " " * 9 + "z", "a\n" * 90, " " + "x" * 60, "a" + " " * 80 + "b"],
)
def test_a_finding_keeps_as_much_of_a_text_as_is_shown_of_it(value: str) -> None:
    assert quoted(kept(value)) == quoted(value)
    assert len(kept(value)) <= 62


def test_of_a_list_or_mapping_a_finding_keeps_only_that_it_is_one() -> None:
    assert kept({"a": 1}) == {}
    assert kept(["a"] * 9) == []
    assert (kept(None), kept(1.5), kept(True)) == (None, 1.5, True)
