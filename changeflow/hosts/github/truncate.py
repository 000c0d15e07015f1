"""Fitting long texts into GitHub's limits without breaking what surrounds them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from typing import Final

CHECK_TITLE: Final = 255
CHECK_TEXT: Final = 65_535
COMMENT: Final = 65_536
STATUS: Final = 140
JOB_SUMMARY: Final = 1024 * 1024

_FENCE: Final = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$")


def octets(text: str) -> int:
    """Length in UTF-8.

    GitHub does not say what it counts in a check's text: this is the longest it can mean.
    """
    return len(text.encode("utf-8", "replace"))


def units(text: str) -> int:
    """Length in UTF-16 units, the longest that `characters` of a comment can mean."""
    return len(text.encode("utf-16-le", "replace")) // 2


def line(text: str, limit: int) -> str:
    """Return one line of at most `limit` characters."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def markdown(text: str, limit: int, note: str, measure: Callable[[str], int] = octets) -> str:
    """Return Markdown of at most `limit`, cut between lines, with `note` at its end.

    Open code fences and `<details>` are closed.

    A first line that is too long by itself is cut within.
    """
    if measure(text) <= limit:
        return text
    used, around, lines = 0, _Surroundings(), text.splitlines()
    kept, end = 0, around.end(note)
    for count, one in enumerate(lines, 1):
        used += measure(one) + 1
        if used > limit:
            break
        around.read(one)
        if used + measure(around.end(note)) <= limit:
            kept, end = count, around.end(note)
    if not kept:
        return _prefix(lines[0], limit - measure(end), measure) + end
    return "\n".join([*lines[:kept], end])


def _prefix(text: str, limit: int, measure: Callable[[str], int]) -> str:
    """As much of the beginning as fits."""
    return text[
        : bisect_right(
            range(min(len(text), max(limit, 0))),
            limit,
            key=lambda length: measure(text[: length + 1]),
        )
    ]


class _Surroundings:
    """What is open at some line of a text: a code fence, and how many `<details>`."""

    def __init__(self) -> None:
        self._fence = ""
        self._details = 0

    def read(self, text: str) -> None:
        """Take note of the next line."""
        found = _FENCE.match(text)
        if self._fence:
            if found is not None and found[1].startswith(self._fence) and not found[2].strip():
                self._fence = ""
        elif found is not None:
            self._fence = found[1]
        else:
            self._details = max(
                0, self._details + text.count("<details") - text.count("</details>")
            )

    def end(self, note: str) -> str:
        """Tell what closes it, and the note."""
        lines = ["", "</details>"] * self._details
        if self._fence:
            lines.insert(0, self._fence)
        return "\n".join([*lines, "", note])
