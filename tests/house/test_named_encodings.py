"""Tests write and read text in UTF-8 by name: a machine with another locale would give them other bytes, or none."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.conftest import PROJECT

# where the text of a file is read or written, up to the bracket of the call
CALL = re.compile(r"\.read_text\(|\.write_text\(|\bopen\(")
# what counts in a call: strings, in which brackets are letters, and brackets
PIECE = re.compile(r'"""(?:\\.|[^\\])*?"""|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|[()]', re.DOTALL)


def arguments_of(text: str, start: int) -> str:
    """What stands between the brackets of a call that begins there."""
    depth = 1
    for piece in PIECE.finditer(text, start):
        depth += {"(": 1, ")": -1}.get(piece[0], 0)
        if depth == 0:
            return text[start : piece.start()]
    return ""


def is_vague(name: str, arguments: str) -> bool:
    """Whether a call reads or writes text and says no encoding."""
    if "encoding=" in arguments and "(" not in arguments:
        return False
    try:
        call = ast.parse(f"f({arguments})", mode="eval").body
    except SyntaxError:
        # a word in a text of a test
        return False
    assert isinstance(call, ast.Call)
    named = {one.arg for one in call.keywords}
    if named & {"encoding", None}:
        return False
    if "text" in name:
        return len(call.args) == ("write" in name)
    modes = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    modes += [one.value.value for one in call.keywords if one.arg == "mode" and isinstance(one.value, ast.Constant)]
    return any(re.fullmatch("[rwax]t?[+]?", str(mode)) for mode in modes)


def vague(text: str) -> Iterator[str]:
    for found in CALL.finditer(text):
        arguments = arguments_of(text, found.end())
        if is_vague(found[0], arguments):
            yield f"line {text.count(chr(10), 0, found.start()) + 1}: {found[0]}{arguments})"


def test_a_call_without_an_encoding_is_found_however_it_is_written() -> None:
    # no call of this file itself: each is put together
    read, write, opened = (f".{name}(" for name in ("read_text", "write_text", "open"))
    utf8 = 'encoding="utf-8"'
    wrong = [f"a{read})", f'a{write}"x)")', f"a{write}b{read}{utf8}))", f'a{opened}"w")', f'{opened[1:]}a, mode="a")', f"a{write}\n    b,\n)"]
    right = [f"a{read}{utf8})", f'a{write}f("("), {utf8})', f'a{opened}"wb")', f'a{opened}"w", {utf8})', f'a{read}"ascii")']
    assert [len([*vague(one)]) for one in wrong] == [1] * len(wrong)
    assert [len([*vague(one)]) for one in right] == [0] * len(right)


def test_tests_name_the_encoding_of_the_text_that_they_read_and_write() -> None:
    found = []
    for path in sorted((PROJECT / "tests").rglob("*.py")):
        found += [f"{path.relative_to(PROJECT)}, {one}" for one in vague(path.read_text(encoding="utf-8"))]
    assert found == []
