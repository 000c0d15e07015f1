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
from typing import Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.document_parts import CHANGE_ID_PATTERN
from changeflow.model.document_paths import CONFIG, HISTORY, change_of
from changeflow.model.kinds import Category, category_of
from changeflow.model.path_patterns import matches
from changeflow.model.paths import OUTSIDE, HasPath

# Governed paths are approved by the policy owners and judged by the old policy
# (docs/concepts/index.md, "The base judges the head"). The table of kinds names the documents
# among them; these come beside them.
_GOVERNED_FOLDERS: Final = ("schemas/", ".github/", HISTORY)
_GOVERNED_FILES: Final = frozenset(
    {CONFIG, "CODEOWNERS", "docs/CODEOWNERS", ".gitattributes", ".gitmodules"}
)
_CHANGE_ID: Final = re.compile(CHANGE_ID_PATTERN, re.ASCII)


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
