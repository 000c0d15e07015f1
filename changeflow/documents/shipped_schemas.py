"""The JSON Schemas as they ship, and the formats of text that they name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from changeflow.model import times


def _is(parse: Callable[[str], Any]) -> Callable[[str], bool]:
    def check(value: str) -> bool:
        try:
            parse(value)
        except ValueError:
            return False
        return True

    return check


# Formats are asserted, and by the same functions that build the records: a day that is not in the
# calendar is no date.
FORMATS: Final[dict[str, Callable[[str], bool]]] = {
    "date": _is(times.parse_date),
    "date-time": _is(times.parse_instant),
    "duration": _is(times.parse_duration),
    "local-date-time": _is(times.parse_local_time),
}


def schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of a kind, as it ships."""
    import json

    loaded: dict[str, Any] = json.loads(schema_text(kind))
    return loaded


def schema_text(kind: str) -> str:
    """Return the JSON Schema of a kind as text."""
    from changeflow.resources import folder

    return (folder("schemas") / f"{kind}.schema.json").read_text(encoding="utf-8")
