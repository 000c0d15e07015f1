"""What a changed path is.

It is part of a change, governed, an item of the CMDB, exempt, or something that only a request may
cover.

Every path is exactly one of these. A path that is not written the one canonical way is refused
before it is compared: a pattern must not be escaped by another spelling of the same name (attack
A09).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from changeflow.model.document_parts import CHANGE_ID_PATTERN
from changeflow.model.document_paths import CONFIG, change_of
from changeflow.model.kinds import Category, category_of
from changeflow.model.paths import OUTSIDE, HasPath

# Governed paths are approved by the policy owners and judged by the old policy
# (docs/concepts/index.md, "The base judges the head"). The table of kinds names the documents
# among them; these come beside them.
_GOVERNED_FOLDERS: Final = ("schemas/", ".github/")
_GOVERNED_FILES: Final = frozenset(
    {CONFIG, "CODEOWNERS", "docs/CODEOWNERS", ".gitattributes", ".gitmodules"}
)
_CHANGE_ID: Final = re.compile(CHANGE_ID_PATTERN, re.ASCII)
MAX_PATTERN: Final = 200


@dataclass(frozen=True, slots=True)
class CategorisedPath:
    """A path with its category; `change` is the id of the change it belongs to."""

    path: str
    category: Category
    change: str | None = None


def categorise(path: str, exempt: Sequence[str]) -> CategorisedPath:
    """Return the category of a canonical path.

    One outside of the change repository's folder begins with `:/`.
    """
    if path.startswith(OUTSIDE):
        return CategorisedPath(path, _outside(path, exempt))
    change = change_of(path)
    if change is not None and _CHANGE_ID.fullmatch(change):
        return CategorisedPath(path, "change", change)
    if path in _GOVERNED_FILES or path.startswith(_GOVERNED_FOLDERS):
        return CategorisedPath(path, "governed")
    kept = category_of(path)
    # a folder below `changes/` that is not called like a change holds none
    if kept not in ("change", "other"):
        return CategorisedPath(path, kept)
    if any(matches(path, pattern) for pattern in exempt):
        return CategorisedPath(path, "exempt")
    return CategorisedPath(path, "other")


def categorise_all(found: Iterable[HasPath], exempt: Sequence[str]) -> tuple[CategorisedPath, ...]:
    """Return the path of each with its category, in their order."""
    return tuple(categorise(one.path, exempt) for one in found)


def paths_in(categorised: Iterable[CategorisedPath], *categories: Category) -> list[str]:
    """Return the paths of some categories, in their order."""
    return [one.path for one in categorised if one.category in categories]


def _outside(path: str, exempt: Sequence[str]) -> Category:
    """Return the category of a path outside of the change repository's folder.

    Only patterns that begin with `:/` themselves are about what is outside. A plain `**` means the
    change repository.
    """
    top = path.removeprefix(OUTSIDE)
    if top in _GOVERNED_FILES or top.startswith(".github/"):
        return "governed"
    for pattern in exempt:
        if pattern.startswith(OUTSIDE) and matches(path, pattern):
            return "exempt"
    return "other"


def skeleton(path: str) -> str:
    """Return what two paths share when a file system or a hurried reader takes them for one.

    That is the compatibility form with its case folded.
    """
    return unicodedata.normalize("NFKC", path).casefold()


def collisions(changed: Collection[str], tree: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the changed paths that differ from another path in spelling only.

    The other one is of the tree or of the change. Folders count: `Policies/x.yaml` collides with
    `policies/`.
    """
    known: dict[str, set[str]] = {}
    mine = _with_folders(changed)
    for path in _with_folders(tree) | mine:
        known.setdefault(skeleton(path), set()).add(path)
    found: list[tuple[str, str]] = []
    for path in mine:
        others = known[skeleton(path)] - {path}
        found += ((path, other) for other in others)
    return tuple(sorted(found))


def _with_folders(paths: Iterable[str]) -> set[str]:
    """Return the paths and every folder above them."""
    found: set[str] = set()
    for path in paths:
        parts = path.split("/")
        found.update("/".join(parts[:count]) for count in range(1, len(parts) + 1))
    return found


def matches(path: str, pattern: str) -> bool:
    """Return whether a path matches a pattern of `exempt_paths`.

    `*` and `?` stay inside a folder, `**` crosses folders. A pattern without a slash is about the
    repository's top folder. Patterns are compared part by part in linear space, so no pattern can
    blow up (input I50).
    """
    if len(pattern) > MAX_PATTERN:
        return False
    return _match(path.split("/"), pattern.split("/"))


def _match(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Match parts by dynamic programming over (part, pattern) pairs.

    `reach[j]` says that the parts so far match the first j patterns.
    """
    reach = [True] + [False] * len(pattern)
    for index, word in enumerate(pattern):
        reach[index + 1] = reach[index] and word == "**"
    for part in parts:
        following = [False] * (len(pattern) + 1)
        for index, word in enumerate(pattern):
            if word == "**":
                following[index + 1] = reach[index + 1] or reach[index] or following[index]
            elif reach[index]:
                following[index + 1] = _match_part(part, word)
        reach = following
    return reach[-1]


def _match_part(part: str, word: str) -> bool:
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
