"""Read plain data that may have any shape.

The rules run on refused documents too, so that no finding hides behind a slip.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from changeflow.model.findings import Route


def mapping(value: Any) -> dict[str, Any]:
    """Return the value if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """Return the value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    """Return the value if it is text, else nothing."""
    return value if isinstance(value, str) else ""


def texts(value: Any, route: Route) -> Iterator[tuple[Route, str]]:
    """Yield the texts of a list, each with its route."""
    for index, item in enumerate(sequence(value)):
        if isinstance(item, str):
            yield (*route, index), item


def words_of(value: Any) -> list[str]:
    """Return the texts of a list."""
    return [word for _, word in texts(value, ())]


def mappings(value: Any, route: Route) -> Iterator[tuple[Route, dict[str, Any]]]:
    """Yield the mappings of a list, each with its route."""
    for index, item in enumerate(sequence(value)):
        if isinstance(item, dict):
            yield (*route, index), item
