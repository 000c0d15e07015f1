"""Patterns of paths: `*` and `?` stay inside a folder, `**` crosses folders.

All other characters stand for themselves, brackets too: `app/[id]/page.tsx` is a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from changeflow.model.paths import OUTSIDE, uncanonical

MAX_PATTERN: Final = 200
ANY_FOLDERS: Final = "**"
# why no path can match a pattern
Unmatchable = Literal["absolute", "parent", "exclusion", "odd"]


def matches(path: str, pattern: str) -> bool:
    """Return whether a path matches a pattern.

    A pattern without a slash is about the top folder. Patterns are compared part by part in linear
    space, so no pattern can blow up (input I50).
    """
    if len(pattern) > MAX_PATTERN:
        return False
    return _match(path.split("/"), pattern.split("/"))


def has_wildcard(text: str) -> bool:
    """Return whether a pattern, or a part of one, stands for more than one name."""
    return "*" in text or "?" in text


def unmatchable(pattern: str) -> Unmatchable | None:
    """Return why no path of a git repository can match a pattern; None where one could."""
    pattern = pattern.removeprefix(OUTSIDE)
    if pattern.startswith("/"):
        return "absolute"
    parts = pattern.removesuffix("/").split("/")
    if "." in parts or ".." in parts:
        return "parent"
    if pattern.startswith("!"):
        return "exclusion"
    if len(pattern) > MAX_PATTERN or uncanonical("/".join(parts)) is not None:
        return "odd"
    return None


def _match(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Match parts by dynamic programming over (part, pattern) pairs.

    `reach[j]` says that the parts so far match the first j patterns.
    """
    reach = [True] + [False] * len(pattern)
    for index, word in enumerate(pattern):
        reach[index + 1] = reach[index] and word == ANY_FOLDERS
    for part in parts:
        following = [False] * (len(pattern) + 1)
        for index, word in enumerate(pattern):
            if word == ANY_FOLDERS:
                following[index + 1] = reach[index + 1] or reach[index] or following[index]
            elif reach[index]:
                following[index + 1] = match_part(part, word)
        reach = following
    return reach[-1]


def match_part(part: str, word: str) -> bool:
    """Match `*` and `?` inside one part, greedy with one step back.

    That is linear in practice and quadratic at worst.
    """
    position = star = 0
    mark = -1
    index = 0
    while position < len(part):
        if index < len(word) and word[index] in ("?", part[position]) and word[index] != "*":
            position, index = position + 1, index + 1
        elif index < len(word) and word[index] == "*":
            mark, star, index = index, position, index + 1
        elif mark >= 0:
            star += 1
            position, index = star, mark + 1
        else:
            return False
    return not word[index:].strip("*")
