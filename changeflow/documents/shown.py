"""Words that messages about documents share: values as they are shown."""

from __future__ import annotations

from typing import Any, Final

# characters that a line of a message holds beside its sentence
_LONGEST: Final = 60


def shown(value: Any) -> str:
    """Return a value in backticks, shortened, on one line."""
    if isinstance(value, bool) or value is None:
        return {True: "`true`", False: "`false`", None: "nothing"}[value]
    if isinstance(value, (dict, list)):
        return article(value)
    text = _one_line(str(value))
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}…"
    return f"`{text}`"


def _one_line(text: str) -> str:
    """Return a text on one line.

    If it has other white space than single spaces inside, it is quoted with all of it visible.
    """
    plain = " ".join(text.split())
    if text == plain or len(text) > _LONGEST or "\n" in text.strip():
        return plain
    return f'"{"".join(map(_visible, text))}"'


def _visible(char: str) -> str:
    if char != " " and char.isspace():
        return ascii(char)[1:-1]
    return char


def article(value: Any) -> str:
    """Return a value with its type: `the number 3`, `a list`."""
    match value:
        case bool():
            return f"the truth value {str(value).lower()}"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"the text {shown(value)}"
        case list():
            return "a list"
        case dict():
            return "a mapping"
        case _:
            return "nothing"
