"""Words that messages about documents share: values as they are shown."""

from __future__ import annotations

from typing import Any

from changeflow.model.phrases import quoted


def shown(value: Any) -> str:
    """Return a value in backticks, shortened, on one line."""
    if isinstance(value, bool) or value is None:
        return {True: "`true`", False: "`false`", None: "nothing"}[value]
    if isinstance(value, (dict, list)):
        return article(value)
    return quoted(str(value))


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
