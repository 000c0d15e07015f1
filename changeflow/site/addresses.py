"""Where the pages of a site lie: names of files that are distinct and allowed on every system."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Final

from changeflow.model.document_parts import CHANGE_ID_PATTERN

START: Final = "index.html"
REGISTER: Final = "register/index.html"
SCHEDULE: Final = "schedule/index.html"
ITEMS: Final = "items/index.html"
KPIS: Final = "kpis.html"
SEARCH: Final = "search.html"
# folders
_CHANGES: Final = "changes"

_CHANGE: Final = re.compile(CHANGE_ID_PATTERN)
_PLAIN: Final = re.compile(r"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*")
_OTHER: Final = re.compile(r"[^a-z0-9.-]+")
_LONGEST: Final = 80
_DIGEST: Final = 6
# names of devices, which Windows opens instead of a file whatever the ending
_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|clock\$|com[0-9]|lpt[0-9])(?:\.|\Z)")


def change_page(change: str) -> str:
    """Return the path of the page of a change."""
    return f"{_CHANGES}/{change_file(change)}.html"


def item_page(item: str) -> str:
    """Return the path of the page of an item."""
    return f"items/{item_file(item)}.html"


def change_file(change: str) -> str:
    """Return the name of the file of a change, without its ending: its id where that is valid."""
    if _CHANGE.match(change):
        return change
    return _spelled(change)


def item_file(item: str) -> str:
    """Return the name of the file of an item, without its ending.

    Ids that differ in case alone, names of devices, and ids with other signs get a digest behind
    a tilde, which stands in no plain name.
    """
    is_plain = _PLAIN.fullmatch(item) and len(item) <= _LONGEST and item != "index"
    if is_plain and not _DEVICE.match(item):
        return item
    return _spelled(item)


def numbered(path: str, number: int) -> str:
    """Return the path of the page of a list with this number; the first has the path itself."""
    return path if number == 1 else path.replace("index.html", f"{number}.html")


def _spelled(identifier: str) -> str:
    digest = blake2b(identifier.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).hexdigest()
    told = _OTHER.sub("-", identifier.lower()).strip(".-")[:_LONGEST].rstrip(".-")
    return f"x{told}~{digest}" if _DEVICE.match(told) else f"{told}~{digest}"
