"""How messages show values."""

from __future__ import annotations

import pytest

from changeflow.documents.shown import shown


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
    assert shown(value) == expected
