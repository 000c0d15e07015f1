"""One definition of what is hidden, for documents, names, pages and terminals."""

from __future__ import annotations

import json
import unicodedata

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from changeflow.documents.loader import load
from changeflow.model.characters import (
    hidden_in,
    invisible,
    one_line,
    plain_line,
    visible,
    yaml_quoted,
)
from changeflow.model.paths import uncanonical
from changeflow.release.step_output import Output
from changeflow.render.escape import spelled
from changeflow.render.lines import spelt

# One of each sort: they drive a terminal, turn text round, or take no room at all.
HIDDEN = [
    "\x00", "\x1b", "\x07", "\x7f", "\x9b", "\x85", "\xad", "\u034f", "\u0600", "\u061c", "\u115f", "\u1160", "\u17b4", "\u180b", "\u180e",
    "\u200b", "\u200c", "\u200d", "\u200e", "\u202e", "\u2028", "\u2029", "\u2060", "\u2066", "\u206a", "\u2800", "\u3164", "\ufdd0",
    "\ufe00", "\ufe0e", "\ufe0f", "\ufeff", "\uffa0", "\ufff9", "\ufffe", "\ud800", "\udcff", "\U000110bd", "\U00013430", "\U0001bca0",
    "\U0001d173", "\U0001fffe", "\U000e0001", "\U000e0041", "\U000e007f", "\U000e0100", "\U000e0fff", "\U0010ffff",
]  # fmt: skip
WRITING = {
    "a family of four pictures": "👨‍👩‍👧‍👦",
    "a picture with a colour of skin": "👩🏽‍⚕️",
    "a flag of two pictures": "🏳️‍🌈",
    "a sign made an emoji": "⚠️ Read this first",
    "a key": "1️⃣",
    "Persian": "می‌خواهم",
    "Hindi": "क्‍ष",
    "Bengali": "র‍্য",
    "a Chinese variant": "葛\U000e0100城",
    "Mongolian": "ᠨᠢ\u180bᠭ",
    "Chinese with its own spaces": "升级　支付系统，今晚",
    "accents that combine": "e\u0301",
    "a space that does not break": "5\u00a0minutes",
}


@pytest.mark.parametrize("character", HIDDEN, ids=lambda character: f"U+{ord(character):04X}")
def test_every_place_has_the_same_opinion_of_a_hidden_character(character: str) -> None:
    text = f"a{character}b"
    assert [found for _, found in hidden_in(text)] == [character]
    assert character not in visible(text)
    assert character not in spelled(text)
    assert character not in spelt(text)
    assert uncanonical(f"docs/{text}") is not None
    if not 0xD800 <= ord(character) <= 0xDFFF:
        assert character not in Output().feed(f"{text}\n".encode())[0]
        assert "yaml-character" in {one.rule for one in load(f"a: {text}\n".encode(), "x.yaml").findings}


@pytest.mark.parametrize("text", WRITING.values(), ids=WRITING)
def test_what_people_write_with_joiners_and_selectors_stays_as_it_is(text: str) -> None:
    assert visible(text) == text
    assert plain_line(text)
    assert not load(f"a: {text}\n".encode(), "x.yaml").findings


@pytest.mark.parametrize(
    "text",
    [
        "pass\u200dword",
        "支\u200d付",
        "\u200d👩",
        "👩\u200d",
        "a\ufe0f",
        "👩\ufe0f\ufe0f",
        "م\u200c",
        "क\u200dष",
        "支\U000e0100\U000e0101",
    ],
)
def test_a_joiner_or_selector_that_shapes_nothing_is_hidden(text: str) -> None:
    assert len(list(hidden_in(text))) == 1


def test_every_control_format_and_separator_character_of_unicode_is_hidden() -> None:
    kept = [
        character
        for character in map(chr, range(0x110000))
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and not any(hidden_in(f"a{character}b"))
    ]
    assert kept == ["\t", "\n"]


def test_a_carriage_return_ends_a_line_of_a_document_and_drives_a_terminal() -> None:
    assert not list(hidden_in("a\r\nb"))
    assert list(hidden_in("a\rb")) == [(1, "\r")]
    assert visible("a\r\nb") == "a\\u000d\nb"


def test_no_use_of_a_joiner_is_legitimate_in_a_name() -> None:
    assert invisible("👨‍👩‍👧.png")
    assert invisible("a\tb")
    assert not invisible("升级 计划.pdf")


@given(st.text(st.sampled_from([*HIDDEN, "a", " ", "\n", "\t", "\r", "支", "👩", "م", "क", "\u094d", "1", '"', "\\"])))
def test_what_is_made_visible_hides_nothing_and_stays_so(text: str) -> None:
    shown = visible(text)
    assert not list(hidden_in(shown))
    assert visible(shown) == shown
    assert "\n" not in one_line(text)
    assert not list(hidden_in(one_line(text)))


@given(st.text(st.sampled_from([*HIDDEN, "a", "支", '"', "\\", "\n"])))
def test_json_that_was_made_visible_says_the_same(text: str) -> None:
    assert json.loads(visible(json.dumps([text], ensure_ascii=False))) == json.loads(json.dumps([text]))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_quoted_for_yaml_a_text_is_one_visible_line_that_says_the_same(text: str) -> None:
    scalar = yaml_quoted(text)
    assert plain_line(scalar)
    assert yaml.safe_load(scalar) == text
