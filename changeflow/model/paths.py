"""The one canonical way to write a path, for `check`, for gates, and for reading files.

A path that is written another way is refused before it is compared: a pattern must not be escaped
by another spelling of the same name, and a name that one system refuses or changes would be other
content there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, Protocol, TypeVar

from changeflow.model.characters import invisible, visible

# in front of a path outside of the change repository's folder, from the top of the git repository
OUTSIDE: Final = ":/"

_RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
# Private use: a picture of one font. The other spaces look like the ordinary one.
_PRIVATE: Final = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_SPACE: Final = re.compile(r"[^\S ]")


class HasPath(Protocol):
    """What has a path, such as a finding, a document or a file of a tree."""

    @property
    def path(self) -> str:
        """Return the path."""


P = TypeVar("P", bound=HasPath)


def paths_of(found: Iterable[HasPath]) -> list[str]:
    """Return the path of each, in their order."""
    return [one.path for one in found]


def by_path(found: Iterable[P]) -> dict[str, P]:
    """Return them by their paths; of several with one path, the last."""
    return {one.path: one for one in found}


# Every path of a repository is asked about more than once.
@lru_cache(maxsize=65_536)
def uncanonical(path: str) -> str | None:
    """Return why a path is not written the canonical way, or None.

    The path is relative to the change repository, or begins with `:/`.

    Canonical: UTF-8, Unicode normal form C, no invisible or private-use characters, no space but
    the ordinary one, no backslash and no colon, no empty, `.`, `..` or `.git` part, no part that
    begins or ends in a space or ends in a dot, and no name that Windows reserves.
    """
    if not path.isascii():
        why = _odd_beyond_ascii(path)
        if why is not None:
            return why
    if invisible(path):
        return "it has invisible characters"
    if "\\" in path:
        return "it has a backslash"
    for part in path.removeprefix(OUTSIDE).split("/"):
        why = _odd_part(part)
        if why is not None:
            return why
    return None


def _odd_beyond_ascii(path: str) -> str | None:
    if not_utf8(path):
        return "it is not UTF-8"
    if unicodedata.normalize("NFC", path) != path:
        return "it is not in Unicode normal form C"
    if _PRIVATE.search(path):
        return "it has private-use characters"
    return None


def _odd_part(part: str) -> str | None:
    if part in ("", ".", ".."):
        return "it has an empty part, `.` or `..`"
    if part != part.strip() or part.endswith("."):
        return f"`{part}` begins or ends in a space or dot"
    if _SPACE.search(part):
        return f"`{visible(part)}` has a space that is not the ordinary one"
    if ":" in part:
        return f"`{part}` has a colon"
    if _RESERVED.fullmatch(part) or part.casefold() == ".git":
        return f"`{part}` is a reserved name"
    return None


def inside(path: str) -> bool:
    """Return whether a path stays in the change repository and out of `.git`.

    Paths that do not, canonical or otherwise, are never read.
    """
    if "\0" in path or "\\" in path:
        return False
    parts = path.lower().split("/")
    return {"", ".", "..", ".git"}.isdisjoint(parts)


def as_path(name: bytes) -> str:
    """Return a name, as git and the disk have it, as text: UTF-8 in any locale.

    Bytes that are not UTF-8 become lone surrogates.
    """
    return name.decode("utf-8", "surrogateescape")


def as_bytes(path: str) -> bytes:
    """Return the bytes of a name that `as_path` made."""
    return path.encode("utf-8", "surrogateescape")


def not_utf8(path: str) -> bool:
    """Return whether a name has bytes that are no UTF-8; each was read as a lone surrogate."""
    return not path.isascii() and any("\udc80" <= character <= "\udcff" for character in path)


def shown(path: str) -> str:
    r"""Return a path as it can be shown, on one line.

    Bytes that are not UTF-8 are written as `\xf6`, hidden characters as `\u202e`.
    """
    if not_utf8(path):
        path = as_bytes(path).decode("utf-8", "backslashreplace")
    return visible(path).replace("\t", "\\t").replace("\n", "\\n")
