"""Strict reading of JSON: no duplicate keys, no numbers beyond the finite, no deep nesting, no half characters."""

from __future__ import annotations

import json
import math
from typing import Any, Final

DEPTH: Final = 64


def read(text: bytes) -> Any:
    """Plain data from UTF-8 JSON.

    Raises:
        ValueError: with a sentence that names the fault, for anything that is not strict JSON.
    """
    try:
        value = json.loads(text.decode("utf-8"), object_pairs_hook=_no_duplicates, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    _walk(value)
    return value


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _refuse(name: str) -> Any:
    raise ValueError(f"`{name}` is not a number")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number is too large")
    return value


def _walk(value: Any) -> None:
    level: list[Any] = [value]
    for _ in range(DEPTH):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise ValueError("it is nested too deeply")


def _inside(value: Any) -> list[Any]:
    if isinstance(value, str):
        value.encode("utf-8")  # a lone surrogate raises UnicodeEncodeError, a ValueError
        return []
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []
