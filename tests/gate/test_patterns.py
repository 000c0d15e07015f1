"""Patterns of `exempt_paths` against the shortest definition of what they mean, and the spellings of names beside it."""

from __future__ import annotations

import itertools
import re

import pytest

from changeflow.gate.path_categories import categorise, collisions
from changeflow.model.path_patterns import MAX_PATTERN, matches

WORDS = {
    word: re.compile(re.escape(word).replace(r"\*", ".*").replace(r"\?", "."))
    for word in ("a", "b", "?", "*", "a*", "*b", "*a*", "**")
}  # fmt: skip


def fits(parts: list[str], pattern: list[str]) -> bool:
    """The definition: `**` stands for any number of folders, `*` and `?` for characters within one."""
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(fits(parts[count:], pattern[1:]) for count in range(len(parts) + 1))
    return bool(parts) and bool(WORDS[pattern[0]].fullmatch(parts[0])) and fits(parts[1:], pattern[1:])


def test_every_short_pattern_means_what_the_definition_says() -> None:
    """Every path of up to three parts against every pattern of up to three; a name may have a star in it."""
    for parts in (list(one) for size in (1, 2, 3) for one in itertools.product(("a", "b", "ab", "*b"), repeat=size)):
        for pattern in (list(one) for size in (1, 2, 3) for one in itertools.product(WORDS, repeat=size)):
            assert matches("/".join(parts), "/".join(pattern)) == fits(parts, pattern), (parts, pattern)


def test_every_short_name_fits_a_word_as_the_definition_says() -> None:
    """Words of up to five characters, for the way back after a star that took too little."""
    names = ["".join(one) for size in (1, 3, 4) for one in itertools.product("ab", repeat=size)]
    for word in ("".join(one) for size in (1, 2, 3, 4, 5) for one in itertools.product("ab*?", repeat=size)):
        if word != "**":
            meant = re.compile(word.replace("*", ".*").replace("?", "."))
            for name in names:
                assert matches(name, word) == bool(meant.fullmatch(name)), (name, word)


def test_a_pattern_of_the_greatest_length_is_read_and_a_longer_one_fits_nothing() -> None:
    assert matches("a" * MAX_PATTERN, "a" * MAX_PATTERN)
    assert not matches("a" * (MAX_PATTERN + 1), "a" * (MAX_PATTERN + 1))


@pytest.mark.parametrize(
    ("path", "exempt", "category"),
    [
        (":/site/x.md", (":/site/**",), "exempt"),
        (":/site/x.md", ("site/**", "**", "*/**"), "other"),
        ("site/x.md", (":/site/**",), "other"),
        (":/CODEOWNERS", (":/**",), "governed"),
        (":/.github/x", (":/**",), "governed"),
        (":/policies/x.yaml", (), "other"),
        ("policies/x.yaml", ("**",), "governed"),
        ("changes/CHG-20261121-a/rfc.yaml", ("**",), "change"),
        ("changes/CHG-20261121-a/sub/x", ("**",), "change"),
        ("changes/CHG-20261121-a", ("docs/**",), "other"),
        ("x/changes/CHG-20261121-a/rfc.yaml", (), "other"),
        ("cmdb/x.yaml", ("**",), "cmdb"),
        ("releases/x.yaml", ("**",), "release"),
        (".gitattributes", ("**",), "governed"),
        (".gitmodules", ("**",), "governed"),
    ],
)
def test_precedence_goes_by_the_place_and_exemption_comes_last(path: str, exempt: tuple[str, ...], category: str) -> None:
    found = categorise(path, exempt)
    assert (found.path, found.category) == (path, category)
    assert found.change == ("CHG-20261121-a" if category == "change" else None)


def test_every_pair_of_names_that_share_a_skeleton_is_named_once() -> None:
    found = collisions(["docs/A.md", "Docs/b.md"], ["docs/a.md", "other/A.md", "docs/c.md"])
    assert found == (("Docs", "docs"), ("docs", "Docs"), ("docs/A.md", "docs/a.md"))
    assert collisions(["x/y/z.md"], ["x/y/Z.md", "X/other"]) == (("x", "X"), ("x/y/z.md", "x/y/Z.md"))
