"""The short way reads what the parser reads, to the type, or gives up."""

from __future__ import annotations

import json
import random
import tarfile
from pathlib import Path
from typing import Any

import pytest
import valid_repository as valid
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from changeflow.documents import event_reader, fast_path, json_path
from changeflow.documents.document import DocumentSource
from changeflow.documents.loader import load
from changeflow.documents.scalars import NotSimple
from changeflow.model.characters import hidden_in
from tests.examples import examples


def short(text: str) -> dict[str, Any] | None:
    """The short way's answer under the conditions the loader sets; `None` where it gives up."""
    if "\t" in text or "\r" in text or any(hidden_in(text)):
        return None
    try:
        return json_path.read_json(text) if text.startswith("{") else fast_path.read_simple(text)
    except NotSimple:
        return None


def long(text: str) -> Any:
    """The parser's answer, with everything the loader has to say."""
    reader = event_reader.EventReader(DocumentSource("x.yaml", text), many=False)
    reader.run()
    return [document.data for document in reader.documents], reader.all_findings()


def agree(text: str) -> bool:
    """Whether the short way was taken; then both must say the same."""
    found = short(text)
    if found is None:
        return False
    documents, findings = long(text)
    assert findings == ()
    assert documents == [found]
    assert _types(documents[0]) == _types(found)
    return True


def agree_together(text: str) -> bool:
    """Whether several documents took the short way; then both must say the same."""
    loaded = load(text.encode(), "cmdb/x.yaml", many=True)
    reader = event_reader.EventReader(DocumentSource("cmdb/x.yaml", text), many=True)
    reader.run()
    assert [_types(one.data) for one in loaded.documents] == [_types(one.data) for one in reader.documents]
    assert [(one.index, one.data) for one in loaded.documents] == [(one.index, one.data) for one in reader.documents]
    assert loaded.findings == reader.all_findings()
    return not loaded.findings


def _types(value: Any) -> Any:
    match value:
        case dict():
            return [(key, _types(item)) for key, item in value.items()]
        case list():
            return [_types(item) for item in value]
        case _:
            return type(value)


@pytest.mark.parametrize(
    "text", [valid.RFC, valid.CONFIG, valid.RELEASE, valid.REVIEW], ids=["request", "config", "release", "review"]
)
def test_documents_as_people_write_them_take_the_short_way(text: str) -> None:
    assert agree(text)


@pytest.mark.parametrize(
    "text", [valid.POLICY, valid.MODEL, valid.RISK, valid.POLICY_TEST], ids=["policy", "model", "risk", "test"]
)
def test_braces_in_braces_take_the_short_way(text: str) -> None:
    assert agree(text)


@pytest.mark.parametrize("text", [
    "a: b\n", "a:\n  - b\n  - c: d\n    e: f\n", "a: |\n  x\n  y\nb: 1\n", "a: >-\n  x\n  y\n", "a: 'x # y' # z\n", 'a: "x: y"\n', "a: [b, 'c, d', 1.5]\n",
    "a: {b: c, d: 'e'}\n", "a: b # c\n", "a:   # c\n  b: d\n", "# c\n\na: 1\n  # d\nb: 2\n", "a:\nb:\n", "a: 2026-11-21\n", "a: 支付\n", "a: []\nb: {}\n",
    "a: true\nb: null\nc: ~\n", "a:\n    b: c\n    d: e\nf: g\n", "a:\n  - b:\n      c: d\n    e: f\n  - g: h\n", "a: C#\n", "a: it's\n", "a: x, y\n", "a: [--x]\n", "a: [b, [c], {}, [ ], [[d]]]\n", "a: {b: {c: [d, {e: 'f}'}]} , g: h}  # i\n", "a:\n  - [{b: c}, d]\n  - {e: []}\n", "a: --x\n", "a:\n  - --x\n", "a: -x\n",
    "a:\n- b\n", "a:\n- b\n- c: d\n  e:\n  - f\ng:\n# c\n- |\n  x\nh: i\n", "a:\n  b:\n  - c\n  d:\n  - e\nf: g\n",
    "a: |\n  x\n# c\nb: 1\n", "a:\n  - |\n    x\n  - z\n", "a: http://x/y?z=1#q\n", "a: 1e3\nb: 1.0\nc: 7\n",
])  # fmt: skip
def test_simple_documents_take_it_and_agree(text: str) -> None:
    assert agree(text)


@pytest.mark.parametrize("text", [
    "", "# c\n", "a\n", "- a\n", "a: b: c\n", "a: b\n c\n", "a: b\n  c: d\n", "a: 'b\n  c'\n", "a: [b,\n  c]\n", "a: &x b\n", "a: *x\n", "a: !t b\n", "a: b\na: c\n",
    "a: 'it''s'\n", 'a: "\\x41"\n', "a: no\n", "a: 0123\n", "a: .inf\n", "1: a\n", "null: a\n", "true: a\n", "a: |\n  x\n\n  y\n", "a: |\n  x\n   y\n",
    "a: |2\n   x\n", "a: |+\n  x\n\n", "a: |\n  x", "a: >\n  x\n\n  y\n", "a: 'b'# c\n", "a: [b]# c\n", "a: {b: c}x\n", "---\na: 1\n", "a: 1\n---\nb: 2\n", "a: 1\n...\n",
    "%YAML 1.2\n---\na: 1\n", "a: @b\n", "a: `b\n", "a: %b\n", "a: ? b\n", "? a\n: b\n", "a: - b\n", "a:\n  - - b\n", "a: -\n", "a: - \n", "a:\n    b: c\n  d: e\n", " a: b\n", "a: b\n- c\n", "a:\n- b\n - c\n", "a:\n  - b\n- c\n", "a:\n  - b\n  c: d\n", "a:\n- b\n  c: d\n", "a: {b: c, b: d}\n",
    "a: [b c: d]\n", "a: [b, [c: d]]\n", "a: {b: [c}]\n", "a: {b: {c: d}\n", "a: [[b]\n", "a: [b]]\n", "a: {b: {c: d, c: e}}\n", "a: [b [c]]\n", "a: [[b] c]\n",
    "a: [[]],\n", "a: {b: }\n", "a: {b: [no]}\n", "a: [,b]\n", "a: 99999999999999999999\n", "a: b:\n", "<<: {a: b}\n", "a: |\n x\nb\n", "a: [0123]\n", "a: {b: no}\n",
])  # fmt: skip
def test_anything_else_is_left_to_the_parser(text: str) -> None:
    assert short(text) is None


LINES = st.sampled_from([
    "a: b", "a:", "b: 1", "c: 'x'", 'd: "y z"', "e: [a, b]", "f: {g: h}", "- a", "- b: c", "- ", "-", "# c", "", "a: |", "a: >-", "text", "a: b # c", "a: x: y", "no: no",
    "i: 2026-11-21", "j: {}", "k: []", "l: 'it''s'", "m: [a, 'b, c', \"d\"]", "n: null", "---", "o: a#b", "p: [x#y]", "q: '", 'r: "', "s: a 'b' c", "t: 1_000", "u: -1", "a:b", "- - c",
    "- [a]", "- {b: c}", "- |", "- 'x'", "v: {w: 1.5, x: true}", "x: [a b, c]", "y: ''", 'z: ""', "key : v", "a:  b  ", "- c:", "-  d: e", "b: |-", "~: a", "w: a\\b", 'w: "a\\b"',
])  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 6), LINES), min_size=1, max_size=12), st.booleans())
@settings(max_examples=examples(500))
@example([(0, "a: |"), (2, "x"), (0, ""), (0, "b: 1")], True)
def test_lines_in_any_order_and_indentation_are_read_alike(lines: list[tuple[int, str]], ends: bool) -> None:
    agree("\n".join(" " * indent + line for indent, line in lines) + ("\n" if ends else ""))


@given(st.text(alphabet=st.sampled_from("ab1:-[]{}#&*!|>'\"%@`,?. \n~=\\<_支"), max_size=30))
@settings(max_examples=examples(500))
def test_any_characters_are_read_alike(text: str) -> None:
    agree(f"k: {text}\n")
    agree(f"k:\n  - {text}\n  - b\n")
    agree(f"k: [{text}]\n")
    agree(f"k: {{a: {text}}}\n")
    agree(f"k: |\n  {text}\nb: c\n")
    agree(text)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1_000, 10**18) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="ascii", categories=["L"]), min_size=1, max_size=4), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(
    st.dictionaries(
        st.text(st.characters(codec="ascii", categories=["L"]), min_size=1, max_size=5), VALUES, min_size=1, max_size=4
    ),
    st.booleans(),
)
@settings(max_examples=examples(150))
def test_what_a_library_writes_is_read_alike(data: dict[str, Any], flow: bool) -> None:
    agree(yaml.safe_dump(data, default_flow_style=None if flow else False, allow_unicode=True, sort_keys=False))


def test_a_request_with_lines_changed_at_random_is_read_alike() -> None:
    pick = random.Random(20261121)  # noqa: S311 - the same changes on every run
    taken = 0
    for _ in range(500):
        lines = valid.RFC.splitlines()
        for _ in range(pick.randint(1, 3)):
            place = pick.randrange(len(lines))
            match pick.randrange(5):
                case 0:
                    del lines[place]
                case 1:
                    lines.insert(place, lines[pick.randrange(len(lines))])
                case 2:
                    lines[place] = " " * pick.randrange(4) + lines[place]
                case 3:
                    lines[place] = lines[place][pick.randrange(1, 4) :]
                case _:
                    spot = pick.randrange(len(lines[place]) + 1)
                    lines[place] = lines[place][:spot] + pick.choice(":#-[]{}'\"|>&*!,. \\") + lines[place][spot:]
        taken += agree("\n".join(lines) + "\n")
    assert taken > 100


def test_real_documents_are_read_alike(shared_data: Path) -> None:
    for case in json.loads((shared_data / "yaml" / "yaml_test_suite_cases.json").read_text(encoding="utf-8")):
        agree(case["yaml"] or "")
    taken = 0
    with tarfile.open(shared_data / "keps_yaml.tar.gz") as archive:
        for member in archive:
            stream = archive.extractfile(member)
            taken += agree(stream.read().decode("utf-8")) if stream is not None else 0
    assert taken > 100


TOGETHER = [
    "a: 1\n---\nb: 2\n", "# c\na: |\n  x\n---\nb: >-\n  y\n---\nc: [d, {e: f}]", '{"a": 1}\n---\n{"b": "---"}\n---\nc: d\n',
    "a:\n  - b\n---\n# c\nd:\n  e: f\n",
]  # fmt: skip


@pytest.mark.parametrize("text", TOGETHER)
def test_several_documents_in_a_file_take_it_and_agree(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert agree_together(text)
    monkeypatch.setattr(event_reader.EventReader, "run", lambda _self: pytest.fail("the parser was asked"))
    assert load(text.encode(), "cmdb/x.yaml", many=True).documents[0].data


@pytest.mark.parametrize("text", [
    "---\na: 1\n---\nb: 2\n", "a: 1\n---\n", "a: 1\n---\n---\nb: 2\n", "a: 1\n--- \nb: 2\n", "a: 1\n---\n# c\n", "a: 1\n--- # c\nb: 2\n", "a: 1\n...\n---\nb: 2\n",
    "a: 'x\n---\nb: 2\n", "a: [\n---\n]\n", "a: 1\n---\n- b\n", "a: 1\n---\nb\n", "a: &x 1\n---\nb: *x\n", "a: |\n  x\n\n---\nb: 2\n", "a: no\n---\nb: 2\n",
])  # fmt: skip
def test_several_documents_that_are_not_simple_are_left_to_the_parser(text: str) -> None:
    agree_together(text)


@given(st.lists(st.tuples(st.integers(0, 4), LINES | st.just("---")), min_size=1, max_size=12), st.booleans())
@settings(max_examples=examples(300))
def test_lines_of_several_documents_are_read_alike(lines: list[tuple[int, str]], ends: bool) -> None:
    text = "\n---\n".join(["a: b", "\n".join(" " * indent + line for indent, line in lines), "c: d"]) + ("\n" if ends else "")
    if not any(hidden_in(text)):
        agree_together(text)


FLOW = st.recursive(
    st.sampled_from(["a", "1", "'b c'", '"d"', "no", "e f", "", "~", "支付", "g#h", "i: j", "-k", "- l"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda found: "[" + ", ".join(found) + "]")
        | st.lists(inner, max_size=3).map(lambda found: "{" + ", ".join(f"k{n}: {one}" for n, one in enumerate(found)) + "}")
        | st.tuples(inner, st.sampled_from([" ", "]", "}", ",", " # c", "#c"])).map("".join)
    ),
    max_leaves=8,
)


@given(FLOW)
@settings(max_examples=examples(500))
def test_brackets_in_brackets_are_read_alike(value: str) -> None:
    agree(f"k: {value}\n")
    agree(f"k:\n  - {value}\n  - b\n")


def test_brackets_as_deep_as_a_document_may_be_are_read_alike() -> None:
    for levels in (18, 19):
        assert agree("k: " + "[" * levels + "]" * levels + "\n")
    assert not agree("k: " + "[" * 20 + "]" * 20 + "\n")


def test_the_loader_takes_the_short_way_where_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_reader.EventReader, "run", lambda _self: pytest.fail("the parser was asked"))
    for text in (valid.RFC, json.dumps(yaml.safe_load(valid.RFC), default=str, indent=1)):
        assert load(text.encode(), "x.yaml").documents[0].data["kind"] == "ChangeRequest"


# -- documents written as JSON -----------------------------------------------------------------


def nested(levels: int) -> str:
    return '{"a":' + "[" * (levels - 1) + "]" * (levels - 1) + "}"


@pytest.mark.parametrize("text", [
    "{}", '{"a":1}', '{"a": -0, "b": -7, "c": 1.5, "d": 1e3, "e": -0.0, "f": 1E+2, "g": 999999999999999}', '{"a": true, "b": null, "c": false}', '{"a": [], "b": {}}\n\n',
    '{"null": 1, "<<": 2, "no": 3, "1": 4, "": 5, "a b": 6}', '{"a": "no", "b": "2026-11-21", "c": "1e3", "d": "0123", "e": "", "f": "null"}', '{"a": "支付 \N{ROCKET}"}',
    '{"a": "b # c", "d": "#e", "f": "&g *h !i", "j": "k: l", "m": "- n", "o": "%p @q `r"}', '{"a": "b \\"c\\" d\\n\\te"}', '{"a": "--- b", "c": "..."}',
    '{\n  "a":\n    1,\n  "b": [\n1\n,\n2\n]\n\n}\n', nested(20),
])  # fmt: skip
def test_json_takes_the_short_way(text: str) -> None:
    assert agree(text)


@pytest.mark.parametrize("text", [
    '{"a": 1, "a": 2}', '{"a": {"b": 1, "b": 1}}', '{"a": NaN}', '{"a": -Infinity}', '{"a": 1e999}', '{"a": 9007199254740992}', '{"a": -9007199254740993}', '{"a": 0123}', '{"a": 1_000}',
    '{"a": .5}', '{"a": 1.}', '{"a": +1}', '{"a": "\\u0041"}', '{"a": "\\ud800"}', '{"a": "\\u202e"}', '{"a": "\\/"}', '{"a": "\\r"}', '{"a": "\\x41"}', '{"a": "b\n c"}', '{"a"\n: 1}', '{"a" : 1}',
    '{"a": 1,}', '{"a": 1} # c', '{"a": 1, # c\n"b": 2}', "{a: 1}", "{'a': 1}", '{"a": b}', '{"a": 1}\n{"b": 2}', '{"a": 1}\n---\n{"b": 2}', '{"a": 1}: 2', '{"a": &b 1}', '{"a": !c 1}',
    f'{{"{"k" * 1_100}": 1}}', nested(21), nested(30_000), '{"a": 1', "{", '["a"]', '"a"', "1", ' {"a": 1}',
])  # fmt: skip
def test_json_that_yaml_may_read_differently_is_left_to_the_parser(text: str) -> None:
    assert short(text) is None


TEXTS = st.text(max_size=12) | st.text(alphabet=st.sampled_from("ab1 :-[]{}#&*!|>'\"%@`,?.\n\t~=\\/<_支\u202e\u200d"), max_size=12)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)
AS_WRITTEN = st.fixed_dictionaries(
    {
        "indent": st.sampled_from([None, 0, 1, 2]),
        "separators": st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", ":\n"), (",", " : ")]),
        "ensure_ascii": st.booleans(),
    }
)


@given(st.dictionaries(TEXTS, JSON_VALUES, max_size=4), AS_WRITTEN)
@settings(max_examples=examples(500))
def test_what_a_json_library_writes_is_read_alike(data: dict[str, Any], written: dict[str, Any]) -> None:
    agree(json.dumps(data, **written))


@given(
    st.dictionaries(TEXTS, JSON_VALUES, min_size=1, max_size=4),
    AS_WRITTEN,
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 2), st.sampled_from([*list(":,[]{}\"'\\#-&!*?%.01eE+/ \nan支"), "---", "NaN", "\\u", ": ", "//"])),
        min_size=1,
        max_size=3,
    ),
)
@settings(max_examples=examples(500))
def test_json_with_slips_is_read_alike(
    data: dict[str, Any], written: dict[str, Any], slips: list[tuple[int, int, str]]
) -> None:
    text = json.dumps(data, **written)
    for place, gone, instead in slips:
        at = place % (len(text) + 1)
        text = text[:at] + instead + text[at + gone :]
    agree(text)


@given(st.text(alphabet=st.sampled_from('"":,{}[]\\ \n1-.e#at'), max_size=24))
@settings(max_examples=examples(500))
def test_any_characters_in_braces_are_read_alike(text: str) -> None:
    agree(f"{{{text}}}")
    agree(f'{{"a":{text}}}')
    agree(f'{{"a":"{text}"}}')


def test_a_request_as_json_with_characters_changed_at_random_is_read_alike() -> None:
    pick = random.Random(20261126)  # noqa: S311 - the same changes on every run
    whole = json.dumps(yaml.safe_load(valid.RFC), default=str, indent=1)
    taken = 0
    for _ in range(500):
        at = pick.randrange(len(whole))
        taken += agree(whole[:at] + pick.choice('ab1 "\\:,{}[]\n#-') + whole[at + pick.randrange(2) :])
    assert taken > 100
