"""Words that stand round every help in English, as click says them."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, str]] = {
    "Usage": "Usage: ",
    "Arguments": "Positional arguments",
    "heading": "{}:",
    "notes": "  [{}]",
    "and": "; ",
    "env var": "env var: {}",
    "default": "default: {}",
    "required": "required",
}
