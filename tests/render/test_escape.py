"""Text from documents stays text, whatever it contains."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from changeflow.render.escape import code_span, html, markdown, prose, spelled
from tests.examples import examples

HOSTILE = [
    "@org/team please approve", "closes #1", "GH-1 and org/repo#12", "see 0123456789abcdef0123456789abcdef01234567",
    "<details><summary>x", "![x](https://evil.example/p.png)", "[a](javascript:alert(1))", "<!-- marker -->", "a | b | c",
    "`code` and ``more``", "``` fence", "# heading", "- list", "1. list", "> quote", "***bold***", "a\nb\r\nc", "\u202egnp.exe",
    "zero\u200bwidth", "<script>alert(1)</script>", "\x1b]8;;https://x\x07link", "支付系统 升级", "https://evil.example", "www.evil.example",
    "=====", "a\\", "&lt;b&gt;", "$x$", "`", "``", " ", "~~gone~~", "PASS by CAB ✅", ":white_check_mark:", "$a b$", "\ud800", "\U000e0041",
]  # fmt: skip
anything = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60), st.text("`|*_#@<>[]()!\\&- \n1a.:/~$", max_size=40))


class Seen(HTMLParser):
    """Tags and text of a rendered page; text outside `<code>` apart."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text, self.prose, self.code = "", "", 0
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not attrs or all(name in ("style", "align") for name, _ in attrs), attrs
        self.code += tag == "code"

    def handle_endtag(self, tag: str) -> None:
        self.code -= tag == "code"

    def handle_data(self, data: str) -> None:
        self.text += data
        self.prose += "\0" if self.code else data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def rendered(source: str) -> Seen:
    return Seen(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(source))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", spelled(text)).strip()  # Markdown trims white space at the edge of a cell


@settings(max_examples=examples(500))
@given(text=anything)
def test_markdown_shows_the_text_and_formats_nothing(text: str) -> None:
    assert set(rendered(markdown(text)).tags) <= {"p", "code"}, "also at the beginning of a line"
    seen = rendered(f"Reason: {markdown(text)} end")
    assert set(seen.tags) <= {"p", "code"}
    assert squeezed(seen.text) == squeezed(f"Reason: {text} end")
    assert not re.search(r"@|#|://|www\.|(?<![a-z])GH-[0-9]|\$|:[a-z0-9_+-]+:", seen.prose, re.IGNORECASE), "a code host would make a reference of this"


@settings(max_examples=examples(500))
@given(text=anything)
def test_a_code_span_holds_the_whole_text(text: str) -> None:
    seen = rendered(f"Title: {code_span(text)} end")
    assert seen.tags == ["p", "code"]
    assert squeezed(seen.text) == squeezed(f"Title: {text} end")


@settings(max_examples=examples(500))
@given(text=anything, spell=st.sampled_from([markdown, code_span]))
def test_a_table_keeps_its_columns(text: str, spell: object) -> None:
    assert callable(spell)
    seen = rendered(f"| a | b |\n| --- | --- |\n| {spell(text)} | last |\n")
    assert seen.tags.count("td") == 2
    assert seen.tags.count("tr") == 2
    assert squeezed(seen.text.replace("\n", " ")) == squeezed(f" a b {text} last ")


@settings(max_examples=examples(300))
@given(text=anything)
def test_html_is_text_in_elements_and_attributes(text: str) -> None:
    element = Seen(f"<p>{html(text)}</p>")
    assert element.tags == ["p"]
    assert element.text == spelled(text)
    assert '"' not in html(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hidden_survives(text: str) -> None:
    for spell in (markdown, code_span, html):
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]", str(spell(text)))


def test_every_naughty_string_stays_text(shared_data: Path) -> None:
    for text in json.loads((shared_data / "blns.json").read_text("utf-8")):
        assert set(rendered(f"x {markdown(text)}").tags) <= {"p", "code"}
        assert rendered(f"x {code_span(text)}").tags == ["p", "code"]


def test_chinese_and_ordinary_prose_stay_readable_in_the_source() -> None:
    assert markdown("支付系统 升级") == "支付系统 升级"
    assert code_span("payments-db") == "`payments-db`"
    assert markdown("payments-db (tier1) needs 2 people.") == "payments-db &#40;tier1) needs 2 people."


def test_signs_of_chinese_text_end_what_a_code_host_would_make_a_reference_of() -> None:
    assert markdown("提交 6d4f95f6a7a5；Name the organisation") == "提交 <code>6d4f95f6a7a5</code>；Name the organisation"
    assert markdown("（CHG-20261120-a），main、sha256:76a3365ec592") == "（<code>CHG-20261120-a</code>），main、<code>sha256:76a3365ec592</code>"
    assert markdown("见http://a.example。B") == "<code>见http://a.example</code>。B"


def test_what_stands_between_backticks_is_code_and_nothing_there_or_around_it_formats() -> None:
    assert prose("`a|b` has *one* error") == "<code>a&#124;b</code> has &#42;one&#42; error"
    assert prose("an odd ` backtick") == "an odd &#96; backtick"
    assert prose("`<img>` @everybody `</code><b>`") == "<code>&#60;img&#62;</code> <code>&#64;everybody</code> <code>&#60;/code&#62;&#60;b&#62;</code>"
    assert "\n" not in prose("`a\nb`")


@pytest.mark.parametrize(("text", "shown"), [
    ("z@example.com, then", "<code>z&#64;example.com</code>, then"), ("（提交 f297799dd7cd）", "（提交 <code>f297799dd7cd</code>）"), ("(commit f297799dd7cd)", "&#40;commit <code>f297799dd7cd</code>)"),
])  # fmt: skip
def test_the_sign_behind_a_reference_stays_outside_of_its_code(text: str, shown: str) -> None:
    assert markdown(text) == shown
