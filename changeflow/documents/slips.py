"""The words for slips in YAML."""

from __future__ import annotations

from typing import Final

from changeflow.model.findings import Finding, Level

MAX_REPEATS: Final = 5  # findings of one rule in one file, before the rest is only counted


def and_more(path: str, rule: str, count: int) -> Finding:
    """What is left to say when enough findings of a rule were listed."""
    level: Level = "warning" if rule in ("yaml-ambiguous", "yaml-cut-off") else "error"
    return Finding(rule, level, f"and {count - MAX_REPEATS:,} more of this kind in this file", "", path)


def hidden(character: str) -> tuple[str, str]:
    """Message and hint for a character that may not stand in a document."""
    code = f"U+{ord(character):04X}"
    return f"the character {code} is not allowed: it is invisible or drives terminals", "delete it, or write what it means"


def short(text: str) -> str:
    """A value as it fits into a message."""
    return text if len(text) <= 40 else text[:40] + "…"  # noqa: PLR2004 - about what a line of a message holds


def one_line(text: str) -> str:
    """Text without line breaks."""
    return " ".join(text.split())


def syntax_hint(message: str, line: str) -> str:
    """The slip behind the parser's words, for the slips that are common."""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "indent with spaces, not tabs"
    if "mapping values are not allowed" in message:
        return "a text with `: ` in it needs quotes; or the indentation is off"
    if "cannot start any token" in message:
        return "a text that begins with @, ` or % needs quotes"
    return "look at this line and the one before: indentation, a missing quote or bracket"
