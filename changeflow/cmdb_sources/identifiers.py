"""Ids of items from the names that other systems give them.

A name that is an id already stays as it is. Every other character is written as its code point:
`g++` becomes `g_u2b.2b_`. Different names have different ids, whatever else the source holds, and
`name_of` reads an id back. Only a name whose id would be too long is cut, and ends with its digest.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Final

# what `CI_ID_PATTERN` allows; a test keeps the two together
LONGEST: Final = 200
# 32 hexadecimal digits are no code point, so no name is written like a digest
_DIGITS: Final = 32
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]*")
# in front of an id whose name begins with another character than a letter or a digit
_START: Final = "id."
# Other characters, and an underscore that would be read as the beginning of a code point.
_FOREIGN: Final = re.compile(
    r"(?:[^A-Za-z0-9._:/-]|_(?=u[0-9a-f]+(?:\.[0-9a-f]+)*(?:_|[^A-Za-z0-9._:/-])))+"
)
_WRITTEN: Final = re.compile(r"_u([0-9a-f]+(?:\.[0-9a-f]+)*)_")
_BEGINS_PLAINLY: Final = re.compile(r"[A-Za-z0-9]")


def id_of(name: str) -> str:
    """Return the id of a name. The name has at least one character."""
    if _PLAIN.fullmatch(name) and "_u" not in name and not name.startswith(_START):
        return name if len(name) <= LONGEST else _cut(name, name)
    text = _escaped(name)
    if _is_marked(text):
        # A name that begins like a marked id has its dot written out.
        text = "id" + _code_points(".") + text[len(_START) :]
    elif not _BEGINS_PLAINLY.match(text):
        text = _START + text
    return text if len(text) <= LONGEST else _cut(text, name)


def name_of(ci: str) -> str:
    """Return the name that an id was made from, if it was not cut."""
    text = ci.removeprefix(_START) if _is_marked(ci) else ci
    return _WRITTEN.sub(_characters, text)


def is_id(text: str) -> bool:
    """Return whether a text is an id as it stands."""
    return len(text) <= LONGEST and _PLAIN.fullmatch(text) is not None


def joined(*parts: str | None) -> str:
    """Return the name of something that is told apart by several names: `kind/namespace/name`."""
    return "/".join(part.replace("/", "//") for part in parts if part)


def label_key(name: str) -> str | None:
    """Return the key of a label for the name of a column; None where nothing is left of it."""
    key = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")[:100]
    return key or None


def told_apart(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return an id for each key of the other system, given its key and the name that people use.

    A name that several have is followed by the key, for each of them.
    """
    pairs = list(named)
    counts: dict[str, int] = {}
    for _, name in pairs:
        counts[name] = counts.get(name, 0) + 1
    found = {}
    for key, name in pairs:
        alone = bool(name) and counts[name] == 1
        found[key] = id_of(name if alone else f"{name}:{key}".lstrip(":"))
    return found


def written_name(ci: str) -> str:
    """Return the name to write where other systems name an item, so that reading it gives the id.

    An id that no name has is returned as it is.
    """
    if id_of(ci) == ci:
        return ci
    try:
        name = name_of(ci)
        name.encode()
    except (ValueError, OverflowError):
        return ci
    return name if name and id_of(name) == ci else ci


def cell_name(ci: str) -> str:
    """Return the name to write in a table; the id where a cell would not say that name.

    Readers take off white space around a cell, and no text has a zero byte.
    """
    name = written_name(ci)
    return name if "\0" not in name and id_of(name.strip() or name) == ci else ci


def line_name(ci: str) -> str:
    """Return the name to write in a line of names; the id where it would end the line or the name."""
    name = cell_name(ci)
    return ci if any(sign in name for sign in "\t\n\r\ufeff") else name


def _is_marked(ci: str) -> bool:
    """Return whether an id has the mark in front of what begins with no letter and no digit."""
    return ci.startswith(_START) and not _BEGINS_PLAINLY.match(ci[len(_START) :])


def _escaped(text: str) -> str:
    return _FOREIGN.sub(lambda run: _code_points(run[0]), text)


def _code_points(run: str) -> str:
    return f"_u{'.'.join(format(ord(character), 'x') for character in run)}_"


def _characters(found: re.Match[str]) -> str:
    return "".join(chr(int(point, 16)) for point in found[1].split("."))


def _cut(text: str, name: str) -> str:
    """Return the beginning of an id, and the digest of the whole name."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    end = f"_u{digest}_"
    return text[: LONGEST - len(end)] + end
