"""The loader: YAML 1.2, strictly; what could mean two things or hide something is a finding with a place."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.documents import event_reader
from changeflow.documents.loader import Loaded, load
from tests.examples import examples


def read(text: str | bytes, **options: Any) -> Loaded:
    return load(text.encode("utf-8") if isinstance(text, str) else text, "file.yaml", **options)


def rules(loaded: Loaded) -> list[str]:
    return [finding.rule for finding in loaded.findings]


def value(text: str) -> Any:
    (document,) = read(f"key: {text}\n").documents
    return document.data["key"]


@pytest.mark.parametrize(("text", "expected"), [
    ("no", "no"), ("on", "on"), ("Yes", "Yes"), ("0123", "0123"), ("22:22", "22:22"), ("1_000", "1_000"), ("12:30:45", "12:30:45"),
    ("true", True), ("False", False), ("TRUE", True), ("tRUE", "tRUE"), ("null", None), ("~", None), ("", None), ("Null", None),
    ("7", 7), ("-7", -7), ("+7", 7), ("0o17", 15), ("0x1F", 31), ("1e3", 1000.0), ("-1.5", -1.5), (".5", 0.5), ("5.", 5.0), ("0", 0),
    ("2026-11-21", "2026-11-21"), ("2026-11-25T22:00:00+08:00", "2026-11-25T22:00:00+08:00"), ("1.2.3", "1.2.3"), ("-", None),
    ("'no'", "no"), ('"7"', "7"), ("'null'", "null"), ("a!b", "a!b"), ("１２", "１２"), ("nullable", "nullable"),
    ("[]", []), ("{}", {}), ("[a, [b]]", ["a", ["b"]]), ("{a: {b: 1}}", {"a": {"b": 1}}), ("| \n  x\n  y", "x\ny\n"), (">-\n  x\n  y", "x y"),
    ("支付数据库升级", "支付数据库升级"), ("C#", "C#"), ("a#b # c", "a#b"), ("don't", "don't"), ("=", "="), ("<<", "<<"),
])  # fmt: skip
def test_plain_values_are_those_of_the_yaml_1_2_core_schema(text: str, expected: Any) -> None:
    if text == "-":
        expected = [None]
        text = "\n  -"
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


REFUSED = [
    ("yaml-empty", ""), ("yaml-empty", "  \n\n"), ("yaml-empty", "# only a comment\n"),
    ("yaml-root", "- a\n- b\n"), ("yaml-root", "just text\n"), ("yaml-root", "---\n"), ("yaml-root", "42\n"),
    ("yaml-documents", "a: 1\n---\nb: 2\n"), ("yaml-documents", "a: 1\n...\n---\nb: 2\n"),
    ("yaml-directive", "%YAML 1.1\n---\na: 1\n"), ("yaml-directive", "%TAG ! tag:x,2000:\n---\na: 1\n"),
    ("yaml-duplicate-key", "a: 1\nb: 2\na: 3\n"), ("yaml-duplicate-key", "x: {a: 1, 'a': 2}\n"), ("yaml-duplicate-key", '{"a": 1, "\\u0061": 2}'),
    ("yaml-anchor", "a: &x 1\n"), ("yaml-anchor", "a: *x\n"), ("yaml-anchor", "a: &a [*a]\n"), ("yaml-anchor", "a: &x {b: 1}\n"),
    ("yaml-tag", "a: !!str 1\n"), ("yaml-tag", "a: !!python/object:os.system {}\n"), ("yaml-tag", "a: !include other.yaml\n"),
    ("yaml-tag", "a: ! 1\n"), ("yaml-tag", "a: !!set {b}\n"), ("yaml-tag", "!!map {a: 1}\n"), ("yaml-tag", "a: !!timestamp 2023-14-05\n"),
    ("yaml-merge-key", "<<: {a: 1}\n"), ("yaml-merge-key", "a: {<<: [{b: 1}]}\n"),
    ("yaml-key", "1: a\n"), ("yaml-key", "true: a\n"), ("yaml-key", "~: a\n"), ("yaml-key", "? [a]\n: b\n"), ("yaml-key", "? {a: 1}\n: b\n"),
    ("yaml-key", "? ~\n: a\n"), ("yaml-key", "?\n: a\n"), ("yaml-key", "1.5: a\n"), ("yaml-key", ".nan: a\n"),
    ("yaml-number", "a: .inf\n"), ("yaml-number", "a: -.INF\n"), ("yaml-number", "a: .nan\n"), ("yaml-number", "a: 1e999\n"),
    ("yaml-number", "a: 9007199254740992\n"), ("yaml-number", "a: " + "9" * 5_000), ("yaml-number", "a: 0x" + "f" * 40),
    ("yaml-character", "a: x\u2028b: y\n"), ("yaml-character", "a: x\u0085b\n"), ("yaml-character", "a: \u202eevil\n"),
    ("yaml-character", "a: zero\u200bwidth\n"), ("yaml-character", 'a: "\\0"\n'), ("yaml-character", 'a: "\\e[31m"\n'),
    ("yaml-character", 'a: "\\x9b"\n'), ("yaml-character", 'a: "\\u202e"\n'), ("yaml-character", 'a: "\\N"\n'), ("yaml-character", 'a: "\\L"\n'),
    ("yaml-character", '"\\u200b": a\n'), ("yaml-character", "# \u2066 in a comment\na: 1\n"), ("yaml-character", "a: x\ufeffy\n"),
    ("yaml-character", "a: b\rc: d\n"), ("yaml-character", 'a: "\\uFEFF"\n'), ("yaml-character", "a: tag\U000e0041\n"),
    ("yaml-encoding", b"\xef\xbb\xbfa: 1\n"), ("yaml-encoding", "a: 1\n".encode("utf-16")), ("yaml-encoding", b"a: \xe9\n"),
    ("yaml-encoding", b"a: \xed\xa0\x80\n"), ("yaml-encoding", b"a: \xc0\x80\n"),
    ("yaml-syntax", "a: b: c\n"), ("yaml-syntax", "a:\n\tb: 1\n"), ("yaml-syntax", "a: [1\n"), ("yaml-syntax", "a: 'x\n"), ("yaml-syntax", "a: @x\n"),
    ("yaml-syntax", 'a: "\\ud800"\n'), ("yaml-syntax", "a: 'b'# no comment\n"), ("yaml-syntax", "a: [b]#c\n"), ("yaml-syntax", "a: |#c\n  x\n"),
    ("yaml-depth", "[" * 100_000), ("yaml-depth", '{"a":' * 50 + "1" + "}" * 50), ("yaml-depth", "- " * 60 + "a"),
    ("yaml-size", "a: " + "x" * 300_000), ("yaml-size", "a: " + "x" * 70_000),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "text"), REFUSED, ids=lambda part: repr(part)[:40])
def test_what_is_ambiguous_or_hidden_or_broken_is_a_finding(rule: str, text: str | bytes) -> None:
    found = [finding for finding in read(text).findings if finding.rule == rule]
    assert found
    assert found[0].level == "error"
    assert found[0].hint or rule in ("yaml-size", "yaml-anchor")


@pytest.mark.parametrize("text", [
    "", "- a\n", "a: *x\n", "a: [1\n", "[" * 1_000, b"\xff\xfe", "? [a]\n: b\n", "a: 1\nb: *x\n",
], ids=repr)  # fmt: skip
def test_a_text_nothing_can_be_relied_on_yields_no_document(text: str | bytes) -> None:
    assert read(text).documents == ()


def test_a_file_with_a_slip_inside_still_yields_its_document_so_that_more_can_be_said() -> None:
    loaded = read("a: !x 1\nb: 2\nb: 3\n")
    assert rules(loaded) == ["yaml-tag", "yaml-duplicate-key"]
    assert loaded.documents[0].data == {"a": 1, "b": 2}


def test_a_duplicate_key_names_both_places() -> None:
    (finding,) = read("a:\n  x: 1\n  y: 2\n  x: 3\n").findings
    assert (finding.line, finding.column, finding.route) == (4, 3, ("a", "x"))
    assert "line 2, column 3" in finding.message


def test_findings_name_line_and_column_of_the_value() -> None:
    (finding,) = read("a:\n  - b: [x, !t z]\n").findings
    assert (finding.line, finding.column, finding.route) == (2, 12, ("a", 0, "b", 1))


def test_a_byte_that_is_no_utf_8_is_named_with_its_place() -> None:
    (finding,) = read(b"a: 1\nb: \xff\n").findings
    assert (finding.line, finding.column) == (2, 4)
    assert "0xff" in finding.message


def test_values_older_tools_read_differently_are_warnings() -> None:
    loaded = read("a: no\nb: 0123\nc: 22:22\nd: 1_000\ne: 'no'\nf: nothing\n")
    assert [(finding.rule, finding.level, finding.line) for finding in loaded.findings] == [
        ("yaml-ambiguous", "warning", n) for n in (1, 2, 3, 4)
    ]


@pytest.mark.parametrize(
    ("text", "kept", "rest"),
    [
        ("title: Fix #4711: move the preview\n", "Fix", "#4711: move the preview"),
        ("title: 修复 #4711 号缺陷\n", "修复", "#4711 号缺陷"),
        ("trigger: Errors on\n  queue   #payments\nx: 1\n", "Errors on queue", "#payments"),
        ("steps:\n- Restart node #3\n", "Restart node", "#3"),
        ("a: 'quoted'\nb: text\t#tabbed\n", "text", "#tabbed"),
        ("a: {b: Fix #12, c: d\n  }\n", "Fix", "#12"),
        ("a: [Fix #12]\n  ]\n", "Fix", "#12"),
        ("a: [x, {y: z}, Fix #12}\n ]\nb: c\n", "Fix", "#12"),
        ("a: {b: c}\nd: Fix #12, and more\n", "Fix", "#12, and more"),
        ("a: {b: c}\nd:\n- Fix #12, and more\n", "Fix", "#12, and more"),
    ],
)
def test_a_text_that_a_hash_cuts_off_is_a_warning(text: str, kept: str, rest: str) -> None:
    [finding] = [finding for finding in read(text).findings if finding.rule == "yaml-cut-off"]
    assert finding.level == "warning"
    assert f"`{rest}`" in finding.message
    assert f'"{kept} {rest}"' in finding.hint


@pytest.mark.parametrize(
    "text",
    ["a: text # a comment\n", "a: text #\n", "a: 12 #twelve\n", "a: null #nothing\n", "a: 'text' #note\n", "a: |\n  text #3\n", "#note\na: b\n", "a: x ## y\n"],
)
def test_a_comment_that_is_meant_as_one_is_none(text: str) -> None:
    assert "yaml-cut-off" not in {finding.rule for finding in read(text).findings}


def test_several_documents_are_read_where_they_are_allowed() -> None:
    loaded = read("a: 1\n---\nb: 2\n---\nc: 3\n", many=True)
    assert [(document.index, document.data) for document in loaded.documents] == [(0, {"a": 1}), (1, {"b": 2}), (2, {"c": 3})]
    assert loaded.findings == ()
    assert loaded.documents[2].position(("c",)) == (5, 4)


def test_a_stray_separator_is_pointed_out() -> None:
    assert rules(read("a: 1\n---\n", many=True)) == ["yaml-root"]


def test_windows_line_ends_are_fine() -> None:
    assert read("a: 1\r\nb: |\r\n  x\r\n  y\r\n").documents[0].data == {"a": 1, "b": "x\ny\n"}


def test_repeated_slips_are_counted_not_listed() -> None:
    loaded = read("".join(f"k{number}: !t x\n" for number in range(100)))
    assert len(loaded.findings) == 6
    assert "95 more" in loaded.findings[-1].message


def test_an_alias_bomb_costs_nothing() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20))
    assert "yaml-anchor" in rules(read(bomb))


def test_places_of_missing_values_are_those_of_what_is_around_them() -> None:
    (document,) = read("spec:\n  window:\n    start: x\n  items:\n    - ci: a\n").documents
    assert document.position(("spec", "window", "start")) == (3, 12)
    assert document.position(("spec", "window", "end")) == (2, 3)
    assert document.position(("spec", "items", 0)) == (5, 7)
    assert document.position(("spec", "items", 7, "ci")) == (4, 3)
    assert document.position(("nothing",)) == (1, 1)


def test_the_python_parser_gives_the_same_answers_where_there_is_no_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_reader, "_EventParser", yaml.Loader)
    for rule, text in REFUSED:
        if len(text) < 1_000:
            assert [finding for finding in read(text).findings if finding.level == "error"], (rule, text)
    assert value("no") == "no"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), JSON, max_size=5))
@settings(max_examples=examples(150))
def test_json_is_read_as_json_or_refused(data: dict[str, Any]) -> None:
    loaded = read(json.dumps(data))
    if not [finding for finding in loaded.findings if finding.level == "error"]:
        assert loaded.documents[0].data == data


@given(st.text(alphabet=st.sampled_from("ab:-[]{}#&*!|>'\"%@`,? \n\t~1.0\\<"), max_size=40))
@settings(max_examples=examples(400))
def test_any_text_is_read_as_a_yaml_library_reads_it_or_refused(text: str) -> None:
    loaded = read(text)
    assert loaded.documents or loaded.findings
    if not loaded.findings and loaded.documents:
        assert _plain(yaml.load(text, Loader=yaml.CBaseLoader)) == _plain(loaded.documents[0].data)  # noqa: S506 - text only


def _plain(data: Any) -> Any:
    """Data with every scalar as text: the oracle reads only text."""
    match data:
        case dict():
            return {str(key): _plain(item) for key, item in data.items()}
        case list():
            return [_plain(item) for item in data]
        case str():
            return _same_number(data)
        case None:
            return ""
        case _:
            return _same_number(str(data).lower())


def _same_number(text: str) -> str:
    try:
        number = float(text.replace("_", "x"))
    except ValueError:
        return "" if text == "~" else text
    return repr(number) if math.isfinite(number) else text


@given(st.binary(max_size=60))
@settings(max_examples=examples(200))
def test_any_bytes_are_data_or_findings(data: bytes) -> None:
    loaded = read(data)
    assert loaded.documents or loaded.findings


@pytest.mark.parametrize(("text", "place"), [("", (1, 1)), ("just text\n", (1, 1)), ("- 1\n", (1, 1)), ("# why\n- 1\n", (2, 1)), ("---\n", (1, 1))])
def test_a_file_that_holds_no_document_is_wrong_where_it_begins(text, place):
    (found,) = read(text).findings
    assert (found.line, found.column) == place


CONFLICT = "a: 1\n{0}<<<<<<< HEAD\n{1}b: 2\n=======\n{1}b: 3\n>>>>>>> theirs\n"


@pytest.mark.parametrize(
    ("text", "line", "column", "said", "hint"),
    [
        (CONFLICT.format("", ""), 2, 1, "<<<<<<<", "decide what is to stand here"),
        (CONFLICT.format("c:\n", "  "), 3, 1, "<<<<<<<", "decide what is to stand here"),
        (CONFLICT.format("c: |\n  text\n", ""), 4, 1, "<<<<<<<", "decide what is to stand here"),
        ("a: 1\n=======\nb: 2\n", 2, 1, "=======", "decide what is to stand here"),
        ("a：b\nc: d\n", 1, 2, "U+FF1A", "`:` and a space"),
        ("a: 1\nspec：\n  x: y\n", 2, 5, "U+FF1A", "`:` and a space"),
        ("spec:\n  - name：x\n    y: 1\n", 2, 9, "U+FF1A", "`:` and a space"),
        ("spec:\n  title﹕x\n  y: 1\n", 2, 8, "U+FE55", "`:` and a space"),
        ("title： text\n", 1, 6, "U+FF1A", "`:` and a space"),
        ("a: 1\nitems:\n  - {ci: 网站， action: modify}\n", 3, 12, "U+FF0C", "`,` and a space"),
        ("a: {ci: 网站，\n  action: modify}\n", 1, 11, "U+FF0C", "`,` and a space"),
        ("a: {b: x、c: y}\n", 1, 9, "U+3001", "`,` and a space"),
        ('a: ["x"， "y"]\n', 1, 8, "U+FF0C", "`,` and a space"),
    ],
)
def test_marks_of_a_merge_and_colons_and_commas_of_another_script_are_named_in_their_place(
    text: str, line: int, column: int, said: str, hint: str
) -> None:
    [finding] = read(text).findings
    assert (finding.line, finding.column, finding.level) == (line, column, "error")
    assert said in finding.message
    assert hint in finding.hint


@pytest.mark.parametrize(
    "text", ["a: {b: 标题，文字}\n", "a: 标题：文字\n", "a: |\n  title：x\n  =======\n  <<<<<<< HEAD\n", "# title：x\na: b\n", "a: '：'\n"]
)
def test_such_characters_may_stand_in_texts(text: str) -> None:
    assert read(text).findings == ()


def test_a_slip_elsewhere_is_not_blamed_on_a_text_with_a_wide_colon() -> None:
    [finding] = read("a: 标题：文字\nb: c\nd: e: f\n").findings
    assert "quotes" in finding.hint
    [finding] = read("a: {b: 标题，文字, c: {d: e}\n").findings
    assert "comma" not in finding.message
