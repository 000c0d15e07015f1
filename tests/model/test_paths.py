"""The one canonical way to write a path."""

from __future__ import annotations

import pytest

from changeflow.model.paths import inside, not_utf8, shown, uncanonical

INVISIBLE = "it has invisible characters"
EMPTY = "it has an empty part, `.` or `..`"

ODD = {
    "cafe\u0301.md": "it is not in Unicode normal form C",
    "a\udcffb": "it is not UTF-8",
    "a\ue000b": "it has private-use characters",
    "a\x07b": INVISIBLE,
    "a\nb": INVISIBLE,
    "a\u200db": INVISIBLE,
    "a\u202eb": INVISIBLE,
    "a\u2028b": INVISIBLE,
    "支付\u3164": INVISIBLE,
    "a\ufe0fb": INVISIBLE,
    "⚠\ufe0f.md": INVISIBLE,
    "a\U000e0041b": INVISIBLE,
    "a\\b": "it has a backslash",
    "": EMPTY,
    "/a": EMPTY,
    "a/": EMPTY,
    "a//b": EMPTY,
    "./a": EMPTY,
    "a/../b": EMPTY,
    ":/../b": EMPTY,
    ":/": EMPTY,
    "a:/": "`a:` has a colon",
    "a/b ": "`b ` begins or ends in a space or dot",
    "policies./x.yaml": "`policies.` begins or ends in a space or dot",
    " b/a": "` b` begins or ends in a space or dot",
    "policies\u00a0/a": "`policies\u00a0` begins or ends in a space or dot",
    "a\u00a0b": "`a\u00a0b` has a space that is not the ordinary one",
    "变更\u3000说明.md": "`变更\u3000说明.md` has a space that is not the ordinary one",
    "C:a": "`C:a` has a colon",
    "policies/x.yaml:stream": "`x.yaml:stream` has a colon",
    "x/NUL": "`NUL` is a reserved name",
    "con.tar.gz": "`con.tar.gz` is a reserved name",
    "prn/x": "`prn` is a reserved name",
    "aux.yaml": "`aux.yaml` is a reserved name",
    "com9.txt": "`com9.txt` is a reserved name",
    "x/lpt0": "`lpt0` is a reserved name",
    "a/.GIT/config": "`.GIT` is a reserved name",
}


@pytest.mark.parametrize(("path", "why"), ODD.items())
def test_a_path_written_another_way_says_in_which(path: str, why: str) -> None:
    assert uncanonical(path) == why


@pytest.mark.parametrize(
    "path",
    [
        "policies/x.yaml", "caf\u00e9.md", "变更/说明.md", "cmdb/支付/数据库.yaml", ".github/x", ".gitignore", "auxiliary.yaml", "a b/c", "console.md",
        ":/.hidden/a..b", "com10", "XML/FAX", "xcon", "🔥.md",
    ],
)  # fmt: skip
def test_ordinary_names_are_canonical(path: str) -> None:
    assert uncanonical(path) is None
    assert inside(path.removeprefix(":/"))


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../a", "a/../b", "a//b", "a/./b", "a\\b", "a/", ".git/config", "a/.Git/x", "a\0b"]
)
def test_a_path_that_leads_elsewhere_is_not_inside_and_not_canonical(path: str) -> None:
    assert not inside(path)
    assert uncanonical(path) is not None


def test_bytes_of_a_name_that_are_no_utf8_are_shown_as_bytes() -> None:
    name = b"Gr\xf6\xdfe \xe6\x94\xaf.txt".decode("utf-8", "surrogateescape")
    assert not_utf8(name)
    assert shown(name) == "Gr\\xf6\\xdfe 支.txt"
    assert shown("a\u202e\n\tb") == "a\\u202e\\n\\tb"
    assert not not_utf8("支付.txt")
