"""Differences between two versions of a change, field by field, for a reader of the older one.

Only material fields are compared: a difference that voids no approval is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from changeflow.model.change import ChangeRequest, material
from changeflow.model.phrases import first_of
from changeflow.reading.change import ChangeState

# differences spelt out for one person
MOST: Final = 20


def of_contents(old: ChangeState, new: ChangeState) -> Iterator[str]:
    """Differences of the requests, then of the files that belong to them."""
    yield from of_requests(old.change, new.change)
    before, now = _files_by_path(old), _files_by_path(new)
    for path in sorted(before.keys() | now.keys()):
        if before.get(path) != now.get(path):
            yield f"{path}: {_file_difference(before.get(path), now.get(path))}"


def _files_by_path(content: ChangeState) -> dict[str, tuple[str, str]]:
    return {path: (mode, digest) for path, mode, digest in content.files}


def of_requests(old: ChangeRequest, new: ChangeRequest) -> Iterator[str]:
    """Yield `route: old -> new` for every material field that differs, by route."""
    one, other = _flat(material(old)), _flat(material(new))
    for route in sorted(one.keys() | other.keys()):
        if one.get(route) != other.get(route):
            yield f"{route}: {_shown(one.get(route))} -> {_shown(other.get(route))}"


def cut(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the first lines, and the number of the others."""
    return tuple(first_of(tuple(lines), MOST))


def _file_difference(old: tuple[str, str] | None, new: tuple[str, str] | None) -> str:
    if old is None:
        return "belongs to the change since"
    if new is None:
        return "no longer belongs to the change"
    return "mode changed" if old[1] == new[1] else "content changed"


def _flat(value: Any, route: str = "") -> Mapping[str, Any]:
    """Return the leaves by their route, e.g. `spec.window.start`."""
    leaves: dict[str, Any] = {}
    if isinstance(value, Mapping):
        for key, item in value.items():
            leaves.update(_flat(item, f"{route}.{key}" if route else str(key)))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            leaves.update(_flat(item, f"{route}[{index}]"))
    else:
        leaves[route] = value
    return leaves


def _shown(value: Any) -> str:
    return "nothing" if value is None else str(value)
