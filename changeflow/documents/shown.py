"""Words that messages about documents share: values as they are shown."""

from __future__ import annotations

from typing import Any, Final

# what a line of a message holds beside its sentence
_LONGEST: Final = 60


def shown(value: Any) -> str:
    """Return a value in backticks, shortened, on one line."""
    if isinstance(value, bool) or value is None:
        return {True: "`true`", False: "`false`", None: "nothing"}[value]
    if isinstance(value, (dict, list)):
        return article(value)
    text = _one_line(str(value))
    return f"`{text[:_LONGEST]}…`" if len(text) > _LONGEST else f"`{text}`"


def _one_line(text: str) -> str:
    """Return a text on one line; where its spaces are not single ones inside, it stands in quotes with every space visible."""
    plain = " ".join(text.split())
    if text == plain or len(text) > _LONGEST or "\n" in text.strip():
        return plain
    return (
        '"'
        + "".join(char if char == " " or not char.isspace() else ascii(char)[1:-1] for char in text)
        + '"'
    )


def article(value: Any) -> str:
    """Return what a value is: `the number 3`, `a list`."""
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
