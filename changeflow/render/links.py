"""Text of a page that leads to other files beside the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self


class Links(str):
    """Words, each with a file that it leads to; elsewhere than on a page they are plain text.

    Attributes:
        parts: the words and their files, relative to the page.
    """

    __slots__ = ("parts",)

    parts: tuple[tuple[str, str], ...]

    def __new__(cls, parts: Sequence[tuple[str, str]]) -> Self:
        """Return the words in a row."""
        found = super().__new__(cls, ", ".join(word for word, _ in parts))
        found.parts = tuple(parts)
        return found


def link(word: str, target: str) -> Links:
    """Return words that lead to one file."""
    return Links([(word, target)])
