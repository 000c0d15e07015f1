"""Fitting long texts into GitHub's limits without breaking what surrounds them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

CHECK_TITLE: Final = 255
CHECK_TEXT: Final = 65_535
COMMENT: Final = 65_536
STATUS: Final = 140
JOB_SUMMARY: Final = 1024 * 1024

_FENCE: Final = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$")


def octets(text: str) -> int:
    """Length in UTF-8. GitHub does not say what it counts in a check's text: this is the longest it can mean."""
    return len(text.encode("utf-8", "replace"))


def units(text: str) -> int:
    """Length in UTF-16 units, the longest that `characters` of a comment can mean."""
    return len(text.encode("utf-16-le", "replace")) // 2


def line(text: str, limit: int) -> str:
    """One line of at most `limit` characters."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def markdown(text: str, limit: int, note: str, measure: Callable[[str], int] = octets) -> str:
    """Markdown of at most `limit`, cut between lines, with open code fences and `<details>` closed and `note` at its end."""
    if measure(text) <= limit:
        return text
    lines = text.splitlines()
    low, high = 0, len(lines)
    while low < high:  # the most lines that fit together with what closes them
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(_closed(lines[:middle], note)) <= limit else (low, middle - 1)
    return _closed(lines[:low], note)


def _closed(lines: list[str], note: str) -> str:
    fence, details = "", 0
    for text in lines:
        found = _FENCE.match(text)
        if fence:
            ends = found is not None and found[1][0] == fence[0] and len(found[1]) >= len(fence) and not found[2].strip()
            fence = "" if ends else fence
        elif found is not None:
            fence = found[1]
        else:
            details = max(0, details + text.count("<details") - text.count("</details>"))
    return "\n".join([*lines, *([fence] if fence else []), *(["", "</details>"] * details), "", note]).lstrip("\n")
