"""Markup takes its templates apart once, and says what markupsafe says."""

# ruff: noqa: S704 - markup is made of texts on purpose here

from __future__ import annotations

from typing import Any

import markupsafe
import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.render.escape import html
from changeflow.render.markup import Markup, escaped

TEXTS = st.one_of(st.text(), st.sampled_from(["<b>", "{}", "{0}", "a & b", "'\""]))
VALUES = st.one_of(TEXTS, TEXTS.map(markupsafe.Markup), TEXTS.map(Markup), st.integers(), st.none(), st.booleans())


@given(st.lists(st.sampled_from(["<p>", "</p>", "{}", " ", "变更", "&", "\n"]), max_size=8).map("".join), st.lists(VALUES, max_size=8))
def test_a_template_gives_what_markupsafe_gives(template: str, values: list[Any]) -> None:
    fields = template.count("{}")
    given_values = [*values, *[""] * fields]
    expected = markupsafe.Markup(template).format(*given_values)
    found = Markup(template).format(*given_values[:fields])
    assert found == expected == Markup(template).format(*given_values)
    assert isinstance(found, Markup)


@pytest.mark.parametrize(
    ("template", "values", "named"),
    [
        ("<p>{name}</p>", (), {"name": "<b>"}),
        ("{0}{0}", ("<",), {}),
        ("{{}} {}", ("<",), {}),
        ("{!r}", ("<",), {}),
        ("{:>5}", ("<",), {}),
        ("{}", ("<", "more"), {}),
    ],
)
def test_other_templates_are_left_to_markupsafe(template: str, values: tuple[str, ...], named: dict[str, str]) -> None:
    expected = markupsafe.Markup(template).format(*values, **named)
    assert Markup(template).format(*values, **named) == expected
    assert "<b>" not in expected


@pytest.mark.parametrize("template", ["{", "}", "{} {}", "{name}"])
def test_a_template_without_its_values_is_refused(template: str) -> None:
    with pytest.raises((ValueError, IndexError, KeyError)):
        Markup(template).format("one")


def test_text_and_what_is_marked_stay_apart_when_both_were_seen() -> None:
    text = "<b>both</b>"
    for _ in range(2):
        assert html(text) == "&lt;b&gt;both&lt;/b&gt;"
        assert html(Markup(text)) == html(markupsafe.Markup(text))
        assert escaped(Markup(text)) == text
