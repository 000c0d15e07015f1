"""Values of foreign documents, whatever shape they have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def at(value: Any, *keys: str) -> Any:
    """Return a value below keys; None where there is none."""
    for key in keys:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def text_at(value: Any, *keys: str) -> str | None:
    """Return a text, or a number as text; None for anything else and for an empty text."""
    found = at(value, *keys)
    if isinstance(found, bool) or not isinstance(found, (str, int, float)):
        return None
    return str(found).strip() or None


def texts_at(value: Any, *keys: str) -> list[str]:
    """Return the texts of a list; a single text is a list of one."""
    found = at(value, *keys)
    if isinstance(found, str):
        return [found] if found.strip() else []
    if not isinstance(found, list):
        return []
    return [one.strip() for one in found if isinstance(one, str) and one.strip()]


def maps_at(value: Any, *keys: str) -> Iterator[Mapping[str, Any]]:
    """Yield the mappings of a list."""
    found = at(value, *keys)
    if isinstance(found, list):
        for one in found:
            if isinstance(one, Mapping):
                yield one


def map_at(value: Any, *keys: str) -> Mapping[str, Any]:
    """Return a mapping; an empty one where there is none."""
    found = at(value, *keys)
    return found if isinstance(found, Mapping) else {}
