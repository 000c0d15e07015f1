"""The languages in which people are answered."""

from __future__ import annotations

from typing import Final, Literal

LanguageName = Literal["en", "zh"]

ENGLISH: Final[LanguageName] = "en"
LANGUAGES: Final[tuple[LanguageName, ...]] = ("en", "zh")
